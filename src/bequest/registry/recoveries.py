"""Knows how the recovery of organs is ordered behind its gate: after death, observation and the end of every pause."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.leaf import instant_text
from bequest.model.errors import InputError
from bequest.registry import rules
from bequest.registry.donor_file import newest
from bequest.registry.donors import open_case
from bequest.registry.models import DeathDeclaration, Recovery
from bequest.registry.models import Organ as OpenedOrgan
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rosters import hold_rosters
from bequest.registry.rows import added, found, leaf_of

if TYPE_CHECKING:
    from bequest.ledger.commitment import Value
    from bequest.model.enums import Organ
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


@dataclass(frozen=True, slots=True)
class RecoveryOrdered:
    """Hold which organs are to be recovered; it begins when it is ordered."""

    donation: str
    organs: tuple[Organ, ...]


def order_recovery(office: Office, request: Request, ordered: RecoveryOrdered) -> Entered:
    """Begin the recovery of organs; refused while the recovery gate is closed, with every reason."""
    return record(office, request, ordered, partial(_order, ordered))


def _order(ordered: RecoveryOrdered, unit: Unit) -> Happening:
    case = open_case(unit, ordered.donation)
    if not ordered.organs:
        raise InputError("A recovery is of at least one organ; name them.")
    if found(unit.using, Recovery, case_id=case.donation):
        raise InputError("The recovery of this donation was ordered already.")
    organs = tuple(sorted(set(ordered.organs), key=lambda organ: organ.value))
    hold_rosters(unit.using)
    rules.let_pass(
        rules.recovery(unit.office, case, organs, unit.at), step="recovery", donation=case.donation
    )  # fmt: skip
    closed = [
        organ.value for organ in organs if not found(unit.using, OpenedOrgan, case_id=case.donation, organ=organ.value)
    ]
    if closed:
        raise InputError(f"The {closed[0]} of this donation was never opened for allocation; nothing of it is taken.")
    death = newest(unit.using, DeathDeclaration, case.donation)
    assert death is not None, "the recovery gate lets nothing pass without a death"
    index, names = leaf_of(unit.using, death.event_id), [organ.value for organ in organs]
    added(
        unit.using,
        Recovery(
            event_id=unit.event_id,
            case_id=case.donation,
            organs=" ".join(names),
            begins_at=instant_text(unit.at),
            death_idx=index,
            death_kind="death.certified",
        ),
    )
    listed: list[Value] = [*names]
    fields: dict[str, Value] = {"donation": case.donation, "death": index, "organs": listed}
    return Happening("recovery.ordered", fields, case=case.donation, subject_id=case.subject_id)
