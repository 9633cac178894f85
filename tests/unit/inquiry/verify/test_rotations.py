"""A log goes on under a key that the key before it introduced, and in no other way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bequest.inquiry.verify.bundle import verify_bundle
from bequest.inquiry.verify.evidence import MemoryEvidence
from bequest.inquiry.verify.report import Verdict
from bequest.ledger.bundle import BundleKind, Kept, bundle
from bequest.ledger.leaf import Event, leaf_bytes
from bequest.ledger.merkle import Frontier
from bequest.ledger.signers import Ed25519Signer
from bequest.simulation.demo_year.record import ORIGIN, checkpoint_by, grown, witnesses_at
from demo_years import small_year
from ledger_keys import private_key

NEWER, NEWEST, STRANGE = (Ed25519Signer.of(ORIGIN, private_key(number)) for number in (71, 72, 73))


class Rotated:
    """Tell a small year whose log then goes on under other keys."""

    def __init__(self):
        self.year = small_year()
        self.old = self.year.signer
        self.record = self.year.record
        self.trust = self.year.trust

    def rotated(self, old, new):
        """Add the leaf that puts a key in the place of another one."""
        self.added(Event("key.rotated", self.at, "ZZ", {"old_key": old.key.digest(), "new_key": new.key.digest()}))
        self.named(new)

    def named(self, new):
        """Name a key in the trust file that the bundle brings."""
        text = self.record.trust.replace("witness ", f"log {new.key.vkey()}\nwitness ", 1)
        self.record = replace(self.record, trust=text)

    @property
    def at(self):
        return self.year.state.journal.recorded[-1].event.at + timedelta(hours=1)

    def added(self, event):
        key = bytes([len(self.record.leaves) % 256]) * 32
        kept = Kept(key, event.committed())
        leaves = [*self.record.leaves, leaf_bytes(event, key)]
        self.record = replace(self.record, leaves=leaves, kept=[*self.record.kept, kept])

    def signed(self, *signers):
        """Have the log as it is signed by some of its keys, and by every witness."""
        self.added(Event("service.degraded", self.at, "ZZ", {"part": "publisher"}))
        witnesses = witnesses_at(self.year.state.journal.secrets, self.at)
        note = checkpoint_by([*signers, *witnesses], grown(Frontier(), self.record.leaves))
        self.record = replace(self.record, checkpoints=[*self.record.checkpoints, note])
        return self

    def report(self, signer, trust=None, kind=BundleKind.PUBLIC, **more):
        files = bundle(self.record, kind, signer=signer, case=self.year.case)
        return verify_bundle(MemoryEvidence(files), trust_text=trust or self.record.trust, **more).report


def told(report):
    """Return what the check of rotations says, with its findings."""
    check = next(each for each in report.checks if each.name == "rotations")
    return check.verdict, " ".join([check.words, *check.details])


@pytest.fixture
def log():
    """Return a log whose key was replaced as it must be."""
    log = Rotated()
    log.rotated(log.old, NEWER)
    return log.signed(log.old, NEWER).signed(NEWER)


@pytest.mark.parametrize("kind", list(BundleKind))
def test_a_bundle_across_a_rotation_is_accepted(log, kind):
    report = log.report(NEWER, kind=kind)
    assert report.exit_code == 0, "\n".join(report.lines())
    assert told(report) == (
        Verdict.OK, "1 keys of the log were replaced, each by one that the key before it introduced."
    )  # fmt: skip


def test_who_trusts_the_old_key_alone_follows_it_to_the_newest(log):
    log.rotated(NEWER, NEWEST)
    log.signed(NEWER, NEWEST).signed(NEWEST)
    report = log.report(NEWEST, trust=log.trust)
    assert report.exit_code == 0, "\n".join(report.lines())
    assert "2 newer of the log, if one that you trust introduces it" in "\n".join(report.lines())


def test_a_key_that_only_the_bundle_names_is_not_believed():
    log = Rotated()
    log.named(STRANGE)
    verdict, words = told(log.signed(STRANGE).report(STRANGE, trust=log.trust))
    assert verdict is Verdict.BROKEN
    assert "no leaf under a key that you trust introduces it" in words


def test_a_leaf_that_only_the_new_key_signed_introduces_nothing():
    log = Rotated()
    log.rotated(log.old, NEWER)
    log.signed(NEWER)
    verdict, words = told(log.report(NEWER, trust=log.trust))
    assert (verdict, "no leaf under a key that you trust" in words) == (Verdict.BROKEN, True)
    verdict, words = told(log.report(NEWER))
    assert (verdict, "is signed by both the old key" in words) == (Verdict.FINDING, True)


def test_whoever_stole_the_old_key_signs_nothing_behind_the_rotation(log):
    verdict, words = told(log.signed(log.old).report(NEWER))
    assert verdict is Verdict.BROKEN
    assert "is not signed by the key that leaf" in words


def test_a_key_that_signs_before_it_is_introduced_is_named():
    log = Rotated()
    log.signed(NEWER)
    log.rotated(log.old, NEWER)
    verdict, words = told(log.signed(log.old, NEWER).report(NEWER))
    assert (verdict, "a key that only a later leaf introduces" in words) == (Verdict.BROKEN, True)


def test_a_key_that_no_leaf_introduces_is_found():
    log = Rotated()
    log.named(NEWER)
    verdict, words = told(log.signed(NEWER).report(NEWER))
    assert (verdict, "signed by another key than those before" in words) == (Verdict.FINDING, True)


def test_a_key_replaced_twice_is_found(log):
    log.rotated(log.old, NEWEST)
    verdict, words = told(log.signed(NEWER, NEWEST).report(NEWER))
    assert (verdict, "was not the newest of the log" in words) == (Verdict.FINDING, True)


def test_a_leaf_that_names_keys_of_nobody_is_found():
    log = Rotated()
    log.added(Event("key.rotated", log.at, "ZZ", {"old_key": "00" * 32, "new_key": "11" * 32}))
    verdict, words = told(log.signed(log.old).report(log.old))
    assert (verdict, "does not name both" in words) == (Verdict.FINDING, True)
