"""Knows how keys of people and events are made, wrapped and opened again, and what stands for somebody in a leaf."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from bequest.ledger.commitment import KEY_BYTES
from bequest.ledger.vault import NONCE_BYTES, seal, unseal, unseal_fields
from bequest.model.errors import InputError
from bequest.registry.models import Subject
from bequest.registry.office_keys import open_for_office, pseudonym_key, seal_for_office
from bequest.registry.rows import added, every, needed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bequest.registry.models import Event
    from bequest.registry.office import Office

PSEUDONYM_BYTES = 16


def new_identifier(office: Office) -> str:
    """Return 32 hexadecimal digits that nothing else has."""
    return office.entropy(PSEUDONYM_BYTES).hex()


def new_subject(office: Office, identity: str | None) -> Subject:
    """Add a person to the vault: a new key, and who it is, sealed under it; None where that is kept elsewhere."""
    return added(office.using, subject_row(office, identity))


def subject_row(office: Office, identity: str | None) -> Subject:
    """Return a person for the vault, to be added there."""
    name, key = new_identifier(office), office.entropy(KEY_BYTES)
    sealed = None
    if identity is not None:
        sealed = seal(key, identity.encode(), nonce=office.entropy(NONCE_BYTES), about=f"identity of {name}")
    return Subject(id=name, wrapped_key=wrapped(office, key, f"key of {name}"), identity=sealed)


def subject_key(office: Office, subject_id: str) -> bytes:
    """Return the key of a person; raise `InputError` once it was destroyed."""
    sentence = f"Person {subject_id} is not in the vault; check the identifier."
    subject = needed(office.using, Subject, sentence, id=subject_id)
    if subject.wrapped_key is None:
        raise InputError(f"The key of person {subject_id} was destroyed at {subject.destroyed_at}; nothing opens it.")
    return unwrapped(office, subject.wrapped_key, f"key of {subject_id}")


def subject_keys(office: Office, subject_ids: Sequence[str]) -> dict[str, bytes]:
    """Return the keys of people by their identifiers, in one question; those that were destroyed are not among them."""
    rows = every(office.using, Subject, id__in=subject_ids)
    return {
        row.id: unwrapped(office, row.wrapped_key, f"key of {row.id}") for row in rows if row.wrapped_key is not None
    }


def identity_of(office: Office, subject_id: str) -> str | None:
    """Return who a person is, None where the vault does not say; raise `InputError` once the key was destroyed."""
    key = subject_key(office, subject_id)
    sealed = needed(office.using, Subject, "", id=subject_id).identity
    return None if sealed is None else unseal(key, bytes(sealed), about=f"identity of {subject_id}").decode()


def registration_key(office: Office, subject_id: str, registration: str) -> bytes:
    """Return the key from which the pseudonyms of one registration are made: gone with that of its person."""
    return key_of_registration(subject_key(office, subject_id), registration)


def key_of_registration(key: bytes, registration: str) -> bytes:
    """Return the key of a registration under that of its person."""
    return hmac.digest(key, f"registration {registration}".encode(), "sha256")


def wrapped(office: Office, key: bytes, about: str) -> bytes:
    """Return a key under that of the office."""
    return seal_for_office(office, key, about)


def unwrapped(office: Office, sealed: bytes, about: str) -> bytes:
    """Return a key that `wrapped` wrapped."""
    return open_for_office(office, bytes(sealed), about)


def wrapped_event_key(office: Office, key: bytes, *, event: str, own: bytes | None) -> bytes:
    """Return the key of an event under that of the person it is about, or under that of the office."""
    about = f"key of event {event}"
    if own is None:
        return seal_for_office(office, key, about)
    return seal(own, key, nonce=office.entropy(NONCE_BYTES), about=about)


def event_key(office: Office, event: Event) -> bytes:
    """Return the key that opens an event; raise `InputError` once the key of its person was destroyed."""
    about, sealed = f"key of event {event.id}", bytes(event.wrapped_key)
    if event.subject_id is None:
        return open_for_office(office, sealed, about)
    return unseal(subject_key(office, event.subject_id), sealed, about=about)


def event_fields(office: Office, event: Event) -> dict[str, object]:
    """Return the fields that the leaf of an event commits to."""
    return unseal_fields(event_key(office, event), bytes(event.payload), event=event.id)


def staff_pseudonym(office: Office, actor: str) -> str:
    """Return who somebody on duty is in leaves: the same for the same name, told by the office alone."""
    return hmac.digest(pseudonym_key(office), f"actor {actor}".encode(), "sha256")[:PSEUDONYM_BYTES].hex()


def request_digest(office: Office, asked: str) -> str:
    """Return what stands for the content of a request; nobody without the office's key can guess it back."""
    return hmac.new(pseudonym_key(office), f"request {asked}".encode(), hashlib.sha256).hexdigest()
