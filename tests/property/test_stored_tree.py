"""Laws of the tree in the database: what is read from parts of it is what the whole of it gives."""

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from bequest.ledger import merkle
from bequest.ledger.merkle import leaf_hash, root, root_of_blocks
from bequest.ledger.publish import Edge, grow, root_of_tiles
from bequest.ledger.stored_tree import StoredLeaf, consistency_path, inclusion_path, root_at

SIZE = 1500
LEAVES = [str(number).encode() for number in range(SIZE)]
DIGESTS = [leaf_hash(leaf) for leaf in LEAVES]
BLOCKS = [root(DIGESTS[start : start + 256]) for start in range(0, SIZE - SIZE % 256, 256)]
SIZES = st.integers(1, SIZE)


class Rows:
    """Be a store of 1,500 leaves that answers two questions: hashes of leaves, and of blocks of 256."""

    def run(self, statement, parameters=()):
        rows = DIGESTS if "leaf_hash" in statement else BLOCKS
        *_, start, end = parameters
        found = list(enumerate(rows[start:end], start))
        return type("Rows", (), {"fetchall": lambda _: found})()


@cache
def edge_at(size):
    found = [StoredLeaf(number, "k", "at", LEAVES[number], DIGESTS[number], "") for number in range(size)]
    return grow(Edge(), found)[0]


@given(st.data(), SIZES)
def test_a_proof_of_a_leaf_is_that_of_the_whole_tree(data, size):
    index = data.draw(st.integers(0, size - 1))
    assert inclusion_path(Rows(), index=index, size=size) == merkle.inclusion_path(DIGESTS[:size], index)


@given(st.data(), SIZES)
def test_a_proof_of_growth_is_that_of_the_whole_tree(data, size):
    old = data.draw(st.integers(0, size))
    assert consistency_path(Rows(), old_size=old, new_size=size) == merkle.consistency_path(DIGESTS[:size], old)


@given(SIZES)
def test_stored_hashes_tiles_and_frontier_give_one_root(size):
    edge = edge_at(size)
    assert {root(DIGESTS[:size]), root_at(Rows(), size), root_of_tiles(edge), edge.frontier.root()} == {
        root(DIGESTS[:size])
    }


@given(SIZES)
def test_blocks_of_a_frontier_give_its_root(size):
    frontier = edge_at(size).frontier
    spans = [1 << bit for bit in reversed(range(size.bit_length())) if size >> bit & 1]
    assert root_of_blocks(zip(spans, frontier.roots, strict=True)) == frontier.root()


@given(SIZES, SIZES)
def test_growing_in_two_steps_is_growing_at_once(first, more):
    size = min(SIZE, first + more)
    leaves = [StoredLeaf(number, "k", "at", LEAVES[number], DIGESTS[number], "") for number in range(first, size)]
    assert grow(edge_at(first), leaves)[0] == edge_at(size)
