"""Knows EPTS, the expected post-transplant survival score of adult kidney candidates in the United States."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.scores.coefficients import number, numbers
from bequest.clinical.scores.inputs import flag, measured
from bequest.clinical.scores.percentiles import percentile
from bequest.clinical.scores.score import Output, Score

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.clinical.scores.score import Columns

_FILE = "scores/epts.json"


def epts(columns: Columns, *, label: str) -> dict[str, NDArray[np.float64]]:
    """Return raw EPTS, EPTS in percent and whether it is in the top 20, shape (people,); NaN below 18 years of age.

    Higher means a shorter expected survival. `label` names the mapping table. Source: OPTN Policy 8.4.A;
    data/scores/epts.json.source.md.
    """
    terms = numbers(_FILE, "terms")
    diabetes, transplant = columns["diabetes"], columns["prior_transplant"]
    age = np.maximum(columns["age_years"] - number(_FILE, "age_counts_above_years"), 0)
    ln_years = np.log1p(columns["dialysis_years"])
    none = (columns["dialysis_years"] == 0).astype(np.float64)
    raw = (
        (terms["age"] + terms["age_with_diabetes"] * diabetes) * age
        + (terms["prior_transplant"] + terms["prior_transplant_with_diabetes"] * diabetes) * transplant
        + (terms["ln_dialysis_years"] + terms["ln_dialysis_years_with_diabetes"] * diabetes) * ln_years
        + (terms["no_dialysis"] + terms["no_dialysis_with_diabetes"] * diabetes) * none
        + terms["diabetes"] * diabetes
    )
    raw = np.where(columns["age_years"] < number(_FILE, "age_years_min"), np.nan, raw)
    percent = percentile(raw, "scores/epts_mapping.csv", label=label)
    # Above the end of a table a percentile is not known, but it is surely not among the lowest.
    top = np.where(np.isnan(raw), np.nan, percent <= number(_FILE, "top_percent"))
    return {"epts_raw": raw, "epts_percent": percent, "epts_top_20": top}


def _edition(label: str, *, caution: str) -> Score:
    return Score(
        name="epts",
        edition=label,
        title=f"EPTS, mapping table of {label}",
        effective=None,
        until=None,
        source="OPTN Policy 8.4.A; OPTN mapping table of EPTS",
        inputs=(
            measured("age_years", meaning="age with decimals; below 18 there is no EPTS"),
            flag("diabetes", "diabetes now"),
            flag("prior_transplant", "any earlier transplant of a solid organ"),
            measured("dialysis_years"),
        ),
        outputs=(
            Output("epts_raw", "sum of the terms; higher means a shorter expected survival"),
            Output("epts_percent", "percentile among candidates", "%"),
            Output("epts_top_20", "1 where the percentile is at most 20, else 0"),
        ),
        compute=partial(epts, label=label),
        caution=caution,
        whom="candidates of 18 years and older",
    )


_SEEN_ONCE = "The table was seen in one transcription, and the days on which it was in force are not known here."

SCORES: tuple[Score, ...] = (
    _edition(
        "2018", caution=f"{_SEEN_ONCE} It ends at 98 %: above a raw value of 3.1633656423 there is no percentile."
    ),
    _edition("2024", caution=f"{_SEEN_ONCE} The tables of 2025 and 2026 are not known here."),
)
