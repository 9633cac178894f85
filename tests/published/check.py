"""Knows how files of published values are held against the public functions: `python tests/published/check.py PATH...`.

Exit code 0: every row agrees, or differs in a way that docs/reference/known-differences.md names. 1: a difference that
nothing explains. 2: a file that cannot be read or is of no known shape; the other files are compared all the same.
"""

from __future__ import annotations

import json
import re
import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from adapters import (
    eurotransplant,
    eurotransplant_kidney,
    eurotransplant_liver,
    flows,
    identifiers,
    lung,
    mismatch_probability,
    us,
    us_kidney,
    world,
    world_lists,
    world_policies,
)
from adapters.comparison import BadFileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from adapters.comparison import Compared, Difference

    Content = Mapping[str, object]

SHAPES: tuple[tuple[Callable[[Content], bool], Callable[[Content], Iterator[Compared]]], ...] = (
    (us.is_ours, us.compare),
    (us_kidney.has_points, us_kidney.compare),
    (eurotransplant.has_mismatches, eurotransplant.compare_mismatches),
    (eurotransplant.has_lists, eurotransplant.compare_lists),
    (lung.is_lung, lung.compare),
    (mismatch_probability.has_probabilities, mismatch_probability.compare),
    (world.is_world, world.compare),
    (eurotransplant_kidney.is_etkas, eurotransplant_kidney.compare_etkas),
    (eurotransplant_kidney.is_etkas_tiers, eurotransplant_kidney.compare_etkas_tiers),
    (eurotransplant_kidney.is_esp, eurotransplant_kidney.compare_esp),
    (eurotransplant_kidney.is_etkas_points, eurotransplant_kidney.compare_etkas_points),
    (eurotransplant_liver.is_elas, eurotransplant_liver.compare_elas),
    (world_policies.is_ours, world_policies.compare),
    (world_lists.is_swiss, world_lists.compare_swiss),
    (world_lists.is_brazilian_livers, world_lists.compare_brazilian_livers),
    (identifiers.has_identifiers, identifiers.compare),
    (flows.has_flows, flows.compare),
)
"""Each shape that a file can have, and several at once: how it is recognised, and how its rows are compared."""

KNOWN_DIFFERENCES = Path(__file__).parents[2] / "docs" / "reference" / "known-differences.md"
AGREE, UNEXPLAINED, BAD_FILE = 0, 1, 2


def main(paths: Sequence[str]) -> int:
    """Compare each file and print what differs; return the worst exit code of them."""
    if not paths:
        sys.stderr.write("usage: python tests/published/check.py PATH...\n")
        return BAD_FILE
    known = known_differences(KNOWN_DIFFERENCES.read_text(encoding="utf-8"))
    return max(_checked(path, known) for path in paths)


def known_differences(page: str) -> dict[str, str]:
    """Return the reason of each class of the page, what stands under its heading, by the name in the heading."""
    sections = re.findall(r"^## ([a-z0-9-]+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    return {name: " ".join(reason.split()) for name, reason in sections if reason.strip()}


def _checked(path: str, known: Mapping[str, str]) -> int:
    """Print the result of one file; return its exit code."""
    try:
        compared = _compared(Path(path))
    except BadFileError as error:
        sys.stderr.write(f"{path}: {error}\n")
        return BAD_FILE
    differing = [row for row in compared if row.differences]
    unexplained = [row for row in differing if any(one.known_as not in known for one in row.differences)]
    explained = len(differing) - len(unexplained)
    sys.stdout.write(f"{path}: {len(compared) - len(differing)}/{len(compared)} (explained {explained})\n")
    for row in differing:
        for one in row.differences:
            sys.stdout.write(f"  {row.row}: {_told(one, known)}; inputs {_plain(row.inputs)}\n")
    return UNEXPLAINED if unexplained else AGREE


def _compared(path: Path) -> list[Compared]:
    content = _content(path)
    shapes = [compare for recognise, compare in SHAPES if recognise(content)]
    if not shapes:
        raise BadFileError("this shape of file is not known here; nothing was compared.")
    return [row for compare in shapes for row in compare(content)]


def _content(path: Path) -> Content:
    """Return the table in a JSON file; numbers keep the decimals that are printed."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal, parse_constant=_no_number)
    except OSError as error:
        raise BadFileError(f"the file cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise BadFileError("the file is not UTF-8 text.") from None
    except RecursionError:
        raise BadFileError("the file is nested too deeply.") from None
    except (ValueError, InvalidOperation) as error:
        raise BadFileError(f"the file is no JSON ({error}).") from None
    if not isinstance(content, dict):
        raise BadFileError("the file holds no table; this shape is not known here.")
    return content


def _no_number(written: str) -> float:
    raise ValueError(f"{written} is no number")


def _told(one: Difference, known: Mapping[str, str]) -> str:
    why = f" [{one.known_as}]" if one.known_as in known else ""
    return f"{one.field}: expected {_plain(one.expected)}, got {_plain(one.got)}{why}"


def _plain(value: object) -> str:
    # A Decimal is a number to whoever reads the line.
    return json.dumps(value, default=float)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
