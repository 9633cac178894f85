"""Knows the verb `verify`: what a bundle or a receipt shows to somebody who trusts nobody."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bequest.cli.layout import Line, folded
from bequest.cli.output import show, terminal_width, write_json
from bequest.cli.progress import progress_of
from bequest.inquiry.verify.bundle import NOT_REACHED, Verification, verify_bundle
from bequest.inquiry.verify.draw import drawn_runs
from bequest.inquiry.verify.evidence import evidence_at
from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.notes import read_checkpoint, read_note
from bequest.inquiry.verify.receipt import (
    HEADER,
    LARGEST,
    SOURCE_HEADER,
    Receipt,
    SourceReceipt,
    read_receipt,
    read_source_receipt,
    receipt_lines,
    source_lines,
)
from bequest.inquiry.verify.report import Check, Report, Verdict, plain
from bequest.inquiry.verify.spans import spans
from bequest.inquiry.verify.trust import read_trust
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

BundleArgument = Annotated[Path, typer.Argument(metavar="BUNDLE", help="A bundle (folder or ZIP), or a receipt.")]
TrustOption = Annotated[
    Path | None, typer.Option("--trust", metavar="FILE", help="Your own trust file: whose keys you believe.")
]
CheckpointOption = Annotated[
    list[Path] | None,
    typer.Option("--checkpoint", metavar="FILE", help="An older checkpoint that you kept; may be repeated."),
]
FullOption = Annotated[bool, typer.Option("--full", help="Rebuild every row of every match run as well.")]
BeaconOption = Annotated[
    str | None,
    typer.Option("--beacon", metavar="HEX", help="A value of a public beacon: replay only the runs that it draws."),
]
DrawOption = Annotated[int, typer.Option("--draw", metavar="N", min=1, help="How many runs the beacon draws.")]
JsonOption = Annotated[
    str | None,
    typer.Option("--json", metavar="FILE", help="Write the report as JSON to a file, - for standard output."),
]
_STYLES = {Verdict.OK: "green", Verdict.FINDING: "bold yellow", Verdict.BROKEN: "bold red", Verdict.NOT_CHECKED: "dim"}
_RECEIPTS = (HEADER, SOURCE_HEADER)


def verify(
    bundle: BundleArgument,
    *,
    trust: TrustOption = None,
    checkpoint: CheckpointOption = None,
    full: FullOption = False,
    beacon: BeaconOption = None,
    draw: DrawOption = 5,
    json: JsonOption = None,
) -> None:
    """Say what an allocation record shows, with nothing but its files: no database, no network, no trust in anybody.

    Exit code 0: all holds; 1: something was found; 3: the evidence is not whole, or was altered.
    """
    trust_text = None if trust is None else _trust_text(trust)
    older = [_checkpoint(path) for path in checkpoint or ()]
    if not bundle.exists():
        raise InputError(f"{bundle}: there is no such bundle; give a folder, a ZIP file or a receipt.")
    if not bundle.is_file() and not bundle.is_dir():
        raise InputError(f"{bundle}: this is neither a file nor a folder; give a folder, a ZIP file or a receipt.")
    if bundle.is_file() and _bytes(bundle, len(SOURCE_HEADER)).startswith(_RECEIPTS):
        raise typer.Exit(_receipt(_bytes(bundle, LARGEST + 1), trust_text, json=json))
    value = None if beacon is None else _beacon(beacon)
    try:
        with progress_of("Checking the record") as progress:
            found = verify_bundle(evidence_at(bundle), trust_text=trust_text, older=older, progress=progress)
    except BrokenError as error:
        report = Report(checks=[Check("files", Verdict.BROKEN, f"{error}.")], key_from_bundle=trust_text is None)
    else:
        _replay(found, full=full, beacon=value, draw=draw)
        report = found.report
    if json is not None:
        write_json(report.to_data(), json)
    if json != "-":
        show(_lines(report, terminal_width()))
    raise typer.Exit(report.exit_code)


def _replay(found: Verification, *, full: bool, beacon: bytes | None, draw: int) -> None:
    """Replay the match runs where the bundle lets them be replayed, and write down what came of it."""
    report = found.report
    if not found.readable:
        report.checks.append(Check("replay", Verdict.NOT_CHECKED, f"{NOT_REACHED}."))
        return
    if found.manifest.kind == "public":
        report.checks.append(Check("replay", Verdict.NOT_CHECKED, "replay: not possible from public data."))
        return
    runs = [leaf.number for leaf in found.leaves if leaf.kind == "match.run"]
    only = None if beacon is None else drawn_runs(beacon, found.state.checkpoint.root, runs, draw)

    def step(verification: Verification, say: Callable[[str], None]) -> str | None:
        try:
            return _ranked_again(verification, say, full=full, only=only)
        except BrokenError:
            raise
        except Exception as error:  # noqa: BLE001  here is the edge: the engine was given what a stranger wrote
            raise BrokenError(f"the record cannot be ranked again ({type(error).__name__}: {error})") from None

    found.check("replay", step)


def _ranked_again(found: Verification, say: Callable[[str], None], *, full: bool, only: list[int] | None) -> str | None:
    """Replay match runs and return what was done in words, None where no run could be; `only` are those drawn."""
    # The engine, NumPy and the reader of policies are needed for a replay alone.
    from bequest.inquiry.replay import replay, replayer_of  # noqa: PLC0415

    with progress_of("Replaying match runs") as progress:
        replayer = replayer_of(found)
        assert replayer is not None, "a public bundle is told apart before"
        for sentence in replay(replayer, full=full, progress=progress, only=only, workers=os.cpu_count() or 1):
            say(sentence)
    for number in sorted(set(only or ()) - set(replayer.runs) - replayer.unrepeatable):
        say(f"the run of leaf {number} was drawn by the beacon, and the bundle does not open it")
    done = len(set(replayer.runs if only is None else only) & set(replayer.runs) - replayer.unrepeatable)
    closed = found.report.unrepeatable = tuple(sorted(replayer.unrepeatable))
    if not done:
        return None
    runs = sum(leaf.kind == "match.run" for leaf in found.leaves)
    found.report.replayed = done, runs
    rows = ", and every row of each rebuilt" if full else ""
    if closed:
        why = "because their donor or somebody on their list was erased"
        rows += f"; {len(closed):,} cannot be, {why}: leaves {spans(closed)}"
    drawn = "" if only is None else f" (leaves {', '.join(map(str, only))}, drawn by the beacon)"
    return f"{done:,} of {runs:,} match runs ranked again, with the same result{rows}{drawn}"


def _beacon(text: str) -> bytes:
    try:
        value = bytes.fromhex(text)
    except ValueError:
        value = b""
    if not value:
        raise InputError("--beacon: this is not hexadecimal; give the value that the beacon published.")
    return value


def _receipt(data: bytes, trust_text: str | None, *, json: str | None) -> int:
    """Check a receipt and say what it shows; return the exit code."""
    trust = None if trust_text is None else read_trust(trust_text)
    found: Receipt | SourceReceipt
    try:
        if data.startswith(SOURCE_HEADER):
            found = read_source_receipt(data, trust)
            lines = source_lines(found)
        else:
            found = read_receipt(data, trust)
            lines = receipt_lines(found)
    except BrokenError as error:
        told = plain(f"{error}.")
        if json is not None:
            write_json({"exit_code": 3, "integrity": told}, json)
        if json != "-":
            show([Line(f"INTEGRITY   {told}", "bold red")])
        return 3
    if json is not None:
        write_json(found.to_data(), json)
    if json != "-":
        show([Line(text) for line in lines for text in folded(plain(line), terminal_width(), hang=2)])
    return 0


def _lines(report: Report, width: int | None) -> list[Line]:
    """Return the report in lines, each check in the colour of its verdict."""
    styles = {check.verdict.value: _STYLES[check.verdict] for check in report.checks}
    found: list[Line] = []
    for text in report.lines():
        style = next((style for word, style in styles.items() if text.startswith(word)), "")
        found += [Line(piece, style) for piece in (folded(text, width, hang=12) or [""])]
    return found


def _trust_text(path: Path) -> str:
    text = _bytes(path).decode("utf-8", "replace")
    try:
        read_trust(text)
    except BrokenError as error:
        raise InputError(f"{path}: {error}; correct the trust file.") from None
    return text


def _checkpoint(path: Path) -> bytes:
    """Return a checkpoint that the reader kept; whose signature it bears is for the check of the history to say."""
    data = _bytes(path)
    try:
        read_checkpoint(read_note(data)[0])
    except BrokenError as error:
        raise InputError(f"{path} is no checkpoint: {error}; give a file that the log published.") from None
    return data


def _bytes(path: Path, most: int = -1) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise InputError(f"{path}: the file cannot be read ({error.strerror}).") from None
