"""The keys that check signed notes."""

import pytest

from bequest.ledger.errors import LedgerError
from bequest.ledger.keys import KeyKind, PublicKey, parse_vkey
from ledger_keys import log_signer, mldsa_signer, stated, witness_signer

NEUTRAL = (1).to_bytes(32, "little")
ORDER_TWO = (2**255 - 20).to_bytes(32, "little")
ORDER_FOUR = bytes(32)
ORDER_EIGHT = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")


@pytest.mark.parametrize("signer", [log_signer(), witness_signer(), mldsa_signer()], ids=["log", "witness", "mldsa"])
def test_a_key_is_handed_on_in_one_line(signer):
    assert parse_vkey(signer.key.vkey()) == signer.key


@pytest.mark.parametrize("signer", [log_signer(), witness_signer(), mldsa_signer()], ids=["log", "witness", "mldsa"])
def test_a_key_accepts_its_own_signature_and_no_other_text(signer):
    value = signer.sign(stated(5).text())
    signer.key.verify(stated(5).text(), value)
    with pytest.raises(LedgerError, match="does not fit the text"):
        signer.key.verify(stated(6).text(), value)


@pytest.mark.parametrize(
    "public", [NEUTRAL, ORDER_TWO, ORDER_FOUR, ORDER_EIGHT, b"\xff" * 32, (2).to_bytes(32, "little"),
               bytes(NEUTRAL[:31]) + b"\x80"],
)  # fmt: skip
def test_a_point_that_anyone_can_sign_for_or_that_is_none_is_no_key(public):
    with pytest.raises(LedgerError, match="is no point of the curve"):
        PublicKey("log", KeyKind.ED25519, public)


def test_a_key_of_another_length_is_refused():
    with pytest.raises(LedgerError, match="has 31 bytes"):
        PublicKey("log", KeyKind.ED25519, bytes(31))


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "a\x00b"])
def test_a_name_that_no_key_may_have_is_refused(name):
    with pytest.raises(LedgerError, match="is no name of a key"):
        PublicKey(name, KeyKind.ED25519, log_signer().key.public)


def test_a_key_that_states_another_id_is_refused():
    name, _, encoded = log_signer().key.vkey().split("+", 2)
    with pytest.raises(LedgerError, match="states the id '00000000'"):
        parse_vkey(f"{name}+00000000+{encoded}")


@pytest.mark.parametrize("line", ["log", "log+00000000", "log+00000000+", "log+00000000+Ag==", "log+00000000+!"])
def test_a_line_that_is_no_key_is_refused(line):
    with pytest.raises(LedgerError, match="The key of 'log'"):
        parse_vkey(line)


def test_a_cosignature_states_when_its_witness_looked():
    signer = witness_signer(at=1_790_000_123)
    assert signer.key.signed_at(signer.sign(stated(1).text())) == 1_790_000_123
    assert log_signer().key.signed_at(b"") is None


@pytest.mark.parametrize("value", [bytes(72), b"\x01" * 71, b"\x01" * 73])
def test_a_cosignature_without_a_time_or_of_another_length_is_refused(value):
    with pytest.raises(LedgerError, match="a time above zero"):
        witness_signer().key.verify(stated(1).text(), value)


def test_a_signature_of_another_length_is_refused():
    with pytest.raises(LedgerError, match="does not fit the text"):
        log_signer().key.verify("text\n", bytes(63))


@pytest.mark.parametrize("origin", ["x" * 256])
def test_a_log_with_a_name_too_long_cannot_be_cosigned_with_the_second_kind(origin):
    with pytest.raises(LedgerError, match="A name of 256 bytes cannot be cosigned"):
        mldsa_signer().sign(stated(1, origin=origin).text())
