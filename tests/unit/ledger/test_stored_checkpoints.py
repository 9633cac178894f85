"""Checkpoints and cosignatures are read as they were written."""

import pytest

from bequest.cli.ledger_database import transaction
from bequest.ledger.note import signature_of
from bequest.ledger.stored_checkpoints import add, add_cosignature, cosignatures, newest
from ledger_keys import AT, signed, stated, witness_signer
from ledger_stores import add as add_entries


@pytest.fixture
def signed_store(store):
    """Return a log of five entries with a signed checkpoint of five."""
    add_entries(store, *range(5))
    with transaction(store):
        add(store, signed(5), at="2026-11-01T00:00:00Z")
    return store


def test_there_is_no_checkpoint_before_the_first(store):
    assert newest(store) is None


def test_the_newest_checkpoint_is_read_as_it_was_signed(signed_store):
    found = newest(signed_store)
    assert (found.checkpoint, found.note) == (stated(5), signed(5))


def test_of_each_witness_the_newest_signature_counts(signed_store):
    made = [
        signature_of(stated(5).text(), witness_signer(number, f"w{number}", at))
        for number, at in [(2, 7), (2, 9), (3, 8)]
    ]
    for signature, at in zip(made, [7, 9, 8], strict=True):
        add_cosignature(signed_store, signature, size=5, at=at)
    assert cosignatures(signed_store, 5) == (made[1], made[2])
    assert cosignatures(signed_store, 4) == ()


def test_a_signature_of_the_same_second_is_stored_once(signed_store):
    made = signature_of(stated(5).text(), witness_signer())
    add_cosignature(signed_store, made, size=5, at=AT)
    add_cosignature(signed_store, made, size=5, at=AT)
    assert cosignatures(signed_store, 5) == (made,)
