"""Knows the verbs `ledger rotate` and `ledger recover`: another key for a log, and a log after one that was lost."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from bequest.cli.key_file import read_signer
from bequest.cli.output import write
from bequest.cli.service_setup import set_up
from bequest.cli.site import CHECKPOINT, Site
from bequest.cli.text_file import read_text
from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.trust import read_trust
from bequest.ledger import checkpoint, note
from bequest.ledger.erasure import KIND as ERASURE
from bequest.ledger.errors import LedgerError
from bequest.ledger.keys import PublicKey
from bequest.ledger.merkle import leaf_hash, root
from bequest.ledger.tiles import WIDTH, parse_entry_tile, parse_hash_tile, tiles_of
from bequest.model.errors import InputError

_LONGEST = 1_000_000

OldOption = Annotated[Path, typer.Option("--key", metavar="FILE", help="Key with which the log is signed now.")]
NewOption = Annotated[Path, typer.Option("--new-key", metavar="FILE", help="Key that takes its place.")]
TrustOption = Annotated[
    Path | None,
    typer.Option("--trust", metavar="FILE", help="Trust file to which the line of the new key is added."),
]
LostOption = Annotated[Path, typer.Option("--key", metavar="FILE", help="Key of the log that was lost.")]
SiteOption = Annotated[Path, typer.Option("--site", metavar="DIR", help="What was published of the lost log.")]


def rotate(*, key: OldOption, new_key: NewOption, trust: TrustOption = None) -> None:
    """Record that another key takes the place of the log's own, and add its line to the trust file.

    Let the publisher sign with both keys first; both then sign the checkpoint that holds this leaf.
    """
    old, new = read_signer(key).key, read_signer(new_key).key
    text = None if trust is None else _with_line(trust, old, new)
    leaf = set_up().rotate_key(old.vkey(), new.vkey())
    if trust is not None and text is not None:
        _replace(trust, text)
        write(f"{trust} names both keys; hand it to every witness and reader.\n")
    write(f"Leaf {leaf} puts the new key in the place of the old one. Line for trust files:\nlog {new.vkey()}\n")


def recover(*, key: LostOption, site: SiteOption) -> None:
    """Record that the log of this database goes on, under another name, from one whose newest entries were lost.

    The publisher then signs it with a key of the new name, into a folder of its own.
    """
    lost = read_signer(key).key
    published = Site(site)
    stated, signed = _last(published, lost)
    hashes = _hashes(published, stated)
    told = set_up().recover_log(signed.decode(), lost.vkey(), hashes)
    gone = stated.size - told.kept
    write(
        f"Leaf {told.leaf}: this log goes on from {stated.origin}, of which {told.kept:,} of {stated.size:,} entries"
        f" are here. {gone:,} {'is' if gone == 1 else 'are'} lost: say so in public.\n"
        "Next: bequest publisher with a key of another name, and another --out.\n"
    )
    erased = lost_erasures(published, hashes, told.kept)
    if erased:
        write(
            f"{erased:,} of the lost entries {'says' if erased == 1 else 'say'} that somebody was erased. A backup from"
            " before brings their keys back: erase them again (bequest erased again).\n"
        )


def lost_erasures(published: Site, hashes: list[bytes], kept: int) -> int:
    """Return how many of the lost entries are erasures; raise InputError where the entries are not whole."""
    count = 0
    for tile in (each for each in tiles_of(len(hashes)) if each.level is None):
        first = tile.number * WIDTH
        if first + tile.width <= kept:
            continue
        data = published.read(tile.path())
        if data is None:
            raise InputError(f"{published.folder / tile.path()} is missing; fetch it from a mirror of the lost log.")
        for number, entry in enumerate(parse_entry_tile(data, width=tile.width), first):
            if leaf_hash(entry) != hashes[number]:
                raise InputError(f"{published.folder / tile.path()} is not what was signed; fetch it from a mirror.")
            count += number >= kept and json.loads(entry)["type"] == ERASURE
    return count


def _with_line(trust: Path, old: PublicKey, new: PublicKey) -> str | None:
    """Return the trust file with the line of the new key below that of the old one; None where it has it already."""
    text = read_text(trust, longest=_LONGEST)
    lines = text.splitlines()
    if any(line.split()[:2] == ["log", new.vkey()] for line in lines):
        return None
    places = [number for number, line in enumerate(lines) if line.split()[:2] == ["log", old.vkey()]]
    if not places:
        raise InputError(f"{trust}: no line `log` has the key that is replaced; name the trust file of this log.")
    lines.insert(places[0] + 1, f"log {new.vkey()}")
    changed = "".join(f"{line}\n" for line in lines)
    try:
        read_trust(changed)
    except BrokenError as error:
        raise InputError(f"{trust}: {error}; correct the trust file.") from None
    return changed


def _replace(path: Path, text: str) -> None:
    """Put a text in the place of a file; whoever reads it meanwhile reads the one or the other, whole."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _last(published: Site, lost: PublicKey) -> tuple[checkpoint.Checkpoint, bytes]:
    data = published.read(CHECKPOINT)
    if data is None:
        raise InputError(
            f"{published.folder}: there is no checkpoint; name the folder from which the lost log was served."
        )
    try:
        signed = note.parse(data)
        note.verified_by(signed, [lost])
        return checkpoint.parse(signed.text), data
    except LedgerError as error:
        raise InputError(f"{published.folder / CHECKPOINT}: {error} Name the key of the lost log.") from None


def _hashes(published: Site, stated: checkpoint.Checkpoint) -> list[bytes]:
    """Return the hash of every entry of the lost log, out of its tiles; raise InputError where they are not whole."""
    found: list[bytes] = []
    for tile in (each for each in tiles_of(stated.size) if each.level == 0):
        data = published.read(tile.path())
        if data is None:
            raise InputError(f"{published.folder / tile.path()} is missing; fetch it from a mirror of the lost log.")
        found.extend(parse_hash_tile(data, width=tile.width))
    if len(found) != stated.size or root(found) != stated.root:
        raise InputError(f"{published.folder}: the tiles are not those of its checkpoint; fetch them from a mirror.")
    return found
