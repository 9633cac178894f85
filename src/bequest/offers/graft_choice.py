"""Knows which sets of parts an offer of a kind hands over on each organ's list."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.enums import OfferKind, Organ, OrganPart
from bequest.model.errors import InputError
from bequest.model.tables import read_rows
from bequest.offers.record import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bequest.offers.record import Parts


def graft_choices(organ: Organ, offer_kind: OfferKind, available: Iterable[OrganPart]) -> tuple[Parts, ...]:
    """Return the sets of available parts that would do, the first wish first; empty where none is whole.

    Raises InputError for a kind of offer that the organ's list does not have (data/offers/grafts.csv).
    """
    choices = _grafts().get((organ, offer_kind))
    if choices is None:
        raise InputError(
            f"an offer of the kind '{offer_kind.value}' has no graft on the {organ.value} list; "
            "name the parts for it, or add the row to data/offers/grafts.csv."
        )
    there = frozenset(available)
    return tuple(graft for graft in choices if there.issuperset(graft))


def offer_kinds_of(organ: Organ) -> tuple[OfferKind, ...]:
    """Return the kinds of offers that an organ's list has, in the order of data/offers/grafts.csv."""
    return tuple(kind for listed, kind in _grafts() if listed is organ)


@cache
def _grafts() -> Mapping[tuple[Organ, OfferKind], tuple[Parts, ...]]:
    found: dict[tuple[Organ, OfferKind], tuple[Parts, ...]] = {}
    for row in read_rows("offers/grafts.csv"):
        key = Organ(row["organ"]), OfferKind(row["offer_kind"])
        found[key] = (*found.get(key, ()), parts_of(map(OrganPart, row["graft"].split())))
    return MappingProxyType(found)
