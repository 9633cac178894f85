"""Knows what an erasure may close: leaves before it, of the one person that it is of, each under the root it states.

Of a closed leaf the fields that every bundle opens stay open, and those by which lists and referrals are counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.leaves import fields_of, public_fields, required_fields
from bequest.inquiry.verify.listings import LISTING, changes_list
from bequest.inquiry.verify.plain_json import bytes_of, list_of, number_of, read_lines, write_json
from bequest.inquiry.verify.tree import LENGTH, check_inclusion, of_leaf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bequest.inquiry.verify.evidence import Evidence
    from bequest.inquiry.verify.leaves import Leaf
    from bequest.inquiry.verify.plain_json import Json

    Say = Callable[[str], None]

KIND = "subject.erased"
_PATH = re.compile(r"erased/(0|[1-9][0-9]{0,18})\.jsonl")
_MEMBERS = frozenset({"leaf", "salt", "index", "size", "path"})
_OF_LISTS = frozenset({"facts", "organ", "previous", "registration"})
_OF_REFERRALS = frozenset({"hospital", "referral_number"})
_OF_DONATIONS = frozenset({"donation", "run", "shipped", "transplanted"})
_OF_PERSONS = frozenset({"donation", "registration", "run", "shipped", "subject", "transplanted"})
"""The fields of which a kind has one if its leaves are about a person."""
_OF_OFFICE = frozenset({"gate.refused"})
"""Kinds that may name a donation, and that no person's key closes."""


@dataclass
class Erasures:
    """Hold what erasures closed: by each leaf `subject.erased` those that the bundle proves to be its, in order."""

    closed: dict[int, list[int]] = field(default_factory=dict[int, list[int]])
    persons: int = 0
    accounted: frozenset[int] = frozenset()  # closed leaves whose erasure comes after them

    def closes(self, number: int) -> bool:
        """Return whether an erasure after a leaf closed it."""
        return number in self.accounted

    def numbers(self) -> list[int]:
        """Return every closed leaf, rising."""
        return sorted({number for numbers in self.closed.values() for number in numbers})


def read_erasures(evidence: Evidence, paths: Sequence[str], leaves: Sequence[Leaf]) -> Erasures:
    """Return which leaves erasures closed; raise BrokenError for one that is not under the root of its erasure."""
    found = Erasures(persons=sum(leaf.kind == KIND for leaf in leaves))
    for path in paths:
        if not path.startswith("erased/"):
            continue
        named = _PATH.fullmatch(path)
        number = int(named.group(1)) if named else len(leaves)
        if number >= len(leaves) or leaves[number].kind != KIND:
            raise BrokenError(f"{path[:80]} is of no leaf {KIND}")
        data = evidence.read(path)
        records = [] if data is None else read_lines(data, path)
        found.closed[number] = _numbers(leaves[number], records, path, len(leaves))
    found.accounted = frozenset(
        number for erasure, numbers in found.closed.items() for number in numbers if number < erasure
    )
    return found


def _numbers(erasure: Leaf, records: list[dict[str, Json]], path: str, size: int) -> list[int]:
    """Return the leaves that the lines of a file name, each proved to be one that the erasure closed."""
    root = bytes_of(erasure.text("closed"), LENGTH, f"what leaf {erasure.number} closed")
    found: list[int] = []
    for record in records:
        number = number_of(record, "leaf", path)
        if record.keys() != _MEMBERS or (found and number <= found[-1]) or number >= size:
            raise BrokenError(f"{path} does not name leaves of this log in their order")
        salt = bytes_of(record["salt"], LENGTH, f"a salt of {path}")
        proof = [bytes_of(each, LENGTH, f"a path of {path}") for each in list_of(record, "path", path)]
        try:
            check_inclusion(
                of_leaf(salt + write_json(number)), index=number_of(record, "index", path),
                size=number_of(record, "size", path), proof=proof, root=root,
            )  # fmt: skip
        except BrokenError:
            raise BrokenError(f"leaf {number} is not one that the erasure of leaf {erasure.number} closed") from None
        found.append(number)
    return found


def check_erasures(leaves: Sequence[Leaf], erasures: Erasures, say: Say) -> int:
    """Return how many leaves erasures closed; say each that its erasure may not close, or leaves open."""
    persons = _Persons(leaves)
    of: dict[int, int] = {}
    for erasure, numbers in sorted(erasures.closed.items()):
        for number in numbers:
            _check_closed(leaves[number], erasure, say)
            before = of.setdefault(number, erasure)
            if before != erasure:
                say(f"leaf {number} is closed by leaf {erasure} and by leaf {before}, and is of one person")
        persons.check(erasure, numbers, say)
    return len(of)


def erased_text(persons: int) -> str:
    """Return in words how many persons were erased."""
    return "1 person was erased" if persons == 1 else f"{persons:,} persons were erased"


def left_open(leaf: Leaf) -> frozenset[str]:
    """Return the fields of a leaf that an erasure leaves open for whoever is shown whole leaves."""
    more = _OF_LISTS if leaf.kind in LISTING else _OF_REFERRALS if leaf.kind == "donor.referred" else frozenset[str]()
    return public_fields(leaf.kind) | (more & fields_of(leaf.kind))


def _check_closed(leaf: Leaf, erasure: int, say: Say) -> None:
    """Say where a leaf is closed that comes later or is of nobody, or is closed more, or less, than an erasure does."""
    what = f"leaf {leaf.number} ({leaf.kind})"
    if leaf.number > erasure:
        say(f"{what} comes after leaf {erasure}, which says that it closed it")
    if leaf.kind in _OF_OFFICE or not fields_of(leaf.kind) & _OF_PERSONS:
        say(f"{what} is about no person, and leaf {erasure} says that it closed it")
    missing = (required_fields(leaf.kind) & left_open(leaf)) - leaf.fields.keys()
    more = leaf.fields.keys() - left_open(leaf)
    if missing:
        say(f"{what} was closed by leaf {erasure}, which leaves its '{min(missing)}' open, and it is not")
    if more:
        say(f"{what} was closed by leaf {erasure}, and its '{min(more)}' is open")


class _Persons:
    """Keep which leaves are of one person: of a donation by its chain, of a registration by what changes a list."""

    def __init__(self, leaves: Sequence[Leaf]) -> None:
        self._leaves = leaves
        self._first: list[int] = []
        self._of: dict[object, list[int]] = {}  # by chain or registration, the leaves that an erasure has to close
        for leaf in leaves:
            self._first.append(leaf.number if leaf.previous is None else self._first[leaf.previous])
            if changes_list(leaf) and "registration" in leaf.fields:
                self._of.setdefault(leaf.fields["registration"], []).append(leaf.number)
            elif "donation" in required_fields(leaf.kind) and len(leaf.fields) == len(leaf.hashes) > 0:
                self._of.setdefault(self._first[-1], []).append(leaf.number)

    def check(self, erasure: int, numbers: Sequence[int], say: Say) -> None:
        """Say where an erasure is of more than one person, or leaves something of its person open."""
        leaves = [self._leaves[number] for number in numbers]
        donations = {self._first[leaf.number]: leaf.number for leaf in reversed(leaves) if _is_of_donation(leaf)}
        listed = {leaf.fields.get("registration"): leaf.number for leaf in reversed(leaves) if changes_list(leaf)}
        first = sorted([*donations.values(), *sorted(listed.values())[:1]])
        if len(donations) > 1 or (donations and listed):
            say(f"leaf {erasure} closes leaf {first[0]} and leaf {first[1]}, which are not of one person")
        _check_lists(erasure, leaves, say)
        closed = frozenset(numbers)
        for each in (*sorted(donations), *sorted(filter(None, map(_text, listed)))):
            for number in self._of.get(each, ()):
                if number < erasure and number not in closed:
                    kind = self._leaves[number].kind
                    say(f"leaf {number} ({kind}) is of the person whom leaf {erasure} erased, and is not closed")


def _check_lists(erasure: int, closed: Sequence[Leaf], say: Say) -> None:
    """Say where one erasure is of two registrations that stood on one list at once: one person stands there once."""
    there: dict[str | None, Leaf] = {}  # by organ, the last change of who is on its list
    for leaf in closed:
        if not changes_list(leaf):
            continue
        organ = _text(leaf.fields.get("organ"))
        before = there.get(organ)
        if before is not None and before.fields.get("registration") != leaf.fields.get("registration"):
            say(f"leaf {erasure} closes leaf {before.number} and leaf {leaf.number}, which are not of one person")
        if leaf.kind == "listing.removed":
            there.pop(organ, None)
        else:
            there[organ] = leaf


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _is_of_donation(leaf: Leaf) -> bool:
    return bool(fields_of(leaf.kind) & _OF_DONATIONS)
