"""Knows the folder of an operator: the database of the log, its published files, and what is kept to open it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.cli.key_file import read_signer
from bequest.cli.ledger_database import open_store
from bequest.ledger import stored_checkpoints
from bequest.ledger.record_files import read_record
from bequest.ledger.store import head
from bequest.ledger.stored_tree import leaves
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from bequest.ledger.bundle import Record
    from bequest.ledger.signers import Signer

DATABASE, SITE, PRIVATE, KEY, TRUST = "log.sqlite", "site", "private", "log.key", "trust.policy"
_CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Operator:
    """Hold an operator's record, and the key of the log."""

    record: Record
    signer: Signer


def operator_of(folder: Path) -> Operator:
    """Return what stands in the folder of an operator."""
    if not (folder / DATABASE).is_file():
        raise InputError(f"{folder}: there is no log here; name a folder that `bequest demo-year` has written.")
    store = open_store(str(folder / DATABASE))
    try:
        size = head(store).size
        entries = [
            each.leaf for start in range(0, size, _CHUNK) for each in leaves(store, start, min(size, start + _CHUNK))
        ]
        checkpoints = [each.to_bytes() for each in stored_checkpoints.every(store)]
    finally:
        store.connection.close()

    def read(name: str) -> bytes | None:
        path = folder / PRIVATE / name
        return path.read_bytes() if path.is_file() else None

    return Operator(read_record(read, leaves=entries, checkpoints=checkpoints), read_signer(folder / PRIVATE / KEY))
