"""How the verifier reads notes: what the writing side signed is accepted, and everything else refused."""

import pytest
from cryptography.exceptions import UnsupportedAlgorithm

from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.notes import check_signatures, read_checkpoint, read_key, read_note
from bequest.ledger.errors import LedgerError
from ledger_keys import ORIGIN, log_signer, mldsa_signer, signed, stated, witness_signer

LOG, WITNESS, LATER = log_signer(), witness_signer(), mldsa_signer()
ROOT = "A" * 43 + "="


def key(signer):
    return read_key(signer.key.vkey())


def test_every_kind_of_signature_is_accepted_with_the_time_of_a_witness():
    data = signed(5, LOG, WITNESS, LATER).to_bytes()
    text, found = check_signatures(data, [key(LOG), key(WITNESS), key(LATER)])
    assert text == stated(5).text()
    assert found == {key(LOG): None, key(WITNESS): WITNESS.at, key(LATER): LATER.at}
    assert [each.is_witness for each in found] == [False, True, True]


def test_signatures_of_unknown_keys_say_nothing():
    assert list(check_signatures(signed(5, LOG, WITNESS).to_bytes(), [key(LOG)])[1]) == [key(LOG)]


def test_a_log_can_sign_with_a_second_key_of_another_kind_and_readers_of_today_pass_over_it():
    second = mldsa_signer(7, name=ORIGIN)
    data = signed(5, LOG, second).to_bytes()
    assert check_signatures(data, [key(LOG)])[1] == {key(LOG): None}
    assert set(check_signatures(data, [key(LOG), key(second)])[1]) == {key(LOG), key(second)}


def test_a_signature_that_the_installed_package_cannot_check_is_never_counted(monkeypatch):
    def unsupported(_):
        raise UnsupportedAlgorithm("ML-DSA-44")

    monkeypatch.setattr(
        "cryptography.hazmat.primitives.asymmetric.mldsa.MLDSA44PublicKey.from_public_bytes", unsupported
    )
    data = signed(5, LOG, LATER).to_bytes()
    with pytest.raises(BrokenError, match="by ML-DSA-44, which the installed package `cryptography` cannot check"):
        check_signatures(data, [key(LOG), key(LATER)])
    with pytest.raises(LedgerError, match="cannot check"):
        LATER.key.verify(stated(5).text(), signed(5, LATER).signatures[0].value)


@pytest.mark.parametrize("signer", [LOG, WITNESS, LATER], ids=["log", "witness", "mldsa"])
def test_a_signature_on_another_text_is_refused(signer):
    data = signed(5, signer).to_bytes().replace(b"\n5\n", b"\n6\n")
    with pytest.raises(BrokenError, match="does not fit the text"):
        check_signatures(data, [key(signer)])


def test_a_note_that_nobody_known_signed_is_refused():
    with pytest.raises(BrokenError, match="no signature under the note is of a key"):
        check_signatures(signed(5, LOG).to_bytes(), [key(WITNESS)])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"x" * 1_000_001, "too long"),
        (b"\xff", "not UTF-8"),
        (b"text\n", "no signatures"),
        (b"text\n\n", "no signatures"),
        (b"text\n\n\xe2\x80\x94 a AAAAAAA=", "no signatures"),
        (b"te\txt\n\n\xe2\x80\x94 a AAAAAAA=\n", "control characters"),
        (b"text\n\nno dash\n", "is no signature"),
        (b"text\n\n\xe2\x80\x94 a b c\n", "is no signature"),
        (b"text\n\n\xe2\x80\x94 a+b AAAAAAA=\n", "is no name of a key"),
        (b"text\n\n\xe2\x80\x94 a AAAA\n", "too short"),
        (b"text\n\n\xe2\x80\x94 a !\n", "not base64"),
        (b"text\n\n\xe2\x80\x94 a AAAAAAB=\n", "one spelling"),
        ("text\n\n\u2014 a \u00e9\n".encode(), "not base64"),
        (b"text\n\n" + b"\xe2\x80\x94 a AAAAAAA=\n" * 101, "more than 100"),
    ],
)
def test_bytes_that_are_no_note_are_refused(data, says):
    with pytest.raises(BrokenError, match=says):
        read_note(data)


@pytest.mark.parametrize("zeros", [64, 72, 2428])
def test_a_signature_of_another_form_is_refused(zeros):
    for signer in (LOG, WITNESS, LATER):
        note = signed(1, signer)
        value = bytes(zeros + 1)
        forged = note.to_bytes().replace(
            note.signatures[0].line().encode(), type(note.signatures[0])(
                signer.key.name, signer.key.key_id, value
            ).line().encode()
        )  # fmt: skip
        with pytest.raises(BrokenError, match="wrong form"):
            check_signatures(forged, [key(signer)])


def test_a_name_too_long_cannot_be_cosigned():
    text = stated(1, origin="x" * 256).text()
    line = signed(1, LATER).signatures[0].line()
    with pytest.raises(BrokenError, match="too long to be cosigned"):
        check_signatures(f"{text}\n{line}".encode(), [key(LATER)])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("log", "is no key"),
        ("log+00000000+", "unknown kind"),
        ("log+00000000+Ag==", "unknown kind"),
        ("log+00000000+AQ==", "wrong length"),
        ("+00000000+" + LOG.key.vkey().split("+", 2)[2], "is no name of a key"),
        (LOG.key.vkey().replace(LOG.key.key_id.hex(), "00000000"), "another id"),
        ("log+00000000+AQ" + "A" * 42, "anyone could sign"),
        ("log+00000000+Af" + "/" * 42, "no point of the curve"),
        ("log+00000000+AQI" + "A" * 41, "no point of the curve"),
    ],
)
def test_a_line_that_is_no_key_is_refused(line, says):
    with pytest.raises(BrokenError, match=says):
        read_key(line)


def test_a_checkpoint_is_read_as_it_was_written():
    found = read_checkpoint(stated(7).text())
    assert (found.origin, found.size, found.root) == (ORIGIN, 7, stated(7).root)
    assert read_checkpoint(stated(0).text()).size == 0


@pytest.mark.parametrize(
    "text",
    ["", "a\n", "a\n1\n", f"a\n1\n{ROOT}", f"\n1\n{ROOT}\n", f"a\n01\n{ROOT}\n", f"a\n{2**63}\n{ROOT}\n",
     f"a\n0\n{ROOT}\n", "a\n1\nAAAA\n", f"a\n1\n{ROOT}\n\n", f"a\nx\n{ROOT}\n"],
)  # fmt: skip
def test_a_text_that_is_no_checkpoint_is_refused(text):
    with pytest.raises(BrokenError):
        read_checkpoint(text)
