"""Knows the manifest of a bundle: every byte of every file is covered by a hash, and the whole by a signature."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.notes import check_signatures
from bequest.inquiry.verify.plain_json import list_of, number_of, object_of, read_object, text_of

if TYPE_CHECKING:
    from bequest.inquiry.verify.evidence import Evidence
    from bequest.inquiry.verify.trust import Trust

FILE, NOTE = "manifest.json", "manifest.note"
HEADER = "bequest/bundle-manifest/v1"
KINDS = frozenset({"public", "inquiry", "replay"})
_VERSION = 1


@dataclass(frozen=True)
class Manifest:
    """Hold what a bundle says it is, and the paths of its files."""

    kind: str
    synthetic: bool
    paths: tuple[str, ...]


def check_manifest(evidence: Evidence) -> Manifest:
    """Return the manifest after every file was found as it says, and no other; raise BrokenError otherwise."""
    manifest = read_object(_read(evidence, FILE), FILE)
    kind, synthetic = text_of(manifest, "kind", FILE), manifest.get("synthetic")
    if set(manifest) != {"v", "kind", "synthetic", "files"} or number_of(manifest, "v", FILE) != _VERSION:
        raise BrokenError(f"{FILE} is not of version {_VERSION}")
    if kind not in KINDS or not isinstance(synthetic, bool):
        raise BrokenError(f"{FILE} does not say what kind of bundle this is")
    listed: dict[str, tuple[int, str]] = {}
    for entry in list_of(manifest, "files", FILE):
        record = object_of(entry, f"an entry of {FILE}")
        path = text_of(record, "path", FILE)
        if set(record) != {"path", "bytes", "sha256"} or path in listed or path in {FILE, NOTE}:
            raise BrokenError(f"{FILE} does not list {path[:80]!r} as it must")
        listed[path] = number_of(record, "bytes", FILE), text_of(record, "sha256", FILE)
    if list(listed) != sorted(listed):
        raise BrokenError(f"{FILE} does not list its files in their order")
    unlisted = sorted(set(evidence.sizes) - set(listed) - {FILE, NOTE})
    if unlisted:
        raise BrokenError(f"{unlisted[0]} is in the bundle and not in {FILE}")
    for path, (size, digest) in listed.items():
        data = _read(evidence, path)
        if len(data) != size or hashlib.sha256(data).hexdigest() != digest:
            raise BrokenError(f"{path} is not the file that {FILE} lists")
    return Manifest(kind, synthetic, tuple(listed))


def check_manifest_note(evidence: Evidence, trust: Trust) -> str:
    """Return the name of the log whose key signed the manifest; raise BrokenError where none did."""
    text, signers = check_signatures(_read(evidence, NOTE), trust.logs)
    digest = hashlib.sha256(_read(evidence, FILE)).hexdigest()
    names = sorted(key.name for key in signers)
    if text != f"{HEADER}\n{names[0]}\n{digest}\n":
        raise BrokenError(f"{NOTE} is signed, but for another manifest")
    return names[0]


def _read(evidence: Evidence, path: str) -> bytes:
    data = evidence.read(path)
    if data is None:
        raise BrokenError(f"{path} is missing from the bundle")
    return data
