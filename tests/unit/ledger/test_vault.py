"""Keys of persons and events: what is sealed is opened by its key alone, and closed for ever when that is gone."""

from __future__ import annotations

import pytest

from bequest.ledger.errors import LedgerError
from bequest.ledger.vault import seal, seal_fields, unseal, unseal_fields

PERSON, EVENT, OTHER = (bytes([number]) * 32 for number in (1, 2, 3))
NONCE = bytes(12)


def test_an_event_is_opened_through_the_key_of_its_person():
    wrapped = seal(PERSON, EVENT, nonce=NONCE, about="key of event 7")
    sealed = seal_fields(EVENT, {"organ": "heart"}, nonce=NONCE, event="7")
    assert unseal_fields(unseal(PERSON, wrapped, about="key of event 7"), sealed, event="7") == {"organ": "heart"}


def test_without_the_key_of_the_person_nothing_opens_the_event():
    wrapped = seal(PERSON, EVENT, nonce=NONCE, about="key of event 7")
    with pytest.raises(LedgerError, match="cannot be opened with this key"):
        unseal(OTHER, wrapped, about="key of event 7")


@pytest.mark.parametrize(
    "changed", [lambda data: data[:-1], lambda data: data[:1] + bytes([data[1] ^ 1]) + data[2:]], ids=["cut", "flipped"]
)
def test_a_changed_byte_is_noticed(changed):
    with pytest.raises(LedgerError, match="cannot be opened"):
        unseal(PERSON, changed(seal(PERSON, EVENT, nonce=NONCE, about="x")), about="x")


def test_what_another_cipher_sealed_is_not_taken_for_ours():
    sealed = seal(PERSON, EVENT, nonce=NONCE, about="x")
    assert sealed[:1] == b"\x01"
    with pytest.raises(LedgerError, match="by a cipher that this version does not know"):
        unseal(PERSON, b"\x02" + sealed[1:], about="x")


def test_what_is_sealed_as_one_thing_is_not_taken_for_another():
    with pytest.raises(LedgerError, match="cannot be opened"):
        unseal(PERSON, seal(PERSON, EVENT, nonce=NONCE, about="key of event 7"), about="key of event 8")


def test_a_key_or_a_nonce_of_another_length_is_refused():
    with pytest.raises(LedgerError, match="32 bytes and a nonce 12"):
        seal(b"short", EVENT, nonce=NONCE, about="x")
    with pytest.raises(LedgerError, match="32 bytes and a nonce 12"):
        seal(PERSON, EVENT, nonce=b"", about="x")


def test_fields_that_are_no_object_are_refused():
    with pytest.raises(LedgerError, match="holds no fields"):
        unseal_fields(EVENT, seal(EVENT, b"[]", nonce=NONCE, about="fields of 7"), event="7")
