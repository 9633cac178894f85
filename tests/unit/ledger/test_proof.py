"""Proof files."""

import pytest

from bequest.ledger.errors import LedgerError
from bequest.ledger.merkle import inclusion_path
from bequest.ledger.proof import HEADER, TlogProof, parse
from ledger_keys import leaves, signed, stated

LEAVES = leaves(11)


def proof(extra=None):
    return TlogProof(4, inclusion_path(LEAVES, 4), signed(11).to_bytes(), extra)


@pytest.mark.parametrize("extra", [None, b"", b"anything"])
def test_a_proof_is_read_as_it_was_written(extra):
    assert parse(proof(extra).to_bytes()) == proof(extra)


def test_a_proof_leads_from_its_leaf_to_its_checkpoint():
    assert proof().check_leaf(LEAVES[4]) == stated(11)
    with pytest.raises(LedgerError, match="does not lead to the root"):
        proof().check_leaf(LEAVES[5])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\n\nx",
        b"other\nindex 1\n\nnote",
        f"{HEADER}\n\nnote".encode(),
        f"{HEADER}\nindex 01\n\nnote".encode(),
        f"{HEADER}\nindex 1\nAAAA\n\nnote".encode(),
        f"{HEADER}\nextra !\nindex 1\n\nnote".encode(),
        (f"{HEADER}\nindex 1\n" + f"{'A' * 43}=\n" * 64 + "\nnote").encode(),
    ],
)
def test_a_file_that_is_no_proof_is_refused(data):
    with pytest.raises(LedgerError):
        parse(data)
