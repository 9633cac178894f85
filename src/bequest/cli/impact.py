"""Knows the verb `policy impact`: one list ranked under two policies, and who moves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bequest.cli.layout import Heading, Line, columns, counted, folded, number
from bequest.cli.options import InputsOption, SeedOption, read_inputs
from bequest.cli.output import SYNTHETIC, show, terminal_width
from bequest.files import read_donors, read_pool
from bequest.matching import run
from bequest.matching.impact import Move, impact
from bequest.model.errors import InputError
from bequest.model.instant import instant_of
from bequest.policy import policy

_WHICH = "name in the library, or the path of a policy file"

BeforeArgument = Annotated[str, typer.Argument(metavar="A", help=f"Policy before: {_WHICH}.")]
AfterArgument = Annotated[str, typer.Argument(metavar="B", help="Policy after, written in the same way.")]
DirectoryArgument = Annotated[
    Path, typer.Argument(metavar="DIR", help="Folder with the files registrations, donors and centres.")
]
AtOption = Annotated[str, typer.Option("--at", metavar="INSTANT", help="Instant of both runs, with its time zone.")]
DonorOption = Annotated[
    str | None,
    typer.Option("--donor", metavar="ID", help="The donor; the first who gives the organ, where none is named."),
]
TopOption = Annotated[
    int, typer.Option("--top", metavar="N", min=0, help="How many of those who move the table shows.")
]


def show_impact(
    before: BeforeArgument,
    after: AfterArgument,
    directory: DirectoryArgument,
    *,
    at: AtOption,
    donor: DonorOption = None,
    inputs: InputsOption = None,
    lottery_seed: SeedOption = None,
    top: TopOption = 20,
) -> None:
    """Rank one list under two policies and say who moves, who gains or loses a place, and why.

    A policy of status unverified is ranked here too: nothing is offered.
    """
    instant = instant_of(at, called="--at")
    old, new = policy(before, on=instant), policy(after, on=instant)
    if old.organ is not new.organ:
        raise InputError(f"{old.name} ranks {old.organ.value} and {new.name} {new.organ.value}; compare one organ.")
    donors = read_donors(directory)
    named = donor or next((name for name, each in donors.items() if old.organ in each.consent.organs), None)
    if named is None or named not in donors:
        raise InputError(
            f"{directory} holds no donor {named or f'who gives {old.organ.value}'}; name one with --donor."
        )
    pool = read_pool(directory, organ=old.organ, at=instant)
    given = {} if inputs is None else read_inputs(inputs)
    runs = [
        run(
            each,
            donors[named],
            organ=each.organ,
            pool=pool,
            at=instant,
            inputs={name: value for name, value in given.items() if name in each.inputs},
            lottery_seed=lottery_seed,
            allow_unverified=True,
            evaluator="numpy",
        )
        for each in (old, new)
    ]
    width = terminal_width()
    moves = impact(*runs)
    titles = [f"{each.name}, edition {each.edition} ({each.status.value})" for each in (old, new)]
    told = f"{old.organ.value.capitalize()} of donor {named}: from {titles[0]} to {titles[1]}"
    lines = [Line(text, "bold") for text in folded(told, width, hang=2)]
    if runs[0].donor.synthetic or pool.synthetic:
        lines.append(Line(SYNTHETIC, "italic"))
    lines += [Line(), *_summary(moves, ranked=(len(runs[0]), len(runs[1])), width=width)]
    show([*lines, *_table(moves[:top], width), *_more(len(moves) - top)])


def _summary(moves: tuple[Move, ...], *, ranked: tuple[int, int], width: int | None) -> list[Line]:
    rises = sum(move.before is not None and move.after is not None and move.after < move.before for move in moves)
    falls = sum(move.before is not None and move.after is not None and move.after > move.before for move in moves)
    gains, losses = (sum(side is None for side in sides) for sides in _sides(moves))
    places = f"{counted(ranked[0], 'place', 'places')} before, {ranked[1]} after"
    told = f"{places}: {rises} rise, {falls} fall, {gains} gain a place, {losses} lose theirs."
    return [Line(text) for text in folded(told, width)]


def _sides(moves: tuple[Move, ...]) -> tuple[list[int | None], list[int | None]]:
    return [move.before for move in moves], [move.after for move in moves]


def _table(moves: tuple[Move, ...], width: int | None) -> list[Line]:
    if not moves:
        return []
    rows = [(_rank(move.before), _rank(move.after), move.registration, move.why) for move in moves]
    headings = [
        Heading(("before",), right=True, keep=True),
        Heading(("after",), right=True, keep=True),
        Heading(("registration",), keep=True),
        Heading(("why",)),
    ]
    table = columns(headings, rows, width=width)
    return [Line(), *(Line(text, "dim") for text in table.heading_lines()), *map(Line, table.lines(rows))]


def _more(left: int) -> list[Line]:
    return [Line(f"... and {number(left)} more; --top N shows the first N.")] if left > 0 else []


def _rank(rank: int | None) -> str:
    return "none" if rank is None else str(rank)
