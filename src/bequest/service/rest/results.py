"""Knows the endpoints of laboratory results: typed by one person, typed again unseen by another, or out of a file."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router
from pydantic import StringConstraints

from bequest.registry.results import (
    Typed,
    TypedAgain,
    Uploaded,
    confirm_result,
    differing_loci,
    enter_result,
    upload_result,
)
from bequest.service.office import office
from bequest.service.rest.common import (
    ERRORS,
    Done,
    Hex32,
    Hex64,
    In,
    Key,
    Name,
    Problem,
    Words,
    asking,
    made,
    permitted,
)
from bequest.service.rest.subjects import about_entry, about_registration
from bequest.service.roles import Action

router = Router(tags=["results"])
Result = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=r"^[^\u0000-\u001f\u007f-\u009f]+$")]
Analysis = Literal["hla_typing", "antibodies"]


class TypedIn(In):
    """Type a result from the laboratory's paper; of antibodies, `none` where there are none."""

    analysis: Analysis
    result: Result


class AgainIn(In):
    """Type the same result, without having seen the first entry."""

    result: Result


class FileIn(In):
    """Give a result out of a machine's file: the file's SHA-256, and who signs for it."""

    analysis: Analysis
    result: Result
    document: Hex64
    signer: Words


class ComparedOut(Done):
    """Tell at which loci the two entries differ; none: the result is on the list."""

    differing_loci: list[str]


@router.post("/registrations/{registration}/results", response={201: Done, ERRORS: Problem})
def enter(request: HttpRequest, registration: Name, body: TypedIn, idempotency_key: Key) -> object:
    """Type a result; it waits, sealed, and changes nothing before somebody else has typed the same."""
    permit = permitted(request, Action.RESULTS_ENTER, lambda: about_registration(registration))
    typed = Typed(registration, body.analysis, body.result)
    return made(enter_result(office(), asking(permit, idempotency_key), typed))


@router.post("/results/{entry}/confirmation", response={201: ComparedOut, ERRORS: Problem})
def confirm(request: HttpRequest, entry: Hex32, body: AgainIn, idempotency_key: Key) -> object:
    """Type a result a second time: where the two agree it is taken over, and else nothing is."""
    permit = permitted(request, Action.RESULTS_CONFIRM, lambda: about_entry(entry))
    entered = confirm_result(office(), asking(permit, idempotency_key), TypedAgain(entry, body.result))
    return made(entered, differing_loci=list(differing_loci(office().using, entry)))


@router.post("/registrations/{registration}/result-files", response={201: Done, ERRORS: Problem})
def upload(request: HttpRequest, registration: Name, body: FileIn, idempotency_key: Key) -> object:
    """Take over a result out of a machine's file, for which somebody signs."""
    permit = permitted(request, Action.RESULTS_UPLOAD, lambda: about_registration(registration))
    uploaded = Uploaded(registration, **body.model_dump())
    return made(upload_result(office(), asking(permit, idempotency_key), uploaded))
