"""Knows which donor plan the runs of a donation must name: one for all, in force when the first of them named it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.inquiry.verify.chains import chain_starts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bequest.inquiry.verify.leaves import Leaf
    from bequest.inquiry.verify.plain_json import Json

    Say = Callable[[str], None]
    InForce = Callable[[str, str], bool]

PLAN = ("plan_hash", "plan_organs")
"""The fields by which a run names its donor plan, and the organs in the order of that plan."""


class DonorPlans:
    """Keep which donor plan the runs so far named, donation by donation."""

    def __init__(self, leaves: Sequence[Leaf], in_force: InForce, say: Say) -> None:
        """Begin with none; `in_force` tells of a hash whether it is in force on a day."""
        self._leaves, self._in_force, self._say = leaves, in_force, say
        self._first = chain_starts(leaves)
        self._named: dict[object, dict[str, Json]] = {}  # by donor: what its runs say of the plan
        self._any = False  # whether any run has named one

    def followed(self, run: Leaf) -> None:
        """Say where a run names another plan than its donation follows, or none though one is in force."""
        what = f"the run of leaf {run.number}"
        known = self._named.setdefault(donor_of(run, self._leaves, self._first), {})
        used, day = run.fields.get(PLAN[0]), run.at.date().isoformat()
        if "follows" in run.fields:
            return  # It has what the run has that it follows: `order`.
        if used is None:
            if self._any or PLAN[1] in run.fields:
                self._say(f"{what} names no donor plan, though one was in force before it")
            return
        if PLAN[0] not in known and not self._in_force(str(used), day):
            self._say(f"{what} names a donor plan that was not in force on {day}")
        self._any = True
        for name in PLAN:
            stated = run.fields.get(name)
            # Which order it is may become known with a later run.
            if known.get(name) is None:
                known[name] = stated
            if known[name] != stated:
                self._say(f"{what} has another '{name}' than the runs of its donor before it")


def donor_of(run: Leaf, leaves: Sequence[Leaf], first: Sequence[int]) -> object:
    """Return what the runs of one donor share: the first leaf of the chain in which the organ was released.

    `first` holds that of each leaf. One organ may be released by the pathway, and another one by the death after it.
    """
    number = run.integer("available")
    return first[number] if number < run.number and leaves[number].kind == "organ.available" else None


def leads_wrongly(offer: Leaf, organs: Sequence[str], runs: Sequence[Leaf]) -> Iterator[str]:
    """Yield in a sentence where organs that are offered together are in another order than their donor plan's.

    `runs` are those of the donor before the offer, the first one first.
    """
    if len(organs) == 1:
        return
    stated = (run.fields.get(PLAN[1]) for run in runs)
    order = next((each for each in stated if isinstance(each, list)), None)
    if order is None or not set(organs) <= set(order):
        yield f"the offer of leaf {offer.number} is of organs that no donor plan of its runs puts in order"
    elif sorted(organs, key=order.index) != list(organs):
        yield (
            f"the offer of leaf {offer.number} is led by the {organs[0]}, and the donor plan has these organs in "
            "another order"
        )
