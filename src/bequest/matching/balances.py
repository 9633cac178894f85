"""Knows balances between places: how far each lies behind, as the inputs of a run state it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def behind_the_most(received_less_given: Mapping[str, int]) -> dict[str, int]:
    """Return by place how much less it received, less what it gave, than the place with the largest balance."""
    most = max(received_less_given.values(), default=0)
    return {place: most - balance for place, balance in sorted(received_less_given.items())}


def behind_the_mean(received_less_given: Mapping[str, int]) -> dict[str, Decimal]:
    """Return by place how much less it received, less what it gave, than the places do on average."""
    balances = received_less_given.values()
    mean = Decimal(sum(balances)) / max(len(balances), 1)
    return {place: mean - balance for place, balance in sorted(received_less_given.items())}
