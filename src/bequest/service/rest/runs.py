"""Knows the endpoints of match runs: rank, sign, begin a stage, read, explain one row, compare two."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field, StringConstraints

from bequest.matching.match_run import MatchRun as Ranking
from bequest.model.enums import Organ
from bequest.model.errors import InputError
from bequest.registry.donor_plans import hash_of_plan
from bequest.registry.match_runs import (
    RunAsked,
    RunSigning,
    StageBegun,
    begin_stage,
    check_rankable,
    ranking_anew,
    run_match,
    sign_run,
)
from bequest.registry.models import (
    MatchRun,
    Offer,
    PassedOver,
    Policy,
    PolicyEnactment,
    RunSignature,
    Version,
)
from bequest.registry.offers import next_rank
from bequest.registry.rows import every, leaf_of, leaves_of, needed
from bequest.registry.run_orders import Place, count_of_places, places_of
from bequest.registry.versions import centres_now
from bequest.service.office import office
from bequest.service.problem import ProblemError
from bequest.service.rest.common import (
    ERRORS,
    Cursor,
    Done,
    Hex32,
    Hex64,
    In,
    Key,
    Limit,
    Name,
    Problem,
    asking,
    cursor_of,
    looked_at,
    made,
    number_of,
    permitted,
    pointed,
)
from bequest.service.rest.subjects import (
    about_donation,
    about_row,
    about_run,
    organ_of,
    run_row,
    standings_of,
)
from bequest.service.roles import Action, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

router = Router(tags=["match runs"])
_RANKING = Lock()
_RUNS_KEPT = 4
"""How many rankings stay in memory: that of a nation's kidney list takes some fifty megabytes."""
_MOST_MINUTES = 24 * 60
_MOST_BACKUPS = 10


class RunIn(In):
    """Ask for a run; `inputs` is JSON of the balances, turns or medians that the policy names.

    `reply_minutes` is for a policy that does not state how long there is to answer; `backups` is how many live offers
    are kept behind what is accepted.
    """

    inputs: Annotated[str | None, StringConstraints(max_length=200_000, pattern=r"^[^\u0000]*$")] = None
    lottery_seed: Annotated[str | None, StringConstraints(pattern=r"^[0-9a-f]{1,128}$")] = None
    reply_minutes: Annotated[int | None, Field(ge=1, le=_MOST_MINUTES)] = None
    backups: Annotated[int, Field(ge=0, le=_MOST_BACKUPS)] = 0


class RunMade(Done):
    """Tell which run was made, and how many places it has."""

    run: str
    ranked: int


class PlaceRow(Schema):
    """Tell of one place; of other centres' patients, only that there is one."""

    rank: int
    offer_kind: str
    registration: str | None
    centre: str | None
    state: str


class RunOut(Schema):
    """Tell of a run: what it ranked for, by which policy, and a page of its places.

    The order of a `stage` is a run of its own, and `follows` names the run that it puts into another order.
    `plan_hash` is of the donor plan that the donation follows, `plan_organs` are its organs in the order of the plan.
    """

    run: str
    leaf: int
    donation: str
    organ: str
    ranked_at: str
    policy: str
    policy_hash: str
    plan_hash: str | None
    plan_organs: list[str] | None
    signatures: int
    next_rank: int | None
    stage: str | None
    follows: str | None
    places: list[PlaceRow]
    next: str | None


class NotRankedRow(Schema):
    """Tell of a registration without a place: the screens that it fails, and those that cannot be judged.

    `best_rank` is the place that it would have if every missing fact were in its favour; null where nothing is missing.
    """

    registration: str
    centre: str | None
    failed: list[str]
    cannot_be_judged: list[str]
    best_rank: int | None


class NotRankedPage(Schema):
    """Hold a page of those without a place; first those who lack a fact, by the best place that it may hide."""

    not_ranked: list[NotRankedRow]
    next: str | None


class ExplanationOut(Schema):
    """Tell why a registration has its place, or none: as lines to read, and as data."""

    text: str
    explanation: dict[str, object]


class MovedRow(Schema):
    """Tell where a registration stood in each of two runs; null where it had no place."""

    registration: str
    offer_kind: str
    before: int | None
    after: int | None


class DifferenceOut(Schema):
    """Tell what two runs of one organ's list differ in."""

    same_policy: bool
    moved: list[MovedRow]


class StageIn(In):
    """Begin a stage, such as rescue; `evidence` is the SHA-256 of what shows that it may begin."""

    stage: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[a-z][a-z0-9_-]*$")]
    evidence: Hex64


@router.post("/donors/{donation}/organs/{organ}/runs", response={201: RunMade, ERRORS: Problem})
def make_run(  # noqa: PLR0913, PLR0917  ninja fills each from the request
    request: HttpRequest, response: HttpResponse, donation: Hex32, organ: Organ, body: RunIn, idempotency_key: Key
) -> object:
    """Rank the list of an open organ as it is now, by the policy in force."""
    permit = permitted(request, Action.RUNS_MAKE, lambda: about_donation(donation))
    asked = RunAsked(donation, organ, **body.model_dump())
    entered = run_match(office(), asking(permit, idempotency_key), asked)
    pointed(response, f"/runs/{entered.event_id}")
    ranked = count_of_places(office().using, entered.event_id)
    return made(entered, run=entered.event_id, ranked=ranked)


@router.get("/runs/{run}", response={200: RunOut, ERRORS: Problem})
def read_run(request: HttpRequest, run: Hex32, cursor: Cursor = None, limit: Limit = 50) -> dict[str, object]:
    """Read a run, page by page down its places."""
    permit = looked_at(request, Action.RUNS_READ, f"run {run}", lambda: about_run(run))
    using, row, after = office().using, run_row(run), number_of(cursor) or 0
    enactment = needed(using, PolicyEnactment, "A run has a policy.", event_id=row.enactment_id)
    policy = needed(using, Policy, "An enactment has a policy.", event_id=enactment.policy_id)
    organ = organ_of(row)
    places = places_of(using, run, after + 1, after + limit + 1)
    own = permit.account.centre if permit.verdict is Verdict.OWN_OFFER else None
    return {
        "run": run,
        "leaf": leaf_of(using, run),
        "donation": organ.case_id,
        "organ": organ.organ,
        "ranked_at": row.ranked_at,
        "policy": f"{policy.name} {policy.edition}",
        "policy_hash": policy.hash,
        "plan_hash": None if row.plan_id is None else hash_of_plan(using, row.plan_id),
        "plan_organs": None if row.plan_organs is None else row.plan_organs.split(),
        "signatures": len(every(using, RunSignature, run_id=run)),
        "next_rank": next_rank(office(), run),
        "stage": row.stage,
        "follows": row.follows_id,
        "places": _places_out(run, places[:limit], own=own),
        "next": cursor_of(str(places[limit - 1].rank)) if len(places) > limit else None,
    }


def _places_out(run: str, rows: Sequence[Place], *, own: str | None) -> list[dict[str, object]]:
    """Return what is told of places: however many they are, in as many questions as for one."""
    using = office().using
    centres = centres_now(using, [row.registration for row in rows])
    offers = every(using, Offer, run_id=run, rank__in=[row.rank for row in rows])
    leaves, standings = leaves_of(using, [each.event_id for each in offers]), standings_of(offers)
    offered = {
        each.rank: standings[each.event_id][0] for each in sorted(offers, key=lambda each: leaves[each.event_id])
    }
    passed = every(using, PassedOver, run_id=run)
    found: list[dict[str, object]] = []
    for row in rows:
        centre = centres[row.registration]
        shown = own is None or centre == own
        found.append(
            {
                "rank": row.rank,
                "offer_kind": row.offer_kind,
                "registration": row.registration if shown else None,
                "centre": centre if shown else None,
                "state": _state(row.rank, offered, passed),
            }
        )
    return found


def _state(rank: int, offered: Mapping[int, str], passed: list[PassedOver]) -> str:
    """Return what happened at a place: nothing yet, passed over, or how its newest offer stands."""
    if rank in offered:
        return "offered" if offered[rank] == "open" else offered[rank]
    return "passed over" if any(each.first_rank <= rank <= each.last_rank for each in passed) else "waiting"


@router.get("/runs/{run}/not-ranked", response={200: NotRankedPage, ERRORS: Problem})
def read_not_ranked(request: HttpRequest, run: Hex32, cursor: Cursor = None, limit: Limit = 50) -> dict[str, object]:
    """Read who has no place, and who lacks a fact: whoever signs a run looks at these before its first offer."""
    permit = looked_at(request, Action.RUNS_READ, f"run {run}", lambda: about_run(run))
    own = permit.account.centre if permit.verdict is Verdict.OWN_OFFER else None
    after = number_of(cursor) or 0
    rows = list(ranking_of(run_row(run).event_id).not_ranked())
    rows.sort(key=lambda each: (each.optimistic_rank is None, each.optimistic_rank or 0, each.registration))
    if own is not None:
        ours = _registrations_at(own)
        rows = [each for each in rows if each.registration in ours]
    page = rows[after : after + limit]
    centres = centres_now(office().using, [each.registration for each in page])
    return {
        "not_ranked": [
            {
                "registration": each.registration,
                "centre": centres[each.registration],
                "failed": list(each.failed),
                "cannot_be_judged": list(each.unknown),
                "best_rank": each.optimistic_rank,
            }
            for each in page
        ],
        "next": cursor_of(str(after + limit)) if len(rows) > after + limit else None,
    }


def _registrations_at(centre: str) -> frozenset[str]:
    """Return the registrations whose centre this is now."""
    using = office().using
    ever = {each.registration_id for each in every(using, Version, centre_id=centre)}
    return frozenset(name for name, now in centres_now(using, sorted(ever)).items() if now == centre)


@router.get("/runs/{run}/explain/{registration}", response={200: ExplanationOut, ERRORS: Problem})
def explain(request: HttpRequest, run: Hex32, registration: Name) -> dict[str, object]:
    """Say why a registration has its place in a run, or has none."""
    looked_at(
        request, Action.RUNS_EXPLAIN, f"run {run} registration {registration}", lambda: about_row(run, registration)
    )
    told = ranking_of(run_row(run).event_id).explain(registration)
    return {"text": str(told), "explanation": told.to_dict()}


def ranking_of(run: str) -> Ranking:
    """Return a run, ranked again; a run never changes, so a few are kept.

    Whoever asks while it is ranked waits for that: many at once would each have a list of their own in memory.
    """
    with _RANKING:
        try:
            check_rankable(office().using, run_row(run))
        except InputError:
            # Somebody whom it ranked was erased: nothing of them stays in memory.
            kept_ranking.cache_clear()
            raise
        return kept_ranking(run)


@lru_cache(maxsize=_RUNS_KEPT)
def kept_ranking(run: str) -> Ranking:
    """Return a run, ranked again at the first time."""
    return ranking_anew(office(), run_row(run))


@router.get("/runs/{before}/diff/{after}", response={200: DifferenceOut, ERRORS: Problem})
def compare(request: HttpRequest, before: Hex32, after: Hex32) -> dict[str, object]:
    """Say who moved between two runs of one organ's list, and who came or went."""
    looked_at(request, Action.RUNS_COMPARE, f"runs {before} {after}", lambda: about_run(before))
    first, second = run_row(before), run_row(after)
    if organ_of(first).organ != organ_of(second).organ:
        raise ProblemError(422, "input", "These runs rank lists of different organs; compare two of one organ.")
    places = [_places(first), _places(second)]
    moved = [
        {
            "registration": name,
            "offer_kind": kind,
            "before": places[0].get((name, kind)),
            "after": places[1].get((name, kind)),
        }
        for name, kind in sorted({*places[0], *places[1]})
        if places[0].get((name, kind)) != places[1].get((name, kind))
    ]
    return {"same_policy": first.enactment_id == second.enactment_id, "moved": moved}


def _places(run: MatchRun) -> dict[tuple[str, str], int]:
    places = reversed(places_of(office().using, run.event_id))
    return {(place.registration, place.offer_kind): place.rank for place in places}


@router.post("/runs/{run}/signature", response={201: Done, ERRORS: Problem})
def sign(request: HttpRequest, run: Hex32, idempotency_key: Key) -> object:
    """Sign a run, once you have looked at whom it ranks; two people do, and then its offers begin."""
    permit = permitted(request, Action.RUNS_SIGN, lambda: about_run(run))
    return made(sign_run(office(), asking(permit, idempotency_key), RunSigning(run)))


@router.post("/runs/{run}/stages", response={201: RunMade, ERRORS: Problem})
def stage(request: HttpRequest, response: HttpResponse, run: Hex32, body: StageIn, idempotency_key: Key) -> object:
    """Begin a stage of a run: its own order is a run that two people sign, and that offers follow from then on."""
    permit = permitted(request, Action.STAGES_BEGIN, lambda: about_run(run))
    begun = StageBegun(run, body.stage, body.evidence)
    entered = begin_stage(office(), asking(permit, idempotency_key), begun)
    pointed(response, f"/runs/{entered.event_id}")
    ranked = count_of_places(office().using, entered.event_id)
    return made(entered, run=entered.event_id, ranked=ranked)
