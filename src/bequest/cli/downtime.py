"""Knows the verbs `downtime key`, `pack`, `show` and `enter`: hours without the service, and what follows."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from bequest.cli.downtime_papers import Outcome, entered, read_papers
from bequest.cli.errors import DONE, FINDING
from bequest.cli.http_client import UnreachableError, ask, check_address
from bequest.cli.key_file import make_key, read_signer
from bequest.cli.layout import Line, folded, labelled
from bequest.cli.options import NeededDeskKeyOption
from bequest.cli.output import SYNTHETIC, terminal_width, write, write_bytes
from bequest.cli.output import show as show_lines
from bequest.cli.pack_file import DeskKey, opened_pack, packed_plan, packed_policy, read_desk_key, write_desk_key
from bequest.cli.private_key import read_private
from bequest.cli.service_setup import set_up
from bequest.cli.text_file import read_text
from bequest.ledger.commitment import KEY_BYTES
from bequest.ledger.downtime_pack import pack_bytes
from bequest.ledger.errors import LedgerError
from bequest.ledger.keys import check_name
from bequest.ledger.vault import NONCE_BYTES
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_SHEET = 20_000_000
_SECONDS = 60.0

NameOption = Annotated[str, typer.Option("--name", metavar="NAME", help="Name of the office, without spaces.")]
MakerOption = Annotated[
    Path, typer.Option("--maker-key", metavar="FILE", help="New file for the key that signs packs.")
]
OutOption = Annotated[Path, typer.Option("--desk-key", metavar="FILE", help="New file for the key of the desks.")]
SignerOption = Annotated[
    Path, typer.Option("--maker-key", metavar="FILE", help="The office's key, with which packs are signed.")
]
PackOption = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write the pack.")]
PapersArgument = Annotated[
    Path, typer.Argument(metavar="PAPERS", help="JSON file: what was done, line by line (docs/how-to/downtime.md).")
]
UrlOption = Annotated[str, typer.Option("--url", metavar="URL", help="Address of the service.")]
TokenOption = Annotated[
    Path, typer.Option("--token-file", metavar="FILE", help="Token of an account of the duty desk.")
]
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
    """Write a downtime pack of the service's database: every list, the places, policies and plan in force, at one leaf.

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
    """Say of when a downtime pack is, how many are on each list, and which policies and plan were in force."""
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
    if opened.plan is not None:
        plan = packed_plan(opened)
        lines.append(Line(f"{'donor plan':<16} {'':>7}  {plan.name} {plan.edition}, hash {plan.hash[:16]}"))
    show_lines(lines)


def enter(papers: PapersArgument, *, url: UrlOption, token_file: TokenOption) -> None:
    """Enter what was done on paper while the service was down, each line with the instant at which it was done.

    What the rules refuse now, such as a part that somebody else has accepted meanwhile, is reported as an incident.
    """
    sheet = read_papers(read_text(papers, longest=LONGEST_SHEET), label=str(papers))
    address, token = check_address(url, called="--url").rstrip("/"), read_private(token_file).strip()

    def asked(path: str, body: Mapping[str, object], headers: Mapping[str, str]) -> tuple[int, Mapping[str, object]]:
        signed = {"Content-Type": "application/json", "Authorization": f"Bearer {token}", **headers}
        try:
            reply = ask(f"{address}/api/v1{path}", body=json.dumps(body).encode(), seconds=_SECONDS, headers=signed)
            return reply.status, cast("Mapping[str, object]", json.loads(reply.body))
        except UnreachableError as error:
            raise InputError(f"{address} does not answer ({error}); see whether it runs.") from None
        except ValueError:
            raise InputError(f"{address} answers, and not as Bequest does; check --url.") from None

    width, all_entered = terminal_width(), True
    for outcome in entered(sheet, asked):
        all_entered &= not outcome.refused
        show_lines(_outcome_lines(outcome, width))
    raise typer.Exit(DONE if all_entered else FINDING)


def _outcome_lines(outcome: Outcome, width: int | None) -> list[Line]:
    leaf = "no leaf" if outcome.leaf is None else f"leaf {outcome.leaf}"
    word = "REFUSED" if outcome.refused else "entered"
    lines = [Line(f"{word}  {leaf:<10} {outcome.paper.at}  {outcome.paper.name}", "bold" if outcome.refused else "")]
    if outcome.refused:
        told = outcome.refused
        if outcome.incident is not None:
            told += f" It happened all the same: reported as an incident, leaf {outcome.incident}."
        lines += [Line(f"    {text}") for text in folded(told, None if width is None else width - 4)]
    return lines
