"""Knows how fields that a leaf or a row commits to are opened: each is hashed with its salt, up to the commitment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.plain_json import bytes_of, list_of, number_of, object_of, text_of, write_json
from bequest.inquiry.verify.tree import check_inclusion, of_leaf, root_of

if TYPE_CHECKING:
    from bequest.inquiry.verify.plain_json import Json

_LENGTH = 32
_OPEN, _CLOSED = frozenset({"name", "value", "salt"}), frozenset({"commitment"})


@dataclass(frozen=True)
class Opened:
    """Hold what is opened of a leaf or a row: open fields by name, their places, every commitment, and the root."""

    fields: dict[str, Json]
    places: dict[str, int]
    hashes: list[bytes]
    root: bytes


def opened(fields: list[Json], what: str) -> Opened:
    """Return what is opened, the open fields in the order of their names and the others as their commitments."""
    shown: dict[str, Json] = {}
    places: dict[str, int] = {}
    hashes: list[bytes] = []
    for entry in fields:
        record = object_of(entry, f"a field of {what}")
        if record.keys() == _CLOSED:
            hashes.append(bytes_of(record["commitment"], _LENGTH, f"a field of {what}"))
            continue
        if record.keys() != _OPEN:
            raise BrokenError(f"a field of {what} is neither open nor closed")
        name = text_of(record, "name", what)
        if shown and name <= next(reversed(shown)):
            raise BrokenError(f"the fields of {what} are not in the order of their names")
        shown[name], places[name] = record["value"], len(hashes)
        hashes.append(field_hash(bytes_of(record["salt"], _LENGTH, f"a salt of {what}"), name, record["value"]))
    if not hashes:
        raise BrokenError(f"{what} has no field")
    return Opened(shown, places, hashes, root_of(hashes))


def field_hash(salt: bytes, name: str, value: Json) -> bytes:
    """Return the commitment of one field: over its salt, and name and value as a list of JSON."""
    return of_leaf(salt + b"[" + write_json(name) + b"," + write_json(value) + b"]")


def shown_alone(record: dict[str, Json], commitment: bytes, what: str) -> tuple[str, Json]:
    """Return name and value of a field that is shown with its path; raise BrokenError where it does not lead there."""
    name = text_of(record, "name", what)
    path = [bytes_of(each, _LENGTH, f"the path of {what}") for each in list_of(record, "path", what)]
    salt = bytes_of(record.get("salt"), _LENGTH, f"a salt of {what}")
    check_inclusion(
        field_hash(salt, name, record.get("value")), index=number_of(record, "index", what),
        size=number_of(record, "size", what), proof=path, root=commitment,
    )  # fmt: skip
    return name, record.get("value")


def row_opened(record: dict[str, Json], root: bytes, what: str) -> tuple[int, int, dict[str, Json]]:
    """Return row, number of rows and open fields of a row after its path was found to lead to the run's root."""
    row, size = number_of(record, "row", what), number_of(record, "size", what)
    found = opened(list_of(record, "fields", what), what)
    path = [bytes_of(each, _LENGTH, f"the path of {what}") for each in list_of(record, "path", what)]
    check_inclusion(of_leaf(found.root), index=row, size=size, proof=path, root=root)
    return row, size, found.fields
