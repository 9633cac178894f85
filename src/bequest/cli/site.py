"""Knows the folder from which a log is served: every file whole or not there, and durable before the next one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.ledger.errors import LedgerError

if TYPE_CHECKING:
    from pathlib import Path

CHECKPOINT = "checkpoint"
_PART = ".part"


@dataclass(frozen=True, slots=True)
class Site:
    """Hold the folder of a log."""

    folder: Path

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file, None where it is not there."""
        try:
            return (self.folder / path).read_bytes()
        except FileNotFoundError:
            return None

    def keep(self, path: str, data: bytes) -> None:
        """Write a file that never changes once it is there; raise `LedgerError` where other bytes stand there."""
        found = self.read(path)
        if found is None:
            self.write(path, data)
        elif found != data:
            raise LedgerError(
                f"{self.folder / path} does not hold what the log has there; it was altered, or belongs to another log."
                " Nothing is signed."
            )

    def write(self, path: str, data: bytes) -> None:
        """Write a file, or put it in the place of another one, and return once it is durable."""
        target = self.folder / path
        _make_folder(target.parent)
        part = target.with_name(target.name + _PART)
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        sync_folder(target.parent)


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system can sync a folder."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
