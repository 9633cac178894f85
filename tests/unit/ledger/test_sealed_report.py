"""A sealed report has one form, tells nothing by its length, and nothing else is taken for one."""

import pytest

from bequest.ledger.errors import LedgerError
from bequest.ledger.sealed_report import BLOCK_BYTES, LONGEST_TEXT_BYTES, MARK, filled_up, joined, parts, text_of

KEY = bytes(range(32))


def sealed(blocks=1):
    return joined(KEY, bytes(32 + 16 + blocks * BLOCK_BYTES))


@pytest.mark.parametrize("text", ["a", "ü" * 400, "a" * (BLOCK_BYTES - 4), "a" * LONGEST_TEXT_BYTES])
def test_a_text_is_found_again(text):
    assert text_of(filled_up(text)) == text


def test_texts_of_one_block_look_alike_by_length():
    assert {len(filled_up("a" * length)) for length in (1, 500, BLOCK_BYTES - 4)} == {BLOCK_BYTES}
    assert len(filled_up("a" * (BLOCK_BYTES - 3))) == 2 * BLOCK_BYTES


@pytest.mark.parametrize("text", ["", "a" * (LONGEST_TEXT_BYTES + 1)])
def test_an_empty_or_endless_text_is_refused(text):
    with pytest.raises(LedgerError, match="A report has 1 to"):
        filled_up(text)


@pytest.mark.parametrize("content", [
    b"", bytes(BLOCK_BYTES), b"\x00\x00\x00\x01a", b"\x00\x00\x00\x01a" + bytes(BLOCK_BYTES - 6) + b"x",
    b"\x00\x00\x00\x01\xff" + bytes(BLOCK_BYTES - 5), b"\xff\xff\xff\xff" + bytes(BLOCK_BYTES - 4),
])  # fmt: skip
def test_what_was_not_filled_up_as_we_do_it_is_no_text(content):
    with pytest.raises(LedgerError, match="no text of a report"):
        text_of(content)


def test_a_report_says_to_which_key_it_is_sealed():
    assert parts(sealed()) == (KEY, bytes(32 + 16 + BLOCK_BYTES))


@pytest.mark.parametrize(("report", "said"), [
    (b"", "first line"), (b"x" + sealed(), "first line"), (MARK, "length"), (sealed(0), "length"),
    (sealed()[:-1], "length"), (sealed() + b"x", "length"), (sealed(65), "length"),
])  # fmt: skip
def test_what_is_no_sealed_report_is_refused(report, said):
    with pytest.raises(LedgerError, match=said):
        parts(report)
