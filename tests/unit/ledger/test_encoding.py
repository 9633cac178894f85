"""How bytes and numbers are written, one way each."""

import pytest

from bequest.ledger.encoding import base64_bytes, base64_text, decimal_number
from bequest.ledger.errors import LedgerError


def test_bytes_are_read_as_they_are_written():
    assert base64_bytes(base64_text(b"\x00\xff"), what="it") == b"\x00\xff"


@pytest.mark.parametrize("text", ["AP8", "AP9=", "A P8=", "AP8=\n", "\u00e9", "AP8==", "-_8="])
def test_another_spelling_of_bytes_is_refused(text):
    with pytest.raises(LedgerError, match=r"^it is "):
        base64_bytes(text, what="it")


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("1", 1), (str(2**63 - 1), 2**63 - 1)])
def test_a_number_is_read(text, number):
    assert decimal_number(text, what="it") == number


@pytest.mark.parametrize("text", ["", "00", "01", "-1", "+1", "1 ", "\u0661", str(2**63), "1e3", "1" * 30])
def test_another_spelling_of_a_number_is_refused(text):
    with pytest.raises(LedgerError, match="it is not a decimal number"):
        decimal_number(text, what="it")
