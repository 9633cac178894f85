"""Knows how match runs are replayed from a bundle: the list of that instant, the bundled policy, the same integers.

It uses the engine itself, in its plain evaluator. What it reads is first held to what the leaves commit to.
"""

from __future__ import annotations

import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from bequest.inquiry.combined import Combinations, Together, together_in
from bequest.inquiry.lists import lists_of
from bequest.inquiry.plans import bundled_plans, deciding_runs, order_differs
from bequest.inquiry.records import by_leaf, digest_of, facts_of, records_of
from bequest.inquiry.skips import false_skips, misread_places, skips_by_run, stages_begun
from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.listings import LISTING
from bequest.inquiry.verify.plain_json import bytes_of
from bequest.ledger.facts import donor_facts, list_digest
from bequest.ledger.rows import rows_of
from bequest.ledger.run_leaf import unranked_counts
from bequest.matching import run
from bequest.matching.staged_run import staged_run
from bequest.model.donor import donor_from_facts
from bequest.model.enums import Organ
from bequest.model.errors import BequestError
from bequest.model.instant import instant_of
from bequest.policy.library import is_plan
from bequest.policy.load import load_policy
from bequest.policy.sources import read_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bequest.inquiry.lists import ListHistory
    from bequest.inquiry.verify.bundle import Verification
    from bequest.inquiry.verify.leaves import Leaf
    from bequest.inquiry.verify.plain_json import Json
    from bequest.ledger.facts import Facts
    from bequest.matching.match_run import MatchRun
    from bequest.policy.plan import DonorPlan
    from bequest.policy.policy import Policy

    Progress = Callable[[int, int], None]

_AT_ONCE = 8
"""Runs from which on the work is shared out among the processors."""


@dataclass(frozen=True)
class Replayer:
    """Hold what a bundle's match runs are replayed from, after it was held to the leaves."""

    leaves: Sequence[Leaf]
    lists: Mapping[str, ListHistory]
    unrepeatable: frozenset[int]  # runs with an erased person on their list, or for an erased donor
    closed: frozenset[int]  # leaves that an erasure closed
    donors: Mapping[int, Facts]
    policies: Mapping[str, Policy]
    plans: Mapping[str, DonorPlan]
    deciding: frozenset[int]  # runs whose donor decides in which order the organs come
    runs: Mapping[int, Mapping[str, Json]]
    skips: Mapping[int, Sequence[Leaf]]  # by run
    began: Mapping[int, Mapping[str, int]]  # by run and stage, the leaf by which it began
    together: Together

    def ranked(self, leaf: int) -> tuple[MatchRun, dict[str, bytes]]:
        """Return one run, ranked anew, and by registration the key of each person.

        Raises BrokenError where the record does not hold together.
        """
        result, on = _ranked(self, self.leaves[leaf])
        return result, _list_of(self, self.leaves[leaf]).keys(on)


def replayer_of(found: Verification) -> Replayer | None:
    """Return what runs are replayed from; None where the bundle holds nothing to replay.

    Raises BrokenError where a record is not what its leaf commits to.
    """
    if found.manifest.kind == "public":
        return None
    places = _places(found)
    runs = by_leaf(records_of(found, "runs"), "replay/runs.jsonl")
    opened = {leaf.number for leaf in found.leaves if leaf.kind == "match.run" and len(leaf.fields) == len(leaf.hashes)}
    if set(runs) != opened:
        number = min(set(runs) ^ opened)
        raise BrokenError(f"the run of leaf {number} is opened, or stands in replay/runs.jsonl, and not both")
    lists = lists_of(found, places, sorted(runs))
    of_donors = {
        leaf.number for leaf in found.leaves if leaf.kind == "match.run" and found.erasures.closes(leaf.number)
    }
    policies, plans = _policies(found)
    return Replayer(
        leaves=found.leaves,
        lists=lists,
        unrepeatable=frozenset(
            of_donors | {number for number in runs if _has_erased(lists, _listed_by(found.leaves, number))}
        ),
        closed=found.erasures.accounted,
        donors=_donors(found),
        policies=policies,
        plans=plans,
        deciding=deciding_runs(found.leaves),
        runs=runs,
        skips=skips_by_run(found.leaves),
        began=stages_begun(found.leaves),
        together=together_in(found.leaves),
    )


def replay(
    replayer: Replayer, *, full: bool, progress: Progress, only: Sequence[int] | None = None, workers: int = 1
) -> Iterator[str]:
    """Replay every match run, or those of the given leaves, and yield a sentence for each that comes out otherwise.

    `full` rebuilds every row and its tree as well; `workers` processes share the work. `progress` is told how many runs
    of how many are done. Raises BrokenError where the record does not hold together.
    """
    if only is None:
        yield from _snapshots(replayer)
    asked = set(replayer.runs) if only is None else set(only) & set(replayer.runs)
    for number in sorted(replayer.unrepeatable & asked):
        _check_list(replayer, replayer.leaves[number])
    numbers = sorted(asked - replayer.unrepeatable)
    check = _full if full else _plain
    for done, sentences in enumerate(_each(check, replayer, numbers, workers), 1):
        progress(done, len(numbers))
        yield from sentences


def _snapshots(replayer: Replayer) -> Iterator[str]:
    """Yield in sentences where a list as it was counted is not the list that its leaves make, if all are opened."""
    listing = (leaf for leaf in replayer.leaves if leaf.kind in LISTING and leaf.number not in replayer.closed)
    if any(len(leaf.fields) < len(leaf.hashes) for leaf in listing):
        return
    for leaf in replayer.leaves:
        listed = replayer.lists.get(leaf.text("organ")) if leaf.kind == "waitlist.snapshot" else None
        if listed is None or "list" not in leaf.fields:
            continue
        on = listed.on_list(leaf.number)
        stated = leaf.text("list"), leaf.integer("registrations")
        if (listed.digest(on), len(on)) != stated:
            yield f"the list that leaf {leaf.number} counted is not the list that the leaves before it make"


def _plain(replayer: Replayer, number: int) -> list[str]:
    """Return in sentences how one run comes out otherwise than its leaf says."""
    result, on = _ranked(replayer, replayer.leaves[number])
    return list(_differences(replayer, number, result, on))


def _full(replayer: Replayer, number: int) -> list[str]:
    leaf = replayer.leaves[number]
    result, on = _ranked(replayer, leaf)
    found = list(_differences(replayer, number, result, on))
    run_key = bytes_of(replayer.runs[number].get("run_key"), 32, f"the key of the run of leaf {number}")
    keys = _list_of(replayer, leaf).keys(on)
    rows = rows_of(result, run_id=leaf.text("run_id"), run_key=run_key, subject_key=keys.__getitem__)
    if rows.root().hex() != leaf.text("rows_root"):
        found.append(f"the rows of the run of leaf {number} are not those that its leaf commits to")
    return found


_WORK: dict[str, Replayer] = {}
"""What forked processes share with the one that started them: it is too large to be sent to each."""


def _each(
    check: Callable[[Replayer, int], list[str]], replayer: Replayer, numbers: list[int], workers: int
) -> Iterator[list[str]]:
    """Yield what `check` says of each run, in order; several processes share many runs."""
    if len(numbers) < _AT_ONCE or workers == 1 or "fork" not in multiprocessing.get_all_start_methods():
        yield from (check(replayer, number) for number in numbers)
        return
    _WORK["replayer"] = replayer
    try:
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork")) as executor:
            yield from executor.map(_shared, [check] * len(numbers), numbers, chunksize=4)
    finally:
        del _WORK["replayer"]


def _shared(check: Callable[[Replayer, int], list[str]], number: int) -> list[str]:
    return check(_WORK["replayer"], number)


def _differences(replayer: Replayer, number: int, result: MatchRun, on: NDArray[np.intp]) -> Iterator[str]:
    leaf = replayer.leaves[number]
    listed, what = _list_of(replayer, leaf), f"the run of leaf {number}"
    if listed.has_one_person_twice(on):
        yield f"two registrations on the list of {what} are of one person, who has two rows"
    if result.results_digest != leaf.text("results") or result.program.sequence.id != leaf.text("sequence"):
        yield f"{what} comes out with other ranks or reasons than its leaf commits to"
    left, judged = unranked_counts(result)
    counts = {"registrations": len(result.pool), "ranked": len(result), "not_ranked": left, "not_judged": judged}
    for name, count in counts.items():
        if count != leaf.integer(name):
            yield f"{what} has {count} {name}, and its leaf states {leaf.integer(name)}"
    if number in replayer.deciding:
        yield from order_differs(replayer.plans, leaf, result.donor)
    skips = replayer.skips.get(number, [])
    yield from false_skips(skips, result, listed.changes, listed.states)
    yield from misread_places(skips, result, replayer.began.get(number, {}))

    def ranked(run: int) -> MatchRun | None:
        known = run in replayer.runs and run not in replayer.unrepeatable
        return _ranked(replayer, replayer.leaves[run])[0] if known else None

    combinations = Combinations(replayer.together, replayer.leaves, replayer.plans, ranked)
    yield from combinations.differences(number, result, skips)


def _ranked(replayer: Replayer, leaf: Leaf) -> tuple[MatchRun, NDArray[np.intp]]:
    """Return one run, ranked anew, and the entries of its list; the order of a stage from the run that it follows."""
    what = f"the run of leaf {leaf.number}"
    if "follows" in leaf.fields:
        return _staged(replayer, leaf, what)
    at, listed = instant_of(leaf.text("at_second")), _list_of(replayer, leaf)
    facts = replayer.donors.get(leaf.integer("available"))
    policy = replayer.policies.get(leaf.text("policy_hash"))
    if facts is None or policy is None:
        raise _lacks(what)
    if digest_of(facts) != leaf.text("donor_facts"):
        raise BrokenError(f"the donor of {what} is not described as the leaf commits to")
    on = _check_list(replayer, leaf)
    inputs = replayer.runs[leaf.number].get("inputs")
    seed = leaf.fields.get("lottery_seed")
    try:
        result = run(
            policy,
            donor_from_facts(donor_facts(facts), place=what),
            organ=Organ(leaf.text("organ")),
            pool=listed.pool_at(on, at),
            at=at,
            inputs=None if inputs is None else _inputs(inputs, what),
            lottery_seed=None if seed is None else str(seed),
            allow_unverified=True,
            evaluator="numpy",
        )
    except (BequestError, ValueError) as error:
        raise BrokenError(f"{what} cannot be ranked again: {error}") from None
    if result.inputs_digest != leaf.text("inputs"):
        raise BrokenError(f"the balances and turns of {what} are not those that its leaf commits to")
    return result, on


def _check_list(replayer: Replayer, leaf: Leaf) -> NDArray[np.intp]:
    """Return the entries of a run's list; raise BrokenError where they are not those that its leaf commits to.

    Of an erased person the digest of the facts is left, so that nobody else is missing, too many or changed.
    """
    listed = _list_of(replayer, leaf)
    on = listed.on_list(_listed_by(replayer.leaves, leaf.number).number)
    if listed.digest(on) != leaf.text("list"):
        raise BrokenError(
            f"the list of the run of leaf {leaf.number} is not the one that its leaf commits to: somebody is missing, "
            "too many or changed"
        )
    return on


def _staged(replayer: Replayer, leaf: Leaf, what: str) -> tuple[MatchRun, NDArray[np.intp]]:
    number = leaf.integer("follows")
    before = replayer.leaves[number] if number < leaf.number else leaf
    if before.kind != "match.run" or number not in replayer.runs or "follows" in before.fields:
        raise BrokenError(f"{what} is the order of a stage, and follows no run that the bundle opens")
    for name in ("available", "list", "at_second", "donor_facts", "policy_hash", "organ"):
        if before.fields.get(name) != leaf.fields.get(name):
            raise BrokenError(f"{what} is the order of a stage, and says another '{name}' than the run that it follows")
    result, on = _ranked(replayer, before)
    try:
        return staged_run(result, leaf.text("stage"), evaluator="numpy"), on
    except BequestError as error:
        raise BrokenError(f"{what} cannot be ranked again: {error}") from None


def _list_of(replayer: Replayer, leaf: Leaf) -> ListHistory:
    listed = replayer.lists.get(leaf.text("organ"))
    if listed is None:
        raise _lacks(f"the run of leaf {leaf.number}")
    return listed


def _lacks(what: str) -> BrokenError:
    return BrokenError(f"the bundle lacks the list, the donor or the policy of {what}")


def _inputs(written: Json, what: str) -> Mapping[str, object]:
    """Return the balances and turns that a text of JSON holds."""
    try:
        found = json.loads(str(written))
    except RecursionError:
        found = None
    if not isinstance(found, dict):
        raise BrokenError(f"the balances and turns of {what} are not written as they must be")
    return cast("Mapping[str, object]", found)


def _listed_by(leaves: Sequence[Leaf], number: int) -> Leaf:
    """Return the leaf of a run whose list was ranked: in a stage, that of the run which it follows."""
    before = leaves[number].fields.get("follows")
    return leaves[before] if isinstance(before, int) and before < number else leaves[number]


def _has_erased(lists: Mapping[str, ListHistory], leaf: Leaf) -> bool:
    listed = lists.get(leaf.text("organ"))
    return listed is not None and listed.has_erased(listed.on_list(leaf.number))


def _places(found: Verification) -> list[Facts]:
    """Return the table of places, after it was found to be the one that every opened run commits to."""
    places = [facts_of(record, "replay/places.jsonl") for record in records_of(found, "places")]
    digest = list_digest(digest_of(place) for place in places)
    for leaf in found.leaves:
        if leaf.kind == "match.run" and leaf.text("places") != digest:
            raise BrokenError(
                f"replay/places.jsonl is not the table of places that the run of leaf {leaf.number} commits to"
            )
    return places


def _donors(found: Verification) -> Mapping[int, Facts]:
    donors: dict[int, Facts] = {}
    for number, record in by_leaf(records_of(found, "donors"), "replay/donors.jsonl").items():
        facts = facts_of(record, "replay/donors.jsonl")
        leaf = found.leaves[number] if number < len(found.leaves) else None
        if leaf is None or leaf.kind != "organ.available" or leaf.fields.get("facts") != digest_of(facts):
            raise BrokenError(f"the donor of leaf {number} is not described as it commits to")
        donors[number] = facts
    return donors


def _policies(found: Verification) -> tuple[Mapping[str, Policy], Mapping[str, DonorPlan]]:
    """Return the bundled policies and donor plans by hash, each held to the hash that its file is named by."""
    sources_path = "policies/sources.yaml"
    try:
        sources = read_sources(_text(found, sources_path), label=sources_path)
        policies: dict[str, Policy] = {}
        plans: dict[str, str] = {}
        for path in found.manifest.paths:
            if path.startswith("policies/") and path != sources_path:
                written = _text(found, path)
                if is_plan(written):
                    plans[path.removeprefix("policies/").removesuffix(".yaml")] = written
                    continue
                policy = load_policy(written, label=path, sources=sources)
                if path != f"policies/{policy.hash}.yaml":
                    raise BrokenError(f"{path} holds a policy of another hash")
                policies[policy.hash] = policy
        return policies, bundled_plans(plans, found.leaves, policies=policies, sources=sources)
    except BequestError as error:
        raise BrokenError(f"a bundled policy cannot be read: {error}") from None


def _text(found: Verification, path: str) -> str:
    data = found.evidence.read(path)
    if data is None:
        raise BrokenError(f"{path} is missing from the bundle")
    return data.decode("utf-8", "replace")
