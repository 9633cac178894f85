"""Knows a small demo year for tests: a few weeks, few people, everything that a log can hold of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from bequest.ledger.bundle import BundleKind, Kept, Record, bundle
from bequest.ledger.leaf import leaf_bytes
from bequest.ledger.merkle import Frontier
from bequest.simulation.demo_year.record import (
    checkpoint_by,
    grown,
    log_signer,
    record_of,
    signed_checkpoint,
    trust_text,
)
from bequest.simulation.demo_year.state import Asked, State
from bequest.simulation.demo_year.year import played

SMALL = Asked(seed=3, candidates=25, donors=4, begins=date(2026, 1, 1), days=14, keeps_runs=True)


@dataclass(frozen=True, eq=False)
class SmallYear:
    """Hold a year, its record, and the trust file of somebody who knows its keys."""

    state: State
    record: Record
    trust: str

    @property
    def signer(self):
        """Return the log's own key: what an operator who cheats has."""
        return log_signer(self.state.journal.secrets)

    @property
    def case(self):
        """Return the pseudonym of a donation with match runs."""
        fields = self.record.kept[self.state.kept.runs[0].leaf].fields
        return str(fields["donation"])

    def bundle(self, kind=BundleKind.REPLAY, *, record=None):
        """Return the files of a bundle; that of the year itself is made once."""
        if record is None:
            return dict(_bundle(self, kind))
        return bundle(record, kind, signer=self.signer, case=self.case)

    def with_leaves(self, leaves, kept=None):
        """Return the record as one who holds the log's key alone can sign it again over other leaves."""
        frontier = grown(Frontier(), leaves)
        stated = checkpoint_by([self.signer], frontier)
        return replace(self.record, leaves=leaves, kept=kept or self.record.kept, checkpoints=[stated])

    def retold(self, change, kind=BundleKind.REPLAY):
        """Return the bundle of a year in which events went otherwise, signed by everybody as if nothing were wrong.

        `change` is given the events by the number of their leaf, and changes or adds to what it is given.
        """
        events = {number: each.event for number, each in enumerate(self.state.journal.recorded)}
        change(events)
        told = [events[number] for number in sorted(events)]
        secrets = self.state.journal.secrets
        keys = [secrets.key("event", number) for number in range(len(told))]
        leaves = [leaf_bytes(event, key) for event, key in zip(told, keys, strict=True)]
        kept = [Kept(key, event.committed()) for event, key in zip(told, keys, strict=True)]
        at = self.state.journal.recorded[-1].event.at
        checkpoint = signed_checkpoint(self.state, grown(Frontier(), leaves), at)
        record = replace(self.record, leaves=leaves, kept=kept, checkpoints=[checkpoint])
        return bundle(record, kind, signer=self.signer, case=self.case)

    def first(self, kind, number=0):
        """Return the leaf of the first, or a later, event of a kind."""
        found = [place for place, each in enumerate(self.state.journal.recorded) if each.event.kind == kind]
        return found[number]


@cache
def _bundle(year, kind):
    return bundle(year.record, kind, signer=year.signer, case=year.case)


@cache
def small_year(asked=SMALL):
    """Return a small year; it is played once."""
    frontier, checkpoints = Frontier(), []
    for day, (state, progress) in enumerate(played(asked)):
        if day % 7 == 6 or day == asked.days - 1:
            frontier = grown(frontier, [each.leaf for each in state.journal.recorded[frontier.size :]])
            checkpoints.append(signed_checkpoint(state, frontier, progress.at))
    return SmallYear(state, record_of(state, checkpoints), trust_text(state.journal.secrets))
