"""Knows how one candidate checks a receipt: their own row of a match run, and nothing about anybody else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.leaves import open_leaf, read_leaf
from bequest.inquiry.verify.log import read_state
from bequest.inquiry.verify.notes import decoded, read_checkpoint, read_note
from bequest.inquiry.verify.offers import ranks_of
from bequest.inquiry.verify.openings import field_hash
from bequest.inquiry.verify.plain_json import bytes_of, number_of, read_object, text_of
from bequest.inquiry.verify.tree import LENGTH, check_inclusion, of_leaf, root_of

if TYPE_CHECKING:
    from bequest.inquiry.verify.leaves import Leaf
    from bequest.inquiry.verify.notes import Checkpoint
    from bequest.inquiry.verify.plain_json import Json
    from bequest.inquiry.verify.trust import Trust

HEADER, SOURCE_HEADER = b"bequest receipt v1", b"bequest source receipt v1"
_PROOF = "c2sp.org/tlog-proof@v1"
LARGEST = 65_536
_ROOT = frozenset({"root", "salt", "index", "size", "path"})
_ROW = frozenset({"ranks", "result", "score", "who", "key", "index", "size", "path"})
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
_POINTS = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_FIELDS = ("ranks", "result", "score", "who")


@dataclass(frozen=True)
class Score:
    """Hold of one rank for what kind of offer it is, in which class, and the points as decimal text, if there are."""

    kind: str
    class_: str
    points: str | None


@dataclass(frozen=True)
class Receipt:
    """Hold what a receipt shows: the run's leaf, the own row, and who signed the log that holds it."""

    leaf: Leaf
    ranks: list[int]
    score: list[Score]
    failed: list[str]
    unknown: list[str]
    best: int | None
    who: str
    origin: str
    log_size: int
    witnesses: int
    has_quorum: bool
    trusted: bool

    def to_data(self) -> dict[str, object]:
        """Return the receipt as plain data."""
        return {
            "leaf": self.leaf.number,
            "at": self.leaf.at.isoformat(),
            "policy_hash": self.leaf.policy,
            "ranks": self.ranks,
            "score": [[each.kind, each.class_, each.points] for each in self.score],
            "failed": self.failed,
            "unknown": self.unknown,
            "best_rank": self.best,
            "who": self.who,
            "log": self.origin,
            "log_size": self.log_size,
            "witnesses": self.witnesses,
            "quorum": self.has_quorum,
            "keys_trusted_by_reader": self.trusted,
        }


def read_receipt(data: bytes, trust: Trust | None) -> Receipt:
    """Return what a receipt shows after every proof in it was followed; raise BrokenError where one fails.

    Without `trust` the signatures are not checked, and `trusted` says so.
    """
    head, gap, rest = data.partition(b"\n\n")
    lines = head.split(b"\n")
    if len(data) > LARGEST or not gap or lines[0] != HEADER or len(lines) != len(("header", "leaf", "root", "row")):
        raise BrokenError("the file is no receipt")
    index, path, signed = _proof(rest)
    leaf = read_leaf(lines[1], index)
    if leaf.kind != "match.run":
        raise BrokenError("the leaf of the receipt is not that of a match run")
    root = _root(read_object(lines[2], "the root of the receipt"), leaf)
    row = _row(read_object(lines[3], "the row of the receipt"), root)
    stated, witnesses, quorum = _state(signed, trust)
    check_inclusion(of_leaf(lines[1]), index=index, size=stated.size, proof=path, root=stated.root)
    failed, unknown, best = _reasons(row["result"])
    ranks, score = ranks_of(row["ranks"], "the row of the receipt"), [_scored(each) for each in _list(row["score"])]
    if len(score) != len(ranks) or bool(ranks) is bool(failed or unknown) or (ranks and best is not None):
        raise BrokenError("the row of the receipt is neither ranked nor told why not, or both")
    return Receipt(
        leaf=leaf,
        ranks=ranks,
        score=score,
        failed=failed,
        unknown=unknown,
        best=best,
        who=text_of(row, "who", "the row of the receipt"),
        origin=stated.origin,
        log_size=stated.size,
        witnesses=witnesses,
        has_quorum=quorum,
        trusted=trust is not None,
    )


@dataclass(frozen=True)
class SourceReceipt:
    """Hold what the receipt of a source shows: the leaf with all its fields, and who signed the log that holds it."""

    leaf: Leaf
    origin: str
    log_size: int
    witnesses: int
    has_quorum: bool
    trusted: bool

    def to_data(self) -> dict[str, object]:
        """Return the receipt as plain data."""
        return {
            "leaf": self.leaf.number,
            "kind": self.leaf.kind,
            "at": self.leaf.at.isoformat(),
            "fields": self.leaf.fields,
            "log": self.origin,
            "log_size": self.log_size,
            "witnesses": self.witnesses,
            "quorum": self.has_quorum,
            "keys_trusted_by_reader": self.trusted,
        }


def read_source_receipt(data: bytes, trust: Trust | None) -> SourceReceipt:
    """Return what the receipt of a source shows after its proofs were followed; raise BrokenError where one fails."""
    head, gap, rest = data.partition(b"\n\n")
    lines = head.split(b"\n")
    if len(data) > LARGEST or not gap or lines[0] != SOURCE_HEADER or len(lines) != len(("header", "leaf", "fields")):
        raise BrokenError("the file is no receipt")
    index, path, signed = _proof(rest)
    leaf = read_leaf(lines[1], index)
    record = read_object(lines[2], "the fields of the receipt")
    open_leaf(leaf, record)
    if set(record) != {"fields"} or len(leaf.fields) != len(leaf.hashes):
        raise BrokenError("the receipt does not open all of its leaf")
    stated, witnesses, quorum = _state(signed, trust)
    check_inclusion(of_leaf(lines[1]), index=index, size=stated.size, proof=path, root=stated.root)
    return SourceReceipt(leaf, stated.origin, stated.size, witnesses, quorum, trust is not None)


def source_lines(found: SourceReceipt) -> list[str]:
    """Return the receipt of a source in words."""
    lines = [f"Leaf {found.leaf.number}, {found.leaf.kind}, {found.leaf.at:%Y-%m-%d %H:%M} UTC, with every field open:"]
    lines += [f"  {name}: {_spoken(value)}" for name, value in found.leaf.fields.items()]
    lines.append(_proved(found.origin, found.log_size, found.witnesses, quorum=found.has_quorum, trusted=found.trusted))
    lines.append("Does not show: that the facts were true.")
    return lines


def _spoken(value: Json) -> str:
    return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)


def _root(record: dict[str, Json], leaf: Leaf) -> bytes:
    """Return the root of the rows, after it was found to be what the run's leaf commits to."""
    what = "the root of the receipt"
    if frozenset(record) != _ROOT:
        raise BrokenError(f"{what} does not have its members")
    salt = _sized(record, "salt", what)
    check_inclusion(
        field_hash(salt, "rows_root", record["root"]), index=number_of(record, "index", what),
        size=number_of(record, "size", what), proof=_path(record, what), root=leaf.commitment,
    )  # fmt: skip
    return bytes_of(record["root"], LENGTH, what)


def _row(record: dict[str, Json], root: bytes) -> dict[str, Json]:
    """Return the row, after all its fields were found to be what the root of the rows commits to."""
    what = "the row of the receipt"
    if frozenset(record) != _ROW:
        raise BrokenError(f"{what} does not have its members")
    key = _sized(record, "key", what)
    hashes = [field_hash(sha256(key + name.encode()).digest(), name, record[name]) for name in _FIELDS]
    check_inclusion(
        of_leaf(root_of(hashes)), index=number_of(record, "index", what), size=number_of(record, "size", what),
        proof=_path(record, what), root=root,
    )  # fmt: skip
    return record


def _state(signed: bytes, trust: Trust | None) -> tuple[Checkpoint, int, bool]:
    """Return the checkpoint, how many witnesses signed it, and whether they are the quorum that the reader asks for."""
    if trust is None:
        return read_checkpoint(read_note(signed)[0]), 0, False
    state = read_state(signed, trust)
    return state.checkpoint, len(state.witnesses()), trust.has_quorum(state.witnesses())


def _reasons(result: Json) -> tuple[list[str], list[str], int | None]:
    parts = _list(result)
    if len(parts) != len(("failed", "unknown", "best")):
        raise BrokenError("the row of the receipt does not have its reasons")
    best = None if parts[2] is None else ranks_of([parts[2]], "the reasons of the receipt")[0]
    return [_id(each) for each in _list(parts[0])], [_id(each) for each in _list(parts[1])], best


def _scored(value: Json) -> Score:
    parts = _list(value)
    if len(parts) != len(("kind", "class", "points")):
        raise BrokenError("the row of the receipt does not have its classes")
    points = parts[2]
    if points is not None and (not isinstance(points, str) or not _POINTS.fullmatch(points)):
        raise BrokenError("the row of the receipt has points that are no number")
    return Score(_id(parts[0]), _id(parts[1]), points)


def _id(value: Json) -> str:
    """Return what a policy calls a screen or a class: one word, so that it cannot speak for this program."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise BrokenError("the row of the receipt names something that no policy can name")
    return value


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise BrokenError("the row of the receipt does not have its form")
    return value


def _sized(record: dict[str, Json], name: str, what: str) -> bytes:
    data = decoded(text_of(record, name, what))
    if len(data) != LENGTH:
        raise BrokenError(f"'{name}' of {what} is not of {LENGTH} bytes")
    return data


def _path(record: dict[str, Json], what: str) -> list[bytes]:
    data = decoded(text_of(record, "path", what))
    if len(data) % LENGTH:
        raise BrokenError(f"the path of {what} is not of whole hashes")
    return [data[at : at + LENGTH] for at in range(0, len(data), LENGTH)]


def _proof(data: bytes) -> tuple[int, list[bytes], bytes]:
    """Return index, path and signed checkpoint of a proof file."""
    head, gap, signed = data.partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")
    if not gap or len(lines) < len(("header", "index")) or lines[0] != _PROOF:
        raise BrokenError("the receipt holds no proof")
    if lines[1].startswith("extra "):
        del lines[1]
    index = lines[1].removeprefix("index ") if len(lines) > 1 else ""
    if not re.fullmatch("0|[1-9][0-9]{0,18}", index) or not lines[1].startswith("index "):
        raise BrokenError("the proof of the receipt states no index")
    return int(index), [decoded(line) for line in lines[2:]], signed


def receipt_lines(found: Receipt) -> list[str]:
    """Return a receipt in words."""
    when = f"{found.leaf.at:%Y-%m-%d %H:%M} UTC"
    lines = [f"Match run of leaf {found.leaf.number}, {when}."]
    if found.ranks:
        lines.append(f"Your rank: {', '.join(map(str, found.ranks))}.")
        for each in found.score:
            worth = "" if each.points is None else f", {each.points} points"
            lines.append(f"  as {each.kind}: class {each.class_}{worth}")
    elif found.failed:
        lines.append(f"Not ranked. These requirements were not met: {', '.join(found.failed)}.")
        if found.unknown:
            lines.append(f"  These could not be judged, because facts were missing: {', '.join(found.unknown)}.")
    else:
        lines.append(f"Not ranked. These could not be judged, because facts were missing: {', '.join(found.unknown)}.")
        if found.best is not None:
            lines.append(f"  With the missing facts in your favour, your rank would have been {found.best} at best.")
    lines.append(f"Your name in this run, and in no other: {found.who}.")
    lines.append(f"Policy: {found.leaf.policy}.")
    lines.append(_proved(found.origin, found.log_size, found.witnesses, quorum=found.has_quorum, trusted=found.trusted))
    lines.append("Does not show: that the facts were true, or anything about anybody else.")
    return lines


def _proved(origin: str, size: int, witnesses: int, *, quorum: bool, trusted: bool) -> str:
    """Return in words under whose signatures a receipt stands."""
    if not trusted:
        return (
            f"Proved to stand under the checkpoint of {size:,} leaves of {origin} in this file. Whose signatures it "
            "bears was NOT checked: give --trust FILE."
        )
    seen = "with" if quorum else "WITHOUT"
    return (
        f"Proved to stand in the log {origin} ({size:,} leaves), signed by it, cosigned by {witnesses} witnesses, "
        f"{seen} the quorum that you ask for."
    )
