"""Knows the files in which an operator keeps what opens the log: they never leave but for an inquiry.

The leaves and the signed checkpoints are in the database of the log; whatever else bundles are made of is here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bequest.ledger.bundle import REPLAY_FILES, Kept, LostLog, Record
from bequest.ledger.canonical import canonical_bytes, canonical_value
from bequest.ledger.encoding import base64_bytes, base64_text
from bequest.ledger.erasure import open_fields
from bequest.ledger.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bequest.ledger.commitment import Value

    Read = Callable[[str], bytes | None]

_ABOUT, _KEPT, _ROWS, _LOST = "record.json", "kept.jsonl", "rows.jsonl", "lost-logs.jsonl"
_ERASED = "erased.jsonl"


def record_files(record: Record) -> dict[str, bytes]:
    """Return a record as files by name, without its leaves and checkpoints."""
    about = {
        "v": 1,
        "synthetic": record.synthetic,
        "parties": dict(record.parties),
        "policies": sorted(record.policies),
        "exports": sorted(record.exports),
    }
    return {
        _ABOUT: canonical_bytes(about),
        _KEPT: _lines(_opens(kept) for kept in record.kept),
        _ROWS: _lines({"leaf": leaf, "rows": list(shown)} for leaf, shown in record.rows.items()),
        _LOST: _lines(
            {"leaf": leaf, "checkpoint": base64_text(lost.checkpoint), "proof": [each.hex() for each in lost.proof]}
            for leaf, lost in record.recovered.items()
        ),
        _ERASED: _lines({"leaf": leaf, "closed": list(closed)} for leaf, closed in record.erased.items()),
        "trust.policy": record.trust.encode(),
        "sources.yaml": record.sources.encode(),
        **{f"policy-{digest}.yaml": text.encode() for digest, text in record.policies.items()},
        **{f"export-{name}": data for name, data in record.exports.items()},
        **{f"replay-{name}.jsonl": _lines(record.replay[name]) for name in REPLAY_FILES},
    }


def read_record(read: Read, *, leaves: Sequence[bytes], checkpoints: Sequence[bytes]) -> Record:
    """Return the record whose files `read` gives by name; raise `LedgerError` where they do not fit the leaves."""
    about = _object(_bytes(read, _ABOUT), _ABOUT)
    kept = [_kept(each) for each in _records(read, _KEPT)]
    if len(kept) != len(leaves):
        raise LedgerError(f"{_KEPT} opens {len(kept)} leaves, and the log has {len(leaves)}.")
    # Canonical JSON that record_files wrote.
    policies, exports = cast("list[str]", about["policies"]), cast("list[str]", about["exports"])
    return Record(
        synthetic=about["synthetic"] is True,
        leaves=leaves,
        kept=kept,
        checkpoints=checkpoints,
        trust=_bytes(read, "trust.policy").decode(),
        parties=cast("dict[str, object]", about["parties"]),
        policies={digest: _bytes(read, f"policy-{digest}.yaml").decode() for digest in policies},
        sources=_bytes(read, "sources.yaml").decode(),
        exports={name: _bytes(read, f"export-{name}") for name in exports},
        rows={
            cast("int", each["leaf"]): cast("list[dict[str, object]]", each["rows"]) for each in _records(read, _ROWS)
        },
        replay={name: _records(read, f"replay-{name}.jsonl") for name in REPLAY_FILES},
        recovered={cast("int", each["leaf"]): _lost(each) for each in _records(read, _LOST)},
        erased={
            cast("int", each["leaf"]): cast("list[dict[str, object]]", each["closed"])
            for each in _records(read, _ERASED)
        },
    )


def _opens(kept: Kept) -> dict[str, object]:
    """Return what opens a leaf, as a line; of an erased person only the opening that is left."""
    if kept.key is None:
        return {"left": [dict(each) for each in kept.left]}
    return {"key": kept.key.hex(), "fields": dict(kept.fields)}


def _kept(each: Mapping[str, object]) -> Kept:
    # What `_opens` wrote.
    if "left" in each:
        left = cast("list[dict[str, Value]]", each["left"])
        return Kept(None, open_fields(left), left)
    return Kept(bytes.fromhex(str(each["key"])), cast("dict[str, Value]", each["fields"]))


def _lost(each: Mapping[str, object]) -> LostLog:
    # What record_files wrote.
    proof = tuple(bytes.fromhex(digest) for digest in cast("list[str]", each["proof"]))
    return LostLog(base64_bytes(str(each["checkpoint"]), what="The checkpoint of a lost log"), proof)


def _records(read: Read, name: str) -> list[dict[str, object]]:
    return [_object(line, name) for line in _bytes(read, name).splitlines()]


def _object(data: bytes, name: str) -> dict[str, object]:
    value = canonical_value(data)
    if not isinstance(value, dict):
        raise LedgerError(f"{name} holds something that is no object.")
    return cast("dict[str, object]", value)


def _bytes(read: Read, name: str) -> bytes:
    data = read(name)
    if data is None:
        raise LedgerError(f"{name} is missing from the record.")
    return data


def _lines(records: Iterable[Mapping[str, object]]) -> bytes:
    return b"".join(canonical_bytes(dict(each)) + b"\n" for each in records)
