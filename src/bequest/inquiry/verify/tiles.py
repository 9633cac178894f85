"""Knows a log as plain files (C2SP tlog-tiles), and re-hashes all of it: every entry, every tile, up to the root."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.tree import LENGTH, of_leaf, root_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bequest.inquiry.verify.notes import Checkpoint

WIDTH = 256
_NUMBER = re.compile(r"(?:x[0-9]{3}/)*[0-9]{3}")


def number_text(number: int) -> str:
    """Return a tile's number as its path has it: 1234067 is x001/x234/067."""
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])


def read_number(text: str) -> int:
    """Return the number that a path spells; raise BrokenError for another spelling than its own."""
    if not _NUMBER.fullmatch(text) or number_text(number := int(text.replace("x", "").replace("/", ""))) != text:
        raise BrokenError(f"{text[:80]!r} is no number of a tile")
    return number


def tile_path(level: int | str, number: int, width: int) -> str:
    """Return the path of a tile; the level of the entries is called `entries`."""
    return f"tile/{level}/{number_text(number)}" + ("" if width == WIDTH else f".p/{width}")


def paths_of(size: int) -> Iterator[tuple[str, int, int]]:
    """Yield level, number and width of each tile of a log of this size, the entries not counted."""
    level, hashes = 0, size
    while hashes:
        for number in range(-(-hashes // WIDTH)):
            yield str(level), number, min(WIDTH, hashes - number * WIDTH)
        level, hashes = level + 1, hashes // WIDTH


def audit(checkpoint: Checkpoint, read: Callable[[str], bytes | None]) -> Iterator[bytes]:
    """Yield every entry of the log in order, after its bundle was found whole; at the end, check tiles and root.

    `read` returns the bytes at a path under the log's prefix, None where there is no file. Raises BrokenError at the
    first thing that is missing or differs; what was yielded before counts only if the whole iteration ends.
    """
    leaves: list[bytes] = []
    for number in range(-(-checkpoint.size // WIDTH)):
        width = min(WIDTH, checkpoint.size - number * WIDTH)
        for entry in _entries(_found(read, tile_path("entries", number, width)), width, number):
            leaves.append(of_leaf(entry))
            yield entry
    _check_tiles(leaves, checkpoint, read)


def audit_hashes(checkpoint: Checkpoint, read: Callable[[str], bytes | None]) -> None:
    """Check the tiles of hashes and the root of a log whose entries are not at hand."""
    leaves: list[bytes] = []
    for number in range(-(-checkpoint.size // WIDTH)):
        path = tile_path(0, number, min(WIDTH, checkpoint.size - number * WIDTH))
        data = _found(read, path)
        leaves += [data[at : at + LENGTH] for at in range(0, len(data), LENGTH)]
    _check_tiles(leaves, checkpoint, read)


def _check_tiles(leaves: list[bytes], checkpoint: Checkpoint, read: Callable[[str], bytes | None]) -> None:
    row = leaves
    for level, number, width in paths_of(checkpoint.size):
        if level != "0" and number == 0:
            row = [root_of(row[at : at + WIDTH]) for at in range(0, len(row) - len(row) % WIDTH, WIDTH)]
        path = tile_path(level, number, width)
        if _found(read, path) != b"".join(row[number * WIDTH : number * WIDTH + width]):
            raise BrokenError(f"{path} does not hold the hashes of its entries")
    if root_of(leaves) != checkpoint.root:
        raise BrokenError(f"the {checkpoint.size} entries do not have the root of the checkpoint")


def _found(read: Callable[[str], bytes | None], path: str) -> bytes:
    data = read(path)
    if data is None:
        raise BrokenError(f"{path} is missing")
    return data


def _entries(data: bytes, width: int, number: int) -> Iterator[bytes]:
    at = 0
    for place in range(width):
        length = int.from_bytes(data[at : at + 2], "big")
        entry = data[at + 2 : at + 2 + length]
        if at + 2 > len(data) or len(entry) != length:
            raise BrokenError(f"entry {number * WIDTH + place} is cut off")
        at += 2 + length
        yield entry
    if at != len(data):
        raise BrokenError(f"the bundle of entries from {number * WIDTH} on holds more than {width} of them")
