"""Whoever relies on a log is told, from ten minutes on, that witnesses do not confirm it, and for what that counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bequest.cli.ledger_database import transaction
from bequest.ledger import stored_checkpoints
from bequest.ledger.note import parse_signature, sign
from bequest.ledger.quorum import QuorumState, banner, quorum_state, waited
from bequest.ledger.signers import Cosigner
from ledger_keys import log_signer, private_key, stated
from ledger_stores import add, new_store

SINCE = datetime(2026, 11, 1, 10, 0, tzinfo=UTC)


def told(minutes, **changed):
    """Return the banner so many minutes after the log began to wait."""
    state = QuorumState(**{"signed": 1300, "confirmed": 1234, "waiting_since": SINCE, **changed})
    return banner(state, at=SINCE + timedelta(minutes=minutes))


def test_there_is_no_banner_before_ten_minutes_or_with_a_quorum():
    assert told(9.99) is None
    assert told(60, waiting_since=None) is None
    assert banner(None, at=SINCE) is None


def test_the_banner_says_since_when_and_for_what_the_operator_alone_vouches():
    assert told(10) == (
        "No quorum of witnesses since 2026-11-01 10:00 UTC, for 10 minutes. For the newest 66 entries the operator"
        " alone vouches; the 1,234 before are confirmed by outsiders. Allocation goes on, and nothing is lost; see to"
        " the witnesses."
    )
    assert "For the newest entry the operator alone vouches" in told(10, confirmed=1299)
    assert "None of the 1,300 entries is confirmed by outsiders" in told(10, confirmed=None)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(59, "59 minutes"), (60, "1 hour"), (121, "2 hours and 1 minute"), (1440, "1 day"), (3000, "2 days and 2 hours")],
)
def test_a_long_time_is_told_in_its_largest_units(minutes, words):
    assert f", for {words}. " in told(minutes)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request, tmp_path):
    """Return a log of nine entries in a database."""
    with new_store(request.param, tmp_path) as (_, opened):
        add(opened, *range(9))
        yield opened


def signed(store, size, minute):
    """Sign a checkpoint at a minute."""
    with transaction(store):
        at = (SINCE + timedelta(minutes=minute)).isoformat(timespec="microseconds")
        stored_checkpoints.add(store, sign(stated(size).text(), [log_signer()]), at=at)


def cosigned(store, size, *witnesses):
    """Have witnesses sign a checkpoint."""
    for number in witnesses:
        signer = Cosigner.of(f"witness.example/{number}", private_key(number), at=1)
        line = sign(stated(size).text(), [signer]).signatures[0]
        with transaction(store):
            stored_checkpoints.add_cosignature(store, parse_signature(line.line().removesuffix("\n")), size=size, at=1)


def of_two(signatures):
    """Tell whether two witnesses make the quorum."""
    return len(list(signatures)) >= 2


def test_a_log_without_a_checkpoint_waits_for_nobody(store):
    assert quorum_state(store, of_two) is None
    assert waited(None, at=SINCE) == timedelta()


def test_a_log_waits_since_the_first_checkpoint_after_the_confirmed_one(store):
    for size, minute in ((2, 0), (3, 5), (5, 7), (8, 9)):
        signed(store, size, minute)
    assert quorum_state(store, of_two) == QuorumState(8, None, SINCE)
    cosigned(store, 3, 2, 3)
    cosigned(store, 8, 2)
    assert quorum_state(store, of_two) == QuorumState(8, 3, SINCE + timedelta(minutes=7))
    assert waited(quorum_state(store, of_two), at=SINCE + timedelta(minutes=8)) == timedelta(minutes=1)


def test_a_newer_checkpoint_with_a_quorum_confirms_those_before_it(store):
    for size, minute in ((2, 0), (5, 7)):
        signed(store, size, minute)
    cosigned(store, 5, 2, 3)
    assert quorum_state(store, of_two) == QuorumState(5, 5, None)
    assert waited(quorum_state(store, of_two), at=SINCE) == timedelta()
