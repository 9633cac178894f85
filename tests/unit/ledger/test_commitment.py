"""Commitments of leaves: every field behind a salt of its own, each shown alone or closed for ever."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.openings import opened, shown_alone
from bequest.ledger.commitment import commitment, event_salts, opening, shown
from bequest.ledger.errors import LedgerError

KEY = bytes(range(32))
FIELDS = {"organ": "heart", "rank": 3, "part": ["heart"], "late": None, "yes": True}
VALUES = st.one_of(st.text("abc é", max_size=5), st.integers(0, 10**6), st.booleans(), st.none())
EVENTS = st.dictionaries(st.text("abcdef_", min_size=1, max_size=6), VALUES, min_size=1, max_size=9)


def test_a_field_is_the_leaf_hash_of_salt_and_name_and_value():
    salt = hmac.digest(KEY, b"rank", "sha256")
    expected = hashlib.sha256(b"\x00" + salt + b'["rank",3]').digest()
    assert commitment(event_salts(KEY), {"rank": 3}) == expected


@given(EVENTS, st.binary(min_size=32, max_size=32), st.data())
def test_whatever_is_opened_leads_to_the_commitment(fields, key, data):
    salts = event_salts(key)
    names = data.draw(st.sets(st.sampled_from(sorted(fields))))
    found = opened(opening(salts, fields, names), "an event")
    assert found.root == commitment(salts, fields)
    assert found.fields == {name: fields[name] for name in names}


@given(EVENTS, st.data())
def test_a_field_shown_alone_leads_to_the_commitment(fields, data):
    salts, name = event_salts(KEY), data.draw(st.sampled_from(sorted(fields)))
    record = shown(salts, fields, name).to_data()
    assert shown_alone(record, commitment(salts, fields), "an event") == (name, fields[name])


def test_a_field_shown_with_another_value_is_refused():
    salts = event_salts(KEY)
    record = {**shown(salts, FIELDS, "rank").to_data(), "value": 4}
    with pytest.raises(BrokenError):
        shown_alone(record, commitment(salts, FIELDS), "an event")


def test_equal_fields_of_two_events_have_nothing_in_common():
    one, other = (opening(event_salts(bytes([number]) * 32), FIELDS, ()) for number in (1, 2))
    assert not {each["commitment"] for each in one} & {each["commitment"] for each in other}


def test_a_key_of_another_length_and_an_event_without_fields_are_refused():
    with pytest.raises(LedgerError, match="has 32 bytes, not 3"):
        event_salts(b"key")
    with pytest.raises(LedgerError, match="at least one field"):
        commitment(event_salts(KEY), {})
