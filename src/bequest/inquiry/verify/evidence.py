"""Knows a bundle as its files by path, from a folder or a ZIP, nothing of them believed."""

from __future__ import annotations

import re
import stat
import zipfile
from typing import TYPE_CHECKING, Protocol

from bequest.inquiry.verify.finding import BrokenError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_PATH = re.compile(r"[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*")
_MOST_FILES = 1_000_000
_LARGEST_FILE = 1 << 31
_LARGEST_WHOLE = 1 << 34
_MOST_GROWTH = 100
"""How many times its packed length a large file may have; what bundles hold grows to about five times."""
_SMALL_FILE = 1 << 20
_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class Evidence(Protocol):
    """Be the files of a bundle."""

    @property
    def sizes(self) -> Mapping[str, int]:
        """Return the length of every file by path."""
        ...

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file, None where there is no such file."""
        ...


class MemoryEvidence:
    """Hold a bundle in memory."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Take the files."""
        self._files = dict(files)
        self.sizes: Mapping[str, int] = {path: len(data) for path, data in self._files.items()}
        _check_paths(self.sizes)

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file, None where there is no such file."""
        return self._files.get(path)


class FolderEvidence:
    """Read a bundle from a folder; a link in it is refused, because it may point anywhere."""

    def __init__(self, folder: Path) -> None:
        """List the files."""
        self._folder = folder
        sizes: dict[str, int] = {}
        for path in sorted(folder.rglob("*")):
            about = path.lstat()
            if not stat.S_ISREG(about.st_mode) and not stat.S_ISDIR(about.st_mode):
                raise BrokenError("the bundle holds something that is neither a file nor a folder")
            if stat.S_ISREG(about.st_mode):
                sizes[path.relative_to(folder).as_posix()] = about.st_size
        self.sizes: Mapping[str, int] = sizes
        _check_paths(sizes)

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file, None where there is no such file."""
        if path not in self.sizes:
            return None
        try:
            with (self._folder / path).open("rb") as file:
                data = file.read(self.sizes[path] + 1)
        except OSError as error:
            raise BrokenError(f"{path} cannot be read ({error.strerror})") from None
        if len(data) != self.sizes[path]:
            raise BrokenError(f"{path} changed while it was read")
        return data


class ZipEvidence:
    """Read a bundle from a ZIP file."""

    def __init__(self, path: Path) -> None:
        """List the files."""
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise BrokenError("the bundle is no ZIP file that can be read") from None
        entries = [each for each in self._zip.infolist() if not each.filename.endswith("/")]
        if len({each.filename for each in entries}) != len(entries):
            raise BrokenError("the ZIP file holds two files of one name")
        self.sizes: Mapping[str, int] = {each.filename: each.file_size for each in entries}
        _check_paths(self.sizes)
        _check_packing(entries, path.stat().st_size)

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file, None where there is no such file."""
        if path not in self.sizes:
            return None
        try:
            with self._zip.open(path) as file:
                data = file.read(self.sizes[path] + 1)
        except Exception as error:  # noqa: BLE001  whatever it is that zipfile and zlib raise for a stranger's bytes
            raise BrokenError(f"{path} cannot be unpacked ({type(error).__name__})") from None
        if len(data) != self.sizes[path]:
            raise BrokenError(f"{path} is not as long as the ZIP file says")
        return data


def evidence_at(path: Path) -> Evidence:
    """Return the bundle at a path, a folder or a ZIP file."""
    return FolderEvidence(path) if path.is_dir() else ZipEvidence(path)


def _check_packing(entries: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse a ZIP file that would fill the memory: its files share their bytes, or grow beyond measure."""
    if sum(each.compress_size for each in entries) > size:
        raise BrokenError("the files in the ZIP file are more than the ZIP file holds")
    for each in entries:
        if each.compress_type not in _PACKED:
            raise BrokenError(f"{each.filename} is packed in a way that bundles are not")
        if each.file_size > _SMALL_FILE + _MOST_GROWTH * each.compress_size:
            raise BrokenError(f"{each.filename} would grow to more than {_MOST_GROWTH} times its packed length")


def _check_paths(sizes: Mapping[str, int]) -> None:
    if (
        len(sizes) > _MOST_FILES
        or sum(sizes.values()) > _LARGEST_WHOLE
        or max(sizes.values(), default=0) > _LARGEST_FILE
    ):
        raise BrokenError("the bundle is larger than any bundle is")
    for path in sizes:
        if not _PATH.fullmatch(path) or any(part in {".", ".."} for part in path.split("/")):
            raise BrokenError(f"the bundle holds a file with the name {path[:60]!r}, which none may have")
    folded = {path.lower() for path in sizes}
    if len(folded) != len(sizes):
        raise BrokenError("the bundle holds two files whose names differ in capitals alone")
