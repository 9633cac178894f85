"""Knows what a leaf of the log says, and what its fields may hold (the tables in data/ledger)."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.openings import opened
from bequest.inquiry.verify.plain_json import bytes_of, list_of, number_of, read_object, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from bequest.inquiry.verify.plain_json import Json

_MINUTE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:00\.000000Z")
_JURISDICTION, _HASH = re.compile("[A-Z]{2}"), re.compile("[0-9a-f]{64}")
_FORMS = {
    "hash": re.compile(r"[0-9a-f]{64}"),
    "pseudonym": re.compile(r"[0-9a-f]{32}"),
    "signature": re.compile(r"[0-9a-f]{128}"),
    "instant": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"),
    "day": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "country": re.compile(r"[A-Z]{2}"),
    "place": re.compile(r"[A-Z0-9][A-Z0-9-]{0,23}"),
    "name": re.compile(r"[a-z0-9][a-z0-9./@+-]{0,79}"),
    "key_name": re.compile(r"[a-z0-9][a-z0-9./-]{0,79}"),
    "rule_id": re.compile(r"[A-Z]{3}-[0-9]{2}"),
}
_INVENTED = "ZZ"
_TIMES = frozenset({"instant", "day"})
_LONGEST_LIST = 64
_MEMBERS = frozenset({"v", "type", "at", "jur", "policy", "commit"})


@dataclass
class Leaf:
    """Hold one leaf: its number, what it says to everybody, and the fields that the bundle opens."""

    number: int
    kind: str
    at: datetime
    jurisdiction: str
    policy: str | None
    commitment: bytes
    previous: int | None
    fields: dict[str, Json] = field(default_factory=dict[str, "Json"])
    places: dict[str, int] = field(default_factory=dict[str, int])  # where each open field stands among all
    hashes: list[bytes] = field(default_factory=list[bytes])  # the commitments of all fields, where it is opened

    @property
    def stated_at(self) -> datetime:
        """Return when it was entered: by the second where that is opened, else the minute in which it was."""
        opened_at = self.fields.get("recorded_late_at", self.fields.get("happened_at"))
        return datetime.fromisoformat(opened_at) if isinstance(opened_at, str) else self.at

    def integer(self, name: str) -> int:
        """Return an open field that is a number."""
        return number_of(self.fields, name, f"leaf {self.number} ({self.kind})")

    def text(self, name: str) -> str:
        """Return an open field that is text."""
        return text_of(self.fields, name, f"leaf {self.number} ({self.kind})")


def read_leaf(data: bytes, number: int) -> Leaf:
    """Return the leaf that an entry of the log holds; raise BrokenError where it holds none."""
    what = f"leaf {number}"
    record = read_object(data, what)
    if frozenset(record) - {"prev_same_case"} != _MEMBERS or number_of(record, "v", what) != 1:
        raise BrokenError(f"{what} does not have the members of a leaf")
    kind, at, jurisdiction = (text_of(record, name, what) for name in ("type", "at", "jur"))
    policy = record["policy"]
    if kind not in kinds() or not _JURISDICTION.fullmatch(jurisdiction) or not _MINUTE.fullmatch(at):
        raise BrokenError(f"{what} is of no kind that there is, or of no minute or jurisdiction")
    if policy is not None and (not isinstance(policy, str) or not _HASH.fullmatch(policy)):
        raise BrokenError(f"{what} names a policy by something that is no hash")
    previous = number_of(record, "prev_same_case", what) if "prev_same_case" in record else None
    if previous is not None and previous >= number:
        raise BrokenError(f"{what} names a leaf before it that comes after it")
    try:
        minute = datetime.fromisoformat(at)
    except ValueError:
        raise BrokenError(f"{what} states no minute of the calendar") from None
    return Leaf(number, kind, minute, jurisdiction, policy, bytes_of(record["commit"], 32, what), previous)


def open_leaves(leaves: list[Leaf], records: list[dict[str, Json]]) -> int:
    """Give each leaf the fields that the bundle opens of it, and return how many leaves were opened.

    Raises BrokenError for a field that is not what the leaf commits to, or not of its closed form.
    """
    last = -1
    for record in records:
        number = number_of(record, "leaf", "openings.jsonl")
        if record.keys() != {"leaf", "fields"} or not last < number < len(leaves):
            raise BrokenError("openings.jsonl does not open leaves of this log in their order")
        last = number
        open_leaf(leaves[number], record)
    return len(records)


def open_leaf(leaf: Leaf, record: dict[str, Json]) -> None:
    """Give a leaf the fields that a record opens of it; raise BrokenError for one that is not what it commits to."""
    what = f"leaf {leaf.number} ({leaf.kind})"
    found = opened(list_of(record, "fields", what), what)
    leaf.fields, leaf.places, leaf.hashes = found.fields, found.places, found.hashes
    if found.root != leaf.commitment:
        raise BrokenError(f"what is opened of {what} is not what it commits to")
    known = _fields()[leaf.kind]
    for name, value in leaf.fields.items():
        if name not in known or not _fits(known[name][0], value):
            raise BrokenError(f"field '{name[:40]}' of {what} is not of its closed form")
    happened, late = leaf.fields.get("happened_at"), leaf.fields.get("recorded_late_at")
    # A leaf has the minute in which it was entered; what was on paper first happened before.
    entered = happened if late is None else late
    if isinstance(entered, str) and entered[:16] != leaf.at.isoformat()[:16]:
        raise BrokenError(f"{what} states another minute than the instant that is opened of it")
    if isinstance(happened, str) and isinstance(late, str) and happened > late:
        raise BrokenError(f"{what} was recorded before it happened")
    if len(leaf.fields) == len(leaf.hashes):
        missing = required_fields(leaf.kind) - leaf.fields.keys()
        if missing:
            raise BrokenError(f"{what} lacks the field '{min(missing)}'")


def check_leaves(leaves: list[Leaf], *, synthetic: bool, say: Callable[[str], None]) -> None:
    """Say where one event was recorded twice, and where invented people stand beside others."""
    seen: dict[bytes, int] = {}
    for leaf in leaves:
        before = seen.setdefault(leaf.commitment, leaf.number)
        if before != leaf.number:
            say(f"leaf {leaf.number} ({leaf.kind}) commits to the same event as leaf {before}")
        if leaf.previous is not None and "registration" in _fields()[leaf.kind]:
            say(f"leaf {leaf.number} ({leaf.kind}) shows everybody which leaf before it is of the same registration")
        if (leaf.jurisdiction == _INVENTED) is not synthetic:
            say(
                f"leaf {leaf.number} is of jurisdiction {leaf.jurisdiction}, and the bundle says that its people are "
                f"{'' if synthetic else 'not '}invented"
            )


@cache
def public_fields(kind: str) -> frozenset[str]:
    """Return the fields of a kind that every bundle opens where a leaf has them."""
    return frozenset(name for name, (_, public, _) in _fields()[kind].items() if public)


@cache
def required_public(kind: str) -> frozenset[str]:
    """Return the fields of a kind that every leaf has and every bundle opens."""
    return frozenset(name for name, (_, public, required) in _fields()[kind].items() if public and required)


@cache
def fields_of(kind: str) -> frozenset[str]:
    """Return the fields that a leaf of a kind may have."""
    return frozenset(_fields()[kind])


@cache
def required_fields(kind: str) -> frozenset[str]:
    """Return the fields that every leaf of a kind has."""
    return frozenset(name for name, (_, _, required) in _fields()[kind].items() if required)


@cache
def kinds() -> frozenset[str]:
    """Return the kinds of leaves."""
    return frozenset(row["kind"] for row in _table("leaf_kinds") if row["kind"] != "*")


@cache
def _fields() -> dict[str, dict[str, tuple[str, bool, bool]]]:
    """Return by kind and name of each field: type, whether it is public, whether it must be there."""
    found: dict[str, dict[str, tuple[str, bool, bool]]] = {kind: {} for kind in ("*", *kinds())}
    for row in _table("leaf_fields"):
        found[row["kind"]][row["field"]] = row["type"], row["public"] == "yes", row["required"] == "yes"
    return {kind: {**found["*"], **own} for kind, own in found.items()}


@cache
def _codes() -> frozenset[tuple[str, str]]:
    return frozenset((row["list"], row["code"]) for row in _table("leaf_codes"))


def _fits(type_: str, value: Json) -> bool:
    if type_.endswith("[]"):
        return (
            isinstance(value, list) and len(value) <= _LONGEST_LIST and all(_fits(type_[:-2], each) for each in value)
        )
    if type_ in {"count", "index"}:
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31
    if not isinstance(value, str):
        return False
    if type_.startswith("code:"):
        return (type_.removeprefix("code:"), value) in _codes()
    return _FORMS[type_].fullmatch(value) is not None and (type_ not in _TIMES or _is_of_calendar(value))


def _is_of_calendar(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _table(name: str) -> list[dict[str, str]]:
    text = files("bequest.data").joinpath(f"ledger/{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))
