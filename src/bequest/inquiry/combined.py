"""Knows whether organs that went together went to one person, who needs them so by the list and the donor plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bequest.inquiry.verify.chains import chain_starts
from bequest.inquiry.verify.donor_plans import donor_of
from bequest.inquiry.verify.order_so_far import numbers
from bequest.matching.second_organs import needed_together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bequest.inquiry.verify.leaves import Leaf
    from bequest.matching.match_run import MatchRun
    from bequest.matching.second_organs import NeededOrgan
    from bequest.policy.plan import DonorPlan

    Ranked = Callable[[int], MatchRun | None]

_LINKED = frozenset({"follows_other_organ", "second_organ_missing"})
"""For what somebody is passed over who needs several organs together."""
_LED_BY = {"offer.made": "run", "offer.promoted": "into"}
"""The field that names the leading run of an offer."""


@dataclass(frozen=True)
class Together:
    """Hold by the leading run offers of several organs and all promotions, and by each run all runs of its donor."""

    offers: Mapping[int, Sequence[Leaf]]
    runs: Mapping[int, Sequence[int]]


def together_in(leaves: Sequence[Leaf]) -> Together:
    """Return what the leaves offer together."""
    offers: dict[int, list[Leaf]] = {}
    donors: dict[object, list[int]] = {}
    first = chain_starts(leaves)
    for leaf in leaves:
        if leaf.kind == "offer.promoted" or (leaf.kind == "offer.made" and "second_runs" in leaf.fields):
            offers.setdefault(leaf.integer(_LED_BY[leaf.kind]), []).append(leaf)
        elif leaf.kind == "match.run":
            donors.setdefault(donor_of(leaf, leaves, first), []).append(leaf.number)
    return Together(offers, {run: runs for runs in donors.values() for run in runs})


class Combinations:
    """Judge what went together; `ranked` ranks the run of a leaf anew, once each, None where it cannot."""

    def __init__(
        self, together: Together, leaves: Sequence[Leaf], plans: Mapping[str, DonorPlan], ranked: Ranked
    ) -> None:
        """`plans` holds the bundled donor plans by hash."""
        self._together, self._leaves, self._plans = together, leaves, plans
        self._ranked = ranked
        self._known: dict[int, MatchRun | None] = {}
        self._needed: dict[int, dict[int, tuple[NeededOrgan, ...]]] = {}

    def differences(self, number: int, result: MatchRun, skips: Sequence[Leaf]) -> Iterator[str]:
        """Yield in sentences what went together from a run without a need, and who is passed over as if they had one.

        `result` is the run ranked again, `skips` are the leaves that pass over places of it.
        """
        self._known[number] = result
        for offer in self._together.offers.get(number, ()):
            yield from self._apart(offer)
        for skip in skips:
            if skip.text("reason") in _LINKED:
                yield from self._alone(skip, number, result)

    def _apart(self, offer: Leaf) -> Iterator[str]:
        """Yield a sentence where what an offer has together is of two people, or not needed together.

        A promotion has the places of one person who had the offer; whether they need both was asked when it was made.
        """
        seats = self._seats(offer)
        if offer.kind == "offer.promoted":
            made = self._leaves[offer.integer("offer")]
            before = self._seats(made) if made.kind == "offer.made" else []
            if seats and before and {each.candidate for each in seats} != {before[0].candidate}:
                yield f"leaf {offer.number} ({offer.kind}) names the place of somebody else than who had the offer"
            return
        if len({each.candidate for each in seats}) > 1:
            yield f"leaf {offer.number} ({offer.kind}) has organs together that are of places of two people"
        for seat in seats:
            if not any(seat.goes_with(each) or each.goes_with(seat) for each in seats if each is not seat):
                yield (
                    f"leaf {offer.number} ({offer.kind}) has the {seat.organ.value} together with another organ, and "
                    "neither the list nor the donor plan says that both go together"
                )

    def _seats(self, offer: Leaf) -> list[_Seat]:
        """Return the places of an offer; none where one cannot be found, as that is held to its run elsewhere."""
        own = offer.integer(_LED_BY[offer.kind]), offer.integer("rank")
        seats: list[_Seat] = []
        for run, rank in (own, *zip(numbers(offer, "second_runs"), numbers(offer, "second_ranks"), strict=False)):
            ranked = self._ranking(run)
            if ranked is None or not 1 <= rank <= len(ranked):
                return []
            seats.append(_Seat(ranked, rank, self._needs(ranked, run)))
        return seats

    def _alone(self, skip: Leaf, number: int, result: MatchRun) -> Iterator[str]:
        """Yield a sentence where somebody is passed over for another organ that they do not need."""
        before = [each for each in self._together.runs[number] if each < skip.number]
        newest = {self._leaves[run].text("organ"): run for run in before}
        needing: set[str | None] = set()
        for run in newest.values():
            other = self._ranking(run)
            if other is None:
                return  # An erased person hides who needed what.
            needing |= _needing(other, self._needs(other, run))
        first = skip.integer("first_rank")
        rows = result.evaluation.order_row[max(first - 1, 0) : skip.integer("last_rank")].tolist()
        for rank, row in enumerate(rows, first):
            if result.pool.texts["candidate"][row] not in needing:
                yield (
                    f"leaf {skip.number} passes over place {rank} as {skip.text('reason')}, and neither the list nor "
                    "the donor plan says that they need another organ with it"
                )
                break

    def _ranking(self, run: int) -> MatchRun | None:
        if run not in self._known:
            self._known[run] = self._ranked(run)
        return self._known[run]

    def _needs(self, result: MatchRun, run: int) -> dict[int, tuple[NeededOrgan, ...]]:
        if run not in self._needed:
            plan = self._plans.get(str(self._leaves[run].fields.get("plan_hash")))
            self._needed[run] = needed_together(result, plan)
        return self._needed[run]


class _Seat:
    """Hold one place of an offer: whose it is, and which organs go with it by their first place on that list."""

    def __init__(self, run: MatchRun, rank: int, needed: Mapping[int, tuple[NeededOrgan, ...]]) -> None:
        row = int(run.evaluation.order_row[rank - 1])
        first = int(np.flatnonzero(run.evaluation.order_row == row)[0])
        self.organ = run.organ
        self.candidate = run.pool.texts["candidate"][row]
        self._centre = run.pool.texts["centre"][row]
        self._needed = needed.get(first, ())

    def goes_with(self, other: _Seat) -> bool:
        """Tell whether this place has the organ of another one with it."""
        return any(
            each.organ is other.organ and (not each.one_centre or self._centre == other._centre)
            for each in self._needed
        )


def _needing(run: MatchRun, needed: Mapping[int, tuple[NeededOrgan, ...]]) -> set[str | None]:
    return {run.pool.texts["candidate"][int(run.evaluation.order_row[place])] for place in needed}
