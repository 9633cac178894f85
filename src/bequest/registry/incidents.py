"""Knows how a report of what went wrong, or must never happen, is taken: from anybody, at any time, of any donation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.leaf import instant_text
from bequest.model.errors import InputError
from bequest.registry.codes import check_code
from bequest.registry.donors import any_case
from bequest.registry.instants import past
from bequest.registry.models import Incident
from bequest.registry.office_keys import open_for_office, seal_for_office
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import added, needed, size_of_log
from bequest.safeguards.finding import RuleId
from bequest.safeguards.rule_text import rule_texts

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


@dataclass(frozen=True, slots=True)
class IncidentReported:
    """Hold what is reported: when it happened, how grave it is, who reports (codes of leaves), in which words.

    `rule` is the rule that was broken, which makes the report a critical one; `about` the leaf that it is about,
    `donation` the donation; None: not known. The words are kept sealed, and are in no leaf.
    """

    happened_at: datetime
    severity: str
    reporter: str
    report: str | None = None
    donation: str | None = None
    rule: str | None = None
    about: int | None = None


def report_incident(office: Office, request: Request, reported: IncidentReported) -> Entered:
    """Record a report; a fact is never refused, on a sealed file neither, however late it comes.

    It enters no other table and no count, and is never removed.
    """
    return record(office, request, reported, partial(_report, reported))


def report_of(office: Office, event_id: str) -> str | None:
    """Return the words of a report, None where there are none."""
    sealed = needed(office.using, Incident, "That event is no report of an incident.", event_id=event_id).report
    return None if sealed is None else open_for_office(office, bytes(sealed), _about(event_id)).decode()


def _report(reported: IncidentReported, unit: Unit) -> Happening:
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
    return Happening("incident.reported", fields, case=None if case is None else case.donation)


def _about(event_id: str) -> str:
    return f"report of {event_id}"
