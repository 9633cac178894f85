"""Knows how test vectors are held against both implementations: `python tests/published/check_vectors.py PATH...`.

Exit codes as in check.py: 0 every vector agrees, 1 one does not, 2 a file is unreadable or of no known shape.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.comparison import BadFileError
from vectors import canonical, signed, tiled, trees, witnessed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from adapters.comparison import Compared

    Content = Mapping[str, object]

SHAPES: tuple[tuple[Callable[[Content], bool], Callable[[Content], Iterator[Compared]]], ...] = (
    (trees.is_reference, trees.compare_reference),
    (trees.has_probes, trees.compare_probes),
    (trees.has_inclusions, trees.compare_inclusions),
    (signed.has_notes, signed.compare_notes),
    (signed.has_checkpoints, signed.compare_checkpoints),
    (tiled.has_paths, tiled.compare_paths),
    (tiled.has_trees, tiled.compare_trees),
    (witnessed.has_conversation, witnessed.compare_conversation),
    (canonical.has_cases, canonical.compare_cases),
)
"""Each shape that a file can have, and several at once: how it is recognised, and how its vectors are compared."""
AGREE, DIFFER, BAD_FILE = 0, 1, 2


def main(paths: Sequence[str]) -> int:
    """Compare each file and print what differs; return the worst exit code of them."""
    if not paths:
        sys.stderr.write("usage: python tests/published/check_vectors.py PATH...\n")
        return BAD_FILE
    return max(_checked(path) for path in paths)


def _checked(path: str) -> int:
    try:
        compared = _compared(Path(path))
    except BadFileError as error:
        sys.stderr.write(f"{path}: {error}\n")
        return BAD_FILE
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        sys.stderr.write(f"{path}: a row of it lacks a part or has one of another kind ({error}).\n")
        return BAD_FILE
    differing = [row for row in compared if row.differences]
    sys.stdout.write(f"{path}: {len(compared) - len(differing)}/{len(compared)}\n")
    for row in differing:
        for one in row.differences:
            sys.stdout.write(f"  {row.row}: {one.field}: expected {one.expected}, got {one.got}\n")
    return DIFFER if differing else AGREE


def _compared(path: Path) -> list[Compared]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadFileError(f"the file cannot be read ({error.strerror}).") from None
    except (ValueError, RecursionError) as error:
        raise BadFileError(f"the file is no JSON ({error}).") from None
    table = content if isinstance(content, dict) else {"rows": content}
    found = [row for recognise, compare in SHAPES if recognise(table) for row in compare(table)]
    if not found:
        raise BadFileError("this shape of file is not known here; nothing was compared.")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
