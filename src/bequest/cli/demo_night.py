"""Knows the verb `demo night`: one whole donor through the REST interface, with what must be refused, then verified."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Annotated, cast

import typer

from bequest.cli import night_circulatory, night_story
from bequest.cli.layout import Line, shell
from bequest.cli.night import COORDINATOR, DUTY, Stage
from bequest.cli.night_clock import BEGINS
from bequest.cli.night_desk import Desk, Person
from bequest.cli.night_office import temporary_office
from bequest.cli.night_page import Page
from bequest.cli.night_papers import RECORDED
from bequest.cli.night_record import BUNDLE, TRUST, write_bundle
from bequest.cli.output import SYNTHETIC, terminal_width
from bequest.ledger.facts import fact_rows
from bequest.model.column import Table
from bequest.model.enums import Organ
from bequest.model.errors import InputError
from bequest.simulation.population import make_population

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from bequest.cli.night_office import TemporaryOffice
    from bequest.ledger.facts import Values

DcdOption = Annotated[
    bool, typer.Option("--dcd", help="Play a night of the circulatory pathway, which ends without a donation.")
]
UrlOption = Annotated[
    str | None,
    typer.Option("--url", metavar="URL", help="Play against a demo office that runs; without it one is made and goes."),
]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Folder to write the bundle to: new or empty.")
]
DatabaseOption = Annotated[
    str | None,
    typer.Option("--database", metavar="URL", help="An empty database of PostgreSQL to play in; it stays."),
]
_DAY_BEFORE = timedelta(hours=30)


def demo_night(
    *, dcd: DcdOption = False, url: UrlOption = None, out: OutOption = None, database: DatabaseOption = None
) -> None:
    """Play one donor of an invented country through the REST interface: each step, and each refusal that must happen.

    Without --url it makes an office for this night, with a database of its own, and removes it at the end. It
    then writes the bundle of the night, and runs `bequest verify` on it.
    """
    folder = _folder(out)
    with _ended_by_a_signal():
        code = _played(Page(terminal_width()), folder, dcd=dcd, database=database)
    raise typer.Exit(code)


def _played(page: Page, folder: Path, *, dcd: bool, database: str | None) -> int:
    organ = Organ.LIVER if dcd else Organ.HEART
    page.lines([Line(_TITLE[dcd], "bold"), Line(SYNTHETIC, "italic")])
    page.says("", "Making an office for this night: a database of its own, in which time is played.")
    with temporary_office(
        organ, database=database, day_before=_DAY_BEFORE, tell=lambda said: page.says(f"  {said}")
    ) as office:
        page.says("", *_LEGEND)
        stage = _stage(office, page, organ)
        names = ("N-0001", "N-0002", "N-0003")
        if dcd:
            night_circulatory.play(stage, names[0])
        else:
            night_story.play(stage, names)
        page.part("The evidence")
        leaves = write_bundle(office.running, folder, office.clock())
    page.says(f"The office is stopped and its database removed. Its log of {leaves:,} leaves is in {folder / BUNDLE}.")
    command = ["bequest", "verify", str(folder / BUNDLE), "--trust", str(folder / TRUST)]
    page.says("Anybody checks it, without a database and without the network:")
    page.lines([*(Line(each) for each in shell(command, terminal_width())), Line()])
    return subprocess.run([sys.executable, "-m", *command], check=False).returncode  # noqa: S603  our own verb


_TITLE = {
    False: "One night, one donor: from the referral to the transplant",
    True: "One night, one donor: the circulatory pathway, which ends without a donation",
}
_LEGEND = (
    "Each line: the time (UTC), the leaf of the log in which it is recorded, who does what.",
    "REFUSED stands before what the office does not let happen. The refusal is a leaf too, unless it says: no leaf.",
)


def _stage(office: TemporaryOffice, page: Page, organ: Organ) -> Stage:
    """Return what the night is played on."""
    desk = Desk(office.address, office.headers)
    places = cast("list[dict[str, object]]", desk.get(DUTY, "/places").content["list"])
    names = {str(each["id"]): str(cast("dict[str, str]", each["facts"]).get("name", each["id"])) for each in places}

    def centre_person(centre: str) -> Person:
        return Person(office.coordinator(centre), f"The transplant coordinator at {names[centre]}")

    return Stage(
        desk=desk,
        page=page,
        clock=office.clock,
        centre_person=centre_person,
        timers=office.running.run_due,
        facts=_facts(organ),
        hospital=desk.get(COORDINATOR, "/me").text("centre"),
    )


def _facts(organ: Organ) -> Mapping[str, str]:
    """Return the medical facts of an invented donor, as columns of the data dictionary."""
    made = make_population(country="demo", organ=organ, candidates=1, donors=1, seed=1, at=BEGINS)
    # A population holds what fact_rows takes: lists and arrays.
    rows = fact_rows(cast("Mapping[str, Values]", made.donors), Table.DONOR)
    return {name: text for name, text in rows[0].items() if name not in RECORDED}


def _folder(out: Path | None) -> Path:
    """Return the folder of the bundle: the one that was named, or a new one that is kept."""
    if out is None:
        return Path(mkdtemp(prefix="bequest-night-"))
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out}: something stands here already; name a new or empty folder.")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{out}: the folder cannot be made here ({error.strerror}); choose another place.") from None
    return out


@contextmanager
def _ended_by_a_signal() -> Generator[None]:
    """End as by the keyboard where the program is told to end, so that the office is stopped and removed."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
