"""Knows the downtime pack: the lists, places and policies of one instant, for ranking while the service is down.

The content is sealed under a key that only the desks have. A signed note in front of it names who made it, when, and
the digest of what is sealed: whoever ranks from a pack knows that it is the office's own, and that no byte was changed.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from bequest.ledger.errors import LedgerError
from bequest.ledger.leaf import instant_text
from bequest.ledger.note import parse, sign, verified_by
from bequest.ledger.vault import seal, unseal
from bequest.model.enums import Organ
from bequest.model.errors import InputError
from bequest.model.instant import instant_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bequest.ledger.facts import Facts
    from bequest.ledger.keys import PublicKey
    from bequest.ledger.signers import Signer

FORMAT = "bequest-downtime-pack/1"
LARGEST_PACK_BYTES = 1 << 30
_LARGEST_CONTENT_BYTES = 1 << 32
_LONGEST_NOTE_BYTES = 4096
_LONGEST_NUMBER = 6
_ABOUT = "downtime pack"


@dataclass(frozen=True, slots=True)
class PackedPolicy:
    """Hold a policy or donor plan that was in force: its file as it was enacted, and the hash that it has to have."""

    written: str
    hash: str


@dataclass(frozen=True, slots=True)
class Pack:
    """Hold what a desk needs to rank: facts as `ledger/facts.py` writes them, registrations by list in their order.

    `made_at` is in whole seconds. `log_size` says how many leaves the log had: the lists are those before the next one.
    `engine` is the version of the program that made the pack.
    """

    jurisdiction: str
    synthetic: bool
    made_at: datetime
    log_size: int
    engine: str
    sources: str
    policies: Mapping[Organ, PackedPolicy]
    places: Sequence[Facts]
    lists: Mapping[Organ, Sequence[Facts]]
    plan: PackedPolicy | None = None


def pack_bytes(pack: Pack, *, key: bytes, nonce: bytes, signer: Signer) -> bytes:
    """Return a pack sealed under a key of 32 bytes and signed; a nonce of 12 random bytes is used once."""
    content = json.dumps({
        "jurisdiction": pack.jurisdiction,
        "synthetic": pack.synthetic,
        "made_at": instant_text(pack.made_at),
        "log_size": pack.log_size,
        "engine": pack.engine,
        "sources": pack.sources,
        "policies": {organ.value: _packed(each) for organ, each in pack.policies.items()},
        "plan": None if pack.plan is None else _packed(pack.plan),
        "places": list(pack.places),
        "lists": {organ.value: list(rows) for organ, rows in pack.lists.items()},
    }, sort_keys=True, separators=(",", ":"))  # fmt: skip
    sealed = seal(key, zlib.compress(content.encode()), nonce=nonce, about=_ABOUT)
    note = sign(_stated(instant_text(pack.made_at), sealed), [signer]).to_bytes()
    return b"%d\n" % len(note) + note + sealed


def read_pack(data: bytes, *, key: bytes, maker: PublicKey) -> Pack:
    """Return what a pack holds; raise `LedgerError` for another maker, another key or a changed byte."""
    note, sealed = _parts(data)
    read = parse(note)
    try:
        verified_by(read, [maker])
    except LedgerError:
        raise LedgerError(f"This pack was not signed by {maker.name}; use no pack of unknown origin.") from None
    # Policies have lines and lists have names that no leaf may have: the form is that of JSON alone.
    content = _object(json.loads(_inflated(unseal(key, sealed, about=_ABOUT))))
    if read.text != _stated(_text(content, "made_at"), sealed):
        raise LedgerError("What this pack says of itself is not what it holds; use another copy.")
    try:
        return _pack(content)
    except (InputError, KeyError, TypeError, ValueError):
        raise LedgerError("What is sealed in this pack is of another form; was it made by another version?") from None


def _pack(content: Mapping[str, object]) -> Pack:
    policies, lists = _object(content["policies"]), _object(content["lists"])
    return Pack(
        jurisdiction=_text(content, "jurisdiction"),
        synthetic=content["synthetic"] is True,
        made_at=instant_of(_text(content, "made_at"), called="made_at"),
        log_size=int(str(content["log_size"])),
        engine=_text(content, "engine"),
        sources=_text(content, "sources"),
        policies=MappingProxyType({Organ(name): _policy(each) for name, each in sorted(policies.items())}),
        places=_facts(content["places"]),
        lists=MappingProxyType({Organ(name): _facts(rows) for name, rows in sorted(lists.items())}),
        plan=None if content["plan"] is None else _policy(content["plan"]),
    )


def _packed(policy: PackedPolicy) -> dict[str, str]:
    return {"written": policy.written, "hash": policy.hash}


def _policy(value: object) -> PackedPolicy:
    return PackedPolicy(_text(_object(value), "written"), _text(_object(value), "hash"))


def _stated(made_at: str, sealed: bytes) -> str:
    return f"{FORMAT}\nmade {made_at}\nsealed {hashlib.sha256(sealed).hexdigest()}\n"


def _parts(data: bytes) -> tuple[bytes, bytes]:
    length, _, rest = data[: _LONGEST_NUMBER + 1].partition(b"\n")
    if not length.isdigit() or (not rest and len(data) <= len(length) + 1) or int(length) > _LONGEST_NOTE_BYTES:
        raise LedgerError("This is no downtime pack, or it was cut off.")
    start = len(length) + 1
    return data[start : start + int(length)], data[start + int(length) :]


def _inflated(data: bytes) -> bytes:
    inflate = zlib.decompressobj()
    try:
        content = inflate.decompress(data, _LARGEST_CONTENT_BYTES)
    except zlib.error:
        raise LedgerError("What is sealed in this pack cannot be unpacked.") from None
    if not inflate.eof:
        raise LedgerError("What is sealed in this pack is longer than any pack is.")
    return content


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise LedgerError("What is sealed in this pack is of another form; was it made by another version?")
    return cast("Mapping[str, object]", value)


def _text(content: Mapping[str, object], name: str) -> str:
    value = content.get(name)
    if not isinstance(value, str):
        raise LedgerError(f"The '{name}' of this pack is no text; was it made by another version?")
    return value


def _facts(value: object) -> tuple[Facts, ...]:
    rows = cast("list[object]", value)
    return tuple({name: _text(_object(row), name) for name in _object(row)} for row in rows)
