"""Knows the inputs of a run that stand for no history: balances at nought, turns at their beginning."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bequest.model.enums import Organ
    from bequest.simulation.population.places import Places

EVERY = "*"
TURN = "turn"


def neutral_inputs(country: str, organ: Organ, where: Places) -> dict[str, object]:
    """Return what inputs.csv says for a country and an organ: for each input a number by the name of its places.

    Centres are the transplant centres; countries and regions are those of donor hospitals as well.
    """
    found: dict[str, dict[str, int]] = {}
    for row in read_rows("population/inputs.csv"):
        if country in row["countries"].split() and organ.value in row["organs"].split():
            found.setdefault(row["input"], {}).update(_numbers(row, where))
    return dict(found)


def _numbers(row: Mapping[str, str], where: Places) -> dict[str, int]:
    there = sorted(_NAMES[row["by"]](where))
    keys = [name for name in there if row["key"] == EVERY or name in row["key"].split()]
    if row["value"] == TURN:
        return {key: place for place, key in enumerate(keys, start=1)}
    return dict.fromkeys(keys, int(row["value"]))


_NAMES: Mapping[str, Callable[[Places], set[str]]] = MappingProxyType({
    "centre": lambda where: {place.centre for place in where.centres},
    "country": lambda where: {place.country for place in (*where.centres, *where.hospitals)},
    "region": lambda where: {place.region for place in (*where.centres, *where.hospitals) if place.region is not None},
})  # fmt: skip
