"""Knows the API as a whole: its rooms, who is let in, how every error is told, and its description in OpenAPI."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from django.db import DatabaseError, IntegrityError, OperationalError
from django.http import Http404, HttpRequest
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from bequest.model.errors import BequestError
from bequest.model.version import __version__
from bequest.registry.models import Event, RefusalReason
from bequest.registry.refusal import GateRefusedError, RequestKeyError, StaleError
from bequest.registry.rows import every, needed
from bequest.service.office import office
from bequest.service.problem import PROBLEM_JSON, ProblemError, problem, told
from bequest.service.protection import source_of
from bequest.service.quorum import quorum_notice
from bequest.service.rest import (
    bedside,
    break_glass,
    centres,
    desk,
    discards,
    donor_filters,
    donors,
    downtimes,
    events,
    exchanges,
    incidents,
    ledger,
    offers,
    overrides,
    papers,
    policies,
    registrations,
    results,
    reviews,
    runs,
    sealed_reports,
    shipments,
    skips,
    statistics,
    transplants,
)
from bequest.service.rest.common import SessionSignIn, TokenSignIn
from bequest.service.rest.subjects import event_of

if TYPE_CHECKING:
    from django.http import HttpResponse

_LOWEST_ERROR = 400
_ROOMS = (
    policies, centres, donor_filters, registrations, results, reviews, donors, papers, bedside, runs, skips, overrides,
    offers, exchanges, shipments, discards, transplants, incidents, sealed_reports, downtimes, ledger, desk,
    break_glass, statistics, events,
)  # fmt: skip
_ABOUT = """The REST interface of one allocation office.

Whatever changes something carries an `Idempotency-Key`: the same key with the same content is done once, and answered
as before. Every error is `application/problem+json` with a sentence in `detail`. A step that a rule refuses is answered
with 409; the answer names the rule, every reason (whether it holds or blocks, who must act by when, who may lift it),
and the leaf of the log in which the refusal stands, with its instant. Instants are UTC.

What was done on paper while the service was down is entered by the duty desk with the header `Happened-At`, an instant
within a downtime that is on record: it is judged by that instant, and the log says both.

A referral opens by its own number only: there is no list of donations, and nothing searches donors for a candidate.
"""


class RootOut(Schema):
    """Tell what answers here, where its source is, and where the log lacks its quorum of witnesses."""

    name: str
    version: str
    synthetic: bool
    source: str
    licence: str
    description: str
    notice: str | None


class _Api(NinjaAPI):
    """Describe errors as what they are: problem+json."""

    def get_openapi_schema(self, **more: Any) -> Any:  # noqa: ANN401  ninja's own signature
        """Return the description, each error under the type with which it is sent."""
        schema = cast("dict[str, Any]", super().get_openapi_schema(**more))
        for path in schema["paths"].values():
            for operation in path.values():
                for status, answer in operation.get("responses", {}).items():
                    content = answer.get("content", {})
                    if int(status) >= _LOWEST_ERROR and "application/json" in content:
                        content[PROBLEM_JSON] = content.pop("application/json")
        return cast("Any", schema)


@cache
def api() -> NinjaAPI:
    """Return the API; it is made once."""
    made = _Api(
        title="Bequest",
        version=__version__,
        description=_ABOUT,
        auth=[TokenSignIn(), SessionSignIn()],
        urls_namespace="api",
    )
    made.get("/", auth=None, response=RootOut, tags=["public"])(root)
    for room in _ROOMS:
        made.add_router("", room.router)
    _tell_errors(made)
    return made


def root(request: HttpRequest) -> dict[str, object]:
    """Read what answers here: version, whether the people are invented, and where the source is."""
    return {
        "name": "Bequest",
        "version": __version__,
        "synthetic": office().synthetic,
        "source": source_of(request),
        "licence": "AGPL-3.0-or-later",
        "description": "/api/v1/openapi.json",
        "notice": quorum_notice(),
    }


def _tell_errors(made: NinjaAPI) -> None:
    handlers: dict[type[Exception], Any] = {
        ProblemError: lambda _, error: told(error),
        GateRefusedError: _refused,
        RequestKeyError: lambda _, error: problem(409, "request-key", str(error)),
        StaleError: lambda _, error: problem(412, "changed", str(error)),
        BequestError: lambda _, error: problem(422, "input", str(error)),
        ValidationError: _invalid,
        AuthenticationError: lambda *_: problem(401, "sign-in", "Sign in, or send a token that holds."),
        Http404: lambda *_: problem(404, "not-found", "There is nothing at this address."),
        HttpError: lambda _, error: problem(error.status_code, "request", str(error)),
        OperationalError: lambda *_: problem(503, "busy", "The database is busy or away; send the request again."),
        IntegrityError: lambda *_: problem(409, "database", "The database refuses this: it breaks a rule of a table."),
        DatabaseError: lambda *_: problem(409, "database", "The database refuses this."),
    }
    for kind, handler in handlers.items():
        made.add_exception_handler(kind, handler)


def _refused(_: HttpRequest, error: GateRefusedError) -> HttpResponse:
    """Tell a refusal with all that the gate found, as it was written down with the leaf."""
    using = office().using
    leaf = error.index
    assert leaf is not None, "a refusal reaches whoever asked with its leaf"
    event = needed(using, Event, "A refusal is an event.", id=event_of(using, leaf))
    rows = every(using, RefusalReason, "number", event_id=event.id)
    more = {"rule": error.rule, "step": error.step, "leaf": leaf, "at": event.at}
    return problem(409, "refused", str(error), {**more, "reasons": [_reason(row) for row in rows]})


def _reason(row: RefusalReason) -> dict[str, object]:
    return {
        "rule": row.rule,
        "verdict": row.verdict,
        "critical": row.critical,
        "sentence": row.sentence,
        "who": row.who.split(", ") if row.who else [],
        "act_by": row.act_by,
        "lifted_by": row.lifted_by,
        "source": row.source,
    }


def _invalid(_: HttpRequest, error: ValidationError) -> HttpResponse:
    """Say what is wrong with a request and where, without repeating what was sent."""
    wrong = [
        {"place": ".".join(str(part) for part in each["loc"]), "says": str(each["msg"]).removeprefix("Value error, ")}
        for each in error.errors
    ]
    sentence = "; ".join(f"{each['place']}: {each['says']}" for each in wrong)
    return problem(422, "input", f"The request is not as it must be: {sentence}.", {"wrong": wrong})
