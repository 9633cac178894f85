"""Knows the classes of the intestine table."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, cast

from us_classes.entries import EDITION, class_entry, near, read, ring_words

if TYPE_CHECKING:
    from collections.abc import Iterator


class IntestineRow(TypedDict):
    """Hold one class of the intestine table."""

    classification: int
    status: int
    abo: str
    nm: int | None


def intestine(name: str) -> Iterator[list[str]]:
    """Yield the classes of one table."""
    for row in cast("dict[str, list[IntestineRow]]", read("intestine_table_7-1.json"))["rows"]:
        yield class_entry(
            f"{name}-{row['classification']}",
            [f'intestine_status == "{row["status"]}"', f"abo_{row['abo']}", *near(row["nm"])],
            [f"status {row['status']}", f"{row['abo']} blood group", ring_words(row["nm"])],
            f"{EDITION} 7.3.B Table {name} class {row['classification']}",
        )
