"""Knows the MELD scores of Eurotransplant: the laboratory MELD in use, and ReMELD and ReMELD-Na from research.

All three add logarithms of bilirubin, creatinine and INR within bounds; ReMELD-Na also counts sodium below 138.6.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.scores.coefficients import number, numbers
from bequest.clinical.scores.inputs import bounded, creatinine_counted, dialysed, measured
from bequest.clinical.scores.score import Output, Score, half_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bequest.clinical.scores.score import Columns

    Column = NDArray[np.float64]  # (people,)

FILE = "scores/et_meld.json"


def _compute(which: str, given: Columns) -> dict[str, Column]:
    return _within_points(_sum_of_terms(which, given))


def _compute_with_sodium(which: str, given: Columns) -> dict[str, Column]:
    bounds = _numbers(which, "sodium")
    below = bounds["max"] - bounded(given["sodium_mmol_per_l"], bounds)
    per_mmol = bounds["factor"] + bounds["creatinine_factor"] * np.log(_creatinine(which, given))
    return _within_points(_sum_of_terms(which, given) + below * per_mmol)


def _sum_of_terms(which: str, given: Columns) -> Column:
    bilirubin = bounded(given["bilirubin_mg_per_dl"], _numbers(which, "bilirubin"))
    inr = bounded(given["inr"], _numbers(which, "inr"))
    return (
        number(FILE, f"scores.{which}.constant")
        + _numbers(which, "bilirubin")["factor"] * np.log(bilirubin)
        + _numbers(which, "creatinine")["factor"] * np.log(_creatinine(which, given))
        + _numbers(which, "inr")["factor"] * np.log(inr)
    )


def _creatinine(which: str, given: Columns) -> Column:
    return creatinine_counted(given["creatinine_mg_per_dl"], given["dialysis"], _numbers(which, "creatinine"))


def _within_points(points: Column) -> dict[str, Column]:
    within = bounded(points, numbers(FILE, "points"))
    return {"meld": half_up(within), "meld_unrounded": within}


def _numbers(which: str, value: str) -> Mapping[str, float]:
    return numbers(FILE, f"scores.{which}.{value}")


_INPUTS = (measured("bilirubin_mg_per_dl"), measured("creatinine_mg_per_dl"), measured("inr"), dialysed())
_OUTPUTS = (
    Output("meld", "MELD points, 6 to 40, rounded half up", "points"),
    Output("meld_unrounded", "the same, not rounded", "points"),
)
_SIMULATOR = "hansdeferrante/Eurotransplant_ELAS_simulator@211be986 CurrentELAS_ReMELDna.yml, ScoringFunction.py"
_PAPER = "Goudsmit et al., Hepatology 2021 (PMC8359978)"
_RESEARCH = (
    "Research: no country allocates by it as far as is known. The coefficients are those of a public programme; they "
    "were not compared with the tables of the paper. Whether the points are rounded is our choice."
)

SCORES: tuple[Score, ...] = (
    Score(
        name="et-lab-meld",
        edition="elas",
        title="Laboratory MELD of Eurotransplant",
        effective=None,
        until=None,
        source=f"{_SIMULATOR}; H.C. de Ferrante, thesis, chapter 2, quoting the formula of UNOS",
        inputs=_INPUTS,
        outputs=_OUTPUTS,
        compute=partial(_compute, "lab"),
        caution="A candidate without laboratory values counts as 6 points in the allocation; that is a rule of the "
        "policy, not of this score.",
    ),
    Score(
        name="et-remeld",
        edition="2021",
        title="ReMELD of Eurotransplant (research)",
        effective=None,
        until=None,
        source=f"{_SIMULATOR}; {_PAPER}",
        inputs=_INPUTS,
        outputs=_OUTPUTS,
        compute=partial(_compute, "remeld"),
        verified=False,
        caution=_RESEARCH,
    ),
    Score(
        name="et-remeld-na",
        edition="2021",
        title="ReMELD-Na of Eurotransplant (research)",
        effective=None,
        until=None,
        source=f"{_SIMULATOR}; {_PAPER}",
        inputs=(*_INPUTS, measured("sodium_mmol_per_l")),
        outputs=_OUTPUTS,
        compute=partial(_compute_with_sodium, "remeld-na"),
        verified=False,
        caution=f"{_RESEARCH} The simulator takes a missing sodium as 138.6; here there is then no score.",
    ),
)
