"""Knows the rows of a match run as the ledger holds them: one a registration, each a commitment to four fields.

A row can be shown to the person it is about and to nobody else; its ranks can be shown without saying whose it is, and
its score without either.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise
from typing import TYPE_CHECKING, overload

import numpy as np

from bequest.ledger import many_hashes
from bequest.ledger.commitment import opening
from bequest.ledger.many_hashes import HASH_BYTES, as_bytes
from bequest.ledger.merkle import inclusion_path, inclusion_paths, root
from bequest.ledger.row_texts import spelled_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from bequest.ledger.commitment import Salts, Value
    from bequest.ledger.many_hashes import Bytes
    from bequest.ledger.row_texts import Spelled
    from bequest.matching.match_run import MatchRun

PSEUDONYM_BYTES = 16
_WHO_DIGITS = 2 * PSEUDONYM_BYTES
FIELDS = ("ranks", "result", "score", "who")
"""The fields of a row, in the order in which they are committed to."""
MANY = 4096
"""From how many rows on they are hashed all at once: fewer are hashed before the compiled loop is even loaded."""
_PARTS = 2
"""In how many parts they are hashed side by side, on as many cores as are free."""


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one registration's row: whose it is in this run, its ranks, and why it has none.

    `score` lists of each rank the offer kind, class and points (None without points); `result` the failed and the
    unknown screens, and the rank that the missing facts allow at best.
    """

    who: str
    ranks: list[Value]
    score: list[Value]
    result: list[Value]

    def fields(self) -> dict[str, Value]:
        """Return the row's fields by name."""
        return {"ranks": self.ranks, "result": self.result, "score": self.score, "who": self.who}


@dataclass(frozen=True)
class RunRows:
    """Hold the rows of one run in the order of their pseudonyms, with what proves each; hashed when first asked."""

    rows: Sequence[Row]
    hashed: Callable[[], Sequence[bytes]]
    names: NDArray[np.str_]  # (rows,), the registrations in the order of the pool; known to the operator only
    order: NDArray[np.intp]  # (rows,), the row of the pool that each is of

    @cached_property
    def registrations(self) -> Sequence[str]:
        """Return whose row each is."""
        return self.names[self.order].tolist()

    @cached_property
    def hashes(self) -> Sequence[bytes]:
        """Return the leaf of each row in the run's own tree."""
        return self.hashed()

    @cached_property
    def _root(self) -> bytes:
        if len(self.hashes) < MANY:
            return root(self.hashes)
        return many_hashes.root_of(as_bytes(b"".join(self.hashes)).reshape((-1, HASH_BYTES)))

    def root(self) -> bytes:
        """Return the root over all rows."""
        return self._root

    def path(self, index: int) -> tuple[bytes, ...]:
        """Return the hashes, nearest first, that prove a row under the root."""
        return inclusion_path(self.hashes, index)


def pseudonym(subject_key: bytes, run_id: str) -> str:
    """Return who a person is in one run: 32 hexadecimal digits that no other run has."""
    return hmac.digest(subject_key, run_id.encode(), "sha256")[:PSEUDONYM_BYTES].hex()


def row_key(run_key: bytes, who: str) -> bytes:
    """Return the 32-byte key that opens a whole row: HMAC-SHA-256 of `who` under the 32-byte key of the run."""
    return hmac.digest(run_key, who.encode(), "sha256")


def row_salts(run_key: bytes, who: str) -> Salts:
    """Return the 32-byte salt of each field of a row: SHA-256 of the row's key and the field's name."""
    key = row_key(run_key, who)
    return lambda name: hashlib.sha256(key + name.encode()).digest()


def rows_of(run: MatchRun, *, run_id: str, run_key: bytes, subject_key: Callable[[str], bytes]) -> RunRows:
    """Return the rows of a run; `subject_key` gives the 32-byte key of each registration's person."""
    names: list[str] = run.pool.registrations.tolist()
    keys = list(map(subject_key, names))
    who = _pseudonyms(keys, run_id)
    order = np.lexsort(who.view(">u8").T[::-1]) if len(names) else np.zeros(0, dtype=np.intp)
    rows = _SpelledRows(np.ascontiguousarray(who[order]).tobytes().hex(), partial(_spelled_in_order, run, order))
    hashed = partial(_hashed_at_once if len(names) >= MANY else _hashed_each, run_key, rows)
    return RunRows(rows, hashed, run.pool.registrations, order)


def _spelled_in_order(run: MatchRun, order: NDArray[np.intp]) -> dict[str, Spelled]:
    return {name: each.in_order(order) for name, each in spelled_rows(run).items()}


@dataclass(frozen=True)
class _SpelledRows(Sequence[Row]):
    """Hold rows, `who` one behind the other; all are spelled when the first is asked for."""

    who: str
    spelled: Callable[[], Mapping[str, Spelled]]

    @cached_property
    def fields(self) -> Mapping[str, Spelled]:
        """Return the texts of the fields of all rows."""
        return self.spelled()

    def __len__(self) -> int:
        return len(self.who) // _WHO_DIGITS

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        row = range(len(self))[place]
        who = self.who[row * _WHO_DIGITS : (row + 1) * _WHO_DIGITS]
        return Row(who, **{name: field.value(row) for name, field in self.fields.items()})


def row_opening(rows: RunRows, index: int, *, run_key: bytes, names: Iterable[str]) -> dict[str, object]:
    """Return some fields of one row, the others as commitments, with the path that proves the row under the root."""
    return row_openings(rows, [index], run_key=run_key, names=tuple(names))[0]


def row_openings(
    rows: RunRows, indexes: Sequence[int], *, run_key: bytes, names: Sequence[str]
) -> list[dict[str, object]]:
    """Return what `row_opening` returns of each of some rows; the tree is hashed once for all of them."""
    found: list[dict[str, object]] = []
    for index, path in zip(indexes, inclusion_paths(rows.hashes, indexes), strict=True):
        row = rows.rows[index]
        found.append({
            "row": index,
            "size": len(rows.rows),
            "fields": opening(row_salts(run_key, row.who), row.fields(), names),
            "path": [each.hex() for each in path],
        })  # fmt: skip
    return found


def _pseudonyms(keys: Sequence[bytes], run_id: str) -> Bytes:
    """Return who each person is in the run, (n, 16) bytes."""
    if len(keys) < MANY:
        found = as_bytes(b"".join(bytes.fromhex(pseudonym(key, run_id)) for key in keys))
        return found.reshape((-1, PSEUDONYM_BYTES))
    message = np.broadcast_to(as_bytes(run_id.encode()), (len(keys), len(run_id)))
    of_each = as_bytes(b"".join(keys)).reshape((len(keys), -1))
    return np.ascontiguousarray(many_hashes.hmac_each(of_each, message)[:, :PSEUDONYM_BYTES])


def _hashed_each(run_key: bytes, rows: _SpelledRows) -> list[bytes]:
    """Return the leaf of each row; written out for speed, and held to `commitment` by a test."""
    sha = hashlib.sha256
    ranks, result, score = (rows.fields[name] for name in FIELDS[:-1])
    found: list[bytes] = []
    # A loop over registrations: each row has a key of its own.
    for place, start in enumerate(range(0, len(rows.who), _WHO_DIGITS)):
        name = rows.who[start : start + _WHO_DIGITS]
        key, who = row_key(run_key, name), name.encode()
        left = (
            b"\x01"
            + sha(b"\x00" + sha(key + b"ranks").digest() + ranks.text(place)).digest()
            + sha(b"\x00" + sha(key + b"result").digest() + result.text(place)).digest()
        )
        right = (
            b"\x01"
            + sha(b"\x00" + sha(key + b"score").digest() + score.text(place)).digest()
            + sha(b'\x00%s["who","%s"]' % (sha(key + b"who").digest(), who)).digest()
        )
        commitment = sha(b"\x01" + sha(left).digest() + sha(right).digest()).digest()
        found.append(sha(b"\x00" + commitment).digest())
    return found


def _hashed_at_once(run_key: bytes, rows: _SpelledRows) -> list[bytes]:
    """Return the same as `_hashed_each`, step by step of many rows at once, and in parts side by side."""
    who = as_bytes(rows.who.encode()).reshape((len(rows), -1))
    # All are spelled before the first part asks for it.
    fields, ends = rows.fields, [len(rows) * part // _PARTS for part in range(_PARTS + 1)]
    parts = [slice(*each) for each in pairwise(ends)]
    with ThreadPoolExecutor(max_workers=_PARTS) as beside:
        leaves = b"".join(beside.map(partial(_hashed_part, run_key, who, fields), parts))
    return [leaves[start : start + HASH_BYTES] for start in range(0, len(leaves), HASH_BYTES)]


def _hashed_part(run_key: bytes, everybody: Bytes, fields: Mapping[str, Spelled], part: slice) -> bytes:
    """Return the leaves of some rows, one behind the other."""
    who = everybody[part]
    keys = many_hashes.hmac_each(as_bytes(run_key).reshape((1, -1)), who)

    def salted(name: str) -> Bytes:
        """Return what the leaf of a field begins with: zero, and the salt."""
        return _before(b"\x00", many_hashes.hash_each(_before(b"", keys, name.encode())))

    ranks, result, score = (
        many_hashes.hash_each_before(salted(name), fields[name].texts, fields[name].chosen[part])
        for name in FIELDS[:-1]
    )
    own = many_hashes.hash_each(np.hstack([salted("who"), _before(b'["who","', who, b'"]')]))
    commitments = many_hashes.nodes(many_hashes.nodes(ranks, result), many_hashes.nodes(score, own))
    return many_hashes.hash_each(_before(b"\x00", commitments)).tobytes()


def _before(head: bytes, rows: Bytes, tail: bytes = b"") -> NDArray[np.uint8]:
    """Return each row between the same bytes."""
    ends = (np.broadcast_to(as_bytes(end), (len(rows), len(end))) for end in (head, tail))
    first, last = ends
    return np.hstack([first, rows, last])
