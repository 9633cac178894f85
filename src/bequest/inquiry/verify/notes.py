"""Knows signed notes and checkpoints (C2SP): a text, and under it one line a signature."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa

from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.tree import LENGTH, NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LOG, _WITNESS, _WITNESS_MLDSA = 1, 4, 6
_LENGTHS = {_LOG: (32, 64), _WITNESS: (32, 64), _WITNESS_MLDSA: (1312, 2420)}
"""Of each kind of key: bytes of the key, bytes of a signature."""
_PRIME = 2**255 - 19
_NEUTRAL = (0, 1)
_LONGEST = 1_000_000
_MOST_LINES = 100


@dataclass(frozen=True)
class Key:
    """Hold who signs, of what kind the key is, and its bytes."""

    name: str
    kind: int
    data: bytes

    @property
    def id(self) -> bytes:
        """Return the four bytes by which a signature names its key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.data).digest()[:4]

    @property
    def line(self) -> str:
        """Return the line by which the key is handed on: `name+id+base64`."""
        return f"{self.name}+{self.id.hex()}+{b64encode(bytes([self.kind]) + self.data).decode()}"

    @property
    def digest(self) -> str:
        """Return what a leaf names the key by: SHA-256 over its line, in hexadecimal digits."""
        return sha256(self.line.encode()).hexdigest()

    @property
    def is_witness(self) -> bool:
        """Tell whether this key signs with the time at which it looked."""
        return self.kind != _LOG


@dataclass(frozen=True)
class Checkpoint:
    """Hold which log, how many leaves and which root; and the text itself, which is what was signed."""

    origin: str
    size: int
    root: bytes
    text: str


def read_key(line: str) -> Key:
    """Return the key that a line `name+id+base64` hands on."""
    parts = line.split("+", 2)
    if len(parts) != len(("name", "id", "key")):
        raise BrokenError(f"{line[:60]!r} is no key")
    name, stated, encoded = parts
    data = decoded(encoded)
    if not data or data[0] not in _LENGTHS:
        raise BrokenError(f"the key of {name!r} is of an unknown kind")
    key = Key(name, data[0], data[1:])
    _check_name(name)
    if len(key.data) != _LENGTHS[key.kind][0]:
        raise BrokenError(f"the key of {name!r} has the wrong length")
    if key.kind != _WITNESS_MLDSA:
        check_point(key.name, key.data)
    if key.id.hex() != stated:
        raise BrokenError(f"the key of {name!r} has another id than it states")
    return key


def read_note(data: bytes) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """Return the text of a note and its signatures: name, key id and bytes, none of them checked."""
    if len(data) > _LONGEST:
        raise BrokenError("the note is too long")
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise BrokenError("the note is not UTF-8") from None
    at = whole.rfind("\n\n")
    if at < 0 or not whole.endswith("\n") or at + 2 == len(whole):
        raise BrokenError("the note has no signatures")
    text = whole[: at + 1]
    if re.search(r"[\x00-\x09\x0b-\x1f\x7f]", whole):
        raise BrokenError("the note holds control characters")
    lines = whole[at + 2 : -1].split("\n")
    if len(lines) > _MOST_LINES:
        raise BrokenError(f"the note has more than {_MOST_LINES} signatures")
    return text, [_line(line) for line in lines]


def check_signatures(data: bytes, keys: Iterable[Key]) -> tuple[str, dict[Key, int | None]]:
    """Return the text of a note and which of the keys signed it, a witness with the second at which it looked.

    Signatures of other keys say nothing. Raises BrokenError where a signature of a key fails, or none is there.
    """
    text, lines = read_note(data)
    known = {(key.name, key.id): key for key in keys}
    found: dict[Key, int | None] = {}
    for name, key_id, value in lines:
        key = known.get((name, key_id))
        if key is not None:
            found[key] = _checked(key, text, value)
    if not found:
        raise BrokenError("no signature under the note is of a key that is known here")
    return text, found


def read_checkpoint(text: str) -> Checkpoint:
    """Return what the text of a checkpoint states."""
    lines = text.split("\n")
    if len(lines) < len(("origin", "size", "root", "end")) or lines[-1] or not all(lines[:-1]):
        raise BrokenError("the checkpoint does not have its lines")
    if not re.fullmatch("0|[1-9][0-9]{0,18}", lines[1]) or int(lines[1]) >= 2**63:
        raise BrokenError("the checkpoint states no size")
    size, root = int(lines[1]), decoded(lines[2])
    if len(root) != LENGTH or (size == 0 and root != NOTHING):
        raise BrokenError("the checkpoint states no root")
    return Checkpoint(lines[0], size, root, text)


def _line(line: str) -> tuple[str, bytes, bytes]:
    parts = line.split(" ")
    if len(parts) != len(("dash", "name", "signature")) or parts[0] != "\u2014":
        raise BrokenError("a line under the note is no signature")
    _check_name(parts[1])
    data = decoded(parts[2])
    if len(data) <= len(b"key."):
        raise BrokenError("a signature under the note is too short")
    return parts[1], data[:4], data[4:]


def _checked(key: Key, text: str, value: bytes) -> int | None:
    """Return the time of a witness's signature, None of a log's; raise BrokenError where it does not fit the text."""
    at = int.from_bytes(value[:8], "big") if key.is_witness else None
    signature = value[8:] if key.is_witness else value
    if len(signature) != _LENGTHS[key.kind][1] or at == 0:
        raise BrokenError(f"the signature of {key.name} has the wrong form")
    try:
        if at is None:
            ed25519.Ed25519PublicKey.from_public_bytes(key.data).verify(signature, text.encode())
        elif key.kind == _WITNESS:
            message = f"cosignature/v1\ntime {at}\n{text}".encode()
            ed25519.Ed25519PublicKey.from_public_bytes(key.data).verify(signature, message)
        else:
            mldsa.MLDSA44PublicKey.from_public_bytes(key.data).verify(signature, _subtree(key, at, text))
    except InvalidSignature:
        raise BrokenError(f"the signature of {key.name} does not fit the text") from None
    except UnsupportedAlgorithm:
        raise BrokenError(
            f"the signature of {key.name} is by ML-DSA-44, which the installed package `cryptography` cannot check;"
            " install one that can, or leave the key out of the trust file"
        ) from None
    return at


def _subtree(key: Key, at: int, text: str) -> bytes:
    """Return what a witness with an ML-DSA-44 key signs of a checkpoint."""
    seen = read_checkpoint(text)
    name, origin = key.name.encode(), seen.origin.encode()
    if max(len(name), len(origin)) > 255:  # noqa: PLR2004  their lengths are written in one byte each
        raise BrokenError("a name is too long to be cosigned")
    numbers = at.to_bytes(8, "big"), (0).to_bytes(8, "big") + seen.size.to_bytes(8, "big")
    lengths = bytes([len(name)]), bytes([len(origin)])
    return b"subtree/v1\n\0" + lengths[0] + name + numbers[0] + lengths[1] + origin + numbers[1] + seen.root


def decoded(text: str) -> bytes:
    """Return the bytes of base64 in its one spelling."""
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        raise BrokenError("something is not base64") from None
    if b64encode(data).decode() != text:
        raise BrokenError("base64 is not in its one spelling")
    return data


def _check_name(name: str) -> None:
    if not name or "+" in name or any(each.isspace() or not each.isprintable() for each in name):
        raise BrokenError(f"{name[:60]!r} is no name of a key")


def check_point(name: str, data: bytes) -> None:
    """Refuse bytes that are no point of the curve, and the few points for which anyone can sign.

    Eight times such a point is the neutral point (0, 1); addition is that of RFC 8032, section 5.1.4.
    """
    d = -121665 * pow(121666, _PRIME - 2, _PRIME) % _PRIME
    sign, y = data[31] >> 7, int.from_bytes(data, "little") % 2**255
    u, v = (y * y - 1) % _PRIME, (d * y * y + 1) % _PRIME
    x = u * pow(v, 3, _PRIME) * pow(u * pow(v, 7, _PRIME), (_PRIME - 5) // 8, _PRIME) % _PRIME
    if v * x * x % _PRIME == -u % _PRIME:
        x = x * pow(2, (_PRIME - 1) // 4, _PRIME) % _PRIME
    if y >= _PRIME or v * x * x % _PRIME != u or (x == 0 and sign):
        raise BrokenError(f"the key of {name!r} is no point of the curve")
    point = (x, y)
    for _ in range(3):
        (a, b), t = point, d * point[0] ** 2 * point[1] ** 2
        point = (
            2 * a * b * pow(1 + t, _PRIME - 2, _PRIME) % _PRIME,
            (b * b + a * a) * pow(1 - t, _PRIME - 2, _PRIME) % _PRIME,
        )
    if point == _NEUTRAL:
        raise BrokenError(f"anyone could sign for the key of {name!r}")
