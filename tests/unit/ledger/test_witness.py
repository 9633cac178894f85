"""What a witness answers a log; the recorded conversation stands in tests/published/test_vectors.py."""

import pytest

from bequest.ledger import witness
from bequest.ledger.encoding import base64_text
from bequest.ledger.errors import LedgerError
from bequest.ledger.merkle import consistency_path, root
from bequest.ledger.note import parse_signature, verified_by
from ledger_keys import ORIGIN, leaves, log_signer, signed, stated, witness_signer

LEAVES = leaves(9)
KEYS = {ORIGIN: [log_signer().key]}
SEEN = witness.Seen(4, root(LEAVES[:4]))


def request(old=4, new=9, proof=None, note=None):
    path = consistency_path(LEAVES[:new], old) if proof is None else proof
    lines = "".join(f"{base64_text(each)}\n" for each in path)
    return f"old {old}\n{lines}\n".encode() + (note or signed(new)).to_bytes()


def answer(body, seen=SEEN):
    return witness.answer(witness.parse(body), keys=KEYS, seen=seen, signer=witness_signer())


def test_a_tree_that_goes_on_is_cosigned_and_remembered():
    found = answer(request())
    note = signed(9).with_signatures([parse_signature(found.body[:-1])])
    assert (found.status, found.seen) == (200, witness.Seen(9, root(LEAVES)))
    assert verified_by(note, [witness_signer().key]) == (witness_signer().key,)


def test_a_log_seen_for_the_first_time_is_cosigned():
    assert answer(request(old=0), seen=witness.Seen()).status == 200


def test_the_same_tree_is_cosigned_again():
    assert answer(request(old=4, new=4)).status == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (request(note=signed(9, log_signer(number=7))), 403),
        (request(note=signed(9, log_signer(name="log.example/other"))), 403),
        (request(old=9, new=4, proof=()), 400),
        (request(old=3), 409),
        (request(proof=()), 422),
    ],
)
def test_what_does_not_go_on_is_refused_and_nothing_is_remembered(body, status):
    found = answer(body)
    assert (found.status, found.seen) == (status, None)


def test_a_log_that_is_not_known_is_refused():
    asked = witness.parse(request())
    assert witness.answer(asked, keys={}, seen=SEEN, signer=witness_signer()).status == 404


def test_another_size_is_told_in_the_body():
    found = answer(request(old=3))
    assert (found.body, found.content_type) == ("4\n", "text/x.tlog.size")


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\n\n", b"old 1\n", b"new 1\n\n" + signed(1).to_bytes(), b"old 01\n\n" + signed(1).to_bytes(),
     b"old 1\nAAAA\n\n" + signed(1).to_bytes(), b"x" * 100_001, b"old 1\n\nno note"],
)  # fmt: skip
def test_a_body_that_is_no_request_is_refused(body):
    with pytest.raises(LedgerError):
        witness.parse(body)


def test_a_log_has_a_name_of_64_signs_at_the_witness():
    assert witness.origin_hash(ORIGIN) == witness.origin_hash(stated(3).origin)
    assert len(witness.origin_hash(ORIGIN)) == 64
