"""Knows the verb `demo night`: one whole donor through the REST interface, with what must be refused, then verified."""

from __future__ import annotations

import secrets
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Annotated

import typer

from bequest.cli import night_circulatory, night_story
from bequest.cli.errors import DONE
from bequest.cli.http_client import check_address
from bequest.cli.layout import Line, shell
from bequest.cli.night_clock import MachineClock
from bequest.cli.night_desk import Desk
from bequest.cli.night_office import temporary_office
from bequest.cli.night_page import Page
from bequest.cli.night_record import BUNDLE, TRUST, write_bundle
from bequest.cli.night_sign_in import SignedIn, check_invented
from bequest.cli.night_stage import stage_of
from bequest.cli.output import SYNTHETIC, terminal_width
from bequest.model.enums import Organ
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Generator

    from bequest.cli.night import Stage

DcdOption = Annotated[
    bool, typer.Option("--dcd", help="Play a night of the circulatory pathway, which ends without a donation.")
]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Folder for the bundle of the night: new or empty.")
]
UrlOption = Annotated[
    str | None,
    typer.Option("--url", metavar="URL", help="Play in a demo office that runs already, and not in one of its own."),
]
AccountsOption = Annotated[
    Path | None,
    typer.Option("--accounts", metavar="FILE", help="With --url: the accounts.txt of the folder of that office."),
]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database", metavar="URL", help="Without --url: an empty database of PostgreSQL to play in; it stays."
    ),
]
_DAY_BEFORE = timedelta(hours=30)
"""The country is filled so long before the night: facts of a list may not change in its last hours."""
_NAME_BYTES = 3


def demo_night(
    *,
    dcd: DcdOption = False,
    out: OutOption = None,
    url: UrlOption = None,
    accounts: AccountsOption = None,
    database: DatabaseOption = None,
) -> None:
    """Play one donor of an invented country through the REST interface: each step, and each refusal that must happen.

    It makes an office for this night, with a database of its own, and removes it at the end. Then it writes the
    bundle of the night, and runs `bequest verify` on it.
    """
    page = Page(terminal_width())
    if url is None:
        if accounts is not None:
            raise InputError("--accounts belongs to --url; without it the office is made for this night.")
        folder = _folder(out)
        with _ended_by_a_signal():
            code = _in_an_office_of_its_own(page, folder, dcd=dcd, database=database)
        raise typer.Exit(code)
    if accounts is None:
        raise InputError("--url needs --accounts: the accounts.txt in the folder of the office that runs.")
    if out is not None or database is not None:
        raise InputError("--out and --database are for an office of the night's own; leave them out beside --url.")
    _in_an_office_that_runs(page, check_address(url, called="--url"), accounts, dcd=dcd)
    raise typer.Exit(DONE)


def _in_an_office_of_its_own(page: Page, folder: Path, *, dcd: bool, database: str | None) -> int:
    """Play the night in an office that is made for it, write its bundle, and return what the verifier says."""
    _begin(page, dcd=dcd)
    page.says("Making an office for this night: a database of its own, in which time is played.")
    organ = _organ(dcd=dcd)
    with temporary_office(
        organ, database=database, day_before=_DAY_BEFORE, tell=lambda said: page.says(f"  {said}")
    ) as office:
        desk = Desk(office.address, office.headers)
        _play(stage_of(desk, page, office.clock, organ, office.running.run_due), dcd=dcd)
        page.part("The evidence")
        leaves = write_bundle(office.running, folder, office.clock())
    page.says(f"The office is stopped and removed. What is left is its log of {leaves:,} leaves, as a bundle:")
    page.says(f"  {folder / BUNDLE}")
    page.says("Anybody checks it, without a database and without the network:")
    command = ["bequest", "verify", str(folder / BUNDLE), "--trust", str(folder / TRUST)]
    page.lines([*(Line(each) for each in shell(command, terminal_width())), Line()])
    return subprocess.run([sys.executable, "-m", *command], check=False).returncode  # noqa: S603  our own verb


def _in_an_office_that_runs(page: Page, address: str, accounts: Path, *, dcd: bool) -> None:
    """Play the night in an office that somebody else started; its log is theirs."""
    check_invented(address)
    _begin(page, dcd=dcd)
    page.says(f"Playing in the office at {address}. Its clock is nobody's to move: what only time does is left out.")
    organ = _organ(dcd=dcd)
    desk = Desk(address, SignedIn(address, accounts).headers)
    _play(stage_of(desk, page, MachineClock(), organ, lambda: 0), dcd=dcd)
    page.part("The evidence")
    page.says("The log of this office is signed and handed out by who runs it (bequest publisher).")


def _begin(page: Page, *, dcd: bool) -> None:
    title = "the circulatory pathway, and an end without donation" if dcd else "from the referral to the transplant"
    page.lines([Line(f"One night, one donor: {title}", "bold"), Line(SYNTHETIC, "italic"), Line()])


def _organ(*, dcd: bool) -> Organ:
    return Organ.KIDNEY if dcd else Organ.HEART


def _play(stage: Stage, *, dcd: bool) -> None:
    stage.page.says(
        "",
        "Each line: the time (UTC), the leaf of the log in which it stands, who does what.",
        "REFUSED is what the office does not let happen. That is a leaf as well, unless the line says: no leaf.",
    )
    night = secrets.token_hex(_NAME_BYTES)
    names = (f"N-{night}-1", f"N-{night}-2", f"N-{night}-3")
    if dcd:
        night_circulatory.play(stage, names[0])
    else:
        night_story.play(stage, names)


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
