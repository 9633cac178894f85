"""What a lost log says of its lost entries: how many were erasures."""

import json

import pytest

from bequest.cli.log_keys import lost_erasures
from bequest.cli.site import Site
from bequest.ledger.merkle import leaf_hash
from bequest.ledger.tiles import Tile, entry_tile
from bequest.model.errors import InputError

KINDS = ["subject.erased", *["listing.created"] * 255, "listing.removed", "subject.erased", "subject.erased"]
ENTRIES = [json.dumps({"type": kind, "commit": number}).encode() for number, kind in enumerate(KINDS)]
HASHES = [leaf_hash(entry) for entry in ENTRIES]


@pytest.fixture
def site(tmp_path):
    found = Site(tmp_path)
    found.write(Tile(None, 0).path(), entry_tile(ENTRIES[:256]))
    found.write(Tile(None, 1, 3).path(), entry_tile(ENTRIES[256:]))
    return found


@pytest.mark.parametrize(("kept", "erasures"), [(0, 3), (1, 2), (257, 2), (258, 1), (259, 0)])
def test_the_erasures_among_the_lost_entries_are_counted(site, kept, erasures):
    assert lost_erasures(site, HASHES, kept) == erasures


def test_entries_that_were_not_signed_are_not_counted(site):
    with pytest.raises(InputError, match="is not what was signed"):
        lost_erasures(site, [bytes(32), *HASHES[1:]], 0)


def test_entries_that_are_not_there_are_asked_for(tmp_path):
    with pytest.raises(InputError, match="is missing; fetch it from a mirror"):
        lost_erasures(Site(tmp_path), HASHES, 0)
