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
from bequest.model.enums import Organ, PolicyStatus
from bequest.model.instant import instant_of
from bequest.policy.library import names, policy
from bequest.simulation.population import make_population
from bequest.simulation.population.places import country_names
from bequest.simulation.population.writer import INPUTS, FileFormat, write_population

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
    Path,
    typer.Option(
        "--out", metavar="DIR", help="Folder to write: new, empty, or with an earlier population that nobody changed."
    ),
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
        replaced = write_population(made, out, file_format=file_format)
    width = terminal_width()
    told = f"Made {_counts(made)} in {out}{', in place of the earlier population' if replaced else ''}."
    lines = [*(Line(line) for line in folded(told, width)), Line(SYNTHETIC, "italic")]
    show([*lines, *_next(made, out, at=at, width=width)])


def _counts(made: Population) -> str:
    listed = counted(len(_texts(made.registrations["registration"])), "registration", "registrations")
    donors = counted(len(_texts(made.donors["donor"])), "donor", "donors")
    places = counted(len(_texts(made.centres["centre"])), "place", "places")
    return f"{listed} for {made.organ.value}, {donors} and {places}"


def _next(made: Population, out: Path, *, at: str, width: int | None) -> list[Line]:
    """Return the command that ranks the first donor's organ; nothing where there is no donor or no policy.

    The country's own policy for the organ comes first, with the inputs and the permission that it needs.
    """
    donors, organ = _texts(made.donors["donor"]), made.organ.value
    named = next((name for name in (f"{made.inputs['country']}/{organ}", f"core/{organ}") if name in names()), None)
    if not donors or named is None:
        return []
    command = ["bequest", "match", str(out), "--donor", donors[0], "--organ", organ, "--policy", named, "--at", at]
    chosen = policy(named, on=instant_of(at, called="--at"))
    if chosen.inputs:
        command += ["--inputs", str(out / INPUTS)]
    if chosen.status is PolicyStatus.UNVERIFIED:
        command += ["--allow-unverified"]
    return [Line(), Line("Next:"), *(Line(line) for line in shell(command, width))]


def _texts(column: object) -> list[str]:
    # A population holds its identifiers as a list.
    return cast("list[str]", column)


def _working() -> AbstractContextManager[object]:
    console = Console(stderr=True)
    return console.status("Making people ...") if console.is_terminal else nullcontext()
