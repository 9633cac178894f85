"""Knows the classes of the heart tables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypedDict, cast

from us_classes.entries import EDITION, class_entry, read, ring, ring_words

if TYPE_CHECKING:
    from collections.abc import Iterator


class HeartRow(TypedDict):
    """Hold one class of a heart table."""

    status: list[str]
    abo: str
    within_nm: int | None


_HEART_TABLES = {"donor_age_ge_18": "6-7", "donor_age_lt_18": "6-8"}


def heart(name: str) -> Iterator[list[str]]:
    """Yield the classes of one table."""
    table = _HEART_TABLES[name]
    rows = cast("dict[str, list[HeartRow]]", read("heart_policy6_sequences.json"))[name]
    for number, row in enumerate(rows, start=1):
        statuses = row["status"]
        conditions = [_one_of("heart_status", statuses), f"{row['abo']}_group"]
        words = [" or ".join(_status_words(status) for status in statuses), f"{row['abo']} blood group"]
        place = f"Table {table} class {number}"
        yield class_entry(
            f"{table}-{number}",
            [*conditions, *ring(row["within_nm"])],
            [*words, ring_words(row["within_nm"])],
            f"[{EDITION} Policy 6 {place}, optn-heart-2025-08-01 {place}]",
        )


def _status_words(status: str) -> str:
    group, _, number = status.partition("_")
    return f"{'adult' if group == 'adult' else 'child'} of status {number}"


def _one_of(name: str, codes: list[str]) -> str:
    if len(codes) == 1:
        return f'{name} == "{codes[0]}"'
    return f"{name} in [{', '.join(json.dumps(code) for code in codes)}]"
