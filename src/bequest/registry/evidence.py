"""Knows how a registry becomes the record that bundles are made of: what opens every leaf, what replays every run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, cast

from bequest.ledger.bundle import Kept, LostLog, Record
from bequest.ledger.rows import row_opening
from bequest.registry.match_runs import ranked_anew, run_key
from bequest.registry.models import (
    Candidate,
    Centre,
    Event,
    MatchRow,
    MatchRun,
    Offer,
    OfferSeat,
    Organ,
    PassedOver,
    Policy,
    Promotion,
    PromotionSeat,
    Registration,
    Version,
)
from bequest.registry.models import LostLog as LostLogRow
from bequest.registry.rows import every, store_of
from bequest.registry.secrecy import event_fields, event_key, registration_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bequest.ledger.commitment import Value
    from bequest.registry.office import Office


@dataclass(frozen=True, slots=True)
class Published:
    """Hold what is not in the registry: signed checkpoints of rising size, the trust file, and who signs.

    The last checkpoint is over all leaves.
    """

    checkpoints: Sequence[bytes]
    trust: str
    parties: Mapping[str, object]


def record_of(office: Office, published: Published) -> Record:
    """Return the whole registry as a record; raise `InputError` where the key of an erased person is gone."""
    using = office.using
    entries = store_of(using).run("SELECT event_id, leaf FROM ledger_entry ORDER BY idx").fetchall()
    leaf_of = {str(event_id): index for index, (event_id, _) in enumerate(entries)}
    events = sorted(every(using, Event), key=lambda event: leaf_of[event.id])
    runs = sorted(every(using, MatchRun), key=lambda run: leaf_of[run.event_id])
    return Record(
        synthetic=office.synthetic,
        leaves=[bytes(cast("bytes", leaf)) for _, leaf in entries],
        # canonical_value has checked what was sealed; it holds what a leaf may.
        kept=[Kept(event_key(office, each), cast("dict[str, Value]", event_fields(office, each))) for each in events],
        checkpoints=published.checkpoints,
        trust=published.trust,
        parties=published.parties,
        policies={policy.hash: policy.written for policy in every(using, Policy)},
        sources=files("bequest.policies").joinpath("sources.yaml").read_text(encoding="utf-8"),
        exports={},
        rows={leaf_of[run.event_id]: _shown(office, run) for run in runs},
        replay={
            "registrations": _registrations(office, leaf_of),
            "donors": [
                {"leaf": leaf_of[organ.event_id], "facts": json.loads(organ.facts)}
                for organ in sorted(every(using, Organ), key=lambda organ: leaf_of[organ.event_id])
            ],
            "places": [{"facts": json.loads(centre.facts)} for centre in every(using, Centre, "id")],
            "runs": [
                {"leaf": leaf_of[run.event_id], "run_key": run_key(office, run).hex(), "inputs": run.inputs}
                for run in runs
            ],
        },
        recovered={
            leaf_of[lost.event_id]: LostLog(lost.note.encode(), tuple(map(bytes.fromhex, lost.proof.split())))
            for lost in every(using, LostLogRow)
        },
    )


def _shown(office: Office, run: MatchRun) -> list[dict[str, object]]:
    """Return the rows of a run that were offered to or passed over, with their ranks and nothing else."""
    ranks = {offer.rank for offer in every(office.using, Offer, run_id=run.event_id)}
    for table in (OfferSeat, Promotion, PromotionSeat):
        ranks |= {seat.rank for seat in every(office.using, table, run_id=run.event_id)}
    for passed in every(office.using, PassedOver, run_id=run.event_id):
        ranks |= set(range(passed.first_rank, passed.last_rank + 1))
    if not ranks:
        return []
    rows = ranked_anew(office, run).rows
    key = run_key(office, run)
    of_rank = {place.rank: place.row for place in every(office.using, MatchRow, run_id=run.event_id)}
    shown = sorted({of_rank[rank] for rank in ranks})
    return [row_opening(rows, row, run_key=key, names=["ranks"]) for row in shown]


def _registrations(office: Office, leaf_of: Mapping[str, int]) -> list[dict[str, object]]:
    """Return every version of every registration in the order of the leaves."""
    using = office.using
    registrations = {each.id: each for each in every(using, Registration)}
    persons = {each.id: each.subject_id for each in every(using, Candidate)}
    found: list[dict[str, object]] = []
    for version in sorted(every(using, Version), key=lambda version: leaf_of[version.event_id]):
        registration = registrations[version.registration_id]
        key = registration_key(office, persons[registration.candidate_id], registration.id)
        found.append({
            "leaf": leaf_of[version.event_id],
            "registration": registration.id,
            "organ": registration.waiting_list_id,
            "subject_key": key.hex(),
            "facts": None if version.facts is None else json.loads(version.facts),
        })  # fmt: skip
    return found
