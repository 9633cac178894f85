"""Knows how the kinds of leaves read as a page; `python -m bequest.ledger.leaves_page` writes it to the output."""

from __future__ import annotations

import sys
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.ledger.leaf_kinds import EVERY, LARGEST_COUNT, LONGEST_LIST, forms
from bequest.model.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEAD = f"""# The kinds of leaves

Every kind of leaf, its fields, and what a field may hold. [The format](ledger-format.md) says how a leaf commits to its
fields. The page is made from `leaf_kinds.csv`, `leaf_fields.csv` and `leaf_codes.csv` in `src/bequest/data/ledger/`; do
not edit it by hand, but run

    python -m bequest.ledger.leaves_page > docs/reference/ledger-leaves.md

*Open*: every bundle opens the field where a leaf has it. *Needed*: a leaf of the kind without it is refused. A field
that is not listed for a kind is refused, and so is a value that is not of its form.

## What a field may hold

A type with `[]` behind it is a list of 0 to {LONGEST_LIST} values of the type, in a stated order. `code:x` is one of
the codes of list x, below. `count` and `index` are JSON numbers; all others are JSON text that the expression matches
as a whole.
"""

_TYPES: Mapping[str, str] = MappingProxyType({
    "count": "how many",
    "index": "number of a leaf of the same log, 0 the first",
    "hash": "SHA-256",
    "pseudonym": "16 bytes that stand for somebody or something",
    "signature": "Ed25519 signature",
    "instant": "instant in UTC with microseconds",
    "day": "day",
    "country": "country of ISO 3166-1; ZZ for invented people",
    "place": "centre or hospital, by its code in the table of centres",
    "name": "name of a policy, an edition, an engine, a sequence or a period",
    "key_name": "name of an attestor's key",
    "rule_id": "rule of the safeguards",
})  # fmt: skip


def leaves_page() -> str:
    """Return the whole page as Markdown, the same text for the same tables."""
    meanings = {row["kind"]: row["meaning"] for row in read_rows("ledger/leaf_kinds.csv")}
    every = f"## Fields of every kind\n\n{_sentence(meanings.pop(EVERY))}\n\n{_fields(EVERY)}"
    sections = [f"### {kind}\n\n{_sentence(meaning)}\n\n{_fields(kind)}" for kind, meaning in meanings.items()]
    return "\n".join([_HEAD, _types(), every, "## Kinds\n", *sections, "## Codes\n", _codes()])


def _types() -> str:
    # A list and no table: a form may hold the sign that parts the cells of a table.
    known = forms()
    numbers = f"0 to {LARGEST_COUNT:,}"
    return "".join(
        f"- `{name}`: {meaning}; {f'`{known[name]}`' if name in known else numbers}\n"
        for name, meaning in _TYPES.items()
    )


def _fields(kind: str) -> str:
    rows = [
        f"| `{row['field']}` | `{row['type']}` | {_mark(row['public'])} | {_mark(row['required'])} | {row['meaning']} |"
        for row in read_rows("ledger/leaf_fields.csv")
        if row["kind"] == kind
    ]
    return _table("| field | type | open | needed | meaning |", rows)


def _codes() -> str:
    lists: dict[str, list[str]] = {}
    for row in read_rows("ledger/leaf_codes.csv"):
        lists.setdefault(row["list"], []).append(f"`{row['code']}`")
    return _table("| list | codes |", [f"| `{name}` | {', '.join(codes)} |" for name, codes in lists.items()])


def _table(head: str, rows: list[str]) -> str:
    return "\n".join([head, "| --- " * (head.count("|") - 1) + "|", *rows, ""])


def _mark(answer: str) -> str:
    return "yes" if answer == "yes" else ""


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


if __name__ == "__main__":
    sys.stdout.write(leaves_page())
