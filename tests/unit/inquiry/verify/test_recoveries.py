"""A log that goes on from one that was lost says so, and how much is gone; what it says of it is held against it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bequest.inquiry.verify.bundle import verify_bundle
from bequest.inquiry.verify.evidence import MemoryEvidence
from bequest.inquiry.verify.report import Verdict
from bequest.ledger.bundle import BundleKind, Kept, LostLog, bundle
from bequest.ledger.checkpoint import Checkpoint
from bequest.ledger.leaf import Event, leaf_bytes
from bequest.ledger.merkle import Frontier, consistency_path, leaf_hash
from bequest.ledger.note import sign
from bequest.ledger.record_files import read_record, record_files
from bequest.ledger.signers import Ed25519Signer
from bequest.simulation.demo_year.record import checkpoint_by, grown, witnesses_at
from demo_years import small_year
from ledger_keys import private_key

NAME = "bequest.example/zz-2"
NEW = Ed25519Signer.of(NAME, private_key(81))
LOST = 7


class Recovered:
    """Tell a small year of which the log lost some entries that were published, and goes on under another name."""

    def __init__(self, *, kept=None, gone=LOST):
        self.year = small_year()
        whole = self.year.record
        self.size = len(whole.leaves)
        self.at = self.year.state.journal.recorded[-1].event.at + timedelta(hours=1)
        hashes = [leaf_hash(each) for each in whole.leaves]
        further = [leaf_hash(bytes([number])) for number in range(gone)]
        self.hashes = [*hashes, *further]
        frontier = Frontier()
        for each in self.hashes:
            frontier = frontier.with_leaf(each)
        self.frontier = frontier
        self.note = checkpoint_by([self.year.signer, *self.witnesses], frontier)
        self.kept = self.size if kept is None else kept
        trust = whole.trust.replace("witness ", f"log {NEW.key.vkey()}\nwitness ", 1)
        self.record = replace(whole, trust=trust)
        self.leaf = self.added(Event("log.recovery", self.at, "ZZ", self.fields()))
        self.lost = LostLog(self.note, consistency_path(self.hashes, self.kept))

    @property
    def witnesses(self):
        return witnesses_at(self.year.state.journal.secrets, self.at)

    def fields(self):
        return {"old_root": self.frontier.root().hex(), "old_size": self.frontier.size, "kept": self.kept}

    def added(self, event):
        key = bytes([len(self.record.leaves) % 256]) * 32
        leaves = [*self.record.leaves, leaf_bytes(event, key)]
        self.record = replace(self.record, leaves=leaves, kept=[*self.record.kept, Kept(key, event.committed())])
        return len(leaves) - 1

    def report(self, **more):
        frontier = grown(Frontier(), self.record.leaves)
        note = sign(Checkpoint(NAME, frontier.size, frontier.root()).text(), [NEW, *self.witnesses]).to_bytes()
        record = replace(self.record, checkpoints=[*self.record.checkpoints, note], recovered={self.leaf: self.lost})
        files = bundle(record, BundleKind.PUBLIC, signer=NEW)
        return verify_bundle(MemoryEvidence(files), trust_text=record.trust, **more).report


def told(report):
    """Return what the check of recoveries says, with its findings."""
    check = next(each for each in report.checks if each.name == "recoveries")
    return check.verdict, " ".join([check.words, *check.details])


def test_a_log_that_goes_on_from_a_lost_one_is_accepted_and_the_loss_is_named():
    report = Recovered().report()
    assert report.exit_code == 0, "\n".join(report.lines())
    assert f"{LOST} leaves of what was lost are not in it" in told(report)[1]
    assert f"; {LOST} leaves of the lost bequest.example/zz are not in it" in "\n".join(report.closing())


def test_who_kept_the_last_checkpoint_of_the_lost_log_finds_it_again():
    log = Recovered()
    assert log.report(older=[log.note]).exit_code == 0


def test_another_end_of_the_lost_log_than_its_key_signed_is_named():
    log = Recovered()
    log.lost = replace(log.lost, checkpoint=log.record.checkpoints[-1])
    verdict, words = told(log.report())
    assert (verdict, "states another end of the lost log" in words) == (Verdict.BROKEN, True)


def test_a_lost_log_that_a_stranger_signed_is_named():
    log = Recovered()
    stranger = Ed25519Signer.of("bequest.example/zz", private_key(82))
    log.lost = replace(log.lost, checkpoint=checkpoint_by([stranger], log.frontier))
    assert told(log.report())[0] is Verdict.BROKEN


def test_leaves_that_the_lost_log_did_not_have_are_named():
    log = Recovered()
    log.lost = replace(log.lost, proof=(bytes(32), *log.lost.proof[1:]))
    verdict, words = told(log.report())
    assert (verdict, "does not begin with the tree" in words) == (Verdict.BROKEN, True)


def test_a_checkpoint_of_a_log_that_no_leaf_names_is_named():
    log = Recovered()
    log.record = replace(log.record, leaves=log.record.leaves[:-1], kept=log.record.kept[:-1])
    log.added(Event("service.degraded", log.at, "ZZ", {"part": "publisher"}))
    verdict, words = told(log.report())
    assert (verdict, "no leaf says that this log goes on from that one" in words) == (Verdict.BROKEN, True)


def test_a_loss_that_is_told_larger_than_it_is_is_found():
    log = Recovered(kept=3)
    verdict, words = told(log.report())
    assert (verdict, "does not lie between its beginning and its end" in words) == (Verdict.FINDING, True)


def test_a_checkpoint_that_a_reader_kept_of_what_was_lost_is_told():
    log = Recovered()
    frontier = Frontier()
    for each in log.hashes[: log.size + 2]:
        frontier = frontier.with_leaf(each)
    between = checkpoint_by([log.year.signer], frontier)
    verdict, words = told(log.report(older=[between]))
    assert (verdict, "that you kept lies in what was lost" in words) == (Verdict.FINDING, True)


def test_another_beginning_of_the_lost_log_that_a_reader_kept_is_named():
    log = Recovered()
    other = checkpoint_by([log.year.signer], Frontier().with_leaf(bytes(32)))
    verdict, words = told(log.report(older=[other]))
    assert (verdict, "does not begin with the 1 leaves that you kept" in words) == (Verdict.BROKEN, True)


def test_what_was_lost_stands_in_the_files_of_the_operator():
    log = Recovered()
    record = replace(log.record, recovered={log.leaf: log.lost})
    files = record_files(record)
    assert read_record(files.get, leaves=record.leaves, checkpoints=record.checkpoints).recovered == record.recovered


@pytest.mark.parametrize("name", ["checkpoint", "proof"])
def test_a_file_of_a_lost_log_without_its_parts_is_named(name):
    log = Recovered()

    class Broken(LostLog):
        def to_bytes(self):
            return super().to_bytes().replace(f'"{name}"'.encode(), b'"zz"' if name == "proof" else b'"aa"')

    log.lost = Broken(log.lost.checkpoint, log.lost.proof)
    assert told(log.report())[0] is Verdict.BROKEN
