"""Knows how the rows of a match run are spelled: the JSON of each field, each text once, and which row has which."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, cast

import numpy as np

from bequest.matching.program import screens_of
from bequest.matching.quantise import decimal_texts
from bequest.model.match_run import NO_CLASS_REASON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bequest.ledger.commitment import Value
    from bequest.matching.match_run import MatchRun


@dataclass(frozen=True, slots=True, eq=False)
class Spelled:
    """Hold one field of all rows: its texts, canonical JSON of `[name,value]`, and each row's place among them."""

    texts: tuple[bytes, ...]
    chosen: NDArray[np.int64]  # (rows,)

    def text(self, row: int) -> bytes:
        """Return the text of a row."""
        return self.texts[int(self.chosen[row])]

    def value(self, row: int) -> list[Value]:
        """Return what a row says."""
        named = cast("tuple[str, list[Value]]", json.loads(self.text(row)))
        return named[1]

    def in_order(self, order: NDArray[np.intp]) -> Spelled:
        """Return the field with its rows in another order."""
        return Spelled(self.texts, self.chosen[order])


def spelled_rows(run: MatchRun) -> dict[str, Spelled]:
    """Return `ranks`, `result` and `score` of everybody on a run's list, in the order of its pool."""
    return {**_places(run), "result": _results(run)}


def _places(run: MatchRun) -> dict[str, Spelled]:
    """Return ranks and score: of each rank the offer kind, the class and the points, None without points."""
    result, listings = run.evaluation, run.program.sequence.listings
    most = max((len(listing.classes) for listing in listings), default=0)
    mark, without = ("", "null") if run.policy.points is None else ('"', "")
    # What comes before the points: the same for all places of one class.
    heads = [
        f"[{_json(listing.offer_kind.value)},{_json(class_.id)},{mark}" if class_ is not None else ""
        for listing in listings
        for class_ in (*listing.classes, *[None] * (most - len(listing.classes)))
    ]
    in_class = result.class_[result.order_listing, result.order_row]
    head_of: list[int] = (result.order_listing.astype(np.int64) * most + in_class).tolist()
    if run.policy.points is None:
        amounts = [without] * len(run)
    else:
        points: NDArray[np.int64] = result.points[result.order_listing, result.order_row]
        amounts = decimal_texts(points, run.program.decimals)
    told = {
        "ranks": list(map(str, range(1, len(run) + 1))),
        "score": list(map("".join, zip(map(heads.__getitem__, head_of), amounts, repeat(f"{mark}]")))),
    }
    return {name: _of_rows(name, result.order_row, texts, size=len(run.pool)) for name, texts in told.items()}


def _of_rows(name: str, rows: NDArray[np.int64], texts: Sequence[str], *, size: int) -> Spelled:
    """Return a field that lists a text for each place; `rows` are those of the places, and a row may have several."""
    chosen = np.zeros(size, dtype=np.int64)
    numbers, texts_of = rows, texts
    if len(np.unique(rows)) < len(rows):
        of_row: dict[int, str] = {}
        for row, text in zip(rows.tolist(), texts, strict=True):
            of_row[row] = f"{of_row[row]},{text}" if row in of_row else text
        numbers, texts_of = np.array(list(of_row), dtype=np.int64), list(of_row.values())
    chosen[numbers] = np.arange(1, len(texts_of) + 1)
    return Spelled((_spelled(name, ""), *_spelled_all(name, texts_of)), chosen)


def _results(run: MatchRun) -> Spelled:
    """Return why each row without a place has none: the failed and the unknown screens, and the best rank possible."""
    result, best = run.evaluation, run.best_places()
    screens = [screen.id for screen in screens_of(run.policy)]
    left = np.flatnonzero((result.class_ < 0).all(axis=0))
    best_rank = np.zeros(len(run.pool), dtype=np.uint64)
    best_rank[list(best)] = [place.rank for place in best.values()]
    open_ = np.any(result.class_unknown, axis=0).astype(np.uint64)
    # A loop over registrations: of distinct reasons there are few, but they have four parts.
    number: dict[tuple[int, ...], int] = {}
    parts = (each[left].tolist() for each in (result.failed, result.unknown, open_, best_rank))
    numbers = [number.setdefault(each, len(number) + 1) for each in zip(*parts, strict=True)]
    chosen = np.zeros(len(run.pool), dtype=np.int64)
    chosen[left] = numbers
    texts = (_json(["result", _reasons(each, screens)]).encode() for each in number)
    return Spelled((_json(["result", [[], [], None]]).encode(), *texts), chosen)


def _reasons(bits: Sequence[int], screens: Sequence[str]) -> list[Value]:
    failed_bits, unknown_bits, is_open, best = bits
    failed: list[Value] = [screen for bit, screen in enumerate(screens) if failed_bits >> bit & 1]
    unknown: list[Value] = [screen for bit, screen in enumerate(screens) if unknown_bits >> bit & 1]
    if not failed and not unknown:
        (unknown if is_open else failed).append(NO_CLASS_REASON)
    return [failed, unknown, best or None]


def _spelled(name: str, inside: str) -> bytes:
    return f'["{name}",[{inside}]]'.encode()


def _spelled_all(name: str, inside: Sequence[str]) -> list[bytes]:
    """Return what `_spelled` returns of each: JSON has no line feed, so that all can be joined, encoded and parted."""
    if not inside:
        return []
    between = f']]\n["{name}",['
    return f'["{name}",[{between.join(inside)}]]'.encode().split(b"\n")


def _json(value: Value) -> str:
    return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
