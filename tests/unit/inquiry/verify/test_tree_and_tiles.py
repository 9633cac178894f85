"""What the verifier refuses of proofs and tiles, in the small; their laws: tests/property/test_ledger_trees.py."""

import pytest

from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.notes import Checkpoint
from bequest.inquiry.verify.tiles import audit, audit_hashes, number_text, read_number
from bequest.inquiry.verify.tree import check_consistency, check_inclusion, of_leaf, root_of
from ledger_keys import leaves

THREE = leaves(3)


@pytest.mark.parametrize(
    ("index", "size", "proof", "says"),
    [
        (3, 3, [], "cannot be in a tree"),
        (0, 3, [], "too few hashes"),
        (0, 3, [THREE[1], THREE[2], THREE[0]], "left over"),
        (0, 3, [THREE[2], THREE[1]], "another root"),
        (0, 3, [b"short", THREE[2]], "does not have 32 bytes"),
    ],
)
def test_a_proof_that_does_not_hold_is_told(index, size, proof, says):
    with pytest.raises(BrokenError, match=says):
        check_inclusion(THREE[0], index=index, size=size, proof=proof, root=root_of(THREE))


@pytest.mark.parametrize(
    ("old", "new", "proof", "says"),
    [
        ((3, root_of(THREE)), (2, root_of(THREE[:2])), [], "cannot begin with"),
        ((0, THREE[0]), (3, root_of(THREE)), [], "do not fit each other"),
        ((3, root_of(THREE)), (3, root_of(THREE)), [THREE[0]], "do not fit each other"),
        ((2, root_of(THREE[:2])), (3, root_of(THREE)), [], "too few hashes"),
        ((2, root_of(THREE[:2])), (3, root_of(THREE)), [THREE[2], THREE[1]], "left over"),
        ((2, THREE[0]), (3, root_of(THREE)), [THREE[2]], "does not begin with"),
    ],
)
def test_trees_that_do_not_go_on_are_told(old, new, proof, says):
    with pytest.raises(BrokenError, match=says):
        check_consistency(old, new, proof)


@pytest.mark.parametrize(
    ("number", "text"), [(0, "000"), (999, "999"), (1000, "x001/000"), (1_234_067, "x001/x234/067")]
)
def test_a_number_is_read_as_it_is_written(number, text):
    assert (number_text(number), read_number(text)) == (text, number)


@pytest.mark.parametrize("text", ["1", "x000/001", "000/001", "x001", ""])
def test_another_spelling_of_a_number_is_refused(text):
    with pytest.raises(BrokenError, match="is no number of a tile"):
        read_number(text)


FILES = {"tile/entries/000.p/2": b"\x00\x01a\x00\x01b", "tile/0/000.p/2": of_leaf(b"a") + of_leaf(b"b")}
STATED = Checkpoint("log", 2, root_of([of_leaf(b"a"), of_leaf(b"b")]), "")


@pytest.mark.parametrize(
    ("path", "data", "says"),
    [
        ("tile/entries/000.p/2", None, "is missing"),
        ("tile/entries/000.p/2", b"\x00\x01a\x00\x02b", "entry 1 is cut off"),
        ("tile/entries/000.p/2", b"\x00\x01a", "entry 1 is cut off"),
        ("tile/entries/000.p/2", b"\x00\x01a\x00\x01b\x00\x00", "more than 2"),
        ("tile/entries/000.p/2", b"\x00\x01a\x00\x01c", "does not hold the hashes"),
        ("tile/0/000.p/2", None, "is missing"),
    ],
)
def test_a_log_that_is_not_whole_is_told(path, data, says):
    with pytest.raises(BrokenError, match=says):
        list(audit(STATED, {**FILES, path: data}.get))


def test_a_log_of_another_root_is_told():
    with pytest.raises(BrokenError, match="do not have the root"):
        audit_hashes(Checkpoint("log", 2, bytes(32), ""), FILES.get)
