"""The one spelling of a leaf."""

import pytest
import rfc8785

from bequest.ledger.canonical import canonical_bytes, canonical_value
from bequest.ledger.errors import LedgerError


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None, "\u00e9"]}, '{"a":[true,null,"\u00e9"],"b":1}'),
        ([], "[]"),
        ((1, "x"), '[1,"x"]'),
        (-(2**53) + 1, "-9007199254740991"),
    ],
)
def test_a_value_has_one_spelling_which_the_standard_has_too(value, text):
    assert canonical_bytes(value) == text.encode()
    assert rfc8785.dumps(value) == text.encode()


def test_what_was_spelled_is_read_again():
    assert canonical_value(b'{"a":[1,"x"],"b":null}') == {"a": [1, "x"], "b": None}


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (1.5, "holds no float"),
        (2**53, "larger than JSON readers keep"),
        ({"A": 1}, "is no key of a leaf"),
        ({"": 1}, "is no key of a leaf"),
        ({1: 1}, "is no key of a leaf"),
        ("e\u0301", "normal form C"),
        ("a\nb", "control"),
        ("\ud800", "control"),
        (b"bytes", "holds no bytes"),
        ([[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]], "nested more than"),
    ],
)
def test_what_a_leaf_never_holds_is_refused(value, says):
    with pytest.raises(LedgerError, match=says):
        canonical_bytes(value)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'{"b":1,"a":2}', "canonical form"),
        (b'{"a": 1}', "canonical form"),
        (b'{"a":1,"a":1}', "names a key twice"),
        (b'{"a":1.0}', "1.0 is no integer"),
        (b'{"a":NaN}', "NaN is no integer"),
        (b'"\\u00e9"', "canonical form"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"9" * 5000, "not JSON"),
    ],
)
def test_another_spelling_is_refused(data, says):
    with pytest.raises(LedgerError, match=says):
        canonical_value(data)
