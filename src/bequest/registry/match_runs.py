"""Knows how an organ's list is ranked for its donor: the run is a leaf before any offer, and can be ranked anew."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from bequest.ledger.commitment import KEY_BYTES
from bequest.ledger.facts import donor_facts
from bequest.ledger.leaf import instant_text
from bequest.ledger.rows import RunRows, rows_of
from bequest.ledger.run_leaf import RunRecord, run_event
from bequest.matching import run
from bequest.model.donor import donor_from_facts
from bequest.model.enums import Organ as OrganName
from bequest.registry import rules
from bequest.registry.consents import standing_consent
from bequest.registry.donors import open_case
from bequest.registry.instants import instant_from
from bequest.registry.lists import Listed, listed_before
from bequest.registry.models import (
    Candidate,
    DonorCase,
    MatchRow,
    MatchRun,
    Organ,
    PolicyEnactment,
    Registration,
    Subject,
    WaitingList,
)
from bequest.registry.policies import policy_in_force, policy_of
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import add_all, added, every, found, leaf_of, locked, needed
from bequest.registry.secrecy import key_of_registration, new_identifier, unwrapped, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.ledger.facts import Facts
    from bequest.matching.match_run import MatchRun as Ranking
    from bequest.policy.policy import Policy
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


@dataclass(frozen=True, slots=True)
class RunAsked:
    """Hold which organ is ranked for; `inputs` is JSON of the balances, turns or medians that the policy names."""

    donation: str
    organ: OrganName
    inputs: str | None = None
    lottery_seed: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Hold a run and its rows as the ledger commits to them."""

    ranking: Ranking
    rows: RunRows


def run_match(office: Office, request: Request, asked: RunAsked) -> Entered:
    """Rank the list of an open organ as it is now, by the policy in force."""
    return record(office, request, asked, partial(_run, asked))


def ranked_anew(office: Office, match_run: MatchRun) -> Ranked:
    """Return a run as it was, ranked anew from the list before its leaf: the same integers, the same rows."""
    organ = needed(office.using, Organ, "A run has an organ.", event_id=match_run.organ_id)
    enactment = needed(office.using, PolicyEnactment, "A run has a policy.", event_id=match_run.enactment_id)
    policy = policy_of(office.using, enactment).loaded
    leaf = leaf_of(office.using, match_run.event_id)
    listed = listed_before(
        office.using, OrganName(organ.organ), instant_from(match_run.ranked_at), leaf=leaf
    )  # fmt: skip
    return _ranked(office, match_run, organ=organ, policy=policy, listed=listed)


def run_key(office: Office, match_run: MatchRun) -> bytes:
    """Return the key that opens the rows of a run."""
    return unwrapped(office, match_run.wrapped_key, f"key of run {match_run.run_id}")


def _run(asked: RunAsked, unit: Unit) -> Happening:
    case, organ = _opened(asked, unit)
    locked(unit.using, WaitingList, "", organ=asked.organ.value)
    at = unit.at.replace(microsecond=0)
    in_force = policy_in_force(unit.using, asked.organ, unit.at.date())
    rules.may_rank(in_force.loaded, donation=case.donation)
    listed = unit.office.lists.as_of(unit.using, asked.organ, at)
    run_id = new_identifier(unit.office)
    row = MatchRun(
        event_id=unit.event_id,
        organ_id=organ.event_id,
        enactment_id=in_force.enactment.event_id,
        run_id=run_id,
        wrapped_key=wrapped(unit.office, unit.office.entropy(KEY_BYTES), f"key of run {run_id}"),
        ranked_at=instant_text(at),
        inputs=asked.inputs,
        lottery_seed=asked.lottery_seed,
    )
    ranked = _ranked(unit.office, row, organ=organ, policy=in_force.loaded, listed=listed)
    added(unit.using, row)
    place = {name: number for number, name in enumerate(ranked.rows.registrations)}
    add_all(
        unit.using,
        MatchRow,
        (
            MatchRow(
                run_id=unit.event_id,
                rank=entry.rank,
                row=place[entry.registration],
                registration_id=entry.registration,
                offer_kind=entry.offer_kind.value,
            )
            for entry in ranked.ranking.ranked()
        ),
    )
    return _happening(unit, case, organ, run_id, listed, ranked)


def _opened(asked: RunAsked, unit: Unit) -> tuple[DonorCase, Organ]:
    """Return the case and the organ, locked; raise `GateRefusedError` where it is not open, or not any more."""
    case = open_case(unit, asked.donation)
    organ = found(unit.using, Organ, case_id=case.donation, organ=asked.organ.value)
    if organ is None:
        raise GateRefusedError(
            f"The {asked.organ.value} of this donation is not open for allocation; no list is searched for it.",
            rule=rules.DEATH, step="allocation", donation=case.donation,
        )  # fmt: skip
    if standing_consent(unit.using, case.donation) is None:
        raise GateRefusedError(
            "The consent to this donation was withdrawn; no list is searched for it.", rule=rules.CONSENT,
            step="allocation", donation=case.donation,
        )  # fmt: skip
    return case, organ


def _ranked(office: Office, row: MatchRun, *, organ: Organ, policy: Policy, listed: Listed) -> Ranked:
    """Rank a list for an organ as a run says."""
    facts = cast("Facts", json.loads(organ.facts))
    ranking = run(
        policy,
        donor_from_facts(donor_facts(facts), place=f"donation {organ.case_id}"),
        organ=OrganName(organ.organ),
        pool=listed.pool,
        at=instant_from(row.ranked_at),
        inputs=None if row.inputs is None else cast("Mapping[str, object]", json.loads(row.inputs)),
        lottery_seed=row.lottery_seed,
        evaluator=office.evaluator,
    )
    keys = _registration_keys(office, organ.organ)
    rows = rows_of(ranking, run_id=row.run_id, run_key=run_key(office, row), subject_key=keys.__getitem__)
    return Ranked(ranking, rows)


def _registration_keys(office: Office, organ: str) -> Mapping[str, bytes]:
    """Return the key of every registration that was ever on a list, without those of erased persons."""
    of_person = {candidate.id: candidate.subject_id for candidate in every(office.using, Candidate)}
    keys = {
        subject.id: unwrapped(office, subject.wrapped_key, f"key of {subject.id}")
        for subject in every(office.using, Subject, id__in=_of_list(organ))
        if subject.wrapped_key is not None
    }
    return {
        each.id: key_of_registration(keys[of_person[each.candidate_id]], each.id)
        for each in every(office.using, Registration, waiting_list_id=organ)
        if of_person[each.candidate_id] in keys
    }


def _of_list(organ: str) -> object:
    """Return the query for the persons of everybody who was ever on a list."""
    on_list = Registration.objects.filter(waiting_list_id=organ).values("candidate_id")
    return Candidate.objects.filter(id__in=on_list).values("subject_id")


def _happening(  # noqa: PLR0913, PLR0917  the parts of a run
    unit: Unit, case: DonorCase, organ: Organ, run_id: str, listed: Listed, ranked: Ranked
) -> Happening:
    about = RunRecord(
        jurisdiction=unit.office.jurisdiction,
        donation=case.donation,
        run_id=run_id,
        available=leaf_of(unit.using, organ.event_id),
        donor_facts=organ.digest,
        list_digest=listed.digest,
        places=listed.places.digest,
    )
    event = run_event(ranked.ranking, ranked.rows, about, at=unit.at, previous=about.available)
    return Happening(
        event.kind, event.fields, case=case.donation, subject_id=case.subject_id, policy_hash=event.policy_hash
    )
