"""Knows the leaf of a match run: what was ranked, by which policy, and the roots over every row and every result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bequest.ledger.leaf import Event, instant_text
from bequest.matching.evaluation import NO_CLASS

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.ledger.rows import RunRows
    from bequest.matching.match_run import MatchRun

KIND = "match.run"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """Hold what a run's leaf says beside the run itself: pseudonyms, the leaf that released the organ, and digests.

    `donor_facts`, `list_digest` and `places` are those of ledger/facts.py over what was ranked. `follows`: the leaf of
    the run that a stage puts into another order. `plan_hash` names the donor plan of the donation, `plan_organs` are
    its organs in their order for this donor.
    """

    jurisdiction: str
    donation: str
    run_id: str
    available: int
    donor_facts: str
    list_digest: str
    places: str
    follows: int | None = None
    plan_hash: str | None = None
    plan_organs: tuple[str, ...] | None = None


def run_event(run: MatchRun, rows: RunRows, record: RunRecord, *, at: datetime, previous: int) -> Event:
    """Return the event of a match run, recorded before the first offer leaves; `previous` is the case's last leaf."""
    not_ranked, not_judged = unranked_counts(run)
    fields: dict[str, Value] = {
        "donation": record.donation,
        "run_id": record.run_id,
        "available": record.available,
        "organ": run.organ.value,
        "policy_hash": run.policy.hash,
        "engine": run.engine.replace(" ", "-"),
        "sequence": run.program.sequence.id,
        "at_second": instant_text(run.at),
        "donor_facts": record.donor_facts,
        "list": record.list_digest,
        "places": record.places,
        "inputs": run.inputs_digest,
        "rows_root": rows.root().hex(),
        "results": run.results_digest,
        "registrations": len(run.pool),
        "ranked": len(run),
        "not_ranked": not_ranked,
        "not_judged": not_judged,
    }
    if run.lottery_seed is not None:
        fields["lottery_seed"] = run.lottery_seed
    if run.stage is not None and record.follows is not None:
        fields |= {"stage": run.stage.stage.id, "follows": record.follows}
    if record.plan_hash is not None:
        fields["plan_hash"] = record.plan_hash
    if record.plan_organs is not None:
        fields["plan_organs"] = list(record.plan_organs)
    return Event(KIND, at, record.jurisdiction, fields, policy_hash=run.policy.hash, previous=previous)


def unranked_counts(run: MatchRun) -> tuple[int, int]:
    """Return how many registrations have no place, and how many of these nothing rules out."""
    result = run.evaluation
    left = (result.class_ == NO_CLASS).all(axis=0)
    not_judged = left & (result.failed == 0) & ((result.unknown != 0) | (result.class_unknown != 0).any(axis=0))
    return int(np.count_nonzero(left)), int(np.count_nonzero(not_judged))
