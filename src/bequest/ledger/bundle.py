"""Knows the bundle: the files by which an outsider checks an allocation record without asking anybody.

docs/reference/ledger-format.md says what each file holds. A public bundle opens what identifies nobody; an inquiry
bundle opens one donation as well, with all that its match runs are replayed from; a replay bundle opens everything.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, cast

from bequest.ledger import checkpoint, note
from bequest.ledger.canonical import canonical_bytes, canonical_value
from bequest.ledger.commitment import event_salts, opening
from bequest.ledger.encoding import base64_text
from bequest.ledger.erasure import narrowed
from bequest.ledger.errors import LedgerError
from bequest.ledger.leaf_kinds import public_names
from bequest.ledger.merkle import leaf_hash, root
from bequest.ledger.tiles import WIDTH, entry_tile, hash_tile, tiles_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from bequest.ledger.commitment import Value
    from bequest.ledger.signers import Signer

VERSION = 1
MANIFEST, MANIFEST_NOTE = "manifest.json", "manifest.note"
MANIFEST_HEADER = "bequest/bundle-manifest/v1"


class BundleKind(Enum):
    """Name for whom a bundle is made."""

    PUBLIC = "public"
    INQUIRY = "inquiry"
    REPLAY = "replay"


@dataclass(frozen=True, slots=True)
class Kept:
    """Hold what opens one leaf.

    Of an erased person there is no key; `left` is the opening that an erasure leaves, `fields` are those open in it.
    """

    key: bytes | None
    fields: Mapping[str, Value]
    left: Sequence[Mapping[str, Value]] = ()


@dataclass(frozen=True, slots=True)
class LostLog:
    """Hold the last signed note of a log that was lost, and the proof that it began with what is here of it."""

    checkpoint: bytes
    proof: tuple[bytes, ...]

    def to_bytes(self) -> bytes:
        """Return the file of a bundle."""
        proof = [each.hex() for each in self.proof]
        return canonical_bytes({"v": VERSION, "checkpoint": base64_text(self.checkpoint), "proof": proof})


@dataclass(frozen=True, slots=True)
class Record:
    """Hold a log with what its operator keeps beside it.

    `checkpoints` are signed notes of rising size, the last over all leaves. `rows` lists by the leaf of a run the
    openings of the rows that were offered to or passed over. `replay` holds by file name the records that runs are
    replayed from, each with the number of its leaf. `recovered` holds by the leaf `log.recovery` what was lost;
    `erased` by the leaf `subject.erased` what proves of each leaf that it closed it (`erasure.closed_leaves`).
    """

    synthetic: bool
    leaves: Sequence[bytes]
    kept: Sequence[Kept]
    checkpoints: Sequence[bytes]
    trust: str
    parties: Mapping[str, object]
    policies: Mapping[str, str]  # by hash
    sources: str
    exports: Mapping[str, bytes]
    rows: Mapping[int, Sequence[Mapping[str, object]]]
    replay: Mapping[str, Sequence[Mapping[str, object]]]
    recovered: Mapping[int, LostLog] = field(default_factory=dict[int, LostLog])
    erased: Mapping[int, Sequence[Mapping[str, object]]] = field(
        default_factory=dict[int, "Sequence[Mapping[str, object]]"]
    )


REPLAY_FILES = ("registrations", "donors", "places", "runs")


def bundle(record: Record, kind: BundleKind, *, signer: Signer, case: str | None = None) -> dict[str, bytes]:
    """Return the files of a bundle by path; `case` is the pseudonym of the donation that an inquiry bundle opens.

    Raises `LedgerError` where the newest checkpoint is not over all leaves, or nothing belongs to the case.
    """
    whole = _whole_cases(record, kind, case)
    files = {
        "trust.policy": record.trust.encode(),
        "parties.json": canonical_bytes(dict(record.parties)),
        "openings.jsonl": _openings(record, whole),
        "policies/sources.yaml": record.sources.encode(),
        **{f"policies/{digest}.yaml": text.encode() for digest, text in record.policies.items()},
        **{f"export/{name}": data for name, data in record.exports.items()},
        **{f"rows/{leaf}.jsonl": _lines(shown) for leaf, shown in record.rows.items()},
        **{f"recovered/{leaf}.json": lost.to_bytes() for leaf, lost in record.recovered.items()},
        **_log(record),
    }
    if kind is not BundleKind.PUBLIC:
        files |= {f"replay/{name}.jsonl": _lines(_replayed(record, name, whole)) for name in REPLAY_FILES}
        files |= {f"erased/{leaf}.jsonl": _lines(closed) for leaf, closed in _closed(record, whole).items() if closed}
    return files | manifest_of(files, kind, synthetic=record.synthetic, signer=signer)


def manifest_of(files: Mapping[str, bytes], kind: BundleKind, *, synthetic: bool, signer: Signer) -> dict[str, bytes]:
    """Return the manifest over all files, and its hash under the signature of the log's key."""
    manifest = canonical_bytes(
        {
            "v": VERSION,
            "kind": kind.value,
            "synthetic": synthetic,
            "files": [
                {"path": path, "bytes": len(files[path]), "sha256": hashlib.sha256(files[path]).hexdigest()}
                for path in sorted(files)
            ],
        }
    )
    text = f"{MANIFEST_HEADER}\n{signer.key.name}\n{hashlib.sha256(manifest).hexdigest()}\n"
    return {MANIFEST: manifest, MANIFEST_NOTE: note.sign(text, [signer]).to_bytes()}


def _log(record: Record) -> dict[str, bytes]:
    """Return the log as plain files, with every checkpoint."""
    hashes = [leaf_hash(leaf) for leaf in record.leaves]
    files: dict[str, bytes] = {}
    for signed in record.checkpoints:
        stated = checkpoint.parse(note.parse(signed).text)
        files[f"checkpoints/{stated.size}.note"] = signed
    newest = checkpoint.parse(note.parse(record.checkpoints[-1]).text)
    if newest.size != len(hashes) or newest.root != root(hashes):
        raise LedgerError("The newest checkpoint is not over the leaves; publish the log first.")
    files["log/checkpoint"] = record.checkpoints[-1]
    files |= tile_files(record.leaves, prefix="log/")
    return files


def tile_files(leaves: Sequence[bytes], *, prefix: str) -> dict[str, bytes]:
    """Return every tile of a log, of hashes and of entries, by path under a prefix."""
    level_hashes = [[leaf_hash(leaf) for leaf in leaves]]
    files: dict[str, bytes] = {}
    for tile in tiles_of(len(leaves)):
        first = tile.number * WIDTH
        if tile.level is None:
            files[prefix + tile.path()] = entry_tile(leaves[first : first + tile.width])
            continue
        while len(level_hashes) <= tile.level:
            below = level_hashes[-1]
            whole = len(below) - len(below) % WIDTH
            level_hashes.append([root(below[at : at + WIDTH]) for at in range(0, whole, WIDTH)])
        files[prefix + tile.path()] = hash_tile(level_hashes[tile.level][first : first + tile.width])
    return files


def _whole_cases(record: Record, kind: BundleKind, case: str | None) -> frozenset[int]:
    """Return the leaves that are opened as a whole."""
    if kind is BundleKind.PUBLIC:
        return frozenset()
    if kind is BundleKind.REPLAY:
        return frozenset(range(len(record.leaves)))
    if case is None:
        raise LedgerError("An inquiry bundle opens one donation; say which.")
    of_case = {number for number, kept in enumerate(record.kept) if kept.fields.get("donation") == case}
    if not of_case:
        raise LedgerError("No leaf belongs to that donation; check its name.")
    runs = {number for number in of_case if "rows_root" in record.kept[number].fields}
    of_case |= {number for number, kept in enumerate(record.kept) if kept.fields.get("run") in runs}
    organs = [record.kept[number].fields["organ"] for number in runs]
    last = max(runs, default=0)
    lists = {
        number
        for number, kept in enumerate(record.kept[:last])
        if "registration" in kept.fields and kept.fields.get("organ") in organs
    }
    whole = of_case | lists
    return frozenset(whole | {leaf for leaf, closed in _closed(record, whole).items() if closed})


def _closed(record: Record, whole: Collection[int]) -> dict[int, list[Mapping[str, object]]]:
    """Return by the leaf of an erasure what proves of the leaves that are opened as a whole that it closed them."""
    return {leaf: [each for each in closed if each["leaf"] in whole] for leaf, closed in record.erased.items()}


def _openings(record: Record, whole: frozenset[int]) -> bytes:
    lines: list[Mapping[str, object]] = []
    for number, (leaf, kept) in enumerate(zip(record.leaves, record.kept, strict=True)):
        names = kept.fields if number in whole else _public(leaf)
        shown = [name for name in names if name in kept.fields]
        if shown:
            lines.append({"leaf": number, "fields": _opened(kept, shown)})
    return _lines(lines)


def _opened(kept: Kept, names: Sequence[str]) -> list[dict[str, object]]:
    if kept.key is None:
        return narrowed(kept.left, names)
    return opening(event_salts(kept.key), kept.fields, names)


def _public(leaf: bytes) -> Iterable[str]:
    return public_names(str(cast("dict[str, object]", canonical_value(leaf))["type"]))


def _replayed(record: Record, name: str, whole: frozenset[int]) -> Sequence[Mapping[str, object]]:
    """Return the records of one file that belong to leaves opened as a whole; places belong to all.

    A person's key is handed out only where a run has their row.
    """
    found = [each for each in record.replay[name] if "leaf" not in each or each["leaf"] in whole]
    if name != "registrations":
        return found
    runs: dict[object, list[int]] = {}
    for each in _replayed(record, "runs", whole):
        number = cast("int", each["leaf"])
        runs.setdefault(record.kept[number].fields.get("organ"), []).append(number)
    changes = [
        (
            cast("int", each["leaf"]),
            str(each["registration"]),
            str(each["organ"]),
            each["facts"] is not None or each.get("erased") is True,
        )
        for each in found
    ]
    needed = with_a_row(changes, {str(organ): numbers for organ, numbers in runs.items()})
    return [each if each["registration"] in needed else {**each, "subject_key": None} for each in found]


def with_a_row(changes: Iterable[tuple[int, str, str, bool]], runs: Mapping[str, Sequence[int]]) -> frozenset[str]:
    """Return the registrations that are on their list at some run; `runs` are the leaves of each organ's, rising.

    `changes` are leaf, registration, organ and whether it is on the list from there on, by rising leaf.
    """
    since: dict[str, int] = {}
    needed: set[str] = set()
    last = 1 << 62
    ends = list(changes)
    for leaf, name, organ, there in [*ends, *((last, name, organ, False) for _, name, organ, _ in ends)]:
        begun = since.pop(name, None)
        numbers = runs.get(organ, ())
        if begun is not None and bisect_left(numbers, begun) < bisect_left(numbers, leaf):
            needed.add(name)
        if there:
            since[name] = leaf
    return frozenset(needed)


def _lines(records: Iterable[Mapping[str, object]]) -> bytes:
    return b"".join(canonical_bytes(dict(each)) + b"\n" for each in records)
