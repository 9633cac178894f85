"""The log's key is replaced by one that was never its own, and a log goes on from a lost one that began as it does."""

from __future__ import annotations

import pytest

from bequest.ledger import stored_checkpoints
from bequest.ledger.checkpoint import Checkpoint
from bequest.ledger.merkle import consistency_path, root
from bequest.ledger.note import sign
from bequest.ledger.store import head
from bequest.ledger.stored_tree import hashes
from bequest.model.errors import InputError
from bequest.registry.log_keys import KeyRotated, LogRecovered, leaves_kept, recover_log, rotate_key
from bequest.registry.models import Event, LostLog
from bequest.registry.rows import durable, every, needed, store_of
from bequest.registry.secrecy import event_fields
from ledger_keys import ORIGIN, log_signer, witness_signer
from registry_offices import ask

OLD, NEW, LATER = (log_signer(number) for number in (41, 42, 43))


def fields(office, entered):
    return event_fields(office, needed(office.using, Event, "", id=entered.event_id))


def signed(office, *signers):
    """Sign the log as it stands."""
    store = store_of(office.using)
    front = head(store)
    note = sign(Checkpoint(ORIGIN, front.size, front.root()).text(), signers)
    with durable(office.using):
        stored_checkpoints.add(store, note, at="2026-03-01T00:00:00.000000+00:00")


def rotated(office, old, new):
    return rotate_key(office, ask(), KeyRotated(old.key.vkey(), new.key.vkey()))


def test_a_leaf_names_both_keys(office):
    signed(office, OLD)
    told = fields(office, rotated(office, OLD, NEW))
    assert (told["old_key"], told["new_key"]) == (OLD.key.digest(), NEW.key.digest())


def test_nothing_is_replaced_before_it_signed(office):
    with pytest.raises(InputError, match="Nothing is signed yet"):
        rotated(office, OLD, NEW)


@pytest.mark.parametrize(("old", "new", "says"), [
    (LATER, NEW, "not signed by the old key"),
    (OLD, OLD, "was a key of this log before"),
    (OLD, log_signer(44, "another.example/zz"), "have two names"),
    (OLD, witness_signer(45, ORIGIN), "is one of a witness"),
])  # fmt: skip
def test_a_key_is_replaced_by_a_new_one_of_its_own_name_only(office, old, new, says):
    signed(office, OLD)
    with pytest.raises(InputError, match=says):
        rotated(office, old, new)


def test_a_key_is_replaced_once_and_never_comes_back(office):
    signed(office, OLD)
    rotated(office, OLD, NEW)
    signed(office, OLD, NEW)
    with pytest.raises(InputError, match="was replaced already"):
        rotated(office, OLD, LATER)
    with pytest.raises(InputError, match="was a key of this log before"):
        rotated(office, NEW, OLD)
    assert rotated(office, NEW, LATER).index > 0


def lost(office, kept, further=3):
    """Return the request to go on from a log that began with some leaves of this one and had further ones."""
    here = hashes(store_of(office.using), 0, 0, kept)
    every_hash = [*here, *(bytes([number]) * 32 for number in range(further))]
    note = sign(Checkpoint(ORIGIN, len(every_hash), root(every_hash)).text(), [OLD]).to_bytes().decode()
    assert leaves_kept(office.using, every_hash) == kept
    proof = tuple(each.hex() for each in consistency_path(every_hash, kept))
    return LogRecovered(note, OLD.key.vkey(), kept, proof)


@pytest.mark.parametrize("kept", [0, 5])
def test_a_log_goes_on_from_a_lost_one_with_what_is_here_of_it(office, kept):
    recovered = lost(office, kept)
    entered = recover_log(office, ask(), recovered)
    told = fields(office, entered)
    assert (told["old_size"], told["kept"]) == (kept + 3, kept)
    assert [row.note for row in every(office.using, LostLog)] == [recovered.note]


def test_a_log_of_which_everything_is_here_goes_on_by_itself(office):
    with pytest.raises(InputError, match="nothing is lost, and the old log goes on"):
        recover_log(office, ask(), lost(office, 5, further=0))


def test_leaves_that_the_lost_log_did_not_have_are_not_kept(office):
    recovered = lost(office, 5)
    other = LogRecovered(recovered.note, recovered.key, 4, recovered.proof)
    with pytest.raises(InputError, match="is not what it began with"):
        recover_log(office, ask(), other)


def test_the_end_of_a_lost_log_is_signed_by_its_key(office):
    recovered = lost(office, 5)
    other = LogRecovered(recovered.note, NEW.key.vkey(), 5, recovered.proof)
    with pytest.raises(InputError, match="is none that its key signed"):
        recover_log(office, ask(), other)
