"""Knows how a team declares who is on duty, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.leaf import instant_text
from bequest.model.errors import InputError
from bequest.registry.models import Centre, Roster, RosterMember
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import add_all, added, lock_name, needed, share_name
from bequest.registry.secrecy import staff_pseudonym

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.model.team import Team
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

_ROSTERS = "rosters"


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Hold who is on duty in a team of a centre or hospital, from when, and until when."""

    centre: str
    team: Team
    members: tuple[str, ...]
    from_at: datetime
    until_at: datetime


def declare_roster(office: Office, request: Request, on_duty: OnDuty) -> Entered:
    """Declare who is on duty: a roster is never altered; another one may be added to it."""
    return record(office, request, on_duty, partial(_declare, on_duty))


def hold_rosters(using: str) -> None:
    """Let nobody declare a roster before this transaction ends: what is judged by those on record is judged by all.

    It is asked for before the gate, and after the locks of case and lists.
    """
    share_name(using, _ROSTERS)


def _declare(on_duty: OnDuty, unit: Unit) -> Happening:
    needed(unit.using, Centre, f"'{on_duty.centre[:40]}' is not in the table of places.", id=on_duty.centre)
    if not on_duty.members or not all(on_duty.members) or len(set(on_duty.members)) < len(on_duty.members):
        raise InputError("A roster names at least one person, and each once.")
    if on_duty.until_at <= on_duty.from_at:
        raise InputError("A roster ends after it begins; give both instants.")
    until = instant_text(on_duty.until_at)
    # Who judges by the rosters has them as they are until that is done.
    lock_name(unit.using, _ROSTERS)
    added(
        unit.using,
        Roster(
            event_id=unit.event_id,
            centre_id=on_duty.centre,
            team=on_duty.team.value,
            from_at=instant_text(on_duty.from_at),
            until_at=until,
        ),
    )
    members = sorted(on_duty.members)
    add_all(unit.using, RosterMember, (RosterMember(roster_id=unit.event_id, person=name) for name in members))
    pseudonyms: list[Value] = [staff_pseudonym(unit.office, name) for name in members]
    fields: dict[str, Value] = {
        "centre": on_duty.centre,
        "team": on_duty.team.value,
        "members": pseudonyms,
        "until": until,
    }
    return Happening("roster.declared", fields)
