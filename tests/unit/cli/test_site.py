"""Files of a site are whole or not there, and one that is published is never altered."""

import pytest

from bequest.cli.site import Site
from bequest.ledger.errors import LedgerError


@pytest.fixture
def site(tmp_path):
    """Return a site in a folder that is not there yet."""
    return Site(tmp_path / "new" / "site")


def test_a_file_is_read_as_it_was_written(site):
    site.write("tile/0/x001/000", b"bytes")
    assert site.read("tile/0/x001/000") == b"bytes"
    assert [path.name for path in site.folder.rglob("*") if path.is_file()] == ["000"]


def test_a_file_that_is_not_there_is_none(site):
    assert site.read("checkpoint") is None


def test_a_checkpoint_is_replaced(site):
    site.write("checkpoint", b"old")
    site.write("checkpoint", b"new")
    assert site.read("checkpoint") == b"new"


def test_a_tile_is_kept_and_another_in_its_place_refused(site):
    site.keep("tile/0/000", b"one")
    site.keep("tile/0/000", b"one")
    with pytest.raises(LedgerError, match="does not hold what the log has there"):
        site.keep("tile/0/000", b"two")
    assert site.read("tile/0/000") == b"one"
