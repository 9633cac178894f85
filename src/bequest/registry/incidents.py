"""Knows how a report of what went wrong, or must never happen, is taken: from anybody, at any time, of any donation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.leaf import instant_text
from bequest.model.errors import InputError
from bequest.model.identifiers import RegistrationId
from bequest.offers.record import RunId
from bequest.offers.skip import Act, Done, acceptance_of
from bequest.registry import rules
from bequest.registry.codes import check_code
from bequest.registry.donors import any_case
from bequest.registry.instants import past
from bequest.registry.models import Incident, MatchRun, Organ, Registration
from bequest.registry.offer_state import known_of
from bequest.registry.office_keys import open_for_office, seal_for_office
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import added, needed, size_of_log
from bequest.registry.skips import reported as passed_by
from bequest.safeguards.finding import RuleId
from bequest.safeguards.rule_text import rule_texts

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.registry.offer_state import Known
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


@dataclass(frozen=True, slots=True)
class IncidentReported:
    """Hold what is reported: when it happened, how grave it is, who reports (codes of leaves), in which words.

    `rule` is the rule that was broken, which makes the report a critical one; `about` the leaf that it is about,
    `donation` the donation; None: not known. The words are kept sealed, and are in no leaf. `run` is named where an
    organ of that run is said to have been transplanted outside its offers, `registration` to whom; None: not known.
    """

    happened_at: datetime
    severity: str
    reporter: str
    report: str | None = None
    donation: str | None = None
    rule: str | None = None
    about: int | None = None
    run: str | None = None
    registration: str | None = None


def report_incident(office: Office, request: Request, reported: IncidentReported) -> Entered:
    """Record a report; a fact is never refused, on a sealed file neither, however late it comes.

    It enters no other table and no count, and is never removed. A transplant that is reported like this is compared
    with the order of its run: who was passed over becomes leaves of its own, unexplained where nothing explains it.
    """
    return record(office, request, reported, partial(_report, reported))


def report_of(office: Office, event_id: str) -> str | None:
    """Return the words of a report, None where there are none."""
    sealed = needed(office.using, Incident, "That event is no report of an incident.", event_id=event_id).report
    return None if sealed is None else open_for_office(office, bytes(sealed), _about(event_id)).decode()


def _report(asked: IncidentReported, unit: Unit) -> Happening:
    known = _outside_offers(asked, unit)
    reported = _of_report(asked, known)
    case = None if reported.donation is None else any_case(unit, reported.donation)
    severity = check_code("severity", reported.severity, called="The severity")
    check_code("reporter", reported.reporter, called="The reporter")
    if reported.rule is not None:
        severity = "critical"
        if RuleId(reported.rule) not in rule_texts():
            raise InputError(f"'{reported.rule[:10]}' is no rule; leave it out where the rule is not known.")
    if reported.about is not None and not 0 <= reported.about < size_of_log(unit.using):
        raise InputError(f"The log has no leaf {reported.about}; give the number of the leaf that the report is about.")
    happened_at = past(reported.happened_at, unit.at, called="The time of the incident")
    sealed = None
    if reported.report is not None:
        sealed = seal_for_office(unit.office, reported.report.encode(), _about(unit.event_id))
    added(
        unit.using,
        Incident(
            event_id=unit.event_id,
            case_id=None if case is None else case.donation,
            severity=severity,
            rule=reported.rule,
            about=reported.about,
            happened_at=happened_at,
            entered_at=instant_text(unit.at),
            reporter=reported.reporter,
            report=sealed,
        ),
    )
    fields: dict[str, Value] = {
        "severity": severity,
        "reporter": reported.reporter,
        "occurred_at": happened_at,
    }
    fields |= {} if reported.rule is None else {"rule": reported.rule}
    fields |= {} if reported.about is None else {"about": reported.about}
    after = () if known is None else passed_by(unit, known, _done(reported, known))
    return Happening("incident.reported", fields, case=None if case is None else case.donation, after=after)


def _outside_offers(reported: IncidentReported, unit: Unit) -> Known | None:
    """Return the state of the donation of which an organ is said to have been transplanted outside its offers."""
    if reported.run is None:
        return None
    if reported.registration is not None:
        sentence = f"There is no registration '{reported.registration[:40]}'; leave it out where nobody knows it."
        needed(unit.using, Registration, sentence, id=reported.registration)
    run = needed(unit.using, MatchRun, "There is no such match run; check its event.", event_id=reported.run)
    organ = needed(unit.using, Organ, "A run has an organ.", event_id=run.organ_id)
    if reported.donation not in {None, organ.case_id}:
        raise InputError("The run is of another donation than the report; leave the donation out, or correct one.")
    return known_of(unit.using, any_case(unit, organ.case_id))


def _done(reported: IncidentReported, known: Known) -> Done:
    assert reported.run is not None, "a state was read for a run"
    at = known.moment(reported.happened_at)
    return Done(at, Act.TRANSPLANTED, RunId(reported.run), RegistrationId(reported.registration or ""))


def _of_report(reported: IncidentReported, known: Known | None) -> IncidentReported:
    """Return a report with what it is: a transplant that no acceptance stands behind breaks a rule."""
    if known is None:
        return reported
    broken = rules.TRACEABLE if acceptance_of(known.state, _done(reported, known)) is None else rules.ORDER
    return replace(reported, donation=known.case.donation, rule=reported.rule or broken)


def _about(event_id: str) -> str:
    return f"report of {event_id}"
