"""Knows how many numbers of leaves are named in few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def spans(numbers: Sequence[int]) -> str:
    """Return rising numbers of leaves in words: `3, 5 to 9`."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = found[-1][0], number
        else:
            found.append((number, number))
    return ", ".join(str(first) if first == last else f"{first} to {last}" for first, last in found)
