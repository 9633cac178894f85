"""Knows how an organ leaves the country: after its national run found nobody, under an agreement that is in force."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.leaf import instant_text
from bequest.model.errors import InputError
from bequest.model.graft import PARTS
from bequest.offers.claims import claims_of
from bequest.offers.exhaustion import still_open
from bequest.offers.guard import refuse_consent, refuse_gate, refuse_pause
from bequest.offers.record import Gate, current_run, parts_of
from bequest.registry import rules
from bequest.registry.exchanges import exchange_of, not_named, standing
from bequest.registry.models import (
    DonorCase,
    ExchangeAgreement,
    Export,
    ExportedPart,
    Organ,
    RunSignature,
)
from bequest.registry.offer_check import let_export_pass
from bequest.registry.offer_refusals import refused
from bequest.registry.offer_rows import of_run
from bequest.registry.offer_state import locked_state
from bequest.registry.part_rows import part_names, part_of
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import add_all, added, every, leaf_of, needed
from bequest.registry.skips import left_out

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.model.enums import Organ as OrganName
    from bequest.model.enums import OrganPart
    from bequest.offers.record import Parts, RankedRun
    from bequest.registry.exchanges import Standing
    from bequest.registry.models import MatchRun
    from bequest.registry.offer_state import Known
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

_TWO = 2
_STEP = "export"


@dataclass(frozen=True, slots=True)
class Exported:
    """Hold which organ leaves, under which agreement (the digest of its document), and who takes it over there.

    `parts`: none named, all of the organ that nobody here holds.
    """

    donation: str
    organ: OrganName
    document: str
    organisation: str
    parts: tuple[OrganPart, ...] = ()


def export_organ(office: Office, request: Request, exported: Exported) -> Entered:
    """Hand an organ over to an organisation of another country; refused while anybody here can still be offered it.

    What has left is offered to nobody here any more. Everybody of the run whom no offer reached is on record with the
    reason, in the same transaction.
    """
    return record(office, request, exported, partial(_export, exported))


def _export(exported: Exported, unit: Unit) -> Happening:
    sentence = f"The {exported.organ.value} of this donation is not open for allocation; nothing of it leaves."
    case = needed(unit.using, DonorCase, "There is no such donation; check it.", donation=exported.donation)
    known = locked_state(unit, case.donation)
    organ = needed(unit.using, Organ, sentence, case_id=case.donation, organ=exported.organ.value)
    agreed = _agreed(exported, known, unit)
    agreement = agreed.agreement
    at = known.moment(unit.at)
    _check_open(exported.organ, known)
    parts = _parts(exported, known, unit)
    run = _exhausted(exported.organ, parts, known, unit)
    row = known.runs[run.run]
    exchange = exchange_of(agreement, exhausted_at=at)
    let_export_pass(unit.office, known, organ, exchange, agreement.country, at=at)
    before = left_out(unit, known, run)
    _write(exported, parts, row, agreement, unit, organ, at)
    listed: list[Value] = [part.value for part in parts]
    fields: dict[str, Value] = {
        "donation": case.donation,
        "run": leaf_of(unit.using, row.event_id),
        "organ": exported.organ.value,
        "part": listed,
        "to_country": agreement.country,
        "organisation": exported.organisation,
        "agreement": leaf_of(unit.using, agreed.enacted.event_id),
    }
    return of_run("organ.exported", unit, known, row.event_id, fields, before=before)


def _refusal(sentence: str, rule: str, known: Known) -> GateRefusedError:
    return GateRefusedError(sentence, rule=rule, step=_STEP, donation=known.case.donation)


def _agreed(exported: Exported, known: Known, unit: Unit) -> Standing:
    """Return the agreement under which the organ leaves, and what put it in force."""
    agreed = standing(unit, exported.document)
    if agreed is None:
        raise _refusal(
            "No published agreement with this document is in force; nothing leaves the country without one.",
            rules.EXCHANGE,
            known,
        )
    sentence = not_named(unit.using, agreed.agreement, exported.organisation)
    if sentence is not None:
        raise _refusal(f"{sentence} An organ goes to no one else.", rules.EXCHANGE, known)
    return agreed


def _check_open(organ: OrganName, known: Known) -> None:
    """Return if the organ may be given to anybody at all now."""
    state = known.state
    refusal = refuse_gate(state) or refuse_consent(state, (organ,)) or refuse_pause(state)
    if refusal is not None:
        raise refused(known, refusal.rule, step=_STEP)
    if state.gate is not Gate.OPEN:
        raise _refusal(
            "The death of the donor is not certified; nothing leaves the country before.", rules.DEATH, known
        )


def _parts(exported: Exported, known: Known, unit: Unit) -> Parts:
    """Return the parts that leave: those named, or all that nobody holds; what came back once leaves no more."""
    whole = PARTS[exported.organ]
    if not set(exported.parts) <= set(whole):
        raise InputError(f"Of the {exported.organ.value} leave parts of it; name those, or none for all that are free.")
    claims = claims_of(known.state)
    before = every(unit.using, ExportedPart, case_id=known.case.donation)
    gone = claims.taken | claims.pending | {part_of(row.part_id) for row in before}
    parts = parts_of(exported.parts or (part for part in whole if part not in gone))
    if not parts or not gone.isdisjoint(parts):
        held = parts_of(gone & set(exported.parts or whole))
        raise _refusal(
            f"Somebody here holds or is offered the {' and the '.join(part.value for part in held)}, or it is here"
            " no more; only what nobody here can have leaves the country.",
            rules.EXPORT,
            known,
        )
    return parts


def _exhausted(organ: OrganName, parts: Parts, known: Known, unit: Unit) -> RankedRun:
    """Return the run of an organ that came to its end, as that of every open organ with one of the parts did."""
    own: RankedRun | None = None
    for other, run in _runs_of(parts, known):
        if run is None:
            raise _refusal(
                f"The list of the {other.value} was not ranked for this donor; nothing leaves before the national run.",
                rules.EXPORT,
                known,
            )
        if len(every(unit.using, RunSignature, run_id=run.run)) < _TWO:
            raise _refusal(
                f"Two people sign the run of the {other.value} before it counts as the national one; have it signed.",
                rules.EXPORT,
                known,
            )
        reason = still_open(known.state, run)
        if reason is not None:
            raise _refusal(
                f"The national run of the {other.value} has not ended without a recipient: {reason.value}.",
                rules.EXPORT,
                known,
            )
        own = run if other is organ else own
    assert own is not None, "consent covers the organ, or it was refused before"
    return own


def _runs_of(parts: Parts, known: Known) -> Iterator[tuple[OrganName, RankedRun | None]]:
    for organ in known.state.organs:
        if not set(PARTS[organ]).isdisjoint(parts):
            yield organ, current_run(known.state, organ)


def _write(  # noqa: PLR0913, PLR0917  the parts of an export
    exported: Exported,
    parts: Parts,
    run: MatchRun,
    agreement: ExchangeAgreement,
    unit: Unit,
    organ: Organ,
    at: datetime,
) -> None:
    added(
        unit.using,
        Export(
            event_id=unit.event_id,
            case_id=organ.case_id,
            organ_id=organ.event_id,
            run_id=run.event_id,
            run_idx=leaf_of(unit.using, run.event_id),
            run_kind="match.run",
            agreement_id=agreement.event_id,
            country=agreement.country,
            organisation=exported.organisation,
            exported_at=instant_text(at),
            allocation_open_at=organ.allocation_open_at,
            consent_idx=organ.consent_idx,
            consent_kind=organ.consent_kind,
            custody_idx=organ.custody_idx,
            custody_kind=organ.custody_kind,
            death_idx=organ.death_idx,
            death_kind=organ.death_kind,
        ),
    )
    names = part_names(organ.case_id, parts)
    add_all(
        unit.using,
        ExportedPart,
        [ExportedPart(part_id=name, export_id=unit.event_id, case_id=organ.case_id) for name in names],
    )
