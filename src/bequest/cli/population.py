"""Knows the verb `population make`: invented people, donors and centres, written as files."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer
from rich.console import Console

from bequest.cli.layout import Line, counted, folded, shell
from bequest.cli.options import ORGANS
from bequest.cli.output import SYNTHETIC, show, terminal_width
from bequest.model.enums import Organ
from bequest.model.instant import instant_of
from bequest.policy.library import names
from bequest.simulation.population import make_population
from bequest.simulation.population.places import country_names
from bequest.simulation.population.writer import FileFormat, write_population

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from bequest.simulation.population import Population

CountryOption = Annotated[
    str,
    typer.Option("--country", metavar="NAME", help=f"Whose real places to use: {', '.join(country_names())}."),
]
OrganOption = Annotated[Organ, typer.Option("--organ", metavar="ORGAN", help=f"The list to make: {ORGANS}.")]
CandidatesOption = Annotated[int, typer.Option("--candidates", metavar="N", help="How many registrations.")]
DonorsOption = Annotated[int, typer.Option("--donors", metavar="N", help="How many donors.")]
SeedOption = Annotated[int, typer.Option("--seed", metavar="N", help="The same seed gives the same files.")]
OutOption = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="Folder to write; an earlier population there is replaced.")
]
AtOption = Annotated[
    str, typer.Option("--at", metavar="INSTANT", help="Instant of the list; each donor may be offered at it.")
]
FormatOption = Annotated[FileFormat, typer.Option("--format", help="Form of the files.")]


def make(
    *,
    country: CountryOption,
    organ: OrganOption,
    candidates: CandidatesOption,
    donors: DonorsOption,
    seed: SeedOption,
    out: OutOption,
    at: AtOption = "2026-11-01T00:00:00Z",
    file_format: FormatOption = FileFormat.PARQUET,
) -> None:
    """Make invented people, donors and centres, written as files.

    Drawn from published distributions, on real places. Nobody in these files exists: each says synthetic, country ZZ.
    """
    with _working():
        made = make_population(
            country=country,
            organ=organ,
            candidates=candidates,
            donors=donors,
            seed=seed,
            at=instant_of(at, called="--at"),
        )
        # A folder such as `.` has a name only once it is resolved.
        write_population(made, out.resolve(), file_format=file_format)
    show(_lines(made, out, at=at, width=terminal_width()))


def _lines(made: Population, out: Path, *, at: str, width: int | None) -> list[Line]:
    donors, organ = _texts(made.donors["donor"]), made.organ.value
    listed = counted(len(_texts(made.registrations["registration"])), "registration", "registrations")
    places = counted(len(_texts(made.centres["centre"])), "place", "places")
    told = f"Made {listed} for {organ}, {counted(len(donors), 'donor', 'donors')} and {places} in {out}."
    lines = [*(Line(line) for line in folded(told, width)), Line(SYNTHETIC, "italic")]
    policy = f"core/{organ}"
    if not donors or policy not in names():
        return lines
    command = ["bequest", "match", str(out), "--donor", donors[0], "--organ", organ, "--policy", policy, "--at", at]
    return [*lines, Line(), Line("Next:"), *(Line(line) for line in shell(command, width))]


def _texts(column: object) -> list[str]:
    # A population holds its identifiers as a list.
    return cast("list[str]", column)


def _working() -> AbstractContextManager[object]:
    console = Console(stderr=True)
    return console.status("Making people ...") if console.is_terminal else nullcontext()
