"""Knows the page of what must be impossible, made of the tables in tests/forbidden; run it to write the page.

python tools/generate_forbidden_page.py
"""

from __future__ import annotations

import csv
from pathlib import Path

ROOT = Path(__file__).parents[1]
TABLES = ROOT / "tests" / "forbidden"
PAGE = ROOT / "docs" / "reference" / "forbidden.md"

_HEAD = """# What must be impossible

Section 1 of the design, clause by clause: what enforces it, and the test that attempts it over the REST API, in files,
through Django's objects and in plain SQL. A refused step is a leaf `gate.refused`; the tests over the API hold that. A
fact is never refused: what happened all the same is taken as `incident.reported`. `-` says why there is nothing to
attempt. The page is made from `tests/forbidden/clauses.csv` and `rules.csv`; do not edit it by hand, but run

    python tools/generate_forbidden_page.py
"""


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of tests/forbidden."""
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def page() -> str:
    """Return the whole page as Markdown, the same text for the same tables."""
    clauses = _table(("clause", "enforced_by", "rest", "files", "orm", "sql"), rows_of("clauses.csv"))
    rules = _table(("rule", "step", "asked_in", "test"), rows_of("rules.csv"))
    says = "Every rule of [the safeguards](safeguards.md), the step that asks it, and the test that it refuses there."
    return f"{_HEAD}\n## Clause by clause\n\n{clauses}\n\n## Where each rule is asked\n\n{says}\n\n{rules}\n"


def _table(columns: tuple[str, ...], rows: list[dict[str, str]]) -> str:
    lines = [f"| {' | '.join(name.replace('_', ' ') for name in columns)} |", f"|{' --- |' * len(columns)}"]
    lines += [f"| {' | '.join(_cell(row[name]) for name in columns)} |" for row in rows]
    return "\n".join(lines)


def _cell(text: str) -> str:
    path, found, name = text.partition("::")
    if not found:
        return f"`{text}`" if ":" in text and " " not in text else text
    return f"`{path.rpartition('/')[2]}`: {name.removeprefix('test_').replace('_', ' ')}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
