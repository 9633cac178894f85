"""Knows the commitment of a leaf: a small Merkle tree over its fields, each hidden by a salt of its own.

One key opens, or for ever closes, all fields of an event; any field can be shown alone. docs/reference/ledger-format.md
pins every byte.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.ledger.canonical import canonical_bytes
from bequest.ledger.errors import LedgerError
from bequest.ledger.merkle import inclusion_path, leaf_hash, root

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KEY_BYTES = 32
Salts = Callable[[str], bytes]
"""Gives the 32-byte salt of each field by its name."""
Value = str | int | bool | None | list["Value"]
"""What a field holds: text of a closed form, a whole number, yes or no, nothing, or a list of these."""


@dataclass(frozen=True, slots=True)
class ShownField:
    """Hold one field that is shown alone: what it says, its salt, its place among the fields, and the path upwards."""

    name: str
    value: Value
    salt: bytes
    index: int
    size: int
    path: tuple[bytes, ...]

    def to_data(self) -> dict[str, object]:
        """Return the field as plain data for a file."""
        return {
            "name": self.name,
            "value": self.value,
            "salt": self.salt.hex(),
            "index": self.index,
            "size": self.size,
            "path": [each.hex() for each in self.path],
        }


def event_salts(event_key: bytes) -> Salts:
    """Return the 32-byte salt of each field of an event: HMAC-SHA-256 of its name under the event's 32-byte key."""
    if len(event_key) != KEY_BYTES:
        raise LedgerError(f"The key of an event has {KEY_BYTES} bytes, not {len(event_key)}.")
    return lambda name: hmac.digest(event_key, name.encode(), "sha256")


def field_commitment(salt: bytes, name: str, value: Value) -> bytes:
    """Return the 32 bytes that stand for a field: the leaf hash of its salt and its canonical JSON `[name,value]`."""
    return leaf_hash(salt + canonical_bytes([name, value]))


def commitment(salts: Salts, fields: Mapping[str, Value]) -> bytes:
    """Return the 32-byte root over fields, in the order of their names."""
    return root(_hashes(salts, fields))


def shown(salts: Salts, fields: Mapping[str, Value], name: str) -> ShownField:
    """Return one field as it is shown alone; the others stay closed."""
    names = sorted(fields)
    index = names.index(name)
    path = inclusion_path(_hashes(salts, fields), index)
    return ShownField(name, fields[name], salts(name), index, len(names), path)


def opening(salts: Salts, fields: Mapping[str, Value], names: Iterable[str]) -> list[dict[str, object]]:
    """Return all fields in their order: those named with value and salt, the others as commitments."""
    wanted = frozenset(names)
    found: list[dict[str, object]] = []
    for name in sorted(fields):
        salt = salts(name)
        if name in wanted:
            found.append({"name": name, "value": fields[name], "salt": salt.hex()})
        else:
            found.append({"commitment": field_commitment(salt, name, fields[name]).hex()})
    return found


def _hashes(salts: Salts, fields: Mapping[str, Value]) -> list[bytes]:
    if not fields:
        raise LedgerError("What is committed to has at least one field.")
    return [field_commitment(salts(name), name, fields[name]) for name in sorted(fields)]


def digest_of(value: object) -> str:
    """Return the SHA-256 of a value's canonical JSON in hexadecimal: how a leaf names what it does not hold."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()
