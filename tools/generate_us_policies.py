"""Knows how the policy files of the United States are written: a template of their rules, and tables of their classes.

`python tools/generate_us_policies.py` writes src/bequest/policies/us; a test holds the files against `policy_files`.
A line `@kind table` of a template becomes the classes of that table; {{name}} becomes a list. The classes
of each organ are in us_classes.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from us_classes import heart, intestine, kidney, liver, pancreas
from us_classes.entries import DATA, EDITION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

TARGET = Path(__file__).parents[1] / "src" / "bequest" / "policies" / "us"

_MARK = re.compile(r"^( *)@(\w+) (.+)$")
_ENDING = ".template.yaml"


def policy_files() -> dict[str, str]:
    """Return the text of every policy file by its name."""
    return {
        f"{path.name.removesuffix(_ENDING)}-{EDITION}.yaml": _filled(path.read_text(encoding="utf-8"))
        for path in sorted(DATA.glob(f"*{_ENDING}"))
    }


def _filled(template: str) -> str:
    lists = {"cpra": kidney.cpra_steps, "urgent": kidney.urgent_classes}
    filled = re.sub(r"\{\{(\w+)\}\}", lambda match: lists[match[1]](), template)
    return "".join(line for written in filled.splitlines() for line in _lines(written))


def _lines(written: str) -> Iterator[str]:
    mark = _MARK.match(written)
    if mark is None:
        yield f"{written}\n"
        return
    indent, kind, table = mark.groups()
    for entry in _KINDS[kind](table):
        first, *rest = entry
        yield f"{indent}- {first}\n"
        yield from (f"{indent}  {line}\n" for line in rest)


_KINDS: Mapping[str, Callable[[str], Iterator[list[str]]]] = {
    "kidney": kidney.kidney,
    "both_kidneys": kidney.both_kidneys,
    "heart": heart.heart,
    "intestine": intestine.intestine,
    "pancreas": pancreas.pancreas,
    "islet": pancreas.islet,
    "liver": liver.liver,
    "hepatic_support": liver.hepatic_support,
}


def main() -> None:
    """Write every policy file."""
    TARGET.mkdir(exist_ok=True)
    for name, written in policy_files().items():
        (TARGET / name).write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
