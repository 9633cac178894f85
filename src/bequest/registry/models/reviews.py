"""Knows the tables of the list's upkeep, as Django sees them: results, exceptions, appeals, reviews, withdrawal."""

from __future__ import annotations

from django.db import models

from bequest.registry.fields import Row, number, octets, of, of_or_nothing, one_of, text, text_or_nothing
from bequest.registry.models.people import Centre, Event, Registration


class Recertification(Row):
    """Keep that a datum was measured anew, with which outcome, and until when that holds."""

    event = one_of(Event, key=True)
    event_id: str
    registration = of(Registration)
    registration_id: str
    datum = text()
    level = text()
    measured_at = text()
    valid_until = text()
    evidence = text()


class ResultEntry(Row):
    """Keep a result as one person typed it, sealed, until somebody else has typed it as well."""

    event = one_of(Event, key=True)
    event_id: str
    registration = of(Registration)
    registration_id: str
    analysis = text()
    sealed = octets()
    entered_by = text()


class ResultCheck(Row):
    """Keep that a second person typed a result: `loci` names where the two differ, nothing where they agree."""

    event = one_of(Event, key=True)
    event_id: str
    entry = one_of(ResultEntry)
    entry_id: str
    entered_by = text()
    checked_by = text()
    loci = text()


class ResultUpload(Row):
    """Keep that a result came from a machine's file, and who signs for it."""

    event = one_of(Event, key=True)
    event_id: str
    registration = of(Registration)
    registration_id: str
    analysis = text()
    document = text()
    signer = text()


class Withdrawal(Row):
    """Keep that a candidate withdrew the consent to be listed."""

    event = one_of(Event, key=True)
    event_id: str
    registration = one_of(Registration)
    registration_id: str
    withdrawn_on = text()


class Relisting(Row):
    """Keep that a candidate who withdrew is listed again, and how many days of waiting came back."""

    event = one_of(Event, key=True)
    event_id: str
    withdrawal = one_of(Withdrawal)
    withdrawal_id: str
    registration = one_of(Registration)
    registration_id: str
    consented_on = text()
    restored_days = number()


class ReviewCase(Row):
    """Keep what is decided from outside: a request for an exception, or an appeal; `centre` listed the candidate."""

    event = one_of(Event, key=True)
    event_id: str
    kind = text()
    registration = of(Registration)
    registration_id: str
    centre = of(Centre)
    centre_id: str


class BarredCentre(Row):
    """Keep a centre from which nobody reviews a case."""

    pk = models.CompositePrimaryKey("case_id", "centre_id")
    case = of(ReviewCase)
    case_id: str
    centre = of(Centre)
    centre_id: str


class ExceptionRequest(Row):
    """Keep what an exception is asked for, with its evidence, sealed; `renews` is the decision it goes on from."""

    case = one_of(ReviewCase, key=True)
    case_id: str
    case_kind = text()
    datum = text()
    level = text()
    evidence = octets()
    evidence_digest = text()
    renews = of_or_nothing("Decision")
    renews_id: str | None


class Appeal(Row):
    """Keep what is contested, by its leaf, and by whom."""

    case = one_of(ReviewCase, key=True)
    case_id: str
    case_kind = text()
    registration = of(Registration)
    registration_id: str
    about_idx = number()
    about_kind = text()
    opened_by = text()
    ground = text()


class Reviewer(Row):
    """Keep that somebody of a centre was appointed as a reviewer, until an instant."""

    pk = models.CompositePrimaryKey("event_id", "person")
    event = of(Event)
    event_id: str
    person = text()
    centre = of(Centre)
    centre_id: str
    until = text()
    appointed_by = text()


class Review(Row):
    """Keep one reviewer's verdict on a case."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(ReviewCase)
    case_id: str
    case_centre_id = text()
    appointment_id = text()
    reviewer = text()
    centre = of(Centre)
    centre_id: str
    verdict = text()
    reason = text()


class Decision(Row):
    """Keep how a case was decided, by the agreeing verdicts of two reviewers."""

    event = one_of(Event, key=True)
    event_id: str
    case = one_of(ReviewCase)
    case_id: str
    case_kind = text()
    outcome = text()
    reason = text()
    expires_at = text_or_nothing()
    first_reviewer = text()
    second_reviewer = text()
