"""Knows the verb `bundle office`: a bundle out of the database of a service, as its newest checkpoint signed it."""

from __future__ import annotations

import json
import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from bequest.cli.bundle import DonorOption, KindOption, OutOption, write_bundle
from bequest.cli.key_file import read_signer
from bequest.cli.ledger_database import open_store
from bequest.cli.record_folder import Operator
from bequest.cli.service_setup import set_up
from bequest.cli.text_file import read_text
from bequest.ledger import stored_checkpoints
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 1_000_000
_NOBODY: dict[str, object] = {"attestors": [], "witnesses": []}

KeyOption = Annotated[Path, typer.Option("--key", metavar="FILE", help="Key of the log, which signs the bundle.")]
TrustOption = Annotated[Path, typer.Option("--trust", metavar="FILE", help="Trust file that the bundle hands on.")]
PartiesOption = Annotated[
    Path | None,
    typer.Option("--parties", metavar="FILE", help="JSON: who attests and who witnesses, and who controls them."),
]


def office(
    *, key: KeyOption, trust: TrustOption, out: OutOption,
    parties: PartiesOption = None, kind: KindOption = None, donor: DonorOption = None,
) -> None:  # fmt: skip
    """Make a bundle that outsiders verify, out of the service's own database.

    The publisher must have signed every entry: let it run once before, and let nobody record anything in between.
    """
    running, signer = set_up(), read_signer(key)
    store = open_store(os.environ.get("BEQUEST_DATABASE", "bequest.db"))
    with closing(store.connection):
        checkpoints = [each.to_bytes() for each in stored_checkpoints.every(store)]
    if not checkpoints:
        raise InputError("Nothing is signed yet; run bequest publisher first.")
    named = _NOBODY if parties is None else _parties(parties)
    record = running.record(checkpoints, read_text(trust, longest=_LONGEST), named)
    write_bundle(Operator(record, signer), out=out, kind=kind, donor=donor)


def _parties(path: Path) -> Mapping[str, object]:
    try:
        found = cast("object", json.loads(read_text(path, longest=_LONGEST)))
    except ValueError:
        found = None
    if not isinstance(found, dict) or set(cast("dict[str, object]", found)) != set(_NOBODY):
        raise InputError(
            f"{path} is no JSON with `attestors` and `witnesses`; docs/reference/ledger-format.md shows it."
        )
    return cast("dict[str, object]", found)
