"""Knows the best rank that a candidate who cannot be judged could have.

Every unknown is resolved in the candidate's favour, so that nobody urgent is lost to a missing height. The rank is a
bound: whatever the missing values turn out to be, the candidate never comes before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bequest.matching.evaluation import NO_CLASS
from bequest.matching.plain import Judge, exact_points, half_up, sort_keys, summed, term_points
from bequest.model.column import MISSING
from bequest.policy.exact import SHARE_DECIMALS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bequest.matching.evaluation import Evaluation
    from bequest.matching.facts import Facts
    from bequest.matching.program import Program
    from bequest.matching.terms import TermPlan
    from bequest.policy.policy import Policy

    Truths = NDArray[np.bool_]
    Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class _Entries:
    """Hold entries that compete for places: the smaller comes first, by position, then keys, then row."""

    position: Whole  # (entries,)
    keys: Whole  # (keys, entries)
    row: Whole  # (entries,), rows of the pool


class BestPlace(NamedTuple):
    """Hold the best rank that missing facts allow, and the class that it assumes, as places in the program."""

    rank: int
    listing: int
    class_: int


def best_places(policy: Policy, program: Program, *, facts: Facts, result: Evaluation) -> Mapping[int, BestPlace]:
    """Return for each row that nothing rules out but that cannot be judged: its place with every unknown in its favour.

    Rows that fit no class even then are absent. With several listings the best rank counts.
    """
    unplaced = (result.class_ == NO_CLASS).all(axis=0)
    rows = np.flatnonzero(unplaced & (result.failed == 0) & ((result.unknown != 0) | result.class_unknown.any(axis=0)))
    if len(rows) == 0:
        return {}
    judge = Judge(policy, program, facts=facts.of(rows))
    class_ = _classes(program, judge, size=len(rows))
    peaks = [_peaks(program, facts, listing=listing, class_=result.class_) for listing in range(len(class_))]
    own = _own(program, judge, class_=class_, peaks=peaks, rows=rows)
    ahead = _ahead(_ranked(program, facts, result), own)
    listing, few = np.nonzero(class_ != NO_CLASS)
    if any(term.relative_to_class for term in program.terms):
        lifts = np.stack([_lifts(judge, class_=class_[at], peaks=peaks[at]) for at in range(len(class_))])
        pressed = _ahead(_pressed(program, Judge(policy, program, facts=facts), result=result), own)
        ahead = np.where(lifts[listing, few], pressed, ahead)
    best: dict[int, BestPlace] = {}
    classes = class_[listing, few].tolist()
    for row, *place in zip(own.row.tolist(), (ahead + 1).tolist(), listing.tolist(), classes, strict=True):
        best[row] = min(best.get(row, BestPlace(*place)), BestPlace(*place))
    return best


def _ahead(ranked: _Entries, own: _Entries) -> Whole:
    """Return how many of the ranked entries come before each own entry."""
    count = len(ranked.row)
    merged = np.lexsort((
        np.concatenate([ranked.row, own.row]),
        *np.concatenate([ranked.keys, own.keys], axis=1)[::-1],
        np.concatenate([ranked.position, own.position]),
    ))  # fmt: skip
    of_ranked = merged < count
    before = np.zeros(len(own.row), dtype=np.int64)
    before[merged[~of_ranked] - count] = np.cumsum(of_ranked)[~of_ranked]
    return before


def _ranked(program: Program, facts: Facts, result: Evaluation) -> _Entries:
    position, keys = sort_keys(program, facts.matrix, class_=result.class_, points=result.points)
    return _Entries(position, keys, np.nonzero(result.class_ != NO_CLASS)[1])


def _pressed(program: Program, judge: Judge, *, result: Evaluation) -> _Entries:
    """Return the ranked as they would stand at worst if somebody joined their class with a larger value than theirs."""
    least, most = np.zeros_like(result.points), np.zeros_like(result.points)
    for listing, class_ in enumerate(result.class_):
        ends = [_pressed_term(term, judge, class_=class_) for term in program.terms]
        for side, totals in enumerate((least, most)):
            totals[listing] = summed(program, [end[side] for end in ends], size=len(class_))
    matrix = judge.facts.matrix
    position, low = sort_keys(program, matrix, class_=result.class_, points=least)
    _, high = sort_keys(program, matrix, class_=result.class_, points=most)
    return _Entries(position, np.maximum(low, high), np.nonzero(result.class_ != NO_CLASS)[1])


def _pressed_term(term: TermPlan, judge: Judge, *, class_: NDArray[np.int16]) -> tuple[Whole, Whole]:
    given = term_points(term, judge, class_=class_)
    if not term.relative_to_class:
        return given, given
    holds = np.ones(len(given), dtype=np.bool_) if term.when is None else judge(term.when)[0]
    return np.where(holds, term.worst, 0), np.where(holds, term.best, 0)


def _own(
    program: Program, judge: Judge, *, class_: NDArray[np.int16], peaks: list[dict[int, Whole]], rows: Whole
) -> _Entries:
    """Return the entries of those who cannot be judged, each as good as it can be."""
    least, most = np.zeros(class_.shape, dtype=np.int64), np.zeros(class_.shape, dtype=np.int64)
    for listing in range(len(class_)):
        ends = [_ends(term, judge, class_=class_[listing], peaks=peaks[listing]) for term in program.terms]
        for side, totals in enumerate((least, most)):
            totals[listing] = summed(program, [end[side] for end in ends], size=len(rows))
    matrix = judge.facts.matrix
    position, low = sort_keys(program, matrix, class_=class_, points=least)
    _, high = sort_keys(program, matrix, class_=class_, points=most)
    keys = np.minimum(low, high)
    keys[_is_missing(program, matrix, class_=class_, shape=keys.shape)] = np.iinfo(np.int64).min
    return _Entries(position, keys, rows[np.nonzero(class_ != NO_CLASS)[1]])


def _classes(program: Program, judge: Judge, *, size: int) -> NDArray[np.int16]:
    """Return the first class of each listing that is not ruled out, shape (listings, rows)."""
    class_ = np.full((len(program.sequence.listings), size), NO_CLASS, dtype=np.int16)
    for place, listing in enumerate(program.sequence.listings):
        for index in range(len(listing.classes) - 1, -1, -1):
            class_[place][~judge(listing.classes[index].when)[1]] = index
    return class_


def _peaks(program: Program, facts: Facts, *, listing: int, class_: NDArray[np.int16]) -> dict[int, Whole]:
    """Return for the column of each relative term the largest value in each class of a listing, 0 if none is above."""
    found: dict[int, Whole] = {}
    for column in {term.column: None for term in program.terms if term.relative_to_class}:
        peaks = np.zeros(len(program.sequence.listings[listing].classes), dtype=np.int64)
        members = class_[listing] != NO_CLASS
        np.maximum.at(peaks, class_[listing][members], facts.matrix[column, members])
        found[column] = peaks
    return found


def _lifts(judge: Judge, *, class_: NDArray[np.int16], peaks: dict[int, Whole]) -> Truths:
    """Return who has, or could have, a larger value than all others of their class, and so lowers their shares."""
    lifts = np.zeros(len(class_), dtype=np.bool_)
    for column, largest in peaks.items():
        x = judge.facts.matrix[column]
        lifts |= (x == MISSING) | (x > largest[class_])
    return lifts


def _ends(term: TermPlan, judge: Judge, *, class_: NDArray[np.int16], peaks: dict[int, Whole]) -> tuple[Whole, Whole]:
    """Return the least and the most that a term can give, whatever the missing values are."""
    matrix = judge.facts.matrix
    x = np.zeros(matrix.shape[1], dtype=np.int64) if term.column < 0 else matrix[term.column]
    known = x != MISSING
    x = np.where(known, x, 0)
    if term.relative_to_class:
        x = _share(x, np.maximum(peaks[term.column][class_], x))
    for row in term.times:
        known = known & (matrix[row] != MISSING)
    given = exact_points(term, x, matrix=matrix)
    least, most = np.where(known, given, term.worst), np.where(known, given, term.best)
    if term.when is None:
        return least, most
    true, false = judge(term.when)
    return (
        np.where(true, least, np.where(false, 0, np.minimum(least, 0))),
        np.where(true, most, np.where(false, 0, np.maximum(most, 0))),
    )


def _share(x: Whole, largest: Whole) -> Whole:
    top, bottom = np.maximum(x, 0) * 10**SHARE_DECIMALS, np.maximum(largest, 1)
    return half_up(top, bottom)


def _is_missing(program: Program, matrix: Whole, *, class_: NDArray[np.int16], shape: tuple[int, ...]) -> Truths:
    """Return where a key of an entry rests on a missing value, shape (keys, entries)."""
    listing, row = np.nonzero(class_ != NO_CLASS)
    chosen = class_[listing, row]
    missing = np.zeros(shape, dtype=np.bool_)
    for place, of_listing in enumerate(program.class_keys):
        for index, class_keys in enumerate(of_listing):
            members = np.flatnonzero((listing == place) & (chosen == index))
            for level, key in enumerate(class_keys):
                column = program.keys[key].column
                if column >= 0:
                    missing[level, members] = matrix[column, row[members]] == MISSING
    return missing
