"""Knows how an organ's list is ranked for its donor: the run is a leaf before any offer, and can be ranked anew."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, cast

from bequest.ledger.commitment import KEY_BYTES
from bequest.ledger.facts import donor_facts
from bequest.ledger.leaf import instant_text
from bequest.ledger.rows import RunRows, rows_of
from bequest.ledger.run_leaf import RunRecord, run_event
from bequest.matching import run
from bequest.matching.staged_run import staged_run
from bequest.model.donor import donor_from_facts
from bequest.model.enums import Organ as OrganName
from bequest.model.errors import InputError
from bequest.model.graft import PARTS
from bequest.offers.event import RunRecorded
from bequest.offers.record import OfferRules, RunId, current_run, run_named
from bequest.offers.refusal import Rule
from bequest.offers.run_order import offer_rules
from bequest.registry import rules
from bequest.registry.consents import standing_consent
from bequest.registry.donor_facts import facts_of_donor
from bequest.registry.donor_plans import followed, hash_of_plan, plan_of, plan_of_run
from bequest.registry.donors import open_case
from bequest.registry.instants import instant_from
from bequest.registry.models import (
    DiscardedPart,
    DonorCase,
    ExportedPart,
    MatchRun,
    Organ,
    PolicyEnactment,
    RunSignature,
    StageBeginning,
)
from bequest.registry.offer_refusals import judged, refused
from bequest.registry.offer_rows import of_run, withdrawals
from bequest.registry.offer_state import locked_state, ranked_run, returned_parts, state_to_rank
from bequest.registry.part_rows import part_names
from bequest.registry.policies import policy_in_force, policy_of
from bequest.registry.recording import Beside, Entered, Happening, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import added, every, found, leaf_of, needed, store_of
from bequest.registry.run_orders import places_of, write_places
from bequest.registry.secrecy import key_of_registration, new_identifier, unwrapped, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bequest.ledger.commitment import Value
    from bequest.matching.match_run import MatchRun as Ranking
    from bequest.model.donor import Donor
    from bequest.policy.policy import Policy
    from bequest.registry.lists import Listed
    from bequest.registry.offer_state import Known
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


@dataclass(frozen=True, slots=True)
class RunAsked:
    """Hold which organ is ranked for; `inputs` is JSON of the balances, turns or medians that the policy names.

    `reply_minutes` is for a policy that does not state how long there is to answer; `backups` is how many live offers
    are kept behind what is accepted.
    """

    donation: str
    organ: OrganName
    inputs: str | None = None
    lottery_seed: str | None = None
    reply_minutes: int | None = None
    backups: int = 0


@dataclass(frozen=True, slots=True)
class RunSigning:
    """Hold which run somebody signs."""

    run: str


@dataclass(frozen=True, slots=True)
class StageBegun:
    """Hold which stage of a run begins, and the SHA-256 of what shows that it may."""

    run: str
    stage: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Hold whose place differs between a run and the one before it; None is no place."""

    registration: str
    offer_kind: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Hold a run and its rows as the ledger commits to them."""

    ranking: Ranking
    rows: RunRows


def run_match(office: Office, request: Request, asked: RunAsked) -> Entered:
    """Rank the list of an open organ as it is now, by the policy in force."""
    return record(office, request, asked, partial(_run, asked))


def read_ahead(office: Office, organ: OrganName) -> None:
    """Read a list and the keys of everybody on it into memory, so that the first run of a process waits for neither."""
    office.lists.as_of(office.using, organ, office.clock())
    office.lists.keys(organ, partial(_registration_keys, office, organ.value))


def sign_run(office: Office, request: Request, signing: RunSigning) -> Entered:
    """Sign the newest run of an organ; its offers begin once two people have."""
    return record(office, request, signing, partial(_sign, signing))


def begin_stage(office: Office, request: Request, begun: StageBegun) -> Entered:
    """Begin a stage of a run, such as rescue: rank its own order from the same list, which offers then follow.

    The order is a run of its own, with its leaf and its rows; two people sign it before its first offer.
    """
    return record(office, request, begun, partial(_begin, begun))


def who_moved(using: str, run: str) -> tuple[Moved, ...]:
    """Return whose place in a run differs from that in the run of the organ before it; nobody after a first run."""
    own = needed(using, MatchRun, _NO_RUN, event_id=run)
    leaf = leaf_of(using, run)
    earlier = [
        each for each in every(using, MatchRun, organ_id=own.organ_id) if leaf_of(using, each.event_id) < leaf
    ]  # fmt: skip
    if not earlier:
        return ()
    last = max(earlier, key=lambda each: leaf_of(using, each.event_id))
    before, after = _places(using, last.event_id), _places(using, run)
    changed = [place for place in sorted(before.keys() | after.keys()) if before.get(place) != after.get(place)]
    return tuple(Moved(*place, before.get(place), after.get(place)) for place in changed)


def ranked_anew(office: Office, match_run: MatchRun) -> Ranked:
    """Return a run as it was, ranked anew from the list before its leaf: the same integers, the same rows."""
    ranking = ranking_anew(office, match_run)
    return _with_rows(office, match_run, ranking, _registration_keys(office, ranking.organ.value))


def ranking_anew(office: Office, match_run: MatchRun) -> Ranking:
    """Return a run as it was, ranked anew from the list before its leaf, without the rows of the ledger.

    Raises `InputError` once its donor, or somebody on its list, is erased: another ranking would come out.
    """
    if match_run.follows_id is not None:
        return _staged(office, match_run, _followed(office.using, match_run))
    organ = check_rankable(office.using, match_run)
    policy = _policy_of(office.using, match_run)
    listed = _listed_before(office, match_run, OrganName(organ.organ))
    return _ranking(office, match_run, organ=organ, policy=policy, listed=listed)


def check_rankable(using: str, match_run: MatchRun) -> Organ:
    """Return the organ of a run; raise `InputError` once its donor, or somebody on its list, is erased.

    The order of a stage is of the list that the run which it follows ranked.
    """
    if match_run.follows_id is not None:
        return check_rankable(using, _followed(using, match_run))
    organ = needed(using, Organ, "A run has an organ.", event_id=match_run.organ_id)
    leaf, why = leaf_of(using, match_run.event_id), None
    if organ.facts is None:
        why = "its donor was erased since"
    elif _is_true(using, _ERASED) and _is_true(using, _ERASED_FROM_LIST, organ.organ, leaf, leaf):
        why = "somebody on its list was erased since"
    if why is not None:
        raise InputError(
            f"The run of leaf {leaf} cannot be ranked again: {why}. What was offered by it stays on record."
        )
    return organ


def run_key(office: Office, match_run: MatchRun) -> bytes:
    """Return the key that opens the rows of a run."""
    return unwrapped(office, match_run.wrapped_key, f"key of run {match_run.run_id}")


def _is_true(using: str, asked: str, *values: object) -> bool:
    return store_of(using).run(asked, values).fetchone() is not None


_ERASED = "SELECT 1 FROM registry_vault WHERE destroyed_at IS NOT NULL LIMIT 1"
_ERASED_FROM_LIST = (
    "SELECT 1 FROM registry_vault s JOIN registry_candidate c ON c.subject_id = s.id"
    " JOIN registry_registration r ON r.candidate_id = c.id"
    " JOIN registry_version v ON v.registration_id = r.id JOIN ledger_entry l ON l.event_id = v.event_id"
    " WHERE s.destroyed_at IS NOT NULL AND r.waiting_list_id = ? AND v.digest IS NOT NULL AND l.idx < ?"
    " AND NOT EXISTS (SELECT 1 FROM registry_version w JOIN ledger_entry n ON n.event_id = w.event_id"
    " WHERE w.registration_id = r.id AND n.idx > l.idx AND n.idx < ?) LIMIT 1"
)
_NO_RUN = "There is no such match run; check its event."


def _places(using: str, run: str) -> dict[tuple[str, str], int]:
    return {(place.registration, place.offer_kind): place.rank for place in places_of(using, run)}


def _sign(signing: RunSigning, unit: Unit) -> Happening:
    known = _known(signing.run, unit)
    run = run_named(known.state, RunId(signing.run))
    if run is None or current_run(known.state, run.organ) is not run:
        raise refused(known, Rule.RUN, step="offer")
    if found(unit.using, RunSignature, run_id=signing.run, signer=unit.request.actor):
        raise InputError("You have signed this run already; a second person signs it as well.")
    added(unit.using, RunSignature(event_id=unit.event_id, run_id=signing.run, signer=unit.request.actor))
    return of_run("match.signed", unit, known, signing.run, {"run": leaf_of(unit.using, signing.run)})


def _begin(begun: StageBegun, unit: Unit) -> Happening:
    known = _known(begun.run, unit)
    run = run_named(known.state, RunId(begun.run))
    if run is None or current_run(known.state, run.organ) is not run:
        raise refused(known, Rule.RUN, step="offer")
    before = known.runs[begun.run]
    known_stages = {each.id for each in _policy_of(unit.using, before).stages}
    begins_twice = found(unit.using, StageBeginning, run_id=begun.run, stage=begun.stage) is not None
    if run.stage is not None or begun.stage not in known_stages or begins_twice:
        raise refused(known, Rule.STAGE, step="offer")
    began = _began(begun, unit, known)
    run_id = new_identifier(unit.office)
    row = MatchRun(
        event_id=unit.event_id,
        organ_id=before.organ_id,
        enactment_id=before.enactment_id,
        run_id=run_id,
        wrapped_key=wrapped(unit.office, unit.office.entropy(KEY_BYTES), f"key of run {run_id}"),
        ranked_at=before.ranked_at,
        inputs=before.inputs,
        lottery_seed=before.lottery_seed,
        reply_minutes=before.reply_minutes,
        remind_minutes=before.remind_minutes,
        at_once=before.at_once,
        backups=before.backups,
        follows_id=before.event_id,
        stage=begun.stage,
        plan_id=before.plan_id,
        plan_organs=before.plan_organs,
    )
    ranked = ranked_anew(unit.office, row)
    added(unit.using, row)
    listed = _listed_before(unit.office, before, run.organ)
    plan = plan_of(unit.using, row.plan_id)
    write_places(unit.using, unit.event_id, ranked.ranking, ranked.rows, plan)
    following = ranked_run(unit.using, row, run.organ, followed(known.runs.values()))
    judged(known, RunRecorded(known.moment(unit.at), following, begun.evidence), step="offer")
    return _of_stage(unit, known, row, ranked, listed=listed, began=began)


def _policy_of(using: str, match_run: MatchRun) -> Policy:
    enactment = needed(using, PolicyEnactment, "A run has a policy.", event_id=match_run.enactment_id)
    return policy_of(using, enactment).loaded


def _began(begun: StageBegun, unit: Unit, known: Known) -> Beside:
    """Write that a stage began, with what shows that it may; return the leaf, which goes before that of its order."""
    name = new_identifier(unit.office)
    added(unit.using, StageBeginning(event_id=name, run_id=begun.run, stage=begun.stage, evidence=begun.evidence))
    fields: dict[str, Value] = {
        "run": leaf_of(unit.using, begun.run), "stage": begun.stage, "evidence": begun.evidence
    }  # fmt: skip
    return Beside(name, of_run("stage.began", unit, known, begun.run, fields))


def _of_stage(  # noqa: PLR0913  the parts of a run, and what went before it
    unit: Unit, known: Known, row: MatchRun, ranked: Ranked, *, listed: Listed, began: Beside
) -> Happening:
    """Return the leaf of a stage's order: it commits to the same list as the run that it follows."""
    before = _followed(unit.using, row)
    organ = needed(unit.using, Organ, "A run has an organ.", event_id=row.organ_id)
    made = _happening(unit, known.case, organ, row, listed, ranked, (), leaf_of(unit.using, before.event_id))
    return replace(made, before=(began,))


def _followed(using: str, match_run: MatchRun) -> MatchRun:
    return needed(using, MatchRun, "A stage follows a run.", event_id=match_run.follows_id)


def _staged(office: Office, match_run: MatchRun, before: MatchRun) -> Ranking:
    """Return the order of a stage, from the run that it follows, ranked anew."""
    assert match_run.stage is not None, "what follows a run is the order of a stage"
    return staged_run(ranking_anew(office, before), match_run.stage, evaluator=office.evaluator)


def _listed_before(office: Office, match_run: MatchRun, organ: OrganName) -> Listed:
    """Return the list that a run ranked."""
    leaf = leaf_of(office.using, match_run.event_id)
    return office.lists.before(office.using, organ, instant_from(match_run.ranked_at), leaf=leaf)


def _known(run: str, unit: Unit) -> Known:
    row = needed(unit.using, MatchRun, _NO_RUN, event_id=run)
    return locked_state(unit, needed(unit.using, Organ, "A run has an organ.", event_id=row.organ_id).case_id)


def _run(asked: RunAsked, unit: Unit) -> Happening:
    case, organ = _opened(asked, unit)
    known = state_to_rank(unit, case.donation)
    at = unit.at.replace(microsecond=0)
    in_force = policy_in_force(unit.using, asked.organ, unit.at.date())
    rules.may_rank(in_force.loaded, donation=case.donation)
    listed = unit.office.lists.as_of(unit.using, asked.organ, at)
    run_id = new_identifier(unit.office)
    offers = _offer_rules(asked, in_force.loaded)
    plan = plan_of_run(unit.using, known.runs.values(), _donor_of(organ), unit.at.date())
    row = MatchRun(
        event_id=unit.event_id,
        organ_id=organ.event_id,
        enactment_id=in_force.enactment.event_id,
        run_id=run_id,
        wrapped_key=wrapped(unit.office, unit.office.entropy(KEY_BYTES), f"key of run {run_id}"),
        ranked_at=instant_text(at),
        inputs=asked.inputs,
        lottery_seed=asked.lottery_seed,
        reply_minutes=offers.reply_minutes,
        remind_minutes=" ".join(str(mark) for mark in offers.remind_minutes),
        at_once=offers.at_once,
        backups=offers.backups,
        plan_id=plan.enactment,
        plan_organs=plan.written,
    )
    ranking = _ranking(unit.office, row, organ=organ, policy=in_force.loaded, listed=listed)
    keys = unit.office.lists.keys(asked.organ, partial(_registration_keys, unit.office, asked.organ.value))
    ranked = _with_rows(unit.office, row, ranking, keys)
    added(unit.using, row)
    # The rows are hashed while the database takes the places in.
    with ThreadPoolExecutor(max_workers=1) as beside:
        hashing = beside.submit(ranked.rows.root)
        write_places(unit.using, unit.event_id, ranked.ranking, ranked.rows, plan_of(unit.using, plan.enactment))
        hashing.result()
    # Offers of an earlier run to those whom this one does not rank are taken back with it.
    recorded = RunRecorded(known.moment(unit.at), ranked_run(unit.using, row, asked.organ, plan))
    after = judged(known, recorded, step="allocation")
    return _happening(unit, case, organ, row, listed, ranked, withdrawals(unit, known, after))


def _offer_rules(asked: RunAsked, policy: Policy) -> OfferRules:
    """Return how the offers of a run are made: as its policy says, or as is asked where that says nothing."""
    if policy.offers is not None:
        return offer_rules(policy.offers, backups=asked.backups)
    if asked.reply_minutes is None or asked.reply_minutes <= 0:
        raise InputError("The policy does not state how long there is to answer; give at least a minute.")
    return OfferRules(asked.reply_minutes, (), 1, asked.backups)


def _opened(asked: RunAsked, unit: Unit) -> tuple[DonorCase, Organ]:
    """Return the case and the organ, locked; raise `GateRefusedError` where it is not open, or not any more."""
    case = open_case(unit, asked.donation)
    organ = found(unit.using, Organ, case_id=case.donation, organ=asked.organ.value)
    if organ is None:
        raise GateRefusedError(
            f"The {asked.organ.value} of this donation is not open for allocation; no list is searched for it.",
            rule=rules.DEATH, step="allocation", donation=case.donation,
        )  # fmt: skip
    if _is_gone(unit, asked.organ, case):
        raise GateRefusedError(
            f"The {asked.organ.value} of this donation has left the country or was disposed of; no list is searched.",
            rule=rules.EXPORT, step="allocation", donation=case.donation,
        )  # fmt: skip
    if standing_consent(unit.using, case.donation) is None:
        raise GateRefusedError(
            "The consent to this donation was withdrawn; no list is searched for it.", rule=rules.CONSENT,
            step="allocation", donation=case.donation,
        )  # fmt: skip
    return case, organ


def _is_gone(unit: Unit, organ: OrganName, case: DonorCase) -> bool:
    """Tell whether every part of an organ was exported or disposed of."""
    names = set(part_names(case.donation, PARTS[organ]))
    left = {row.part_id for row in every(unit.using, ExportedPart, case_id=case.donation)}
    discarded = {row.part_id for row in every(unit.using, DiscardedPart, case_id=case.donation)}
    return names <= (left - returned_parts(unit.using, case.donation).keys()) | discarded


def _ranking(office: Office, row: MatchRun, *, organ: Organ, policy: Policy, listed: Listed) -> Ranking:
    """Rank a list for an organ as a run says."""
    return run(
        policy,
        _donor_of(organ),
        organ=OrganName(organ.organ),
        pool=listed.pool,
        at=instant_from(row.ranked_at),
        inputs=None if row.inputs is None else cast("Mapping[str, object]", json.loads(row.inputs)),
        lottery_seed=row.lottery_seed,
        evaluator=office.evaluator,
    )


def _donor_of(organ: Organ) -> Donor:
    return donor_from_facts(donor_facts(facts_of_donor(organ)), place=f"donation {organ.case_id}")


def _with_rows(office: Office, row: MatchRun, ranking: Ranking, keys: Mapping[str, bytes]) -> Ranked:
    """Return a run with its rows; `keys` are those of the registrations."""
    rows = rows_of(ranking, run_id=row.run_id, run_key=run_key(office, row), subject_key=keys.__getitem__)
    return Ranked(ranking, rows)


_KEYS_OF_LIST = (
    "SELECT r.id, s.id, s.wrapped_key FROM registry_registration r JOIN registry_candidate c ON c.id = r.candidate_id"
    " JOIN registry_vault s ON s.id = c.subject_id"
    " WHERE r.waiting_list_id = ? AND s.wrapped_key IS NOT NULL{some} ORDER BY r.id"
)


def _registration_keys(office: Office, organ: str, names: Sequence[str] | None = None) -> dict[str, bytes]:
    """Return the key of some registrations, or of every one that was ever on a list, without those of erased persons.

    The rows are read as they are: a run locks its list meanwhile.
    """
    some = "" if names is None else f" AND r.id IN ({', '.join('?' * len(names))})"
    keys: dict[str, bytes] = {}
    found_keys: dict[str, bytes] = {}
    asked = (organ, *(names or ()))
    for registration, subject, sealed in store_of(office.using).run(_KEYS_OF_LIST.format(some=some), asked).fetchall():
        person = str(subject)
        if person not in keys:
            keys[person] = unwrapped(office, bytes(cast("bytes", sealed)), f"key of {person}")
        found_keys[str(registration)] = key_of_registration(keys[person], str(registration))
    return found_keys


def _happening(  # noqa: PLR0913, PLR0917  the parts of a run
    unit: Unit,
    case: DonorCase,
    organ: Organ,
    row: MatchRun,
    listed: Listed,
    ranked: Ranked,
    after: tuple[Beside, ...],
    follows: int | None = None,
) -> Happening:
    about = RunRecord(
        jurisdiction=unit.office.jurisdiction,
        donation=case.donation,
        run_id=row.run_id,
        available=leaf_of(unit.using, organ.event_id),
        donor_facts=organ.digest,
        list_digest=listed.digest,
        places=listed.places.digest,
        follows=follows,
        plan_hash=None if row.plan_id is None else hash_of_plan(unit.using, row.plan_id),
        plan_organs=None if row.plan_organs is None else tuple(row.plan_organs.split()),
    )
    event = run_event(ranked.ranking, ranked.rows, about, at=unit.at, previous=about.available)
    return Happening(
        event.kind,
        event.fields,
        case=case.donation,
        subject_id=case.subject_id,
        policy_hash=event.policy_hash,
        after=after,
    )
