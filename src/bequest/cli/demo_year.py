"""Knows the verb `demo-year`: a year of an invented country, every event in the log of a real database, published."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bequest.cli.key_file import write_key
from bequest.cli.layout import Line, folded, shell
from bequest.cli.ledger_database import make_store, transaction
from bequest.cli.output import SYNTHETIC, show, terminal_width
from bequest.cli.progress import progress_of
from bequest.cli.publishing import Publishing
from bequest.cli.record_folder import DATABASE, KEY, PRIVATE, SITE, TRUST
from bequest.cli.site import Site
from bequest.ledger import stored_checkpoints
from bequest.ledger.leaf import instant_text
from bequest.ledger.note import signature_of
from bequest.ledger.record_files import record_files
from bequest.ledger.store import Store, append
from bequest.model.errors import InputError
from bequest.simulation.demo_year.record import log_signer, record_of, trust_text, witnesses_at
from bequest.simulation.demo_year.state import Asked, State
from bequest.simulation.demo_year.year import played

if TYPE_CHECKING:
    from bequest.simulation.demo_year.year import Progress

OutOption = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write: new or empty.")]
SeedOption = Annotated[int, typer.Option("--seed", metavar="N", min=0, help="The same seed gives the same year.")]
CandidatesOption = Annotated[
    int, typer.Option("--candidates", metavar="N", min=1, max=100_000, help="Registrations of each organ's list.")
]
DonorsOption = Annotated[int, typer.Option("--donors", metavar="N", min=1, max=10_000, help="Donors of the year.")]
DaysOption = Annotated[int, typer.Option("--days", metavar="N", min=6, max=366, help="How many days it has.")]
BEGINS = date(2026, 1, 1)
_CHECKPOINT_DAYS = 7


def demo_year(
    *,
    out: OutOption,
    seed: SeedOption = 1,
    candidates: CandidatesOption = 300,
    donors: DonorsOption = 40,
    days: DaysOption = 365,
) -> None:
    """Play a year of an invented country: donors, match runs, offers, every event a leaf of a published log.

    Writes the database of the log, the files that everybody may read (site), the keys that a reader trusts
    (trust.policy) and what the operator keeps to himself (private).
    """
    asked = Asked(seed, candidates, donors, BEGINS, days)
    _make_folder(out)
    store = make_store(str(out / DATABASE))
    try:
        state = _recorded(asked, store, out)
        checkpoints = [each.to_bytes() for each in stored_checkpoints.every(store)]
    finally:
        store.connection.close()
    for name, data in record_files(record_of(state, checkpoints)).items():
        (out / PRIVATE / name).write_bytes(data)
    width, bundle = terminal_width(), str(out) + ".zip"
    count, runs = len(state.journal.recorded), len(state.kept.runs)
    told = f"Played {days} days in {out}: {count:,} leaves, {runs:,} match runs, {len(checkpoints)} signed checkpoints."
    commands = (
        ["bequest", "bundle", "make", str(out), "--out", bundle],
        ["bequest", "verify", bundle, "--trust", str(out / TRUST)],
    )
    show([
        *(Line(piece) for piece in folded(told, width)),
        Line(SYNTHETIC, "italic"),
        Line(),
        Line("Next:"),
        *(Line(line) for command in commands for line in shell(command, width)),
    ])  # fmt: skip


def _recorded(asked: Asked, store: Store, out: Path) -> State:
    """Play the year, each day one transaction; publish every seventh day, and at the end."""
    publishing: Publishing | None = None
    appended = 0
    with progress_of("Playing the year") as told:
        for day, (state, at) in enumerate(played(asked), 1):
            if publishing is None:
                publishing = _publishing(state, store, out)
            with transaction(store):
                for recorded in state.journal.recorded[appended:]:
                    append(
                        store,
                        kind=recorded.event.kind,
                        at=instant_text(recorded.event.at),
                        leaf=recorded.leaf,
                        event_id=f"demo-{appended}",
                    )
                    appended += 1
            if day % _CHECKPOINT_DAYS == 0 or day == asked.days:
                _publish(state, at, publishing)
            told(day, asked.days)
    return state  # pyright: ignore[reportPossiblyUnboundVariable]  a year has at least six days


def _publishing(state: State, store: Store, out: Path) -> Publishing:
    """Return the publisher of a year that begins, its key and its trust file written."""
    signer = log_signer(state.journal.secrets)
    write_key(signer, out / PRIVATE / KEY)
    (out / TRUST).write_text(trust_text(state.journal.secrets), encoding="utf-8")
    publishing = Publishing(store, Site(out / SITE), [signer], keys=[signer.key])
    publishing.start([])
    return publishing


def _publish(state: State, at: Progress, publishing: Publishing) -> None:
    """Sign the log as it stands, let the witnesses of the demo cosign it, and publish it."""
    publishing.step(instant_text(at.at))
    signed = publishing.signed
    assert signed is not None, "a step signs what was committed"
    with transaction(publishing.store):
        for witness in witnesses_at(state.journal.secrets, at.at):
            signature = signature_of(signed.note.text, witness)
            stored_checkpoints.add_cosignature(publishing.store, signature, size=signed.checkpoint.size, at=witness.at)
    publishing.publish_checkpoint()


def _make_folder(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out}: something stands here already; name a new or empty folder.")
    try:
        (out / PRIVATE).mkdir(parents=True)
    except OSError as error:
        raise InputError(f"{out}: the folder cannot be made here ({error.strerror}); choose another place.") from None
    (out / PRIVATE).chmod(0o700)
