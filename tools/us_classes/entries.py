"""Knows how a class of a generated policy is written, and where the tables of the classes lie."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

EDITION = "optn-2025-12-10"
DATA = Path(__file__).parents[1] / "data" / "us"


def read(name: str) -> object:
    """Return the content of a table."""
    # The type of what a table holds is what its caller says: the tables stand beside this file.
    return cast("object", json.loads((DATA / name).read_text(encoding="utf-8")))


def class_entry(id_: str, conditions: list[str], words: list[str], cite: str, *more: str) -> list[str]:
    """Return the lines of one class."""
    say = ", ".join(words)
    return [f"id: {id_}", f"when: {' and '.join(conditions)}", f'say: "{say}"', f"cite: {cite}", *more]


def ring(within_nm: int | None) -> list[str]:
    """Return the condition of a ring, none for the whole nation."""
    return [] if within_nm is None else [f"distance_nm <= {within_nm}"]


def ring_words(within_nm: int | None) -> str:
    """Return the words of a ring."""
    return "anywhere in the nation" if within_nm is None else f"within {within_nm:,} nautical miles"


def near(within_nm: int | None) -> list[str]:
    """Return the condition of the only ring of a policy, none for the whole nation."""
    return [] if within_nm is None else ["near"]
