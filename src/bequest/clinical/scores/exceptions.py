"""Knows the curve that turns a mortality into MELD points, by which exception points are set in Eurotransplant.

Source: thesis of H.C. de Ferrante with Eurotransplant, chapter 5, quoting the liver manual.
90-day survival at MELD m is S10 ** exp(slope x (m - 10)).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.scores.coefficients import number
from bequest.clinical.scores.score import Output, Score, ScoreInput, half_up

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.clinical.scores.score import Columns

    Column = NDArray[np.float64]  # (people,)

FILE = "scores/et_exceptions.json"


def _exception(curve: str, given: Columns) -> dict[str, Column]:
    points = _meld_of_mortality(curve, given["mortality_percent"])
    return {"meld": half_up(points), "meld_unrounded": points}


def _bonus(curve: str, given: Columns) -> dict[str, Column]:
    # The mortality of the laboratory MELD is rounded to a whole percentage before the bonus is added.
    survival = _survival(curve, given["lab_meld"])
    mortality = 100 - half_up(100 * survival) + given["bonus_percent"]
    return {"meld": half_up(_meld_of_mortality(curve, mortality), 2), "mortality_percent": np.minimum(mortality, 100)}


def _survival(curve: str, meld: Column) -> Column:
    at_10, slope = number(FILE, f"{curve}.survival_at_10"), number(FILE, f"{curve}.slope")
    return at_10 ** np.exp(slope * (meld - _ORIGIN))


def _meld_of_mortality(curve: str, percent: Column) -> Column:
    """Return MELD within its least and most points; 100 % and above give the most."""
    at_10, slope = number(FILE, f"{curve}.survival_at_10"), number(FILE, f"{curve}.slope")
    # At 0 and 100 % the logarithms are infinite, which the bounds then bring back.
    with np.errstate(divide="ignore"):
        hazard = np.log1p(-np.minimum(percent, 100) / 100) / np.log(at_10)
        points = _ORIGIN + np.log(np.abs(hazard)) / slope
    return np.clip(points, number(FILE, f"{curve}.least"), number(FILE, f"{curve}.most"))


_ORIGIN = 10
"""The MELD at which the curve gives S10."""

_MORTALITY = ScoreInput("mortality_percent", "equivalent 90-day mortality", unit="%", low=0, high=100)
_MELD = Output("meld", "MELD points of this mortality, rounded half up", "points")
_UNROUNDED = Output("meld_unrounded", "the same, not rounded", "points")

SCORES: tuple[Score, ...] = (
    Score(
        name="et-exception-meld",
        edition="elas",
        title="Exception MELD of Eurotransplant",
        effective=None,
        until=None,
        source="H.C. de Ferrante, thesis, chapter 5, quoting the Eurotransplant liver manual",
        inputs=(_MORTALITY,),
        outputs=(_MELD, _UNROUNDED),
        compute=partial(_exception, "elas"),
        caution="A footnote of the thesis contradicts this curve; the values of the liver manual, 20 points for 10 % "
        "and 22 for 15 %, agree with it.",
    ),
    Score(
        name="et-exception-remeld-na",
        edition="2021",
        title="Exception MELD of Eurotransplant on the curve of ReMELD-Na (research)",
        effective=None,
        until=None,
        source="hansdeferrante/Eurotransplant_ELAS_simulator@211be986, template CurrentELAS_ReMELDna.yml",
        inputs=(_MORTALITY,),
        outputs=(_MELD, _UNROUNDED),
        compute=partial(_exception, "remeld-na"),
        verified=False,
        caution="A research setting of a simulator; no country allocates by it as far as is known.",
    ),
    Score(
        name="et-bonus-meld",
        edition="elas",
        title="MELD of Eurotransplant with a bonus on the mortality",
        effective=None,
        until=None,
        source="hansdeferrante/Eurotransplant_ELAS_simulator@85e07d0e simulator/code/exception_system.py",
        inputs=(
            ScoreInput("lab_meld", "laboratory MELD", unit="points", low=6, high=40),
            ScoreInput("bonus_percent", "percentage added to the 90-day mortality", unit="%", low=0, high=100),
        ),
        outputs=(
            Output("meld", "MELD points, 2 decimals", "points"),
            Output("mortality_percent", "mortality after the bonus", "%"),
        ),
        compute=partial(_bonus, "elas"),
        verified=False,
        caution="Known from one public programme. It adds the initial percentage of the exception rule; the rule's own "
        "column for the bonus differs in two of 120 rules.",
    ),
)
