"""Knows the endpoints of what happens at the bedside: pathway, observation, pause, stand-down, recovery, samples."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from bequest.model.death import DeathManner, ObservationResult, PauseReason
from bequest.model.enums import BloodGroup, Organ
from bequest.registry.observations import CirculationEnded, ObservationEnded, end_observation, start_observation
from bequest.registry.pathways import PathwayOpened, open_pathway
from bequest.registry.pauses import Paused, Resumed, pause_recovery, resume_recovery
from bequest.registry.recoveries import RecoveryOrdered, order_recovery
from bequest.registry.recovery_stops import RecoveryStopped, stop_recovery
from bequest.registry.samples import BloodGroupRead, Characterised, characterise_donor, record_blood_group
from bequest.registry.stand_downs import StoodDown, stand_down
from bequest.service.office import office
from bequest.service.rest.common import (
    ERRORS,
    Code,
    Done,
    Hex32,
    In,
    Instant,
    Key,
    Name,
    Problem,
    Words,
    asking,
    made,
    permitted,
)
from bequest.service.rest.subjects import about_donation, about_pause
from bequest.service.roles import Action

router = Router(tags=["bedside"])


class PathwayIn(In):
    """Say that treatment is withdrawn: decided when, by which two doctors, and when donation was first spoken of.

    `expires_at` is when the pathway ends by itself; null is not known.
    """

    decided_at: Instant
    decided_by: Annotated[list[Words], Field(min_length=1, max_length=10)]
    approached_at: Instant
    kin_raised_it: bool | None
    consented_acts: bool | None
    expires_at: Instant
    manner: DeathManner | None = None


class CirculationIn(In):
    """Say when circulation ended."""

    at: Instant


class ObservationIn(In):
    """Say when and how the observation without touch ended."""

    at: Instant
    result: ObservationResult


class StandDownIn(In):
    """Say why the pathway ends without donation, as a code."""

    reason: Code


class RecoveryIn(In):
    """Say which organs are recovered, beginning now."""

    organs: Annotated[list[Organ], Field(min_length=1, max_length=20)]


class PauseIn(In):
    """Say why you pause."""

    reason: PauseReason


class StopIn(In):
    """Say why the donation ends at this pause, as a code of the list `pause` of leaves."""

    reason: Code


class ResumptionIn(In):
    """Say when you examined the person again."""

    examined_at: Instant


class BloodGroupIn(In):
    """Say which blood group was read in which sample, and who drew it; null where none could be read."""

    sample: Name
    drawn_by: Words
    blood_group: BloodGroup | None
    resulted_at: Instant


class CharacterisationIn(In):
    """Say which fields of the minimum characterisation are known."""

    fields: Annotated[list[Code], Field(min_length=1, max_length=100)]


@router.post("/donors/{donation}/pathway", response={201: Done, ERRORS: Problem})
def begin_pathway(request: HttpRequest, donation: Hex32, body: PathwayIn, idempotency_key: Key) -> object:
    """Open the circulatory pathway; refused where the law has none, or the decision was not made outside donation."""
    permit = permitted(request, Action.PATHWAYS_OPEN, lambda: about_donation(donation))
    told = body.model_dump(exclude={"decided_by"})
    opened = PathwayOpened(donation, decided_by=tuple(body.decided_by), **told)
    return made(open_pathway(office(), asking(permit, idempotency_key), opened))


@router.post("/donors/{donation}/observation", response={201: Done, ERRORS: Problem})
def begin_observation(request: HttpRequest, donation: Hex32, body: CirculationIn, idempotency_key: Key) -> object:
    """Record that circulation ended: from now on nobody touches the body for as long as the law asks."""
    permit = permitted(request, Action.OBSERVATIONS_START, lambda: about_donation(donation))
    return made(start_observation(office(), asking(permit, idempotency_key), CirculationEnded(donation, body.at)))


@router.post("/donors/{donation}/observation/end", response={201: Done, ERRORS: Problem})
def finish_observation(request: HttpRequest, donation: Hex32, body: ObservationIn, idempotency_key: Key) -> object:
    """Record how the observation ended; it is not complete before its time is over."""
    permit = permitted(request, Action.OBSERVATIONS_END, lambda: about_donation(donation))
    ended = ObservationEnded(donation, body.at, body.result)
    return made(end_observation(office(), asking(permit, idempotency_key), ended))


@router.post("/donors/{donation}/stand-down", response={201: Done, ERRORS: Problem})
def end_pathway(request: HttpRequest, donation: Hex32, body: StandDownIn, idempotency_key: Key) -> object:
    """End the circulatory pathway without donation: every offer lapses, and the file is sealed."""
    permit = permitted(request, Action.PATHWAYS_STAND_DOWN, lambda: about_donation(donation))
    return made(stand_down(office(), asking(permit, idempotency_key), StoodDown(donation, body.reason)))


@router.post("/donors/{donation}/recovery", response={201: Done, ERRORS: Problem})
def begin_recovery(request: HttpRequest, donation: Hex32, body: RecoveryIn, idempotency_key: Key) -> object:
    """Begin the recovery of organs; refused while the recovery gate is closed, with every reason."""
    permit = permitted(request, Action.RECOVERIES_ORDER, lambda: about_donation(donation))
    ordered = RecoveryOrdered(donation, tuple(body.organs))
    return made(order_recovery(office(), asking(permit, idempotency_key), ordered))


@router.post("/donors/{donation}/pauses", response={201: Done, ERRORS: Problem})
def pause(request: HttpRequest, donation: Hex32, body: PauseIn, idempotency_key: Key) -> object:
    """Pause, as anybody at the bedside: nothing is recovered until an independent doctor resumes. Nobody is blamed."""
    permit = permitted(request, Action.RECOVERIES_PAUSE, lambda: about_donation(donation))
    return made(pause_recovery(office(), asking(permit, idempotency_key), Paused(donation, body.reason)))


@router.post("/pauses/{pause}/resumption", response={201: Done, ERRORS: Problem})
def resume(request: HttpRequest, pause: Hex32, body: ResumptionIn, idempotency_key: Key) -> object:
    """End a pause after an examination, as a doctor who has no part in the donation."""
    permit = permitted(request, Action.RECOVERIES_RESUME, lambda: about_pause(pause))
    return made(resume_recovery(office(), asking(permit, idempotency_key), Resumed(pause, body.examined_at)))


@router.post("/pauses/{pause}/stop", response={201: Done, ERRORS: Problem})
def stop(request: HttpRequest, pause: Hex32, body: StopIn, idempotency_key: Key) -> object:
    """Stop a paused donation for good: every offer lapses, nothing is recovered, and the file is sealed."""
    permit = permitted(request, Action.RECOVERIES_STOP, lambda: about_pause(pause))
    return made(stop_recovery(office(), asking(permit, idempotency_key), RecoveryStopped(pause, body.reason)))


@router.post("/donors/{donation}/blood-group", response={201: Done, ERRORS: Problem})
def read_blood_group(request: HttpRequest, donation: Hex32, body: BloodGroupIn, idempotency_key: Key) -> object:
    """Record a blood group of one sample; refused while the allocation gate is closed."""
    permit = permitted(request, Action.BLOOD_GROUPS_RECORD, lambda: about_donation(donation))
    read = BloodGroupRead(donation, **body.model_dump())
    return made(record_blood_group(office(), asking(permit, idempotency_key), read))


@router.post("/donors/{donation}/characterisation", response={201: Done, ERRORS: Problem})
def characterise(request: HttpRequest, donation: Hex32, body: CharacterisationIn, idempotency_key: Key) -> object:
    """Record which fields of the minimum are known; refused while the allocation gate is closed."""
    permit = permitted(request, Action.DONORS_CHARACTERISE, lambda: about_donation(donation))
    characterised = Characterised(donation, tuple(body.fields))
    return made(characterise_donor(office(), asking(permit, idempotency_key), characterised))
