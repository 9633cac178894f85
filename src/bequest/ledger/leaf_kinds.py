"""Knows every kind of leaf and what its fields may hold: closed forms only, so that no free text enters the log.

The tables are data/ledger/leaf_kinds.csv, leaf_fields.csv and leaf_codes.csv.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.ledger.errors import LedgerError
from bequest.model.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

EVERY = "*"
"""The kind in whose name the table lists the fields that any kind may have."""
LARGEST_COUNT = (1 << 31) - 1
LONGEST_LIST = 64
_FORMS = MappingProxyType({
    "hash": re.compile(r"[0-9a-f]{64}"),
    "pseudonym": re.compile(r"[0-9a-f]{32}"),
    "signature": re.compile(r"[0-9a-f]{128}"),
    "instant": re.compile(
        r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z"
    ),
    "day": re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"),
    "country": re.compile(r"[A-Z]{2}"),
    "place": re.compile(r"[A-Z0-9][A-Z0-9-]{0,23}"),
    "name": re.compile(r"[a-z0-9][a-z0-9./@+-]{0,79}"),
    "key_name": re.compile(r"[a-z0-9][a-z0-9./-]{0,79}"),
    "rule_id": re.compile(r"[A-Z]{3}-[0-9]{2}"),
})  # fmt: skip
"""The form of each type that is text."""
_NUMBERS = frozenset({"count", "index"})
_CODE = "code:"
_TIMES = frozenset({"instant", "day"})
_LIST = "[]"


@dataclass(frozen=True, slots=True)
class Field:
    """Hold one field of a kind: its type, whether a public bundle opens it, whether it must be there."""

    name: str
    type: str
    public: bool
    required: bool
    meaning: str


def kinds() -> tuple[str, ...]:
    """Return every kind of leaf, in the order of the table."""
    return tuple(row["kind"] for row in read_rows("ledger/leaf_kinds.csv") if row["kind"] != EVERY)


def forms() -> Mapping[str, str]:
    """Return of each type that is text the regular expression that matches the whole of it."""
    return MappingProxyType({name: form.pattern for name, form in _FORMS.items()})


def fields_of(kind: str) -> Mapping[str, Field]:
    """Return the fields that a kind may have, by name; raise `LedgerError` for a kind that there is not."""
    found = _fields().get(kind)
    if found is None:
        raise LedgerError(f"'{kind[:40]}' is no kind of leaf; the kinds stand in docs/reference/ledger-leaves.md.")
    return found


def public_names(kind: str) -> tuple[str, ...]:
    """Return the fields of a kind that a public bundle opens."""
    return tuple(name for name, entry in fields_of(kind).items() if entry.public)


def check_fields(kind: str, fields: Mapping[str, object]) -> None:
    """Return if an event of a kind may have these fields; raise `LedgerError` for the first that it may not."""
    known = fields_of(kind)
    for name in sorted(fields):
        if name not in known:
            raise LedgerError(f"A leaf '{kind}' has no field '{name[:40]}'.")
        if not fits(known[name].type, fields[name]):
            raise LedgerError(f"Field '{name}' of a leaf '{kind}' holds no {known[name].type}.")
    missing = [name for name, entry in known.items() if entry.required and name not in fields]
    if missing:
        raise LedgerError(f"A leaf '{kind}' has the field '{missing[0]}'; it is missing.")


def fits(type_: str, value: object) -> bool:
    """Tell whether a value is one of a type; of a list, up to 64 values of its type in a stated order."""
    if type_.endswith(_LIST):
        inner = type_.removesuffix(_LIST)
        return isinstance(value, list) and len(value) <= LONGEST_LIST and all(fits(inner, each) for each in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  each is checked by the call
    if type_ in _NUMBERS:
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_COUNT
    if type_.startswith(_CODE):
        return isinstance(value, str) and value in codes(type_.removeprefix(_CODE))
    return (
        isinstance(value, str)
        and _FORMS[type_].fullmatch(value) is not None
        and (type_ not in _TIMES or _is_of_calendar(value))
    )


def _is_of_calendar(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def codes(name: str) -> frozenset[str]:
    """Return the codes of a closed list."""
    return _codes()[name]


@cache
def _fields() -> Mapping[str, Mapping[str, Field]]:
    found: dict[str, dict[str, Field]] = {kind: {} for kind in (EVERY, *kinds())}
    for row in read_rows("ledger/leaf_fields.csv"):
        public, required = row["public"] == "yes", row["required"] == "yes"
        found[row["kind"]][row["field"]] = Field(row["field"], row["type"], public, required, row["meaning"])
    return MappingProxyType({kind: MappingProxyType({**found[EVERY], **own}) for kind, own in found.items()})


@cache
def _codes() -> Mapping[str, frozenset[str]]:
    rows = read_rows("ledger/leaf_codes.csv")
    names = sorted({row["list"] for row in rows})
    return MappingProxyType({name: frozenset(row["code"] for row in rows if row["list"] == name) for name in names})
