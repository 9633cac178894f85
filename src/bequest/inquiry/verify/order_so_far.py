"""Knows what the leaves so far tell of the order of each run: who was offered, answered, was passed over, and holds."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bequest.inquiry.verify.leaves import Leaf

    Say = Callable[[str], None]


@dataclass
class Offers:
    """Count offers that follow the ranks, those under an approved departure, and places passed over.

    `passed` counts by reason, `classes` by the class of the reason.
    """

    following: int = 0
    departed: int = 0
    passed: Counter[str] = field(default_factory=Counter[str])
    classes: Counter[str] = field(default_factory=Counter[str])


@dataclass
class RunSoFar:
    """Keep what happened to the order of one run so far; every rank below `lowest` was offered or passed over."""

    leaf: Leaf
    donor: object  # what all runs for one donor share
    ranks: dict[int, list[int]]  # of each opened row
    lowest: int = 1
    later: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])  # a heap of what is settled above it
    offers: dict[int, Leaf] = field(default_factory=dict[int, "Leaf"])
    answered: dict[int, str] = field(default_factory=dict[int, str])  # by offer, the kind of its last answer
    promoted: dict[int, Leaf] = field(default_factory=dict[int, "Leaf"])
    fallen: list[int] = field(
        default_factory=list[int]
    )  # rising: ranks whose offer was taken back, and nothing followed
    departure: bool = False
    unclaimed: list[Leaf] = field(default_factory=list["Leaf"])  # skips that an offer right after them is to bear out

    def settle(self, first: int, last: int) -> None:
        """Take note that the ranks from first to last were offered or passed over."""
        heappush(self.later, (first, last))
        while self.later and self.later[0][0] <= self.lowest:
            self.lowest = max(self.lowest, heappop(self.later)[1] + 1)

    def explain(self, first: int, last: int) -> None:
        """Take note that whoever lost an offer, from the first to the last rank, was offered again or is a skip."""
        del self.fallen[bisect_left(self.fallen, first) : bisect_right(self.fallen, last)]


@dataclass(frozen=True, slots=True)
class Place:
    """Hold where an offer stands: the run, the rank, and the row that is opened for it."""

    run: RunSoFar
    rank: int
    row: int

    @property
    def ranks(self) -> frozenset[int]:
        """Return every rank of whoever has the place."""
        return frozenset((self.rank, *self.run.ranks.get(self.row, ())))


@dataclass
class OfferSoFar:
    """Keep at which places an offer stands, the leading one first; one is added where a backup is promoted."""

    number: int
    lead: RunSoFar
    places: list[Place]

    @property
    def answer(self) -> str | None:
        """Return the kind of its last answer; None while it waits."""
        return self.lead.answered.get(self.number)


@dataclass
class Follower:
    """Keep what the leaves so far tell of all runs."""

    leaves: Sequence[Leaf]
    runs: dict[int, RunSoFar]
    say: Say
    told: Offers = field(default_factory=Offers)
    taken: dict[tuple[object, str], int] = field(default_factory=dict[tuple[object, str], int])  # acceptance by part
    held: dict[tuple[object, str], int] = field(default_factory=dict[tuple[object, str], int])  # its offer by part
    given: dict[int, int] = field(default_factory=dict[int, int])  # transplant by acceptance
    decided: dict[int, int] = field(default_factory=dict[int, int])  # decision by request of a departure
    away: dict[tuple[object, str], int] = field(
        default_factory=dict[tuple[object, str], int]
    )  # export or disposal by part
    back: dict[tuple[object, str], int] = field(default_factory=dict[tuple[object, str], int])  # return by part
    offers: dict[object, dict[int, OfferSoFar]] = field(
        default_factory=dict[object, "dict[int, OfferSoFar]"]
    )  # by donor
    parts: dict[object, set[str]] = field(default_factory=dict[object, set[str]])  # by donor, those once held or gone
    kinds: set[str] = field(default_factory=set[str])  # of the leaves so far

    def offers_of_organ(self, run: RunSoFar) -> Iterator[tuple[OfferSoFar, Place]]:
        """Yield each offer of the donor and organ of a run with its places on the lists of that organ."""
        organ = run.leaf.fields.get("organ")
        for offer in self.offers.get(run.donor, {}).values():
            for place in offer.places:
                if place.run.leaf.fields.get("organ") == organ:
                    yield offer, place

    def is_short_of(self, donor: object) -> bool:
        """Tell whether a part of a donor is accepted, was exported or was disposed of."""
        keys = ((donor, part) for part in self.parts.get(donor, ()))
        return any(key in self.taken or key in self.away for key in keys)


def numbers(leaf: Leaf, name: str) -> list[int]:
    """Return the whole numbers of a field of a leaf that holds a list of them; none where it has no such field."""
    value = leaf.fields.get(name, [])
    return [each for each in value if isinstance(each, int)] if isinstance(value, list) else []


def parts_of(leaf: Leaf) -> list[str]:
    """Return the parts of a donor that a leaf is about."""
    parts = leaf.fields.get("part")
    return [part for part in parts if isinstance(part, str)] if isinstance(parts, list) else []
