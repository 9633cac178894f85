"""Knows the rows of a match run as the ledger holds them: one a registration, each a commitment to four fields.

A row can be shown to the person it is about and to nobody else; its ranks can be shown without saying whose it is, and
its score without either.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bequest.ledger.commitment import opening
from bequest.ledger.merkle import inclusion_path, root
from bequest.matching.program import screens_of
from bequest.matching.quantise import decimal_text
from bequest.model.match_run import NO_CLASS_REASON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bequest.ledger.commitment import Salts, Value
    from bequest.matching.match_run import MatchRun

PSEUDONYM_BYTES = 16
FIELDS = ("ranks", "result", "score", "who")
"""The fields of a row, in the order in which they are committed to."""


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


@dataclass(frozen=True, slots=True)
class RunRows:
    """Hold the rows of one run in the order of their pseudonyms, with what proves each."""

    rows: tuple[Row, ...]
    hashes: tuple[bytes, ...]  # the leaf of each row in the run's own tree
    registrations: tuple[str, ...]  # whose row it is; known to the operator only

    def root(self) -> bytes:
        """Return the root over all rows."""
        return root(self.hashes)

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
    names = [str(name) for name in run.pool.registrations]
    who = [pseudonym(subject_key(name), run_id) for name in names]
    order = sorted(range(len(names)), key=who.__getitem__)
    places, results = _places(run), _results(run)
    rows = tuple(Row(who[each], *places.get(each, _NOWHERE), results.get(each, _RANKED)) for each in order)
    hashes = _hashes(run_key, rows)
    return RunRows(rows, tuple(hashes), tuple(names[each] for each in order))


_RANKED: list[Value] = [[], [], None]
_NOWHERE: tuple[list[Value], list[Value]] = ([], [])


def row_opening(rows: RunRows, index: int, *, run_key: bytes, names: Iterable[str]) -> dict[str, object]:
    """Return some fields of one row, the others as commitments, with the path that proves the row under the root."""
    row = rows.rows[index]
    return {
        "row": index,
        "size": len(rows.rows),
        "fields": opening(row_salts(run_key, row.who), row.fields(), names),
        "path": [each.hex() for each in rows.path(index)],
    }


def _hashes(run_key: bytes, rows: Sequence[Row]) -> list[bytes]:
    """Return the leaf of each row; written out for speed, and held to `commitment` by a test."""
    sha, keyed = hashlib.sha256, hmac.digest
    results: dict[int, bytes] = {}
    found: list[bytes] = []
    # A loop over registrations: each row has a key of its own.
    for row in rows:
        who = row.who.encode()
        key = keyed(run_key, who, "sha256")
        # Many rows share one list of reasons, and it lives as long as the rows do.
        result = results.get(id(row.result)) or results.setdefault(id(row.result), _spelled("result", row.result))
        ranks = b'["ranks",%s]' % str(row.ranks).replace(" ", "").encode() if row.ranks else b'["ranks",[]]'
        score = _spelled("score", row.score) if row.score else b'["score",[]]'
        left = (
            b"\x01"
            + sha(b"\x00" + sha(key + b"ranks").digest() + ranks).digest()
            + sha(b"\x00" + sha(key + b"result").digest() + result).digest()
        )
        right = (
            b"\x01"
            + sha(b"\x00" + sha(key + b"score").digest() + score).digest()
            + sha(b'\x00%s["who","%s"]' % (sha(key + b"who").digest(), who)).digest()
        )
        commitment = sha(b"\x01" + sha(left).digest() + sha(right).digest()).digest()
        found.append(sha(b"\x00" + commitment).digest())
    return found


def _spelled(name: str, value: list[Value]) -> bytes:
    return _ENCODER.encode([name, value]).encode()


_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


def _places(run: MatchRun) -> Mapping[int, tuple[list[Value], list[Value]]]:
    """Return ranks and score of each row of the pool that has a place."""
    result, listings, decimals = run.evaluation, run.program.sequence.listings, run.program.decimals
    found: dict[int, tuple[list[Value], list[Value]]] = {}
    listing_of: list[int] = result.order_listing.tolist()
    row_of: list[int] = result.order_row.tolist()
    classes: list[int] = result.class_[result.order_listing, result.order_row].tolist()
    points = result.points[result.order_listing, result.order_row].tolist()
    for rank, (listing, row, class_, amount) in enumerate(zip(listing_of, row_of, classes, points, strict=True), 1):
        of_listing = listings[listing]
        text = None if run.policy.points is None else decimal_text(amount, decimals)
        ranks, score = found.setdefault(row, ([], []))
        ranks.append(rank)
        score.append([of_listing.offer_kind.value, of_listing.classes[class_].id, text])
    return found


def _results(run: MatchRun) -> Mapping[int, list[Value]]:
    """Return why each row of the pool without a place has none; rows with the same reasons share one list."""
    result, best = run.evaluation, run.best_places()
    screens = [screen.id for screen in screens_of(run.policy)]
    left = np.flatnonzero((result.class_ < 0).all(axis=0))
    shared: dict[tuple[int, int, bool, int | None], list[Value]] = {}
    found: dict[int, list[Value]] = {}
    open_ = np.any(result.class_unknown, axis=0)
    bits = zip(result.failed[left].tolist(), result.unknown[left].tolist(), open_[left].tolist(), strict=True)
    for row, (failed, unknown, is_open) in zip(left.tolist(), bits, strict=True):
        key = (failed, unknown, is_open, best[row].rank if row in best else None)
        found[row] = shared.get(key) or shared.setdefault(key, _reasons(key, screens))
    return found


def _reasons(key: tuple[int, int, bool, int | None], screens: list[str]) -> list[Value]:
    failed_bits, unknown_bits, is_open, best = key
    failed: list[Value] = [screen for bit, screen in enumerate(screens) if failed_bits >> bit & 1]
    unknown: list[Value] = [screen for bit, screen in enumerate(screens) if unknown_bits >> bit & 1]
    if not failed and not unknown:
        (unknown if is_open else failed).append(NO_CLASS_REASON)
    return [failed, unknown, best]
