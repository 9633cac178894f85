"""Knows which donor plan a donation follows: one for all its organs, that was in force when a run first named it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bequest.matching.donor_plan import organs_in_order
from bequest.model.enums import Organ
from bequest.model.errors import InputError
from bequest.registry.models import Policy, PolicyEnactment
from bequest.registry.plan_texts import read_plan
from bequest.registry.policies import newest_enactment
from bequest.registry.rows import leaf_of, needed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from bequest.model.donor import Donor
    from bequest.policy.plan import DonorPlan
    from bequest.registry.models import MatchRun


_KEPT = 8


@dataclass(frozen=True, slots=True)
class Followed:
    """Hold the donor plan that a donation follows, by what put it in force, and the organs in its order for the donor.

    Without a plan both are None; without organs, what is known of the donor does not say which order it is.
    """

    enactment: str | None = None
    organs: tuple[Organ, ...] | None = None

    @property
    def written(self) -> str | None:
        """Return the organs as a run's row names them."""
        return None if self.organs is None else " ".join(organ.value for organ in self.organs)

    def place(self, organ: Organ) -> int | None:
        """Return the place of an organ in the order; None where there is none."""
        return self.organs.index(organ) if self.organs is not None and organ in self.organs else None


def followed(runs: Iterable[MatchRun]) -> Followed:
    """Return what the runs of a donation, the first one first, say of its plan: the first that names it decides."""
    rows = list(runs)
    organs = next((each.plan_organs for each in rows if each.plan_organs is not None), None)
    return Followed(
        next((each.plan_id for each in rows if each.plan_id is not None), None),
        None if organs is None else tuple(Organ(name) for name in organs.split()),
    )


def plan_of_run(using: str, runs: Iterable[MatchRun], donor: Donor, day: date) -> Followed:
    """Return the plan that a new run of a donation names: that of the runs before it, or the one in force on a day."""
    before = followed(runs)
    enactment = before.enactment
    if enactment is None:
        newest = newest_enactment(using, None, day)
        enactment = None if newest is None else newest.event_id
    organs = before.organs if before.organs is not None else _organs(plan_of(using, enactment), donor)
    return Followed(enactment, organs)


def hash_of_plan(using: str, enactment: str) -> str:
    """Return the hash of the plan that an enactment put in force."""
    return _row(using, enactment).hash


def plan_of(using: str, enactment: str | None) -> DonorPlan | None:
    """Return the plan that an enactment put in force; None for none."""
    if enactment is None:
        return None
    row = _row(using, enactment)
    return _kept_plan(using, row.event_id, row.written)


@lru_cache(maxsize=_KEPT)
def _kept_plan(using: str, proposal: str, written: str) -> DonorPlan:
    """Return a plan as it was read when it was proposed, which nothing changes later."""
    return read_plan(using, written, before=leaf_of(using, proposal))


def plan_in_force(using: str, day: date) -> Policy | None:
    """Return the row of the donor plan that is in force on a day; None where there is none."""
    newest = newest_enactment(using, None, day)
    return None if newest is None else _row(using, newest.event_id)


def _organs(plan: DonorPlan | None, donor: Donor) -> tuple[Organ, ...] | None:
    if plan is None:
        return None
    try:
        return organs_in_order(plan, donor)
    except InputError:
        # Only whoever needs several organs together needs the order; all others are offered theirs without it.
        return None


def _row(using: str, enactment: str) -> Policy:
    enacted = needed(using, PolicyEnactment, "A plan in force was enacted.", event_id=enactment)
    return needed(using, Policy, "An enactment has a policy.", event_id=enacted.policy_id)
