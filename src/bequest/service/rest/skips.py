"""Knows the endpoint of who was passed over in a run: by offers, by acceptances, by transplants, and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.http import HttpRequest
from ninja import Router, Schema

from bequest.offers.skip_class import SkipClass, skip_reasons
from bequest.registry.models import PassedOver
from bequest.registry.rows import every, leaf_of
from bequest.service.office import office
from bequest.service.rest.common import ERRORS, Hex32, Problem, looked_at
from bequest.service.rest.subjects import about_run, run_row
from bequest.service.roles import Action

if TYPE_CHECKING:
    from collections.abc import Iterable

router = Router(tags=["match runs"])


class RunSkipRow(Schema):
    """Tell of neighbouring places that were passed over for one reason, by which act, in which event and leaf.

    `act` is what was compared with the order: an offer, an acceptance or a transplant. `cause` is its event.
    """

    leaf: int
    act: str
    first_rank: int
    last_rank: int
    reason: str
    skip_class: str
    says: str
    cause: str


class RunSkipsOut(Schema):
    """Hold who was passed over in a run, in the order of the leaves, and how many places by class of the reason."""

    run: str
    skips: list[RunSkipRow]
    places: dict[str, int]


@router.get("/runs/{run}/skips", response={200: RunSkipsOut, ERRORS: Problem})
def read_skips(request: HttpRequest, run: Hex32) -> dict[str, object]:
    """Read who was passed over in a run, and why: computed from the record, `unexplained` where nothing explains it."""
    looked_at(request, Action.RUNS_READ, f"run {run}", lambda: about_run(run))
    using = office().using
    rows = sorted(
        (leaf_of(using, row.event_id), row) for row in every(using, PassedOver, run_id=run_row(run).event_id)
    )  # fmt: skip
    return {"run": run, "skips": [_row(leaf, row) for leaf, row in rows], "places": _places(row for _, row in rows)}


def _row(leaf: int, row: PassedOver) -> dict[str, object]:
    reason = skip_reasons()[row.reason]
    return {
        "leaf": leaf,
        "act": row.act,
        "first_rank": row.first_rank,
        "last_rank": row.last_rank,
        "reason": reason.code,
        "skip_class": reason.skip_class.value,
        "says": reason.say,
        "cause": row.cause_id,
    }


def _places(rows: Iterable[PassedOver]) -> dict[str, int]:
    """Return by class how many places of the run were passed over for such a reason, each counted once."""
    places = {
        (skip_reasons()[row.reason].skip_class.value, rank)
        for row in rows
        for rank in range(row.first_rank, row.last_rank + 1)
    }
    counted = Counter(name for name, _ in places)
    return {each.value: counted[each.value] for each in SkipClass}
