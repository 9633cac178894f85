"""Knows how the log's own key is replaced, and how a log goes on from one whose newest entries were lost."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger import checkpoint, note, stored_checkpoints
from bequest.ledger.errors import LedgerError
from bequest.ledger.keys import KeyKind, parse_vkey
from bequest.ledger.merkle import verify_consistency
from bequest.ledger.store import head
from bequest.ledger.stored_tree import hashes, root_at
from bequest.model.errors import InputError
from bequest.registry.models import Event, LostLog
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import added, every, store_of
from bequest.registry.secrecy import event_fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bequest.ledger.checkpoint import Checkpoint
    from bequest.ledger.commitment import Value
    from bequest.ledger.keys import PublicKey
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

ROTATED, RECOVERED = "key.rotated", "log.recovery"
_CHUNK = 4096


@dataclass(frozen=True, slots=True)
class KeyRotated:
    """Hold the lines `name+id+base64` of the log's key and of the one that takes its place."""

    old_key: str
    new_key: str


@dataclass(frozen=True, slots=True)
class LogRecovered:
    """Hold the last signed note of a log that was lost, the key that signed it, and how much of it is here.

    `proof` are the hashes, in hexadecimal digits, by which its tree begins with the first `kept` leaves of this one.
    """

    note: str
    key: str
    kept: int
    proof: tuple[str, ...]


def rotate_key(office: Office, request: Request, rotated: KeyRotated) -> Entered:
    """Record that another key takes the place of the log's own; both sign the checkpoint that holds this leaf."""
    return record(office, request, rotated, partial(_rotate, rotated))


def recover_log(office: Office, request: Request, recovered: LogRecovered) -> Entered:
    """Record that this log goes on, under a name of its own, from one whose newest entries were lost.

    Refused where nothing was lost: then the old log itself goes on.
    """
    return record(office, request, recovered, partial(_recover, recovered))


def leaves_kept(using: str, lost: Sequence[bytes]) -> int:
    """Return with how many leaves of a lost log, given by the hashes of all of them, the log of a database begins."""
    store = store_of(using)
    size, kept = min(head(store).size, len(lost)), 0
    while kept < size:
        end = min(kept + _CHUNK, size)
        here = hashes(store, 0, kept, end)
        if tuple(lost[kept:end]) != here:
            return kept + next(place for place, digest in enumerate(here) if digest != lost[kept + place])
        kept = end
    return kept


def _rotate(rotated: KeyRotated, unit: Unit) -> Happening:
    old, new = _key(rotated.old_key), _key(rotated.new_key)
    if old.name != new.name:
        raise InputError(f"The keys have two names, {old.name} and {new.name}; both keys of a log have the log's name.")
    signed = stored_checkpoints.newest(store_of(unit.using))
    if signed is None:
        raise InputError("Nothing is signed yet, so that no key has to be replaced; begin with the new one.")
    if (old.name, old.key_id) not in {(each.name, each.key_id) for each in signed.note.signatures}:
        raise InputError("The newest checkpoint is not signed by the old key; name the key that the publisher uses.")
    before = [event_fields(unit.office, each) for each in every(unit.using, Event, kind=ROTATED)]
    used = {str(fields[name]) for fields in before for name in ("old_key", "new_key")}
    if new.digest() in {*used, old.digest()}:
        raise InputError("The new key was a key of this log before; make another one: bequest ledger key.")
    if old.digest() in {fields["old_key"] for fields in before}:
        raise InputError("The old key was replaced already; name the one that took its place.")
    return Happening(ROTATED, {"old_key": old.digest(), "new_key": new.digest()})


def _key(line: str) -> PublicKey:
    try:
        key = parse_vkey(line)
    except LedgerError as error:
        raise InputError(str(error)) from None
    if key.kind is not KeyKind.ED25519:
        raise InputError(f"The key of {key.name} is one of a witness; give one that bequest ledger key made.")
    return key


def _recover(recovered: LogRecovered, unit: Unit) -> Happening:
    lost, store = _lost(recovered), store_of(unit.using)
    size = head(store).size
    if lost.size <= size and root_at(store, lost.size) == lost.root:
        raise InputError("The database holds all that the lost log had; nothing is lost, and the old log goes on.")
    if not 0 <= recovered.kept <= min(size, lost.size - 1):
        raise InputError(f"The log has not kept {recovered.kept} of {lost.size} leaves; compare them with the site.")
    try:
        verify_consistency(
            old_size=recovered.kept,
            new_size=lost.size,
            old_root=root_at(store, recovered.kept),
            new_root=lost.root,
            path=[bytes.fromhex(each) for each in recovered.proof],
        )
    except LedgerError as error:
        raise InputError(f"What is here of the lost log is not what it began with: {error}") from None
    added(unit.using, LostLog(event_id=unit.event_id, note=recovered.note, proof=" ".join(recovered.proof)))
    fields: dict[str, Value] = {"old_root": lost.root.hex(), "old_size": lost.size, "kept": recovered.kept}
    return Happening(RECOVERED, fields)


def _lost(recovered: LogRecovered) -> Checkpoint:
    try:
        signed = note.parse(recovered.note.encode())
        note.verified_by(signed, [_key(recovered.key)])
        return checkpoint.parse(signed.text)
    except LedgerError as error:
        raise InputError(f"The checkpoint of the lost log is none that its key signed: {error}") from None
