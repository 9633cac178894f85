"""Knows how the rows of a match run are spelled: the JSON of each field, each text once, and which row has which."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from bequest.matching.program import screens_of
from bequest.matching.quantise import decimal_text
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
    result, listings, decimals = run.evaluation, run.program.sequence.listings, run.program.decimals
    listing_of: list[int] = result.order_listing.tolist()
    row_of: list[int] = result.order_row.tolist()
    classes: list[int] = result.class_[result.order_listing, result.order_row].tolist()
    points: list[int] = result.points[result.order_listing, result.order_row].tolist()
    has_points = run.policy.points is not None
    kinds = [
        [f"[{_json(listing.offer_kind.value)},{_json(each.id)}," for each in listing.classes] for listing in listings
    ]
    # A loop over places: each has points of its own.
    ranks: dict[int, str] = {}
    scores: dict[int, str] = {}
    for rank, (listing, row, class_, amount) in enumerate(zip(listing_of, row_of, classes, points, strict=True), 1):
        score = f'{kinds[listing][class_]}"{decimal_text(amount, decimals)}"]' if has_points else (
            f"{kinds[listing][class_]}null]"
        )  # fmt: skip
        if row in ranks:
            ranks[row], scores[row] = f"{ranks[row]},{rank}", f"{scores[row]},{score}"
        else:
            ranks[row], scores[row] = str(rank), score
    chosen = np.zeros(len(run.pool), dtype=np.int64)
    chosen[list(ranks)] = np.arange(1, len(ranks) + 1)
    return {
        name: Spelled((_spelled(name, ""), *(_spelled(name, text) for text in texts.values())), chosen)
        for name, texts in (("ranks", ranks), ("score", scores))
    }


def _results(run: MatchRun) -> Spelled:
    """Return why each row without a place has none: the failed and the unknown screens, and the best rank possible."""
    result, best = run.evaluation, run.best_places()
    screens = [screen.id for screen in screens_of(run.policy)]
    left = np.flatnonzero((result.class_ < 0).all(axis=0))
    best_rank = np.zeros(len(run.pool), dtype=np.uint64)
    best_rank[list(best)] = [place.rank for place in best.values()]
    open_ = np.any(result.class_unknown, axis=0).astype(np.uint64)
    reasons = np.column_stack([result.failed[left], result.unknown[left], open_[left], best_rank[left]])
    distinct, number = np.unique(reasons, axis=0, return_inverse=True)
    chosen = np.zeros(len(run.pool), dtype=np.int64)
    chosen[left] = number.reshape(-1) + 1
    texts = (_json(["result", _reasons(each, screens)]).encode() for each in distinct.tolist())
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


def _json(value: Value) -> str:
    return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
