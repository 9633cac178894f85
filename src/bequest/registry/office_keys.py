"""Knows the keys of an office: kept in its database under the wrapping key, which alone is kept elsewhere.

What the office seals is sealed under its newest key; each key has a generation, which stands before what it sealed. So
another wrapping key is put in force by sealing these few keys anew, in one transaction, and a new generation begins:
who has the old wrapping key and a later copy of the database opens nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.ledger.commitment import KEY_BYTES
from bequest.ledger.errors import LedgerError
from bequest.ledger.vault import NONCE_BYTES, seal, unseal
from bequest.model.errors import InputError
from bequest.registry.models import OfficeKey
from bequest.registry.rows import added, change, durable, every, lock_name

if TYPE_CHECKING:
    from bequest.registry.office import Office

_GENERATION_BYTES = 2
_LOCK = "office keys"


class Keyring:
    """Hold the keys of an office as far as this process has opened them, by generation."""

    def __init__(self) -> None:
        """Begin with none."""
        self.opened: dict[int, bytes] = {}

    def first(self) -> bytes:
        """Return the key of the first generation, with which pseudonyms are made for ever."""
        return self.opened[min(self.opened)]

    def newest(self) -> tuple[int, bytes]:
        """Return the newest generation and its key, with which everything new is sealed."""
        generation = max(self.opened)
        return generation, self.opened[generation]


def open_keys(office: Office) -> Keyring:
    """Return the keys of an office as they are now, a first one made where there is none; not inside a transaction."""
    if not _read(office).opened:
        with durable(office.using):
            # Two processes may begin at once: the other one waits here, and finds the key.
            lock_name(office.using, _LOCK)
            if not every(office.using, OfficeKey):
                key = office.entropy(KEY_BYTES)
                added(office.using, OfficeKey(generation=1, sealed=_sealed(office, office.wrapping_key, 1, key)))
        _read(office)
    return office.keys


def check_keys(office: Office) -> None:
    """Raise `InputError` where the office's wrapping key does not open its keys."""
    _read(office)


def rotate_wrapping_key(office: Office, new_key: bytes) -> int:
    """Put another wrapping key in force, and return the generation of the key that is sealed with from here on.

    All keys are sealed anew in one transaction: a crash leaves the old wrapping key in force, or the new one. Asked
    again, with the office's wrapping key or with the new one, it goes on from either.
    """
    if len(new_key) != KEY_BYTES:
        raise InputError(f"A wrapping key has {KEY_BYTES} bytes, not {len(new_key)}; check its file.")
    open_keys(office)
    with durable(office.using):
        lock_name(office.using, _LOCK)
        rows = every(office.using, OfficeKey, "generation")
        if all(_is_opened_by(new_key, row) for row in rows):
            return rows[-1].generation
        keys = {row.generation: _opened(office, row) for row in rows}
        for generation, key in keys.items():
            values = {"sealed": _sealed(office, new_key, generation, key)}
            change(office.using, OfficeKey, values, generation=generation)
        newest = max(keys) + 1
        sealed = _sealed(office, new_key, newest, office.entropy(KEY_BYTES))
        added(office.using, OfficeKey(generation=newest, sealed=sealed))
    return newest


def seal_for_office(office: Office, content: bytes, about: str) -> bytes:
    """Return content under the newest key of the office, its generation before it."""
    generation, key = _ring(office).newest()
    sealed = seal(key, content, nonce=office.entropy(NONCE_BYTES), about=about)
    return generation.to_bytes(_GENERATION_BYTES, "big") + sealed


def open_for_office(office: Office, sealed: bytes, about: str) -> bytes:
    """Return what `seal_for_office` sealed; raise `LedgerError` where the office has no such key."""
    generation = int.from_bytes(sealed[:_GENERATION_BYTES], "big")
    key = _ring(office).opened.get(generation) or _read(office).opened.get(generation)
    if key is None:
        raise LedgerError(f"What is sealed as {about} cannot be opened with this key.")
    return unseal(key, sealed[_GENERATION_BYTES:], about=about)


def pseudonym_key(office: Office) -> bytes:
    """Return the key with which pseudonyms of staff are made: the first, so that they stay when others come."""
    return _ring(office).first()


def _ring(office: Office) -> Keyring:
    return office.keys if office.keys.opened else _read(office)


def _read(office: Office) -> Keyring:
    """Return the keys, those opened that were not yet."""
    for row in every(office.using, OfficeKey, "generation"):
        if row.generation not in office.keys.opened:
            office.keys.opened[row.generation] = _opened(office, row)
    return office.keys


def _opened(office: Office, row: OfficeKey) -> bytes:
    for wrapping_key in (office.wrapping_key, office.next_wrapping_key):
        if wrapping_key is not None and _is_opened_by(wrapping_key, row):
            return unseal(wrapping_key, bytes(row.sealed), about=_about(row.generation))
    raise InputError(
        "The wrapping key does not open the keys of this database: name the file of the one that was put in force last"
        " (bequest key rotate)."
    )


def _is_opened_by(wrapping_key: bytes, row: OfficeKey) -> bool:
    try:
        unseal(wrapping_key, bytes(row.sealed), about=_about(row.generation))
    except LedgerError:
        return False
    return True


def _sealed(office: Office, wrapping_key: bytes, generation: int, key: bytes) -> bytes:
    return seal(wrapping_key, key, nonce=office.entropy(NONCE_BYTES), about=_about(generation))


def _about(generation: int) -> str:
    return f"office key {generation}"
