"""Knows how a registry becomes the record that bundles are made of: what opens every leaf, what replays every run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, cast

from bequest.ledger.bundle import LostLog, Record
from bequest.registry.closed_events import closed_by, closed_events, kept_of
from bequest.registry.match_runs import run_key
from bequest.registry.models import (
    Candidate,
    Centre,
    Event,
    MatchRun,
    Organ,
    Policy,
    Registration,
    Version,
)
from bequest.registry.models import LostLog as LostLogRow
from bequest.registry.rows import every, store_of
from bequest.registry.secrecy import key_of_registration, subject_keys
from bequest.registry.shown_rows import shown_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    """Return the whole registry as a record.

    Of an erased person it holds what the erasure left open. A run that ranked for or among erased persons keeps the
    rows that bundles show; nothing is left of it to replay it from where its donor was erased.
    """
    using = office.using
    entries = store_of(using).run("SELECT event_id, leaf FROM ledger_entry ORDER BY idx").fetchall()
    leaf_of = {str(event_id): index for index, (event_id, _) in enumerate(entries)}
    events = sorted(every(using, Event), key=lambda event: leaf_of[event.id])
    runs = sorted(every(using, MatchRun), key=lambda run: leaf_of[run.event_id])
    organs = sorted(every(using, Organ), key=lambda organ: leaf_of[organ.event_id])
    closed = closed_events(using)
    return Record(
        synthetic=office.synthetic,
        leaves=[bytes(cast("bytes", leaf)) for _, leaf in entries],
        kept=[kept_of(office, each, closed) for each in events],
        checkpoints=published.checkpoints,
        trust=published.trust,
        parties=published.parties,
        policies={policy.hash: policy.written for policy in every(using, Policy)},
        sources=files("bequest.policies").joinpath("sources.yaml").read_text(encoding="utf-8"),
        exports={},
        rows={leaf_of[run.event_id]: shown_rows(office, run) for run in runs},
        replay={
            "registrations": _registrations(office, leaf_of),
            "donors": [
                {"leaf": leaf_of[organ.event_id], "facts": json.loads(organ.facts)}
                for organ in organs
                if organ.facts is not None
            ],
            "places": [{"facts": json.loads(centre.facts)} for centre in every(using, Centre, "id")],
            "runs": [
                {"leaf": leaf_of[run.event_id], "run_key": run_key(office, run).hex(), "inputs": run.inputs}
                for run in runs
                if run.event_id not in closed
            ],
        },
        recovered={
            leaf_of[lost.event_id]: LostLog(lost.note.encode(), tuple(map(bytes.fromhex, lost.proof.split())))
            for lost in every(using, LostLogRow)
        },
        erased=closed_by(office, closed.values(), leaf_of),
    )


def _registrations(office: Office, leaf_of: Mapping[str, int]) -> list[dict[str, object]]:
    """Return every version of every registration in the order of the leaves."""
    using = office.using
    registrations = {each.id: each for each in every(using, Registration)}
    persons = {each.id: each.subject_id for each in every(using, Candidate)}
    keys = subject_keys(office, sorted(set(persons.values())))
    found: list[dict[str, object]] = []
    for version in sorted(every(using, Version), key=lambda version: leaf_of[version.event_id]):
        registration = registrations[version.registration_id]
        own = keys.get(persons[registration.candidate_id])
        found.append({
            "leaf": leaf_of[version.event_id],
            "registration": registration.id,
            "organ": registration.waiting_list_id,
            "subject_key": None if own is None else key_of_registration(own, registration.id).hex(),
            "facts": None if version.facts is None else json.loads(version.facts),
            **({"erased": True} if version.facts is None and version.digest is not None else {}),
        })  # fmt: skip
    return found
