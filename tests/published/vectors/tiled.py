"""Knows vectors of tiles: how their paths are written, how many a tree has, and whole trees of tiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.comparison import Compared, Difference

from bequest.inquiry.verify import tiles as read_tiles
from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.notes import Checkpoint
from bequest.ledger import tiles
from bequest.ledger.errors import LedgerError
from vectors.fields import as_bytes, as_number, field, rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Row = Mapping[str, object]

_TREE = ("size", "root", "tiles")


def has_paths(content: Row) -> bool:
    """Return whether a file holds paths of tiles."""
    return "c2sp_index" in content or "sumdb_form" in content


def compare_paths(content: Row) -> Iterator[Compared]:
    """Return each number of a tile, each path that is none, and the tiles of each tree, compared."""
    numbers = [(row["N"], row["enc"]) for row in content.get("c2sp_index", ())]
    numbers += [(row["N"], _number_in(row["path"])) for row in content.get("sumdb_form", ())]
    for number, expected in numbers:
        got = {tiles.number_path(number), read_tiles.number_text(number)}
        yield Compared(expected, number, tuple(Difference("path", expected, each) for each in got if each != expected))
    for path in content.get("sumdb_invalid", ()):
        yield Compared(path, None, (Difference("path", "refused", "accepted"),) if _is_number(_number_in(path)) else ())
    for size in (int(key.rpartition("_")[2]) for key in content if key.startswith("c2sp_tree_")):
        yield _counted(size, content[f"c2sp_tree_{size}"])


def has_trees(content: Row) -> bool:
    """Return whether a file holds a whole log: its size, its root and its tiles by their paths."""
    return bool(rows(content, having=_TREE))


def compare_trees(content: Row) -> Iterator[Compared]:
    """Return each log, re-hashed from its tiles to its root."""
    for name, row in rows(content, having=_TREE):
        listed = field(row, "tiles")
        files = listed if isinstance(listed, dict) else {each["path"]: each["data"] for each in listed}
        whole = {_under_prefix(path): as_bytes(data) for path, data in files.items()}
        size, root = as_number(field(row, "size")), as_bytes(field(row, "root"))
        yield Compared(name, size, tuple(_broken(Checkpoint("vector", size, root, ""), whole)))


def _broken(stated: Checkpoint, files: Mapping[str, bytes]) -> Iterator[Difference]:
    try:
        if any(path.startswith("tile/entries/") for path in files):
            for _ in read_tiles.audit(stated, files.get):
                pass
        else:
            read_tiles.audit_hashes(stated, files.get)
    except BrokenError as error:
        yield Difference("root", stated.root.hex(), str(error))


def _counted(size: int, expected: Row) -> Compared:
    found = {tile.path(): tile for tile in tiles.tiles_of(size) if tile.level is not None}
    paths = {read_tiles.tile_path(level, number, width) for level, number, width in read_tiles.paths_of(size)}
    got = {key: _of_tree(key, list(found.values())) for key in expected}
    wrong = [Difference(key, expected[key], got[key]) for key in expected if got[key] != expected[key]]
    if paths != set(found):
        wrong.append(Difference("paths", sorted(found), sorted(paths)))
    return Compared(f"tree of {size}", None, tuple(wrong))


def _of_tree(key: str, found: list[tiles.Tile]) -> int:
    """Return how many full tiles a level has, or the width of its partial one."""
    of_level = [tile for tile in found if tile.level == int(key.split("level")[1][0])]
    if key.startswith("full"):
        return sum(tile.width == tiles.WIDTH for tile in of_level)
    return sum(tile.width for tile in of_level if tile.width < tiles.WIDTH)


def _number_in(path: str) -> str:
    """Return the number in a path of the older form, which names the height of its tiles too."""
    return "/".join(path.split("/")[3:]).partition(".p/")[0]


def _is_number(text: str) -> bool:
    try:
        read_tiles.read_number(text)
        tiles.parse_path(f"tile/0/{text}")
    except (BrokenError, LedgerError):
        return False
    return True


def _under_prefix(path: str) -> str:
    return path[path.index("tile/") :] if "tile/" in path else path
