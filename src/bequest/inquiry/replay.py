"""Knows how match runs are replayed from a bundle: the list of that instant, the bundled policy, the same integers.

It uses the engine itself, in its plain evaluator. What it reads is first held to what the leaves commit to.
"""

from __future__ import annotations

import json
import multiprocessing
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, cast

import numpy as np

from bequest.inquiry.skips import ERASED, false_skips, skips_by_run
from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.listings import LISTING, changes_list
from bequest.inquiry.verify.plain_json import bytes_of, object_of, read_lines, text_of
from bequest.ledger.bundle import with_a_row
from bequest.ledger.facts import donor_facts, facts_digest, list_digest, pool_columns
from bequest.ledger.rows import rows_of
from bequest.ledger.run_leaf import unranked_counts
from bequest.matching import run
from bequest.matching.pool import Pool, build_pool, lottery_numbers
from bequest.matching.pool_rows import pool_of_rows
from bequest.model.column import Table
from bequest.model.donor import donor_from_facts
from bequest.model.enums import Organ
from bequest.model.errors import BequestError
from bequest.model.instant import instant_of
from bequest.policy.load import load_policy
from bequest.policy.sources import read_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bequest.inquiry.verify.bundle import Verification
    from bequest.inquiry.verify.leaves import Leaf
    from bequest.inquiry.verify.plain_json import Json
    from bequest.ledger.facts import Facts
    from bequest.matching.match_run import MatchRun
    from bequest.policy.policy import Policy

    Progress = Callable[[int, int], None]

_AT_ONCE = 8
"""Runs from which on the work is shared out among the processors."""


@dataclass(frozen=True)
class _Entry:
    """Hold one change of one list: from which leaf on, whose registration, its facts (None: it left).

    Of an erased person the facts are gone and the digest, which the leaf commits to, is all that is left.
    """

    leaf: int
    registration: str
    facts: Facts | None
    digest: str
    subject_key: bytes
    erased: bool = False


@dataclass(frozen=True)
class _List:
    """Hold all entries of one organ's list as one pool, from which the list of any leaf is taken."""

    entries: tuple[_Entry, ...]
    pool: Pool
    rows: Mapping[int, int]  # row of the pool by place among the entries
    changes: Mapping[str, Sequence[int]]  # the leaves of the entries by registration, rising
    states: Mapping[int, str]  # by leaf, the status from there on


@dataclass(frozen=True)
class Replayer:
    """Hold what a bundle's match runs are replayed from, after it was held to the leaves."""

    leaves: Sequence[Leaf]
    lists: Mapping[str, _List]
    unrepeatable: frozenset[int]  # runs with an erased person on their list
    donors: Mapping[int, Facts]
    policies: Mapping[str, Policy]
    runs: Mapping[int, Mapping[str, Json]]
    skips: Mapping[int, Sequence[Leaf]]  # by run

    def ranked(self, leaf: int) -> tuple[MatchRun, dict[str, bytes]]:
        """Return one run, ranked anew, and by registration the key of each person.

        Raises BrokenError where the record does not hold together.
        """
        return _ranked(self, self.leaves[leaf])


def replayer_of(found: Verification) -> Replayer | None:
    """Return what runs are replayed from; None where the bundle holds nothing to replay.

    Raises BrokenError where a record is not what its leaf commits to.
    """
    if found.manifest.kind == "public":
        return None
    places = _places(found)
    runs = _by_leaf(_records(found, "runs"), "replay/runs.jsonl")
    opened = {leaf.number for leaf in found.leaves if leaf.kind == "match.run" and len(leaf.fields) == len(leaf.hashes)}
    if set(runs) != opened:
        number = min(set(runs) ^ opened)
        raise BrokenError(f"the run of leaf {number} is opened, or stands in replay/runs.jsonl, and not both")
    lists = _lists(found, places)
    _check_keys(lists, found.leaves, sorted(runs))
    return Replayer(
        leaves=found.leaves,
        lists=lists,
        unrepeatable=frozenset(number for number in runs if _has_erased(lists, found.leaves[number])),
        donors=_donors(found),
        policies=_policies(found),
        runs=runs,
        skips=skips_by_run(found.leaves),
    )


def _check_keys(lists: Mapping[str, _List], leaves: Sequence[Leaf], runs: Sequence[int]) -> None:
    """Raise BrokenError where a person's key is missing, or is there although no run has their row."""
    for organ, listed in lists.items():
        entries = listed.entries
        changes = [(each.leaf, each.registration, organ, each.facts is not None or each.erased) for each in entries]
        needed = with_a_row(changes, {organ: [run for run in runs if leaves[run].fields.get("organ") == organ]})
        for entry in entries:
            if not entry.erased and bool(entry.subject_key) != (entry.registration in needed):
                raise BrokenError(
                    f"the entry of leaf {entry.leaf} lacks its person's key, or has one that no run needs"
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
    repeatable = set(replayer.runs) - replayer.unrepeatable
    numbers = sorted(repeatable if only is None else set(only) & repeatable)
    check = _full if full else _plain
    for done, sentences in enumerate(_each(check, replayer, numbers, workers), 1):
        progress(done, len(numbers))
        yield from sentences


def _snapshots(replayer: Replayer) -> Iterator[str]:
    """Yield in sentences where a list as it was counted is not the list that its leaves make, if all are opened."""
    if any(leaf.kind in LISTING and len(leaf.fields) < len(leaf.hashes) for leaf in replayer.leaves):
        return
    for leaf in replayer.leaves:
        listed = replayer.lists.get(leaf.text("organ")) if leaf.kind == "waitlist.snapshot" else None
        if listed is not None and "list" in leaf.fields and not _has_erased(replayer.lists, leaf):
            entries = _on_list(listed, leaf.number)
            digest = list_digest(listed.entries[place].digest for place in entries)
            if (digest, len(entries)) != (leaf.text("list"), leaf.integer("registrations")):
                yield f"the list that leaf {leaf.number} counted is not the list that the leaves before it make"


def _plain(replayer: Replayer, number: int) -> list[str]:
    """Return in sentences how one run comes out otherwise than its leaf says."""
    result, keys = _ranked(replayer, replayer.leaves[number])
    return [*_differences(replayer.leaves[number], result, keys), *_skipped(replayer, number, result)]


def _full(replayer: Replayer, number: int) -> list[str]:
    leaf = replayer.leaves[number]
    result, keys = _ranked(replayer, leaf)
    found = [*_differences(leaf, result, keys), *_skipped(replayer, number, result)]
    run_key = bytes_of(replayer.runs[number].get("run_key"), 32, f"the key of the run of leaf {number}")
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


def _skipped(replayer: Replayer, number: int, result: MatchRun) -> Iterator[str]:
    listed = replayer.lists[replayer.leaves[number].text("organ")]
    return false_skips(replayer.skips.get(number, []), result, listed.changes, listed.states)


def _differences(leaf: Leaf, result: MatchRun, keys: Mapping[str, bytes]) -> Iterator[str]:
    what = f"the run of leaf {leaf.number}"
    if len(set(keys.values())) < len(keys):
        yield f"two registrations on the list of {what} are of one person, who has two rows"
    if result.results_digest != leaf.text("results") or result.program.sequence.id != leaf.text("sequence"):
        yield f"{what} comes out with other ranks or reasons than its leaf commits to"
    left, judged = unranked_counts(result)
    counts = {"registrations": len(result.pool), "ranked": len(result), "not_ranked": left, "not_judged": judged}
    for name, count in counts.items():
        if count != leaf.integer(name):
            yield f"{what} has {count} {name}, and its leaf states {leaf.integer(name)}"


def _ranked(replayer: Replayer, leaf: Leaf) -> tuple[MatchRun, dict[str, bytes]]:
    """Return one run, ranked anew, and the key of each registration's person."""
    what = f"the run of leaf {leaf.number}"
    organ, at = leaf.text("organ"), instant_of(leaf.text("at_second"))
    listed = replayer.lists.get(organ)
    facts = replayer.donors.get(leaf.integer("available"))
    policy = replayer.policies.get(leaf.text("policy_hash"))
    if listed is None or facts is None or policy is None:
        raise BrokenError(f"the bundle lacks the list, the donor or the policy of {what}")
    if facts_digest(facts) != leaf.text("donor_facts"):
        raise BrokenError(f"the donor of {what} is not described as the leaf commits to")
    entries = _on_list(listed, leaf.number)
    if list_digest(listed.entries[place].digest for place in entries) != leaf.text("list"):
        raise BrokenError(
            f"the list of {what} is not the one that its leaf commits to: somebody is missing, too many or changed"
        )
    rows = np.array([listed.rows[place] for place in entries], dtype=np.intp)
    names = np.array([listed.entries[place].registration for place in entries], dtype=np.str_)
    pool = pool_of_rows(listed.pool, rows, as_of=at, registrations=names)
    inputs = replayer.runs[leaf.number].get("inputs")
    seed = leaf.fields.get("lottery_seed")
    try:
        result = run(
            policy,
            donor_from_facts(donor_facts(facts), place=what),
            organ=Organ(organ),
            pool=pool,
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
    return result, {listed.entries[place].registration: listed.entries[place].subject_key for place in entries}


def _inputs(written: Json, what: str) -> Mapping[str, object]:
    """Return the balances and turns that a text of JSON holds."""
    try:
        found = json.loads(str(written))
    except RecursionError:
        found = None
    if not isinstance(found, dict):
        raise BrokenError(f"the balances and turns of {what} are not written as they must be")
    return cast("Mapping[str, object]", found)


def _on_list(listed: _List, leaf: int) -> list[int]:
    """Return the places of the entries that make the list at a leaf, in the order of their registrations."""
    newest: dict[str, int] = {}
    for place, entry in enumerate(listed.entries):
        if entry.leaf >= leaf:
            break
        newest[entry.registration] = place
    places = [newest[name] for name in sorted(newest)]
    return [place for place in places if listed.entries[place].facts is not None or listed.entries[place].erased]


def _has_erased(lists: Mapping[str, _List], leaf: Leaf) -> bool:
    listed = lists.get(leaf.text("organ"))
    return listed is not None and any(listed.entries[place].erased for place in _on_list(listed, leaf.number))


def _places(found: Verification) -> list[Facts]:
    """Return the table of places, after it was found to be the one that every opened run commits to."""
    places = [_facts(record, "replay/places.jsonl") for record in _records(found, "places")]
    digest = list_digest(facts_digest(place) for place in places)
    for leaf in found.leaves:
        if leaf.kind == "match.run" and leaf.text("places") != digest:
            raise BrokenError(
                f"replay/places.jsonl is not the table of places that the run of leaf {leaf.number} commits to"
            )
    return places


def _lists(found: Verification, places: list[Facts]) -> Mapping[str, _List]:
    """Return every organ's list, each entry held to its leaf."""
    entries: dict[str, list[_Entry]] = {}
    records = _by_leaf(_records(found, "registrations"), "replay/registrations.jsonl")
    persons = _Persons()
    for record in records.values():
        entry, organ = _entry(record, found.leaves)
        persons.check(entry, found.leaves[entry.leaf])
        entries.setdefault(organ, []).append(entry)
    erased = {entry.registration for each in entries.values() for entry in each if entry.erased}
    told = sum(leaf.kind == "subject.erased" for leaf in found.leaves)
    if len(erased) > told:
        raise BrokenError(f"the facts of {len(erased)} registrations are gone, and {told} leaves subject.erased say so")
    missing = [
        leaf.number
        for leaf in found.leaves
        if changes_list(leaf) and "registration" in leaf.fields and leaf.number not in records
    ]
    if missing:
        raise BrokenError(f"leaf {missing[0]} changes a list and has no entry in replay/registrations.jsonl")
    try:
        centres = pool_columns(places, Table.CENTRE)
    except (BequestError, ValueError) as error:
        raise BrokenError(f"the table of places cannot be read: {error}") from None
    return {organ: _list(organ, each, centres) for organ, each in entries.items()}


class _Persons:
    """Keep which name of a registration stands for which pseudonym of its leaves, and for which person's key."""

    def __init__(self) -> None:
        self._names: dict[object, str] = {}
        self._pseudonyms: dict[str, object] = {}
        self._keys: dict[str, bytes] = {}

    def check(self, entry: _Entry, leaf: Leaf) -> None:
        """Raise BrokenError where an entry is of another registration than its leaf, or of another person than before.

        No leaf commits to names and keys, so the pseudonyms that leaves do commit to hold them together.
        """
        pseudonym = leaf.fields.get("registration")
        known = self._names.setdefault(pseudonym, entry.registration)
        if known != entry.registration or self._pseudonyms.setdefault(entry.registration, pseudonym) != pseudonym:
            raise BrokenError(f"the entry of leaf {leaf.number} is of another registration than its leaf")
        if entry.subject_key and self._keys.setdefault(entry.registration, entry.subject_key) != entry.subject_key:
            raise BrokenError(f"the entry of leaf {leaf.number} is of another person than those before it")


def _entry(record: dict[str, Json], leaves: Sequence[Leaf]) -> tuple[_Entry, str]:
    what = "replay/registrations.jsonl"
    number = _leaf(record, what)
    leaf = leaves[number] if number < len(leaves) else None
    if leaf is None or not changes_list(leaf):
        raise BrokenError(f"{what} has an entry for leaf {number}, which changes no list")
    facts = None if record.get("facts") is None else _facts(record, what)
    committed, erased = leaf.fields.get("facts", ""), record.get("erased") is True
    digest = str(committed) if erased else "" if facts is None else facts_digest(facts)
    if (
        committed != digest
        or (erased and (facts is not None or not digest))
        or leaf.fields.get("organ") != record.get("organ")
    ):
        raise BrokenError(f"the facts of leaf {number} are not those that it commits to")
    name = text_of(record, "registration", what)
    if facts is not None and facts.get("registration") != name:
        raise BrokenError(f"the entry of leaf {number} is of another registration than its facts")
    keyless = erased or record.get("subject_key") is None
    key = b"" if keyless else bytes_of(record.get("subject_key"), 32, f"the key of leaf {number}")
    return _Entry(number, name, facts, digest, key, erased), text_of(record, "organ", what)


def _list(organ: str, entries: list[_Entry], centres: Mapping[str, object]) -> _List:
    there = [place for place, entry in enumerate(entries) if entry.facts is not None]
    # Each entry has a name of its own in the large pool; the same registration may have many.
    names = [f"{entries[place].registration}\x1f{place:09}" for place in there]
    rows = [
        {**cast("Facts", entries[place].facts), "registration": name} for place, name in zip(there, names, strict=True)
    ]
    try:
        pool = build_pool(
            Organ(organ),
            as_of=instant_of("2000-01-01T00:00:00Z"),
            registrations=pool_columns(rows, Table.REGISTRATION),
            centres=cast("Mapping[str, Sequence[object]]", centres),
        )
    except (BequestError, ValueError) as error:
        raise BrokenError(f"the {organ[:20]} list cannot be read: {error}") from None
    order: list[int] = np.argsort(np.array(names, dtype=np.str_), kind="stable").tolist()
    true_names = np.array([entries[there[each]].registration for each in order], dtype=np.str_)
    pool = replace(pool, numbers=lottery_numbers(true_names))
    changes: dict[str, list[int]] = {}
    for entry in entries:
        changes.setdefault(entry.registration, []).append(entry.leaf)
    states = {entry.leaf: _state(entry) for entry in entries}
    return _List(tuple(entries), pool, {there[each]: row for row, each in enumerate(order)}, changes, states)


def _state(entry: _Entry) -> str:
    """Return the status of a registration from an entry on; of an erased person who stayed on the list, ERASED."""
    if entry.erased:
        return ERASED
    return "removed" if entry.facts is None else entry.facts.get("status", "")


def _donors(found: Verification) -> Mapping[int, Facts]:
    donors: dict[int, Facts] = {}
    for number, record in _by_leaf(_records(found, "donors"), "replay/donors.jsonl").items():
        facts = _facts(record, "replay/donors.jsonl")
        leaf = found.leaves[number] if number < len(found.leaves) else None
        if leaf is None or leaf.kind != "organ.available" or leaf.fields.get("facts") != facts_digest(facts):
            raise BrokenError(f"the donor of leaf {number} is not described as it commits to")
        donors[number] = facts
    return donors


def _policies(found: Verification) -> Mapping[str, Policy]:
    """Return the bundled policies by hash, each held to the hash that its file is named by."""
    sources_path = "policies/sources.yaml"
    try:
        sources = read_sources(_text(found, sources_path), label=sources_path)
        policies: dict[str, Policy] = {}
        for path in found.manifest.paths:
            if path.startswith("policies/") and path != sources_path:
                policy = load_policy(_text(found, path), label=path, sources=sources)
                if path != f"policies/{policy.hash}.yaml":
                    raise BrokenError(f"{path} holds a policy of another hash")
                policies[policy.hash] = policy
    except BequestError as error:
        raise BrokenError(f"a bundled policy cannot be read: {error}") from None
    return policies


def _text(found: Verification, path: str) -> str:
    data = found.evidence.read(path)
    if data is None:
        raise BrokenError(f"{path} is missing from the bundle")
    return data.decode("utf-8", "replace")


def _records(found: Verification, name: str) -> list[dict[str, Json]]:
    path = f"replay/{name}.jsonl"
    data = found.evidence.read(path)
    if data is None:
        raise BrokenError(f"{path} is missing from the bundle")
    return read_lines(data, path)


def _by_leaf(records: list[dict[str, Json]], what: str) -> dict[int, dict[str, Json]]:
    """Return records by their leaf; raise BrokenError where they are not in the order of their leaves, one for each."""
    numbers = [_leaf(record, what) for record in records]
    twice = [number for number, count in Counter(numbers).items() if count > 1]
    if twice:
        raise BrokenError(f"leaf {twice[0]} has two entries in {what}, not one entry for each")
    if any(number >= after for number, after in pairwise(numbers)):
        raise BrokenError(f"{what} is not in the order of its leaves, one entry for each")
    return dict(zip(numbers, records, strict=True))


def _leaf(record: dict[str, Json], what: str) -> int:
    number = record.get("leaf")
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise BrokenError(f"{what} has an entry without its leaf")
    return number


def _facts(record: dict[str, Json], what: str) -> Facts:
    facts = object_of(record.get("facts"), f"an entry of {what}")
    if not all(isinstance(value, str) for value in facts.values()):
        raise BrokenError(f"{what} holds a fact that is no text")
    return cast("Facts", facts)
