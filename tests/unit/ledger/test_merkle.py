"""The tree of hashes, in the small; its laws stand in tests/property/test_ledger_trees.py."""

import pytest

from bequest.ledger.errors import LedgerError
from bequest.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_path,
    consistency_ranges,
    inclusion_path,
    inclusion_paths,
    inclusion_ranges,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from ledger_keys import leaves

SEVEN = leaves(7)


def test_no_leaves_have_the_hash_of_nothing():
    assert root([]) == EMPTY_ROOT == Frontier().root()


def test_three_leaves_are_split_after_two():
    a, b, c = leaves(3)
    assert root([a, b, c]) == node_hash(node_hash(a, b), c)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 3), (3, 3)])
def test_a_leaf_outside_the_tree_has_no_proof(index, size):
    with pytest.raises(LedgerError, match="is not in a tree"):
        inclusion_ranges(index=index, size=size)
    with pytest.raises(LedgerError, match="is not in a tree"):
        verify_inclusion(SEVEN[0], index=index, size=size, path=(), under=SEVEN[0])


@pytest.mark.parametrize(("old", "new"), [(4, 3), (-1, 3)])
def test_a_larger_tree_is_no_beginning(old, new):
    with pytest.raises(LedgerError, match="cannot begin with"):
        consistency_ranges(old_size=old, new_size=new)


def test_a_proof_with_a_hash_too_many_is_refused():
    path = (*inclusion_path(SEVEN, 2), SEVEN[0])
    with pytest.raises(LedgerError, match="too many"):
        verify_inclusion(SEVEN[2], index=2, size=7, path=path, under=root(SEVEN))


def test_a_proof_with_a_hash_too_few_is_refused():
    with pytest.raises(LedgerError, match="does not lead to the root"):
        verify_inclusion(SEVEN[2], index=2, size=7, path=inclusion_path(SEVEN, 2)[:-1], under=root(SEVEN))


def test_a_hash_of_another_length_is_refused():
    with pytest.raises(LedgerError, match="has 32 bytes, not 31"):
        root([b"x" * 31])


@pytest.mark.parametrize("path", [(), (SEVEN[0],) * 9])
def test_a_consistency_proof_of_another_length_is_refused(path):
    with pytest.raises(LedgerError, match="has 4 hashes"):
        verify_consistency(old_size=3, new_size=7, old_root=root(SEVEN[:3]), new_root=root(SEVEN), path=path)


@pytest.mark.parametrize(
    ("old_size", "new_size", "old_root"), [(0, 7, SEVEN[0]), (7, 7, SEVEN[0]), (3, 7, SEVEN[0]), (4, 7, SEVEN[0])]
)
def test_another_old_root_is_refused(old_size, new_size, old_root):
    path = consistency_path(SEVEN[:new_size], old_size)
    with pytest.raises(LedgerError, match="does not begin with"):
        verify_consistency(old_size=old_size, new_size=new_size, old_root=old_root, new_root=root(SEVEN), path=path)


def test_a_frontier_that_does_not_fit_its_size_is_refused():
    with pytest.raises(LedgerError, match="A frontier of 3 leaves"):
        Frontier(3, (SEVEN[0],))
    with pytest.raises(LedgerError, match="A frontier of 1 leaves"):
        Frontier(1, (b"short",))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 33])
def test_the_proofs_of_many_leaves_are_those_of_each(size):
    hashes = leaves(size)
    assert inclusion_paths(hashes, range(size)) == [inclusion_path(hashes, index) for index in range(size)]
    assert inclusion_paths(hashes, []) == []
