"""Knows the name of a part of a donation's organ as rows bear it: `donation:part`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.model.enums import OrganPart

if TYPE_CHECKING:
    from collections.abc import Iterable


def part_name(donation: str, part: OrganPart) -> str:
    """Return the name that rows have for a part."""
    return f"{donation}:{part.value}"


def part_names(donation: str, parts: Iterable[OrganPart]) -> list[str]:
    """Return the names that rows have for parts, in their order."""
    return [part_name(donation, part) for part in parts]


def part_of(name: str) -> OrganPart:
    """Return the part that rows name so."""
    return OrganPart(name.rpartition(":")[2])
