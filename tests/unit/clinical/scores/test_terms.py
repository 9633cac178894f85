"""Terms of linear predictors."""

from __future__ import annotations

import math

import numpy as np

from bequest.clinical.scores.terms import Pieces, by_choice, choice, indicator, on_pieces, or_default

LINE = Pieces(starts=np.array([2.0, 3.0]), slopes=np.array([1.0, 10.0]), bases=np.array([5.0, 6.0]), slope_below=-2.0)


def test_a_broken_line_is_followed_on_every_piece_and_below_the_first() -> None:
    heights = on_pieces(LINE, np.array([1.0, 2.0, 2.5, 3.0, 4.0]))
    assert heights.tolist() == [3.0, 5.0, 5.5, 6.0, 16.0]


def test_a_missing_value_stays_missing_on_a_broken_line() -> None:
    assert np.isnan(on_pieces(LINE, np.array([math.nan]))).all()


def test_a_default_fills_only_what_is_missing() -> None:
    assert or_default(np.array([math.nan, 2.0]), 7.0).tolist() == [7.0, 2.0]


def test_an_indicator_of_a_missing_value_is_missing() -> None:
    found = indicator(np.array([1.0, 2.0, math.nan]), 2.0)
    assert found[:2].tolist() == [0.0, 1.0]
    assert np.isnan(found[2])


def test_a_choice_has_the_number_of_its_place() -> None:
    assert by_choice(np.array([1.0, 0.0, math.nan]), [10.0, 20.0], 30.0).tolist() == [20.0, 10.0, 30.0]


def test_a_choice_accepts_no_other_place() -> None:
    entry = choice("colour", "a colour", ("red", "blue"))
    assert (entry.low, entry.high) == (0, 1)
