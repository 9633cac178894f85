"""Knows what the leaves so far tell of the order of each run: who was offered, answered, was passed over, and holds."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bequest.inquiry.verify.leaves import Leaf

    Say = Callable[[str], None]

WAITS, ACCEPTED, CAME_TO_NOTHING, WITHDRAWN = "waits", "accepted", "came to nothing", "withdrawn"
"""The classes of the last answer to an offer."""
ANSWERS = {
    "offer.accepted": ACCEPTED,
    "offer.refused": CAME_TO_NOTHING,
    "offer.expired": CAME_TO_NOTHING,
    "offer.withdrawn": WITHDRAWN,
}
"""By the kind of a leaf that answers an offer, the class of its answer."""
_OF_ORGAN = {"islet": ("pancreas",)}
"""The organs whose parts an organ's list is offered, where its name does not say them."""


@dataclass
class Offers:
    """Count offers that follow the ranks, those under an approved departure, and places passed over.

    `passed` counts by reason, `classes` by the class of the reason.
    """

    following: int = 0
    departed: int = 0
    passed: Counter[str] = field(default_factory=Counter[str])
    classes: Counter[str] = field(default_factory=Counter[str])


class Ranks:
    """Hold how offers that reached some ranks ended, by the class of their last answer; it is asked for spans."""

    def __init__(self) -> None:
        """Begin with none."""
        self._counts: dict[str, Counter[int]] = {}
        self._rising: dict[str, list[int]] = {}

    def add(self, answer: str, ranks: Iterable[int]) -> None:
        """Take note of an offer that reached some ranks."""
        counts, rising = self._counts.setdefault(answer, Counter()), self._rising.setdefault(answer, [])
        for rank in ranks:
            if not counts[rank]:
                insort(rising, rank)
            counts[rank] += 1

    def remove(self, answer: str, ranks: Iterable[int]) -> None:
        """Forget an offer that was added, as it has another answer now."""
        counts, rising = self._counts[answer], self._rising[answer]
        for rank in ranks:
            counts[rank] -= 1
            if not counts[rank]:
                del rising[bisect_left(rising, rank)]

    def cover(self, answer: str, first: int, last: int) -> bool:
        """Tell whether an offer of such an answer reached each rank from the first to the last."""
        rising = self._rising.get(answer, [])
        return bisect_right(rising, last) - bisect_left(rising, first) == last - first + 1


@dataclass(eq=False)
class RunSoFar:
    """Keep what happened to the order of one run so far; every rank below `lowest` was offered or passed over.

    `departures` holds the ranks of approved departures from the order that no offer has used yet.
    """

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
    departures: Counter[int] = field(default_factory=Counter[int])
    reached: Ranks = field(default_factory=Ranks)
    places: Counter[str] = field(default_factory=Counter[str])  # of offers in this run, by the class of their answer

    @property
    def listed(self) -> tuple[object, object]:
        """Return donor and organ, which a run shares with those that follow it."""
        return self.donor, self.leaf.fields.get("organ")

    def settle(self, first: int, last: int) -> None:
        """Take note that the ranks from first to last were offered or passed over."""
        heappush(self.later, (first, last))
        while self.later and self.later[0][0] <= self.lowest:
            self.lowest = max(self.lowest, heappop(self.later)[1] + 1)

    def explain(self, first: int, last: int) -> None:
        """Take note that whoever lost an offer, from the first to the last rank, was offered again or is a skip."""
        del self.fallen[bisect_left(self.fallen, first) : bisect_right(self.fallen, last)]

    def is_of(self, part: str) -> bool:
        """Tell whether a part is one of those that the list of this run is offered."""
        organ = self.leaf.text("organ")
        return part.partition("-")[0] in _OF_ORGAN.get(organ, organ.split("-"))


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
    """Keep at which places an offer stands, the leading one first, and the class of its last answer.

    Where a backup is promoted the places of the promotion come after those of the offer.
    """

    answer: str
    places: list[Place]


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
    offers: dict[int, OfferSoFar] = field(default_factory=dict[int, OfferSoFar])  # by the leaf of the offer
    places: dict[tuple[object, object], Counter[str]] = field(
        default_factory=dict[tuple[object, object], Counter[str]]
    )  # of offers by donor and organ, by the class of their answer
    parts: dict[object, set[str]] = field(default_factory=dict[object, set[str]])  # by donor, those once held or gone
    unclaimed: dict[object, list[tuple[RunSoFar, Leaf]]] = field(
        default_factory=dict[object, list[tuple[RunSoFar, "Leaf"]]]
    )  # by donor, skips that the next leaf about its runs is to bear out
    followed: set[int] = field(default_factory=set[int])  # runs that a stage has put into another order
    accepted: bool = False  # whether any offer was
    paused: dict[int, object] = field(default_factory=dict[int, object])  # the organ of each pause that lasts

    def place(self, offer: OfferSoFar, place: Place) -> None:
        """Take note of a place at which an offer stands; what is promoted inside a run keeps its own."""
        if place in offer.places:
            return
        offer.places.append(place)
        place.run.reached.add(offer.answer, place.ranks)
        place.run.places[offer.answer] += 1
        self.places.setdefault(place.run.listed, Counter())[offer.answer] += 1

    def answer(self, number: int, answer: str) -> None:
        """Take note of the answer to an offer."""
        offer = self.offers[number]
        for place in offer.places:
            place.run.reached.remove(offer.answer, place.ranks)
            place.run.reached.add(answer, place.ranks)
            for counts in (place.run.places, self.places[place.run.listed]):
                counts[offer.answer] -= 1
                counts[answer] += 1
        offer.answer = answer

    def is_short_of(self, run: RunSoFar) -> bool:
        """Tell whether a part that a run ranked for is accepted, is not here any more, or came back since."""
        keys = [(run.donor, part) for part in self.parts.get(run.donor, ()) if run.is_of(part)]
        return any(key in self.taken or key in self.away or self.back.get(key, -1) > run.leaf.number for key in keys)


def numbers(leaf: Leaf, name: str) -> list[int]:
    """Return the whole numbers of a field of a leaf that holds a list of them; none where it has no such field."""
    value = leaf.fields.get(name, [])
    return [each for each in value if isinstance(each, int)] if isinstance(value, list) else []


def parts_of(leaf: Leaf) -> list[str]:
    """Return the parts of a donor that a leaf is about."""
    parts = leaf.fields.get("part")
    return [part for part in parts if isinstance(part, str)] if isinstance(parts, list) else []
