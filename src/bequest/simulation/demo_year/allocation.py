"""Knows how one organ of a demo year is allocated: the match run, the offers down its order, the transplant."""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bequest.ledger.facts import list_digest, pool_columns
from bequest.ledger.leaf import instant_text
from bequest.ledger.rows import row_opening, rows_of
from bequest.ledger.run_leaf import RunRecord, run_event
from bequest.matching import run
from bequest.matching.draws import uniform
from bequest.matching.pool import build_pool
from bequest.matching.pool_rows import pool_of_rows
from bequest.model.column import Table
from bequest.model.enums import Organ
from bequest.simulation.demo_year.journal import JURISDICTION
from bequest.simulation.demo_year.state import Ranked, RunKept

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.matching.pool import Pool
    from bequest.simulation.demo_year.donation import Donation
    from bequest.simulation.demo_year.state import State

PARTS: Mapping[Organ, tuple[tuple[str, ...], ...]] = MappingProxyType({
    Organ.HEART: (("heart",),),
    Organ.LIVER: (("liver-left-lateral", "liver-left-medial", "liver-right"),),
    Organ.KIDNEY: (("kidney-left",), ("kidney-right",)),
})  # fmt: skip
"""What is handed over one after the other: a liver whole, the kidneys one by one."""
ACCEPTED, FILTERED = 0.4, 0.04
"""Shares of offers accepted, and of places that a programme's own filter passes over: assumptions of the demo."""
DECLINED = ("organ_quality", "organ_size", "candidate_unwell", "logistics", "centre_capacity")
MOST_OFFERS = 25
_ANSWER, _PAUSE = timedelta(minutes=20), timedelta(minutes=1)


def allocate(donation: Donation, organ: Organ, at: datetime, available: int) -> None:
    """Rank the list, record the run before the first offer, and plan the offers."""
    state = donation.state
    listed = state.lists[organ]
    result = run(
        state.policies[organ], donation.case.donor, organ=organ, pool=_pool(state, organ, at), at=at, evaluator="numpy"
    )
    number = len(state.journal.recorded)
    run_id, run_key = state.pseudonym("run", number), state.journal.secrets.key("run", number)
    rows = rows_of(result, run_id=run_id, run_key=run_key, subject_key=state.subject_key)
    record = RunRecord(
        jurisdiction=JURISDICTION,
        donation=donation.pseudonym,
        run_id=run_id,
        available=available,
        donor_facts=_donor_digest(state, available),
        list_digest=list_digest(listed[name][1] for name in sorted(listed)),
        places=state.people.places_digest,
    )
    event = run_event(result, rows, record, at=at, previous=_last(donation))
    leaf = state.journal.add(event, state.journal.secrets.key("event", number), case=donation.name)
    ranked = Ranked(RunKept(leaf, organ, run_key, []), result, rows)
    state.kept.runs.append(ranked.kept)
    if state.asked.keeps_runs:
        state.kept.ranked.append(ranked)
    offers = Offers(donation, organ, ranked)
    state.plan(at + _PAUSE, lambda: offers.go_on(at + _PAUSE))


def _last(donation: Donation) -> int:
    last = donation.state.journal.last_of(donation.name)
    assert last is not None, "a run follows the leaf that released the organ"
    return last


def _donor_digest(state: State, available: int) -> str:
    digest = state.journal.recorded[available].event.fields["facts"]
    assert isinstance(digest, str), "a released organ names the digest of the donor's facts"
    return digest


def _pool(state: State, organ: Organ, at: datetime) -> Pool:
    """Return the list of an organ as it is, taken from the pool of all who are ever on it in this year."""
    if organ not in state.pools:
        facts = [listed.facts for listed in state.people.listed if listed.organ is organ]
        centres = pool_columns(state.people.places, Table.CENTRE)
        columns = pool_columns(facts, Table.REGISTRATION)
        state.pools[organ] = build_pool(organ, as_of=at, registrations=columns, centres=centres)
    pool, listed = state.pools[organ], state.lists[organ]
    there = [row for row, name in enumerate(pool.registrations.tolist()) if name in listed]
    rows = np.array(there, dtype=np.intp)
    return pool_of_rows(pool, rows, as_of=at, registrations=pool.registrations[rows])


class Offers:
    """Keep the offers of one run: to whom it was offered, what is left to hand over."""

    def __init__(self, donation: Donation, organ: Organ, ranked: Ranked) -> None:
        """Begin at the first place."""
        self.donation, self.organ, self.ranked = donation, organ, ranked
        self.state = donation.state
        self.left = list(PARTS[organ])
        self.rank = 0
        self.offers = 0
        self._shown: set[int] = set()
        self._names: list[str] = ranked.run.pool.registrations[ranked.run.evaluation.order_row].tolist()
        self._row_of = {name: row for row, name in enumerate(ranked.rows.registrations)}

    def go_on(self, at: datetime) -> None:
        """Offer to the next place, or end."""
        while self.left and self.rank < len(self._names) and self.offers < MOST_OFFERS:
            self.rank += 1
            name = self._names[self.rank - 1]
            self._shown.add(self._row_of[name])
            if self._draw("filter", name) < FILTERED:
                self._record(
                    "skip", at, first_rank=self.rank, last_rank=self.rank, reason="programme_filter", act="offered"
                )
                continue
            if name not in self.state.lists[self.organ]:
                self._record(
                    "skip",
                    at,
                    first_rank=self.rank,
                    last_rank=self.rank,
                    reason="candidate_transplanted",
                    act="offered",
                )
                continue
            self._offer(name, at)
            return
        self._end(at)

    def _offer(self, name: str, at: datetime) -> None:
        part: list[Value] = list(self.left[0])
        self.offers += 1
        offer = self._record(
            "offer.made", at, rank=self.rank, row=self._row_of[name], part=part, kind="primary",
            expires_at=instant_text(at + timedelta(minutes=60)),
        )  # fmt: skip
        self.state.plan(at + _ANSWER, lambda: self._answer(name, offer, at + _ANSWER))

    def _answer(self, name: str, offer: int, at: datetime) -> None:
        if name not in self.state.lists[self.organ]:
            # Two runs may offer to one person in the same hour.
            self._record("offer.withdrawn", at, offer=offer, reason="candidate_accepted_elsewhere")
        elif self._draw("accept", name) >= ACCEPTED:
            reason = DECLINED[int(self._draw("reason", name) * len(DECLINED))]
            self._record("offer.refused", at, offer=offer, reason=reason)
        else:
            part: list[Value] = list(self.left.pop(0))
            accepted = self._record("offer.accepted", at, offer=offer, part=part)
            self._leave_list(name, at)
            later = at + timedelta(hours=8)
            self.state.plan(later, lambda: self._transplant(name, accepted, part, later))
        self.state.plan(at + _PAUSE, lambda: self.go_on(at + _PAUSE))

    def _leave_list(self, name: str, at: datetime) -> None:
        state = self.state
        previous = state.journal.last_of(f"listing {name}")
        assert previous is not None, "whoever is on a list was put there"
        del state.lists[self.organ][name]
        fields: dict[str, Value] = {
            "registration": state.pseudonym("registration", name), "organ": self.organ.value, "reason": "transplanted",
            "previous": previous,
        }  # fmt: skip
        leaf = state.journal.record("listing.removed", at, fields, case=f"listing {name}")
        state.kept.registrations.append((leaf, name, self.organ, None))

    def _transplant(self, name: str, accepted: int, part: list[Value], at: datetime) -> None:
        centre = self.state.centres[name]
        self._record(
            "organ.transplanted", at, accepted=accepted, part=part, centre=centre, donation=self.donation.pseudonym
        )
        self.donation.transplanted += 1

    def _end(self, at: datetime) -> None:
        """Open the rows that were offered to or passed over; record what found no recipient; close the donor's file."""
        kept, rows = self.ranked.kept, self.ranked.rows
        for row in sorted(self._shown):
            kept.shown.append(row_opening(rows, row, run_key=kept.run_key, names=["ranks"]))
        for part in self.left:
            fields: dict[str, Value] = {
                "donation": self.donation.pseudonym, "part": list(part), "reason": "no_recipient",
                "witness": self.state.pseudonym("witness", self.donation.name),
            }  # fmt: skip
            self.state.journal.record("organ.discarded", at, fields, case=self.donation.name)
        self.donation.open_organs -= 1
        if self.donation.open_organs == 0:
            closed = at + timedelta(hours=9)
            self.state.plan(closed, lambda: self._close(closed))

    def _close(self, at: datetime) -> None:
        done = self.donation.transplanted
        reason = "transplanted" if done else "no_recipient"
        self.donation.record("donor.closed", at, reason=reason, organs_transplanted=done)

    def _record(self, leaf_kind: str, at: datetime, /, **fields: Value) -> int:
        whole: dict[str, Value] = {"run": self.ranked.kept.leaf, **fields}
        policy = self.ranked.run.policy.hash
        return self.state.journal.record(leaf_kind, at, whole, case=self.donation.name, policy_hash=policy)

    def _draw(self, question: str, name: str) -> float:
        subject = f"{self.donation.case.donor.donor}|{self.organ.value}|{name}"
        return float(uniform(self.state.asked.seed, f"demo-year-{question}", subject, np.zeros(1, dtype=np.uint64))[0])
