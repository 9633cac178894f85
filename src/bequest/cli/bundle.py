"""Knows the verbs `bundle make` and `receipt make`: what an operator hands out of the record."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from bequest.cli.layout import Line, folded, shell
from bequest.cli.output import SYNTHETIC, show, terminal_width, write_bytes
from bequest.cli.record_folder import Operator, operator_of
from bequest.inquiry.replay import replayer_of
from bequest.inquiry.verify.bundle import verify_bundle
from bequest.inquiry.verify.evidence import MemoryEvidence
from bequest.ledger.bundle import BundleKind
from bequest.ledger.bundle import bundle as bundle_files
from bequest.ledger.merkle import inclusion_path, leaf_hash
from bequest.ledger.proof import TlogProof
from bequest.ledger.receipt import receipt as receipt_file
from bequest.ledger.receipt import source_receipt
from bequest.ledger.rows import rows_of
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.ledger.bundle import Record

FolderArgument = Annotated[
    Path, typer.Argument(metavar="DIR", help="Folder of the operator: database and private files.")
]
OutOption = Annotated[Path, typer.Option("--out", metavar="FILE", help="File to write.")]
KindOption = Annotated[
    BundleKind | None,
    typer.Option(
        "--kind",
        help="public: what identifies nobody; inquiry: one donation as well; replay: everything. Without it: replay of "
        "invented people, else public.",
    ),
]
DonorOption = Annotated[
    str | None, typer.Option("--donor", metavar="ID", help="The donor whose donation an inquiry bundle opens.")
]
RunOption = Annotated[int, typer.Option("--run", metavar="LEAF", min=0, help="Number of the leaf of the match run.")]
LeafOption = Annotated[int, typer.Option("--leaf", metavar="LEAF", min=0, help="Number of the leaf of the event.")]
RegistrationOption = Annotated[str, typer.Option("--registration", metavar="ID", help="Whose row it is.")]
_TIME = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the ZIP: the first that a ZIP can hold, so that the same record gives the same bytes."""


def make(folder: FolderArgument, *, out: OutOption, kind: KindOption = None, donor: DonorOption = None) -> None:
    """Make a bundle that outsiders verify: a ZIP file of the log, its proofs and what it opens."""
    write_bundle(operator_of(folder), out=out, kind=kind, donor=donor)


def write_bundle(operator: Operator, *, out: Path, kind: BundleKind | None, donor: str | None) -> None:
    """Write a bundle of an operator's record, and say what it is and how it is verified."""
    record = operator.record
    chosen = kind or (BundleKind.REPLAY if record.synthetic else BundleKind.PUBLIC)
    if (donor is not None) != (chosen is BundleKind.INQUIRY):
        raise InputError("--donor belongs to --kind inquiry, which opens the donation of one donor; give both.")
    case = None if donor is None else _donation(record, donor)
    files = bundle_files(record, chosen, signer=operator.signer, case=case)
    write_bytes(out, zipped(files))
    width, size = terminal_width(), sum(map(len, files.values())) / 1e6
    counts = f"{len(record.leaves):,} leaves, {len(files):,} files, {size:,.1f} MB"
    told = f"Made a bundle for {_WORDS[chosen]} in {out}: {counts}."
    lines = [Line(piece) for piece in folded(told, width)]
    if record.synthetic:
        lines.append(Line(SYNTHETIC, "italic"))
    show([*lines, Line(), Line("Next:"), *(Line(each) for each in shell(["bequest", "verify", str(out)], width))])


def make_receipt(folder: FolderArgument, *, run: RunOption, registration: RegistrationOption, out: OutOption) -> None:
    """Make the receipt of one candidate: their own row of a match run, with all that proves it."""
    operator = operator_of(folder)
    _hand_out(_receipt(operator, run, registration), out)


def make_source_receipt(folder: FolderArgument, *, leaf: LeafOption, out: OutOption) -> None:
    """Make the receipt of whoever recorded or attested an event: its leaf, every field open, and its proof."""
    record = operator_of(folder).record
    if leaf >= len(record.leaves):
        raise InputError(f"leaf {leaf} is not in the log, which has {len(record.leaves):,} leaves from 0 on.")
    kept = record.kept[leaf]
    if kept.key is None:
        raise InputError(f"leaf {leaf} is of somebody who was erased; nothing opens it any more.")
    data = source_receipt(record.leaves[leaf], kept.fields, event_key=kept.key, proof=_proof(record, leaf))
    _hand_out(data, out)


def _hand_out(data: bytes, out: Path) -> None:
    write_bytes(out, data)
    told, command = f"Made a receipt of {len(data):,} bytes in {out}.", ["bequest", "verify", str(out)]
    show([Line(told), Line(), Line("Next:"), *(Line(each) for each in shell(command, terminal_width()))])


def _proof(record: Record, leaf: int) -> TlogProof:
    hashes = [leaf_hash(each) for each in record.leaves]
    return TlogProof(leaf, inclusion_path(hashes, leaf), record.checkpoints[-1])


_WORDS = {
    BundleKind.PUBLIC: "everybody",
    BundleKind.INQUIRY: "an inquiry into one donation",
    BundleKind.REPLAY: "a replay of everything",
}


def _donation(record: Record, donor: str) -> str:
    """Return the pseudonym of a donor's donation."""
    for each in record.replay["donors"]:
        # What record_files wrote.
        facts, leaf = cast("dict[str, str]", each["facts"]), cast("int", each["leaf"])
        if facts.get("donor") == donor:
            return str(record.kept[leaf].fields["donation"])
    raise InputError(
        f"donor '{donor}' has no organ in this log that was released, or was erased; check the identifier."
    )


def _receipt(operator: Operator, leaf: int, registration: str) -> bytes:
    """Rank one run again, and return a receipt of it."""
    record = operator.record
    run = next((each for each in record.replay["runs"] if each["leaf"] == leaf), None)
    if run is None:
        runs = [str(each["leaf"]) for each in record.replay["runs"][:3]]
        named = f"runs are the leaves {', '.join(runs)} and so on"
        raise InputError(f"leaf {leaf} is no match run, or its donor was erased; {named}.")
    found = verify_bundle(MemoryEvidence(bundle_files(record, BundleKind.REPLAY, signer=operator.signer)))
    replayer = replayer_of(found) if found.readable else None
    if replayer is None:
        raise InputError("the record does not hold together; run: bequest bundle make, then bequest verify.")
    fields, key = record.kept[leaf].fields, record.kept[leaf].key
    run_key = bytes.fromhex(str(run["run_key"]))
    if key is None or leaf in replayer.unrepeatable:
        raise InputError(f"the run of leaf {leaf} cannot be ranked again: somebody whom it ranked was erased.")
    result, keys = replayer.ranked(leaf)
    if registration not in keys:
        raise InputError(f"registration '{registration}' was not on the list of that run; check the identifier.")
    rows = rows_of(result, run_id=str(fields["run_id"]), run_key=run_key, subject_key=keys.__getitem__)
    return receipt_file(
        record.leaves[leaf],
        fields,
        event_key=key,
        rows=rows,
        run_key=run_key,
        registration=registration,
        proof=_proof(record, leaf),
    )


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as one ZIP, the same bytes for the same files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for path in sorted(files):
            target.writestr(zipfile.ZipInfo(path, _TIME), files[path], zipfile.ZIP_DEFLATED)
    return packed.getvalue()
