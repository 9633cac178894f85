"""Knows how a register takes a wrong answer back: by its own signature, and by nothing that anybody else says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.errors import LedgerError
from bequest.ledger.keys import KeyKind, PublicKey
from bequest.ledger.leaf import instant_text
from bequest.model.errors import InputError
from bequest.registry.donors import open_case
from bequest.registry.instants import past
from bequest.registry.models import RegisterCorrection, RegisterKey, RegisterLookUp
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import added, durable, found, leaf_of, needed

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.model.consent import RegisterAnswer
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

_OBJECTION = "DON-02"
_HEADER = "bequest/register-correction/v1"


@dataclass(frozen=True, slots=True)
class RegisterCorrected:
    """Hold which look-up a register corrects, by its event, to which answer, and the register's signature in hex."""

    look_up: str
    answer: RegisterAnswer
    corrected_at: datetime
    signature: str


def add_register_key(office: Office, *, register: str, run_by: str, public_key: bytes) -> None:
    """Add the Ed25519 key with which a register signs; it is never replaced. Added again, it is the same."""
    _check_key(register, public_key)
    with durable(office.using):
        known = found(office.using, RegisterKey, register=register)
        if known is not None and (known.run_by, bytes(known.public_key)) == (run_by, public_key):
            return
        if known is not None:
            raise InputError(f"The key of '{register}' is known already.")
        added(office.using, RegisterKey(register=register, run_by=run_by, public_key=public_key))


def correction_text(office: Office, *, look_up: str, answer: RegisterAnswer, corrected_at: datetime) -> str:
    """Return the text that a register signs to take an answer back: which leaf, what instead, when."""
    return _text(leaf_of(office.using, look_up), answer, instant_text(corrected_at.replace(microsecond=0)))


def correct_register(office: Office, request: Request, corrected: RegisterCorrected) -> Entered:
    """Record that a register corrected its answer; refused where the register itself did not sign."""
    return record(office, request, corrected, partial(_correct, corrected))


def _correct(corrected: RegisterCorrected, unit: Unit) -> Happening:
    sentence = "There is no such look-up; give the event that recorded it."
    row = needed(unit.using, RegisterLookUp, sentence, event_id=corrected.look_up)
    case = open_case(unit, row.case_id)
    if found(unit.using, RegisterCorrection, lookup_id=row.event_id):
        raise InputError("This look-up was corrected already; ask the register again.")
    key = found(unit.using, RegisterKey, register=row.register)
    corrected_at = past(corrected.corrected_at, unit.at, called="The time of the correction")
    index = leaf_of(unit.using, row.event_id)
    signature = _signature(corrected.signature)
    if key is None or not _signed(key, _text(index, corrected.answer, corrected_at), signature):
        raise GateRefusedError(
            f"The correction is not signed by the register '{row.register}' itself; nobody else takes its answer back.",
            rule=_OBJECTION, step="donor_entry", donation=case.donation,
        )  # fmt: skip
    added(
        unit.using,
        RegisterCorrection(
            event_id=unit.event_id,
            case_id=case.donation,
            lookup_id=row.event_id,
            register_id=row.register,
            answer=corrected.answer.value,
            corrected_at=corrected_at,
            signature=signature,
        ),
    )
    fields: dict[str, Value] = {
        "donation": case.donation,
        "register": row.register,
        "answer": corrected.answer.value,
        "corrects": index,
    }
    return Happening("register.looked_up", fields, case=case.donation, subject_id=case.subject_id)


def _text(index: int, answer: RegisterAnswer, corrected_at: str) -> str:
    return f"{_HEADER}\n{index}\n{answer.value}\n{corrected_at}\n"


def _signature(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise InputError("A signature is written in hexadecimal digits; copy it as the register gave it.") from None


def _signed(key: RegisterKey, text: str, signature: bytes) -> bool:
    try:
        _check_key(key.register, bytes(key.public_key)).verify(text, signature)
    except LedgerError:
        return False
    return True


def _check_key(register: str, public_key: bytes) -> PublicKey:
    return PublicKey(register, KeyKind.ED25519, public_key)
