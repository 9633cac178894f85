"""A publisher may fail at any step: what is on the site is whole all the same, and it goes on from there."""

import pytest

from bequest.cli.ledger_database import open_store
from bequest.cli.publishing import Publishing
from bequest.cli.site import Site
from bequest.inquiry.verify.notes import check_signatures, read_checkpoint, read_key
from bequest.inquiry.verify.tiles import audit
from bequest.ledger import stored_checkpoints
from bequest.ledger.errors import LedgerError
from bequest.ledger.merkle import leaf_hash
from bequest.ledger.publish import Known
from bequest.ledger.store import head
from ledger_keys import log_signer, stated
from ledger_stores import add, body, closed_at_end, new_store

AT = "2026-11-01T00:00:00+00:00"


class FailingError(Exception):
    pass


class FailingSite:
    """Be a site that fails at the n-th file."""

    def __init__(self, folder, left):
        self.site, self.left = Site(folder), left
        self.read = self.site.read

    def keep(self, path, data):
        if self.read(path) != data:
            self.write(path, data)

    def write(self, path, data):
        if self.left == 0:
            raise FailingError
        self.left -= 1
        self.site.write(path, data)


def publishing(store, site):
    return Publishing(store, site, [log_signer()], keys=[log_signer().key])


def audited(site):
    """Return the entries on a site, all of it found whole; None where it has no checkpoint yet."""
    found = site.read("checkpoint")
    if found is None:
        return None
    text, _ = check_signatures(found, [read_key(log_signer().key.vkey())])
    return list(audit(read_checkpoint(text), site.read))


@pytest.fixture
def log(tmp_path):
    """Return a log in SQLite, and where it is."""
    with new_store("sqlite", tmp_path) as made:
        yield made


@pytest.mark.parametrize("files", range(6))
def test_a_publisher_that_fails_at_a_file_leaves_a_whole_site_and_goes_on(log, tmp_path, files):
    place, store = log
    site = Site(tmp_path / "site")
    add(store, *range(3))
    first = publishing(store, site)
    first.start([])
    assert first.step(AT)
    add(store, *range(3, 300))
    failing = publishing(store, FailingSite(tmp_path / "site", files))
    failing.start([])
    with pytest.raises(FailingError):
        failing.step(AT)
    assert audited(site) == [body(number) for number in range(3)]
    assert stored_checkpoints.newest(store).checkpoint.size == 300
    with closed_at_end(open_store(place)) as again:
        goes_on = publishing(again, site)
        goes_on.start([])
        assert goes_on.step(AT)
        assert not goes_on.step(AT)
    assert audited(site) == [body(number) for number in range(300)]


def test_a_step_with_six_files_is_what_was_made_to_fail(log, tmp_path):
    _, store = log
    add(store, *range(300))
    site = FailingSite(tmp_path / "site", 6)
    whole = publishing(store, site)
    whole.start([])
    assert whole.step(AT)
    assert site.left == 0


def test_nothing_is_signed_before_its_row_is_stored(log, tmp_path):
    _, store = log
    add(store, *range(3))
    site = Site(tmp_path / "site")
    made = publishing(store, site)
    made.start([])
    store.run("CREATE TRIGGER full BEFORE INSERT ON ledger_checkpoint BEGIN SELECT RAISE(ABORT, 'full'); END")
    with pytest.raises(Exception, match="full"):
        made.step(AT)
    assert audited(site) is None
    assert list((tmp_path / "site").rglob("*")) == []


def test_a_publisher_that_another_one_overtook_signs_nothing(log, tmp_path, monkeypatch):
    _, store = log
    one, other = (publishing(store, Site(tmp_path / name)) for name in ("a", "b"))
    one.start([])
    other.start([])
    add(store, 0)
    seen = head(store)
    add(store, 1)
    one.step(AT)
    monkeypatch.setattr("bequest.cli.publishing.head", lambda _: seen)
    with pytest.raises(LedgerError, match="run one only"):
        other.step(AT)


@pytest.mark.parametrize("sizes", [(2,), (1, 5), (5, 2, 1)])
def test_what_anybody_has_seen_is_compared_at_its_size(log, tmp_path, sizes):
    _, store = log
    add(store, *range(5), text="")
    known = [Known("A witness", stated(size)) for size in sizes]
    with pytest.raises(LedgerError, match="the log has forked"):
        publishing(store, Site(tmp_path / "site")).start(known)


def test_the_root_of_a_block_that_was_altered_is_found_at_the_start(log, tmp_path):
    _, store = log
    add(store, *range(300))
    store.run("DROP TRIGGER ledger_subroot_no_update")
    store.run("UPDATE ledger_subroot SET hash = zeroblob(32)")
    with pytest.raises(LedgerError, match="from which proofs are made, was altered"):
        publishing(store, Site(tmp_path / "site")).start([])


def test_an_altered_entry_is_found_at_the_start_and_named(log, tmp_path):
    _, store = log
    add(store, *range(300))
    store.run("DROP TRIGGER ledger_entry_no_update")
    store.run("UPDATE ledger_entry SET leaf = x'00' WHERE idx = 17")
    with pytest.raises(LedgerError, match="Entry 17 was altered"):
        publishing(store, Site(tmp_path / "site")).start([])


def test_an_entry_and_its_hash_altered_together_do_not_fit_the_head(log, tmp_path):
    _, store = log
    add(store, *range(5))
    store.run("DROP TRIGGER ledger_entry_no_update")
    store.run("UPDATE ledger_entry SET leaf = ?, leaf_hash = ? WHERE idx = 2", (b"x", leaf_hash(b"x")))
    with pytest.raises(LedgerError, match="The head of the log does not fit"):
        publishing(store, Site(tmp_path / "site")).start([])
