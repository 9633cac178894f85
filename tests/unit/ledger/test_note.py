"""Signed notes."""

import pytest

from bequest.ledger.errors import LedgerError
from bequest.ledger.note import MOST_SIGNATURES, Note, parse, parse_signature, sign, text_of, verified_by
from ledger_keys import log_signer, signed, witness_signer

LOG, WITNESS = log_signer(), witness_signer()
TEXT = "one\n\ntwo\n"


def test_a_note_is_read_as_it_was_written_and_says_who_signed_it():
    note = sign(TEXT, [LOG, WITNESS])
    assert parse(note.to_bytes()) == note
    assert text_of(note.to_bytes()) == TEXT
    assert verified_by(note, [WITNESS.key, LOG.key]) == (LOG.key, WITNESS.key)


def test_signatures_of_keys_that_are_not_known_say_nothing():
    assert verified_by(sign(TEXT, [LOG, WITNESS]), [LOG.key]) == (LOG.key,)


def test_a_note_without_a_known_signature_is_refused():
    with pytest.raises(LedgerError, match="by a key that is trusted"):
        verified_by(sign(TEXT, [LOG]), [WITNESS.key])


def test_one_failing_signature_of_a_known_key_fails_the_whole_note():
    note = sign(TEXT, [LOG])
    other = Note("else\n", sign("else\n", [WITNESS]).signatures + note.signatures)
    with pytest.raises(LedgerError, match="does not fit the text"):
        verified_by(other, [LOG.key, WITNESS.key])


def test_a_signature_is_added_once():
    note = signed(3)
    more = sign(note.text, [WITNESS]).signatures
    assert note.with_signatures(more).with_signatures(more).signatures == (*note.signatures, *more)


def test_a_note_is_signed_by_somebody():
    with pytest.raises(LedgerError, match="at least one key"):
        sign(TEXT, [])


@pytest.mark.parametrize("text", ["no end", "tab\there\n", "null\x00\n"])
def test_a_text_that_no_note_may_have_is_refused(text):
    with pytest.raises(LedgerError, match="ends in a line end"):
        sign(text, [LOG])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"text\n", "no empty line"),
        (b"text\n\n\xe2\x80\x94 a AAAAAAA=", "no empty line"),
        (b"\xff", "not UTF-8"),
        (b"x" * 1_000_001, "longer than"),
        (b"tab\there\n\n\xe2\x80\x94 a AAAAAAA=\n", "control character"),
        (b"text\n\nno dash\n", "no signature line"),
        (b"text\n\n", "no empty line"),
        (b"text\n\n\xe2\x80\x94 a\n", "no signature line"),
    ],
)
def test_bytes_that_are_no_note_are_refused(data, says):
    with pytest.raises(LedgerError, match=says):
        parse(data)


def test_too_many_signatures_are_refused():
    note = signed(1)
    line = note.signatures[0].line().encode()
    with pytest.raises(LedgerError, match="101 signatures"):
        parse(f"{note.text}\n".encode() + line * (MOST_SIGNATURES + 1))


@pytest.mark.parametrize("line", ["\u2014 a AAAA", "\u2014 a AAAAAA==", "\u2014  AAAAAAA=", "\u2014 a AAAAAAA"])
def test_a_line_without_a_whole_signature_is_refused(line):
    with pytest.raises(LedgerError):
        parse_signature(line)
