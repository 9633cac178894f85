"""Knows what is watched afterwards: adverse events, their reports, public figures, grafts that no register knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bequest.model.team import Role
from bequest.safeguards.finding import ALLOWED, blocked, flagged
from bequest.safeguards.jurisdiction import Parameter, number_of

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.model.identifiers import CentreId
    from bequest.safeguards.finding import Findings, Setting

_DAYS_A_MONTH = 30
"""Months of a deadline are counted short, so that a reminder comes early."""


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """Hold a serious adverse event or reaction of one donor, who holds organs of that donor, and who was told."""

    logged_at: datetime
    authority_told_at: datetime | None
    centres_holding: tuple[CentreId, ...]
    centres_told: tuple[CentreId, ...]


@dataclass(frozen=True, slots=True)
class CrossBorderReport:
    """Hold the reports of a serious adverse event that concerns two countries."""

    first_at: datetime
    final_at: datetime | None


@dataclass(frozen=True, slots=True)
class YearlyReport:
    """Hold a report on activity, outcome and allocation that is due."""

    due_at: datetime
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class PublicTable:
    """Hold a table about to be published; `linkable`: whether a row could be linked to a person."""

    smallest_count: int | None
    linkable: bool | None


@dataclass(frozen=True, slots=True)
class GraftSeen:
    """Hold a graft that a doctor found in a patient; `registered`: whether a register knows it."""

    registered: bool | None


def adverse_event_told(event: AdverseEvent, setting: Setting) -> Findings:
    """Find a serious adverse event that authority or centres were not told of: unused organs wait (VIG-01)."""
    untold = sorted(set(event.centres_holding) - set(event.centres_told))
    if event.authority_told_at is not None and event.authority_told_at <= setting.at and not untold:
        return ALLOWED
    hours = number_of(setting.law, Parameter.VIGILANCE_NOTICE_HOURS)
    by = None if hours is None else event.logged_at + timedelta(hours=hours)
    who = ", ".join(untold) or "the competent authority"
    return (
        *flagged(f"A serious adverse event is logged; tell {who} now.", Role.VIGILANCE_OFFICER, by=by),
        *blocked("Unused organs of the donor wait until everybody is told of the serious adverse event."),
    )


def final_report_sent(report: CrossBorderReport, setting: Setting) -> Findings:
    """Find a cross-border event whose final report is overdue (VIG-02)."""
    if report.final_at is not None and report.final_at <= setting.at:
        return ALLOWED
    months = number_of(setting.law, Parameter.FINAL_REPORT_MONTHS)
    by = None if months is None else report.first_at + timedelta(days=months * _DAYS_A_MONTH)
    if by is not None and setting.at <= by:
        return ALLOWED
    return flagged("The final report of a cross-border adverse event is overdue.", Role.VIGILANCE_OFFICER, by=by)


def report_published(report: YearlyReport, setting: Setting) -> Findings:
    """Find a yearly report that is not public by its day (PUB-01)."""
    if setting.at < report.due_at or (report.published_at is not None and report.published_at <= report.due_at):
        return ALLOWED
    return flagged("The yearly report was not public by its day.", Role.COMPETENT_AUTHORITY, by=report.due_at)


def nobody_shown(table: PublicTable, setting: Setting) -> Findings:
    """Find a public table with too small a number or a row that leads to a person (PUB-02)."""
    least = number_of(setting.law, Parameter.SMALLEST_CELL)
    found: Findings = ALLOWED
    if least is None or table.smallest_count is None or table.smallest_count < least:
        found = blocked("A cell of the table is too small to be shown, or its size is not known; suppress it.")
    if table.linkable is not False:
        found = (*found, *blocked("A row of the table may lead to a person; publish it later or not at all."))
    return found


def graft_registered(graft: GraftSeen, _setting: Setting) -> Findings:
    """Find a graft that no register knows: report it without names; the patient is treated (TIP-02)."""
    if graft.registered is True:
        return ALLOWED
    return flagged(
        "The graft stands in no register; report it without names, and treat the patient.", Role.TREATING_DOCTOR
    )
