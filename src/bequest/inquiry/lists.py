"""Knows the lists of a bundle: every entry is held to its leaf, and at any leaf it can tell who was on a list."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np

from bequest.inquiry.records import by_leaf, digest_of, facts_of, leaf_of, records_of
from bequest.inquiry.skips import ERASED
from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.listings import changes_list
from bequest.inquiry.verify.plain_json import bytes_of, text_of
from bequest.ledger.bundle import with_a_row
from bequest.ledger.facts import pool_columns
from bequest.matching.pool import Pool, build_pool, lottery_numbers
from bequest.matching.pool_rows import pool_of_rows
from bequest.model.column import Table
from bequest.model.enums import Organ
from bequest.model.errors import BequestError
from bequest.model.instant import instant_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from bequest.inquiry.records import Record
    from bequest.inquiry.verify.bundle import Verification
    from bequest.inquiry.verify.leaves import Leaf
    from bequest.ledger.facts import Facts

_FILE = "replay/registrations.jsonl"
_NEVER = 1 << 62
_NO_ROW = -1


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one change of one list: from which leaf on, whose registration, its facts (None: it left).

    Of an erased person the facts are gone and the digest, which the leaf commits to, is all that is left.
    """

    leaf: int
    registration: str
    facts: Facts | None
    digest: str
    subject_key: bytes
    erased: bool = False

    @property
    def is_on_list(self) -> bool:
        """Return whether the registration is on its list from this entry on."""
        return self.facts is not None or self.erased


@dataclass(frozen=True, slots=True)
class ListHistory:
    """Hold all that was ever on one organ's list, in the order of registrations and then of leaves.

    An entry counts from the leaf after `since` to the leaf `until`, at which the same registration changes again.
    """

    entries: tuple[Entry, ...]  # those that put on the list or change what stands there
    since: NDArray[np.int64]  # (entries,)
    until: NDArray[np.int64]  # (entries,)
    names: NDArray[np.str_]  # (entries,), the registrations
    digests: NDArray[np.uint8]  # (entries, 32)
    persons: NDArray[np.int64]  # (entries,), a number for each key of a person
    rows: NDArray[np.intp]  # (entries,), in the pool; _NO_ROW where the facts were erased
    pool: Pool  # of all entries with facts, in their order
    changes: Mapping[str, Sequence[int]]  # by registration the leaves that change the list, rising
    states: Mapping[int, str]  # by such a leaf, the status from there on

    def on_list(self, leaf: int) -> NDArray[np.intp]:
        """Return which entries make the list at a leaf, in the order of their registrations."""
        return np.flatnonzero((self.since < leaf) & (leaf <= self.until))

    def digest(self, on: NDArray[np.intp]) -> str:
        """Return the digest of the list that some entries make."""
        return hashlib.sha256(self.digests[on].tobytes()).hexdigest()

    def has_erased(self, on: NDArray[np.intp]) -> bool:
        """Return whether somebody among the entries was erased, so that the list cannot be made again."""
        return bool((self.rows[on] == _NO_ROW).any())

    def has_one_person_twice(self, on: NDArray[np.intp]) -> bool:
        """Return whether two of the entries are of one person."""
        return len(on) > 0 and int(np.bincount(self.persons[on]).max()) > 1

    def pool_at(self, on: NDArray[np.intp], at: datetime) -> Pool:
        """Return the list that some entries make, as of an instant."""
        return pool_of_rows(self.pool, self.rows[on], as_of=at, registrations=self.names[on])

    def keys(self, on: NDArray[np.intp]) -> dict[str, bytes]:
        """Return by registration the key of each person among the entries."""
        places: list[int] = on.tolist()
        return {self.entries[each].registration: self.entries[each].subject_key for each in places}


def lists_of(found: Verification, places: list[Facts], runs: Sequence[int]) -> Mapping[str, ListHistory]:
    """Return every organ's list, each entry held to its leaf; `runs` are the opened match runs, rising.

    Raises BrokenError for an entry that its leaf does not commit to, and for a person's key that is missing or that no
    run needs.
    """
    entries: dict[str, list[Entry]] = {}
    records = by_leaf(records_of(found, "registrations"), _FILE)
    persons = _Persons()
    for record in records.values():
        entry, organ = _entry(record, found.leaves)
        if entry.erased and not found.erasures.closes(entry.leaf):
            raise BrokenError(f"the facts of leaf {entry.leaf} are gone, and no leaf subject.erased closed it")
        persons.check(entry, found.leaves[entry.leaf])
        entries.setdefault(organ, []).append(entry)
    missing = [
        leaf.number
        for leaf in found.leaves
        if changes_list(leaf) and "registration" in leaf.fields and leaf.number not in records
    ]
    if missing:
        raise BrokenError(f"leaf {missing[0]} changes a list and has no entry in {_FILE}")
    try:
        centres = pool_columns(places, Table.CENTRE)
    except (BequestError, ValueError) as error:
        raise BrokenError(f"the table of places cannot be read: {error}") from None
    lists = {organ: _history(organ, each, centres) for organ, each in entries.items()}
    for organ, each in entries.items():
        _check_keys(organ, each, [run for run in runs if found.leaves[run].fields.get("organ") == organ])
    return lists


class _Persons:
    """Keep which name of a registration stands for which pseudonym of its leaves, and for which person's key."""

    def __init__(self) -> None:
        self._names: dict[object, str] = {}
        self._pseudonyms: dict[str, object] = {}
        self._keys: dict[str, bytes] = {}

    def check(self, entry: Entry, leaf: Leaf) -> None:
        """Raise BrokenError where an entry is of another registration than its leaf, or of another person than before.

        No leaf commits to names and keys, so the pseudonyms that leaves do commit to hold them together.
        """
        pseudonym = leaf.fields.get("registration")
        known = self._names.setdefault(pseudonym, entry.registration)
        if known != entry.registration or self._pseudonyms.setdefault(entry.registration, pseudonym) != pseudonym:
            raise BrokenError(f"the entry of leaf {leaf.number} is of another registration than its leaf")
        if entry.subject_key and self._keys.setdefault(entry.registration, entry.subject_key) != entry.subject_key:
            raise BrokenError(f"the entry of leaf {leaf.number} is of another person than those before it")


def _check_keys(organ: str, entries: Sequence[Entry], runs: Sequence[int]) -> None:
    """Raise BrokenError where the key of a person is missing who was not erased, or is there and no run needs it."""
    changes = [(each.leaf, each.registration, organ, each.is_on_list) for each in entries]
    needed = with_a_row(changes, {organ: runs})
    erased = {each.registration for each in entries if each.erased}
    for entry in entries:
        if entry.registration not in erased and bool(entry.subject_key) != (entry.registration in needed):
            raise BrokenError(f"the entry of leaf {entry.leaf} lacks its person's key, or has one that no run needs")


def _entry(record: Record, leaves: Sequence[Leaf]) -> tuple[Entry, str]:
    number = leaf_of(record, _FILE)
    leaf = leaves[number] if number < len(leaves) else None
    if leaf is None or not changes_list(leaf):
        raise BrokenError(f"{_FILE} has an entry for leaf {number}, which changes no list")
    facts = None if record.get("facts") is None else facts_of(record, _FILE)
    committed, erased = leaf.fields.get("facts", ""), record.get("erased") is True
    digest = str(committed) if erased else "" if facts is None else digest_of(facts)
    if (
        committed != digest
        or (erased and (facts is not None or not digest))
        or leaf.fields.get("organ") != record.get("organ")
    ):
        raise BrokenError(f"the facts of leaf {number} are not those that it commits to")
    name = text_of(record, "registration", _FILE)
    if facts is not None and facts.get("registration") != name:
        raise BrokenError(f"the entry of leaf {number} is of another registration than its facts")
    keyless = erased or record.get("subject_key") is None
    key = b"" if keyless else bytes_of(record.get("subject_key"), 32, f"the key of leaf {number}")
    return Entry(number, name, facts, digest, key, erased), text_of(record, "organ", _FILE)


def _history(organ: str, entries: list[Entry], centres: Mapping[str, object]) -> ListHistory:
    """Return the history of a list from its entries, which rise by their leaves."""
    changes: dict[str, list[int]] = {}
    until: dict[int, int] = {}
    for entry in entries:
        before = changes.setdefault(entry.registration, [])
        if before:
            until[before[-1]] = entry.leaf
        before.append(entry.leaf)
    there = tuple(sorted((each for each in entries if each.is_on_list), key=lambda each: each.registration))
    numbers: dict[bytes, int] = {}
    with_facts = np.array([each.facts is not None for each in there], dtype=np.bool_)
    names = np.array([each.registration for each in there], dtype=np.str_)
    return ListHistory(
        there,
        np.array([each.leaf for each in there], dtype=np.int64),
        np.array([until.get(each.leaf, _NEVER) for each in there], dtype=np.int64),
        names,
        np.frombuffer(bytes.fromhex("".join(each.digest for each in there)), dtype=np.uint8).reshape(-1, 32),
        np.array([numbers.setdefault(each.subject_key, len(numbers)) for each in there], dtype=np.int64),
        np.where(with_facts, np.cumsum(with_facts) - 1, _NO_ROW).astype(np.intp),
        _pool(organ, [each.facts for each in there if each.facts is not None], names[with_facts], centres),
        changes,
        {entry.leaf: _state(entry) for entry in entries},
    )


def _pool(organ: str, facts: list[Facts], names: NDArray[np.str_], centres: Mapping[str, object]) -> Pool:
    """Return all facts as one pool, in their order; each has a name of its own there, which no run is ever given."""
    own = [f"{place:09}" for place in range(len(facts))]
    rows = [{**each, "registration": name} for each, name in zip(facts, own, strict=True)]
    try:
        pool = build_pool(
            Organ(organ),
            as_of=instant_of("2000-01-01T00:00:00Z"),
            registrations=pool_columns(rows, Table.REGISTRATION),
            centres=cast("Mapping[str, Sequence[object]]", centres),
        )
    except (BequestError, ValueError) as error:
        raise BrokenError(f"the {organ[:20]} list cannot be read: {error}") from None
    return replace(pool, numbers=lottery_numbers(names))


def _state(entry: Entry) -> str:
    """Return the status of a registration from an entry on; of an erased person who stayed on the list, ERASED."""
    if entry.erased:
        return ERASED
    return "removed" if entry.facts is None else entry.facts.get("status", "")
