"""Knows whether storage keeps what it confirms, as far as a program can tell while the power is on.

A disk that confirms a write and holds it in a memory of its own passes: only a power cut shows that.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from bequest.cli.site import sync_folder
from bequest.ledger.errors import LedgerError
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

BYTES = 70_000
"""More than a tile with all its hashes, and no multiple of any sector."""
NAME = ".bequest-storage-check"
_PART = ".part"
_ASKS = "Nothing is signed. Put it on storage that keeps what it confirms."


class Disk:
    """Write, sync and read as the system does it; a test puts one that lies in its place."""

    def write(self, path: Path, data: bytes) -> None:
        """Write a file and sync it."""
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def rename(self, path: Path, target: Path) -> None:
        """Put a file in the place of another one."""
        path.replace(target)

    def sync_folder(self, folder: Path) -> None:
        """Make the names in a folder durable."""
        sync_folder(folder)

    def read(self, path: Path) -> bytes:
        """Return the bytes of a file, from the storage where the system lets go of what it remembers of it."""
        with path.open("rb") as file:
            if hasattr(os, "posix_fadvise"):
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            return file.read()


def check_storage(folder: Path, *, entropy: Callable[[int], bytes], disk: Disk | None = None) -> None:
    """Write, sync and rename a file in a folder, twice over, and return if each time it reads again as it was written.

    The folder is made if it is not there. Raises `InputError` where nothing can be written there, and `LedgerError`
    where the storage cannot sync, or does not hold what it confirmed.
    """
    disk = disk or Disk()
    path = folder / NAME
    part = path.with_name(NAME + _PART)
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.write_bytes(b"")
    except OSError as error:
        raise InputError(f"{folder}: nothing can be written there ({error.strerror}); name another folder.") from None
    try:
        _sync_folders(disk, [each.parent for each in made])
        for _ in range(2):
            _check_once(disk, part, path, entropy(BYTES))
    finally:
        for each in (part, path):
            with suppress(OSError):
                each.unlink()


def _check_once(disk: Disk, part: Path, path: Path, data: bytes) -> None:
    folder = path.parent
    try:
        disk.write(part, data)
    except OSError as error:
        raise LedgerError(f"{folder}: the storage does not write and sync a file ({error.strerror}). {_ASKS}") from None
    disk.rename(part, path)
    _sync_folders(disk, [folder])
    try:
        found = disk.read(path)
    except OSError as error:
        raise LedgerError(
            f"{folder}: a file that was confirmed cannot be read again ({error.strerror}). {_ASKS}"
        ) from None
    if found != data:
        raise LedgerError(
            f"{folder}: the storage confirmed {len(data):,} bytes and does not hold them as they were written. {_ASKS}"
        )


def _sync_folders(disk: Disk, folders: Iterable[Path]) -> None:
    for folder in folders:
        try:
            disk.sync_folder(folder)
        except OSError as error:
            raise LedgerError(
                f"{folder}: the storage does not sync the names in a folder ({error.strerror}), so a file that was"
                f" confirmed can be gone after a power cut. {_ASKS}"
            ) from None
