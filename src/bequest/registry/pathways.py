"""Knows how the circulatory pathway is opened, after a withdrawal of treatment that was decided outside donation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.leaf import instant_text
from bequest.model.errors import InputError
from bequest.registry import rules
from bequest.registry.donors import open_case
from bequest.registry.instants import past
from bequest.registry.models import DeathDeclaration, Pathway
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import added, found
from bequest.registry.secrecy import staff_pseudonym

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.model.death import DeathManner
    from bequest.registry.models import DonorCase
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

_TWO = 2


@dataclass(frozen=True, slots=True)
class PathwayOpened:
    """Hold the decision to withdraw treatment: when, by which two doctors, and when donation was first spoken of.

    `kin_raised_it`: whether patient or kin began to speak of donation; `consented_acts`: whether each act before death
    was consented to. None is not known. `expires_at` is when the pathway ends by itself.
    """

    donation: str
    decided_at: datetime
    decided_by: tuple[str, ...]
    approached_at: datetime
    kin_raised_it: bool | None
    consented_acts: bool | None
    expires_at: datetime
    manner: DeathManner | None = None


def open_pathway(office: Office, request: Request, opened: PathwayOpened) -> Entered:
    """Open the circulatory pathway of a donation; refused where the law has none, or the decision was not outside it.

    Organs may then be offered on condition: offers lapse unless the person dies in time, and nothing is recovered
    before.
    """
    return record(office, request, opened, partial(_open, opened))


def _open(opened: PathwayOpened, unit: Unit) -> Happening:
    case = open_case(unit, opened.donation)
    _check(opened, case, unit)
    opened_at = instant_text(unit.at.replace(microsecond=0))
    expires_at = instant_text(opened.expires_at.replace(microsecond=0))
    if expires_at <= opened_at:
        raise InputError("The circulatory pathway would end before it begins; give an instant to come.")
    row = Pathway(
        event_id=unit.event_id,
        case_id=case.donation,
        decided_at=past(opened.decided_at, unit.at, called="The time of the decision"),
        decider_first=min(opened.decided_by),
        decider_second=max(opened.decided_by),
        approached_at=past(opened.approached_at, unit.at, called="The time at which donation was first spoken of"),
        kin_raised_it=opened.kin_raised_it,
        consented_acts=opened.consented_acts,
        manner=None if opened.manner is None else opened.manner.value,
        opened_at=opened_at,
        expires_at=expires_at,
    )
    rules.let_pass(
        rules.pathway(unit.office, case, row, unit.at), step="donor_entry", donation=case.donation
    )  # fmt: skip
    added(unit.using, row)
    deciders: list[Value] = [staff_pseudonym(unit.office, name) for name in sorted(opened.decided_by)]
    fields: dict[str, Value] = {"donation": case.donation, "expires_at": expires_at, "decided_by": deciders}
    return Happening("dcd.opened", fields, case=case.donation, subject_id=case.subject_id)


def _check(opened: PathwayOpened, case: DonorCase, unit: Unit) -> None:
    if found(unit.using, Pathway, case_id=case.donation):
        raise InputError("The circulatory pathway of this donation was opened already.")
    if found(unit.using, DeathDeclaration, case_id=case.donation):
        raise InputError("The death of this donor is certified; there is no pathway to open before it.")
    if len(opened.decided_by) != _TWO or not all(opened.decided_by) or len(set(opened.decided_by)) != _TWO:
        raise InputError("Two different doctors decide the withdrawal of treatment; name both.")
