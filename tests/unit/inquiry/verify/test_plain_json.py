"""The one spelling of JSON: what is plain is read fast, and nothing passes that the slow way would refuse."""

from __future__ import annotations

import json
import unicodedata
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.openings import field_hash
from bequest.inquiry.verify.plain_json import bytes_of, read_json, write_json
from bequest.ledger.canonical import canonical_bytes, canonical_value
from bequest.ledger.errors import LedgerError

TEXTS = st.one_of(st.text(max_size=6), st.sampled_from(["é", "é", "\x7f", "\\", "\n", '"', "\u2028"]))
VALUES = st.recursive(
    st.one_of(TEXTS, st.integers(-(2**54), 2**54), st.booleans(), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(["a", "b_1", "A", "", "ä"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_both_implementations_read_and_refuse_the_same(value):
    data = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    try:
        wanted = canonical_value(data)
    except LedgerError:
        with pytest.raises(BrokenError):
            read_json(data, "it")
    else:
        assert read_json(data, "it") == wanted
        assert write_json(wanted) == canonical_bytes(wanted) == data


@pytest.mark.parametrize("text", ["\x7f", "\x1f", "\n", "\x85", unicodedata.normalize("NFD", "é"), "\ud800"])
def test_a_text_that_is_not_in_its_one_form_is_refused(text):
    data = json.dumps(["plain", text], separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    with pytest.raises(BrokenError, match=r"one form|no JSON"):
        read_json(data, "it")


@pytest.mark.parametrize("depth", [15, 16, 17])
@pytest.mark.parametrize("core", ["", "1", '"a"'])
def test_levels_are_counted_as_the_writing_side_counts_them(depth, core):
    data = f"{'[' * depth}{core}{']' * depth}".encode()
    try:
        canonical_value(data)
    except LedgerError:
        with pytest.raises(BrokenError, match="nested too deep"):
            read_json(data, "it")
    else:
        assert read_json(data, "it") == json.loads(data)


def test_a_number_that_other_readers_round_is_refused():
    assert read_json(b'{"a":9007199254740991}', "it") == {"a": 2**53 - 1}
    for data in (b'{"a":9007199254740992}', b"[-9007199254740992]", b"9007199254740992"):
        with pytest.raises(BrokenError, match="a number that is too large"):
            read_json(data, "it")


@pytest.mark.parametrize("text", ["AB" * 32, "ab" * 31, "ab" * 31 + " a", "ab" * 33, "zz" * 32, "٣" * 64, None])
def test_only_small_hexadecimal_digits_of_the_right_length_are_bytes(text):
    with pytest.raises(BrokenError, match="is not 32 bytes in hexadecimal"):
        bytes_of(text, 32, "it")


@given(TEXTS, VALUES)
def test_a_field_is_hashed_as_the_list_of_its_name_and_value(name, value):
    salt, spelled = bytes(32), write_json([name, value])
    assert field_hash(salt, name, value) == sha256(b"\x00" + salt + spelled).digest()
