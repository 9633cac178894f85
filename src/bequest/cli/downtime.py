"""Knows the verbs `downtime key`, `pack` and `show`: what a desk keeps for hours without the service."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from bequest.cli.key_file import make_key, read_signer
from bequest.cli.layout import Line, labelled
from bequest.cli.options import NeededDeskKeyOption
from bequest.cli.output import SYNTHETIC, terminal_width, write, write_bytes
from bequest.cli.output import show as show_lines
from bequest.cli.pack_file import DeskKey, opened_pack, packed_policy, read_desk_key, write_desk_key
from bequest.cli.service_setup import set_up
from bequest.ledger.commitment import KEY_BYTES
from bequest.ledger.downtime_pack import pack_bytes
from bequest.ledger.errors import LedgerError
from bequest.ledger.keys import check_name
from bequest.ledger.vault import NONCE_BYTES
from bequest.model.errors import InputError

NameOption = Annotated[str, typer.Option("--name", metavar="NAME", help="Name of the office, without spaces.")]
MakerOption = Annotated[
    Path, typer.Option("--maker-key", metavar="FILE", help="New file for the key that signs packs.")
]
OutOption = Annotated[Path, typer.Option("--desk-key", metavar="FILE", help="New file for the key of the desks.")]
SignerOption = Annotated[
    Path, typer.Option("--maker-key", metavar="FILE", help="The office's key, with which packs are signed.")
]
PackOption = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write the pack.")]
PackArgument = Annotated[Path, typer.Argument(metavar="PACK", help="The downtime pack.")]


def key(*, name: NameOption, maker_key: MakerOption, desk_key: OutOption) -> None:
    """Make the two keys of downtime packs: one with which the office signs them, one with which desks open them.

    The key of the desks opens the lists of everybody who waits: give it only to those who rank during downtime.
    """
    try:
        check_name(name)
    except LedgerError as error:
        raise InputError(f"--name: {error}") from None
    if desk_key.exists():
        raise InputError(f"{desk_key}: something stands here already, perhaps a key; choose another --desk-key.")
    maker = make_key(name, maker_key)
    write_desk_key(DeskKey(secrets.token_bytes(KEY_BYTES), maker), desk_key)
    write(f"{maker.vkey()}\n")


def pack(*, out: PackOption, maker_key: SignerOption, desk_key: NeededDeskKeyOption) -> None:
    """Write a downtime pack of the service's database: every list, the places and the policies in force, at one leaf.

    Make one every few hours, and keep it where the desks reach it when the service does not answer.
    """
    desk, signer = read_desk_key(desk_key), read_signer(maker_key)
    if signer.key != desk.maker:
        raise InputError(
            f"{maker_key}: this key is not the maker that {desk_key} knows; give the two that belong together."
        )
    packed = set_up().downtime_pack()
    write_bytes(out, pack_bytes(packed, key=desk.key, nonce=secrets.token_bytes(NONCE_BYTES), signer=signer))
    listed = sum(len(rows) for rows in packed.lists.values())
    write(f"{out}: {listed:,} registrations after {packed.log_size:,} entries of the log.\n")


def show(pack: PackArgument, *, desk_key: NeededDeskKeyOption) -> None:
    """Say of when a downtime pack is, how many are on each list, and which policies were in force."""
    opened = opened_pack(pack, desk_key)
    width = terminal_width()
    lines = [Line("Downtime pack", "bold")]
    head = [
        ("made", f"{opened.made_at.strftime('%Y-%m-%d %H:%M:%S')} UTC, after {opened.log_size:,} entries of the log"),
        ("with", f"bequest {opened.engine}"),
        ("places", f"{len(opened.places):,}"),
    ]
    lines += [Line(text) for text in labelled([(f"{label:<6}", text) for label, text in head], width)]
    if opened.synthetic:
        lines.append(Line(SYNTHETIC, "italic"))
    for organ, rows in opened.lists.items():
        policy = packed_policy(opened, organ) if organ in opened.policies else None
        under = "no policy in force" if policy is None else f"{policy.name} {policy.edition}, hash {policy.hash[:16]}"
        if rows or policy is not None:
            lines.append(Line(f"{organ.value:<16} {len(rows):>7,}  {under}"))
    show_lines(lines)
