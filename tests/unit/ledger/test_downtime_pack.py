"""A downtime pack holds what was put into it, and nothing that somebody else made or changed is read."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from bequest.ledger.downtime_pack import Pack, PackedPolicy, pack_bytes, read_pack
from bequest.ledger.errors import LedgerError
from bequest.ledger.signers import Ed25519Signer
from bequest.model.enums import Organ
from downtime_packs import KEY, MADE_AT, NONCE, SIGNER

PACK = Pack(
    jurisdiction="ZZ",
    synthetic=True,
    made_at=MADE_AT,
    log_size=7,
    engine="1.0",
    sources="a: b\n",
    policies={Organ.KIDNEY_PANCREAS: PackedPolicy("policy: x\n", "0" * 64)},
    places=({"centre": "A", "country": "ZZ"},),
    lists={Organ.HEART: ({"registration": "R-1"}, {"registration": "R-2"}), Organ.LUNG: ()},
)
DATA = pack_bytes(PACK, key=KEY, nonce=NONCE, signer=SIGNER)


def refused(data, *, key=KEY, maker=SIGNER.key):
    """Return the sentence with which a pack is refused."""
    with pytest.raises(LedgerError) as caught:
        read_pack(data, key=key, maker=maker)
    return str(caught.value)


def test_a_pack_holds_what_was_put_into_it():
    assert read_pack(DATA, key=KEY, maker=SIGNER.key) == PACK


def test_the_same_content_gives_the_same_bytes():
    assert pack_bytes(PACK, key=KEY, nonce=NONCE, signer=SIGNER) == DATA


def test_nothing_of_the_lists_can_be_read_without_the_key():
    assert b"R-1" not in DATA
    assert "cannot be opened with this key" in refused(DATA, key=bytes(32))


def test_a_pack_of_another_maker_is_refused():
    other = Ed25519Signer.of("office.example", Ed25519PrivateKey.from_private_bytes(b"\1" * 32))
    theirs = pack_bytes(PACK, key=KEY, nonce=NONCE, signer=other)
    assert refused(theirs) == "This pack was not signed by office.example; use no pack of unknown origin."


def test_the_note_of_one_pack_does_not_vouch_for_the_lists_of_another():
    newer = pack_bytes(
        Pack(**{name: getattr(PACK, name) for name in Pack.__slots__} | {"log_size": 8}),
        key=KEY, nonce=b"\1" * 12, signer=SIGNER,
    )  # fmt: skip
    length = int(DATA.partition(b"\n")[0])
    start = len(str(length)) + 1
    mixed = DATA[: start + length] + newer[newer.index(b"\n") + 1 + int(newer.partition(b"\n")[0]) :]
    assert refused(mixed) == "What this pack says of itself is not what it holds; use another copy."


@pytest.mark.parametrize("data", [b"", b"\n", b"12", b"99999\n", b"x\n", b"-5\nabc", b"0\n", DATA[:3], DATA[:40]])
def test_what_is_no_pack_is_refused_in_a_sentence(data):
    assert refused(data)


@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_no_byte_can_be_changed(place, change):
    altered = bytearray(DATA)
    altered[place] ^= change
    assert refused(bytes(altered))


@given(st.binary(max_size=200))
def test_whatever_is_read_is_refused_in_a_sentence(data):
    assert refused(data)
