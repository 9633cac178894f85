"""The laws of the log: the writer, the verifier and a naive tree agree, and no proof of anything else holds."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bequest.inquiry.verify import tiles as read_tiles
from bequest.inquiry.verify import tree
from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.notes import Checkpoint
from bequest.ledger import merkle, tiles
from bequest.ledger.errors import LedgerError
from ledger_keys import leaves

MOST = 130
MANY = leaves(MOST)
HASHES = st.binary(min_size=32, max_size=32)


def naive_root(hashes):
    """Return the root by the sentence of RFC 6962, section 2.1, and nothing clever."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = max(2**power for power in range(20) if 2**power < len(hashes))
    return hashlib.sha256(b"\x01" + naive_root(hashes[:split]) + naive_root(hashes[split:])).digest()


ROOTS = [naive_root(MANY[:size]) for size in range(MOST + 1)]


@pytest.mark.parametrize("size", range(MOST + 1))
def test_three_ways_lead_to_one_root(size):
    frontier = merkle.Frontier()
    for digest in MANY[:size]:
        frontier = frontier.with_leaf(digest)
    assert merkle.root(MANY[:size]) == tree.root_of(MANY[:size]) == frontier.root() == ROOTS[size]


@pytest.mark.parametrize("size", range(1, 66))
def test_every_leaf_of_every_small_tree_is_proved_to_both(size):
    for index in range(size):
        path = merkle.inclusion_path(MANY[:size], index)
        merkle.verify_inclusion(MANY[index], index=index, size=size, path=path, under=ROOTS[size])
        tree.check_inclusion(MANY[index], index=index, size=size, proof=path, root=ROOTS[size])


@pytest.mark.parametrize("new", range(66))
def test_every_small_tree_is_proved_to_begin_with_every_smaller_one(new):
    for old in range(new + 1):
        path = merkle.consistency_path(MANY[:new], old)
        merkle.verify_consistency(old_size=old, new_size=new, old_root=ROOTS[old], new_root=ROOTS[new], path=path)
        tree.check_consistency((old, ROOTS[old]), (new, ROOTS[new]), path)


def _both_refuse(ledger, inquiry):
    with pytest.raises(LedgerError):
        ledger()
    with pytest.raises(BrokenError):
        inquiry()


@st.composite
def altered(draw, path):
    """Return a list of hashes that is not this one: one flipped, dropped, doubled or put elsewhere."""
    changed = list(path)
    place = draw(st.integers(0, max(0, len(path) - 1)))
    match draw(st.sampled_from(["flip", "drop", "double", "add", "swap"])):
        case "flip" if path:
            bit = draw(st.integers(0, 255))
            changed[place] = (int.from_bytes(path[place], "big") ^ (1 << bit)).to_bytes(32, "big")
        case "drop" if path:
            del changed[place]
        case "double" if path:
            changed.insert(place, path[place])
        case "swap" if path:
            other = draw(st.integers(0, len(path) - 1))
            changed[place], changed[other] = changed[other], changed[place]
        case _:
            changed.insert(place, draw(HASHES))
    assume(changed != list(path))
    return changed


@given(data=st.data(), size=st.integers(1, MOST))
def test_no_altered_proof_of_inclusion_holds(data, size):
    index = data.draw(st.integers(0, size - 1))
    path = data.draw(altered(merkle.inclusion_path(MANY[:size], index)))
    _both_refuse(
        lambda: merkle.verify_inclusion(MANY[index], index=index, size=size, path=path, under=ROOTS[size]),
        lambda: tree.check_inclusion(MANY[index], index=index, size=size, proof=path, root=ROOTS[size]),
    )


@given(size=st.integers(1, MOST), data=st.data())
def test_a_proof_holds_for_no_other_place_or_leaf(size, data):
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, MOST - 1))
    assume(index != other)
    path = merkle.inclusion_path(MANY[:size], index)
    _both_refuse(
        lambda: merkle.verify_inclusion(MANY[index], index=other, size=size, path=path, under=ROOTS[size]),
        lambda: tree.check_inclusion(MANY[index], index=other, size=size, proof=path, root=ROOTS[size]),
    )
    _both_refuse(
        lambda: merkle.verify_inclusion(MANY[other], index=index, size=size, path=path, under=ROOTS[size]),
        lambda: tree.check_inclusion(MANY[other], index=index, size=size, proof=path, root=ROOTS[size]),
    )


@given(data=st.data(), new=st.integers(1, MOST))
def test_no_altered_proof_of_consistency_holds(data, new):
    old = data.draw(st.integers(0, new))
    path = data.draw(altered(merkle.consistency_path(MANY[:new], old)))
    _both_refuse(
        lambda: merkle.verify_consistency(
            old_size=old, new_size=new, old_root=ROOTS[old], new_root=ROOTS[new], path=path
        ),
        lambda: tree.check_consistency((old, ROOTS[old]), (new, ROOTS[new]), path),
    )


@given(data=st.data(), new=st.integers(1, MOST))
def test_a_tree_with_another_past_is_told(data, new):
    old = data.draw(st.integers(1, new))
    wrong = data.draw(HASHES)
    path = merkle.consistency_path(MANY[:new], old)
    for old_root, new_root in ((wrong, ROOTS[new]), (ROOTS[old], wrong)):
        _both_refuse(
            lambda a=old_root, b=new_root: merkle.verify_consistency(
                old_size=old, new_size=new, old_root=a, new_root=b, path=path
            ),
            lambda a=old_root, b=new_root: tree.check_consistency((old, a), (new, b), path),
        )


def _published(entries):
    """Return the files of a log with these entries, by their paths."""
    rows = [[merkle.leaf_hash(entry) for entry in entries]]
    while len(rows[-1]) >= tiles.WIDTH:
        last = rows[-1]
        whole = range(0, len(last) - len(last) % tiles.WIDTH, tiles.WIDTH)
        rows.append([merkle.root(last[at : at + tiles.WIDTH]) for at in whole])
    files = {}
    for tile in tiles.tiles_of(len(entries)):
        places = slice(tile.number * tiles.WIDTH, tile.number * tiles.WIDTH + tile.width)
        files[tile.path()] = (
            tiles.entry_tile(entries[places]) if tile.level is None else tiles.hash_tile(rows[tile.level][places])
        )
    return files, Checkpoint("log", len(entries), merkle.root(rows[0]), "")


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 511, 512, 700, 66_000])
def test_the_verifier_reads_every_entry_that_the_writer_published(size):
    entries = [str(number).encode() for number in range(size)]
    files, stated = _published(entries)
    assert list(read_tiles.audit(stated, files.get)) == entries
    read_tiles.audit_hashes(stated, files.get)


ENTRIES = [bytes([number % 251]) * (number % 7) for number in range(600)]
FILES, STATED = _published(ENTRIES)


@given(data=st.data())
def test_no_published_file_can_be_changed_unseen(data):
    path = data.draw(st.sampled_from(sorted(FILES)))
    content = FILES[path]
    place = data.draw(st.integers(0, len(content) - 1))
    changed = data.draw(
        st.sampled_from(
            [
                content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :],
                content[:place],
                content + b"\x00",
                content[:place] + content[place + 1 :],
                None,
            ]
        )
    )
    with pytest.raises(BrokenError):
        list(read_tiles.audit(STATED, {**FILES, path: changed}.get))
