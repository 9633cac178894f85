"""Knows which events name a recipient, and that none of them comes before the donor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.model.donor_file import EventKind
from bequest.model.team import Role
from bequest.safeguards.finding import (
    ALLOWED,
    RuleId,
    blocked,
    flagged_critical,
    held,
    held_critical,
    written,
)
from bequest.safeguards.release import released

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.model.donor_file import DonorFile, RecipientEvent
    from bequest.safeguards.finding import Findings, Setting

_NAMING = frozenset({
    EventKind.PHYSICAL_CROSSMATCH,
    EventKind.ADMISSION_FOR_TRANSPLANT,
    EventKind.THEATRE_SLOT,
    EventKind.CALL_IN,
})  # fmt: skip
_RULE = RuleId("DON-15")


@dataclass(frozen=True, slots=True)
class EventCheck:
    """Hold an event and the instant at which this donor's allocation opened, None where it never did."""

    event: RecipientEvent
    allocation_open_at: datetime | None


def names_recipient(event: RecipientEvent) -> bool:
    """Tell whether an event names a recipient for this donor; a standby slot does once somebody's name is on it."""
    return event.kind in _NAMING or (event.kind is EventKind.STANDBY_SLOT and event.recipient is not None)


def booked_after_referral(file: DonorFile, setting: Setting) -> Findings:
    """Find an event of a named recipient that is older than the referral, the consent or the death (DON-15).

    It happened, whatever the gate for events said of it; so every further step waits for the competent authority.
    """
    return tuple(
        finding for event in file.events if names_recipient(event) for finding in _against_donor(event, file, setting)
    )


def event_after_opening(check: EventCheck, _setting: Setting) -> Findings:
    """Find an event of a named recipient before allocation opened; other kinds of event are free (DON-20)."""
    if not names_recipient(check.event):
        return ALLOWED
    word = _word(check.event)
    if check.allocation_open_at is None:
        return blocked(f"A {word} names a recipient, and allocation of this donor has not opened.")
    first = _first(check.event)
    if first is None:
        return held(f"When the {word} was made or begins is not known.", Role.TRANSPLANT_CENTRE)
    if first < check.allocation_open_at:
        return blocked(
            f"The {word} is dated {written(first)}; none may be before {written(check.allocation_open_at)}, when "
            "allocation of this donor opened."
        )
    return ALLOWED


def _against_donor(event: RecipientEvent, file: DonorFile, setting: Setting) -> Findings:
    first = _first(event)
    if first is None:
        return held(f"When a {_word(event)} was made or begins is not known.", Role.TRANSPLANT_CENTRE)
    since = _donor_since(file)
    if since is not None and first >= since:
        return ALLOWED
    before = (
        "the donor was referred" if first < file.referral.referred_at else "there was consent and a death or pathway"
    )
    sentence = f"A {_word(event)} that names a recipient is dated {written(first)}, before {before}."
    if released(file.releases, _RULE, at=setting.at, not_before=file.referral.referred_at):
        return flagged_critical(f"{sentence} The competent authority released the hold.")
    return held_critical(sentence, Role.COMPETENT_AUTHORITY)


def _donor_since(file: DonorFile) -> datetime | None:
    """Return the latest of referral, consent and death or opened pathway; None while one of them is not there."""
    declared_at = None if file.death is None else file.death.declared_at
    opened_at = declared_at if file.pathway is None else file.pathway.opened_at
    if file.consent is None or opened_at is None:
        return None
    return max(file.referral.referred_at, file.consent.recorded_at, opened_at)


def _first(event: RecipientEvent) -> datetime | None:
    """Return the earlier of the instants of an event; None where it is not known when it was made."""
    if event.made_at is None:
        return None
    return event.made_at if event.begins_at is None else min(event.made_at, event.begins_at)


def _word(event: RecipientEvent) -> str:
    return event.kind.value.replace("_", " ")
