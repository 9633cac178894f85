"""Knows the records that a replay starts from, as a bundle holds them: read in their one spelling, in their order."""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.plain_json import object_of, read_lines, write_json

if TYPE_CHECKING:
    from bequest.inquiry.verify.bundle import Verification
    from bequest.inquiry.verify.plain_json import Json
    from bequest.ledger.facts import Facts

    Record = dict[str, Json]


def records_of(found: Verification, name: str) -> list[Record]:
    """Return the records of one file of a bundle; raise BrokenError where it is missing or not in its one spelling."""
    path = f"replay/{name}.jsonl"
    data = found.evidence.read(path)
    if data is None:
        raise BrokenError(f"{path} is missing from the bundle")
    return read_lines(data, path)


def by_leaf(records: list[Record], what: str) -> dict[int, Record]:
    """Return records by their leaf; raise BrokenError where they are not in the order of their leaves, one for each."""
    numbers = [leaf_of(record, what) for record in records]
    twice = [number for number, count in Counter(numbers).items() if count > 1]
    if twice:
        raise BrokenError(f"leaf {twice[0]} has two entries in {what}, not one entry for each")
    if any(number >= after for number, after in pairwise(numbers)):
        raise BrokenError(f"{what} is not in the order of its leaves, one entry for each")
    return dict(zip(numbers, records, strict=True))


def leaf_of(record: Record, what: str) -> int:
    """Return the leaf that a record belongs to."""
    number = record.get("leaf")
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise BrokenError(f"{what} has an entry without its leaf")
    return number


def facts_of(record: Record, what: str) -> Facts:
    """Return the facts of a record: text by the name of a column."""
    facts = object_of(record.get("facts"), f"an entry of {what}")
    if not all(isinstance(value, str) for value in facts.values()):
        raise BrokenError(f"{what} holds a fact that is no text")
    return cast("Facts", facts)


def digest_of(facts: Facts) -> str:
    """Return the SHA-256 of facts in the one spelling in which the bundle was found to hold them."""
    return hashlib.sha256(write_json(cast("Json", facts))).hexdigest()
