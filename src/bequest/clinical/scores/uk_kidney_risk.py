"""Knows the donor and recipient risk indices of the UK kidney offering scheme of 2019, and their quartiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.scores.coefficients import number, series
from bequest.clinical.scores.inputs import flag
from bequest.clinical.scores.score import Output, Score, ScoreInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.clinical.scores.score import Columns

    Column = NDArray[np.float64]  # (people,)

FILE = "scores/uk_kidney_risk.json"


def donor_quartile(index: Column) -> Column:
    """Return the quartile 1 to 4 (D1 to D4) of donor risk indices, shape (donors,); NaN stays NaN."""
    return _quartile(index, "donor")


def recipient_quartile(index: Column) -> Column:
    """Return the quartile 1 to 4 (R1 to R4) of recipient risk indices, shape (candidates,); NaN stays NaN."""
    return _quartile(index, "recipient")


def _quartile(index: Column, of_whom: str) -> Column:
    """Return quartiles of the index as it is, not rounded; a limit belongs to the quartile below it."""
    quartile = np.searchsorted(series(FILE, f"{of_whom}.quartiles"), index, side="left") + 1.0
    return np.where(np.isnan(index), np.nan, quartile)


def _of_donors(given: Columns) -> dict[str, Column]:
    age, height, egfr = given["donor_age_years"], given["donor_height_cm"], given["donor_egfr_ml_per_min"]
    index = np.exp(
        _donor("age.per_year") * (age - _donor("age.from"))
        + _donor("height.per_10_cm") * (height - _donor("height.from")) / 10
        + _donor("female") * given["donor_female"]
        + _donor("hypertension") * given["donor_hypertension"]
        + _donor("cmv_positive") * given["donor_cmv_positive"]
        + _donor("egfr.per_10") * (egfr - _donor("egfr.from")) / 10
        + _donor("hospital_day") * given["donor_hospital_days"],
    )
    return {"kdri": index, "quartile": donor_quartile(index)}


def _of_recipients(given: Columns) -> dict[str, Column]:
    age, days = given["age_years"], given["waiting_days"]
    # At the youngest ages the term is 0, which is more than just above them: the published formula jumps there.
    by_age = np.where(
        age > _recipient("age.above"), _recipient("age.per_year") * (age - _recipient("age.from")), 0 * age
    )
    years = (days - _recipient("waiting.from_days")) / _recipient("waiting.days_per_year")
    index = np.exp(
        by_age
        + _recipient("on_dialysis") * given["on_dialysis_at_listing"]
        + _recipient("waiting.per_year") * years
        + _recipient("diabetes") * given["diabetes"],
    )
    return {"krri": index, "quartile": recipient_quartile(index)}


def _donor(path: str) -> float:
    return number(FILE, f"donor.{path}")


def _recipient(path: str) -> float:
    return number(FILE, f"recipient.{path}")


_SOURCE = "NHSBT POL186 (2019), as quoted in johnasher/transplantr R/ukkri.R and txopen/histoc R/uk.R"

# Ranges are an assumption: they refuse what is a slip of the pen.
SCORES: tuple[Score, ...] = (
    Score(
        name="uk-kdri",
        edition="uk-2019",
        title="UK kidney donor risk index",
        effective=None,
        until=None,
        source=_SOURCE,
        inputs=(
            ScoreInput("donor_age_years", "age", unit="years", low=0, high=120, usual=(0, 90)),
            ScoreInput("donor_height_cm", "height", unit="cm", low=20, high=250, usual=(45, 210)),
            flag("donor_female", "female sex"),
            flag("donor_hypertension", "history of hypertension"),
            flag("donor_cmv_positive", "antibodies against cytomegalovirus"),
            ScoreInput(
                "donor_egfr_ml_per_min",
                "estimated glomerular filtration rate",
                unit="mL/min/1.73m2",
                low=0,
                high=300,
                usual=(10, 180),
            ),
            ScoreInput("donor_hospital_days", "days in hospital", unit="days", low=0, high=1000, usual=(0, 60)),
        ),
        outputs=(Output("kdri", "donor risk index"), Output("quartile", "quartile, 1 (D1, lowest risk) to 4 (D4)")),
        compute=_of_donors,
        verified=False,
        caution="The formula is known from public programmes; two versions of the tests of one of them print different "
        "values for a donor with hypertension.",
        of_donor=True,
        sensitive=("donor_female",),
    ),
    Score(
        name="uk-krri",
        edition="uk-2019",
        title="UK kidney recipient risk index",
        effective=None,
        until=None,
        source=_SOURCE,
        inputs=(
            ScoreInput("age_years", "age", unit="years", low=0, high=120, usual=(0, 90)),
            flag("on_dialysis_at_listing", "on dialysis when listed"),
            ScoreInput("waiting_days", "days waited", unit="days", low=0, high=20000, usual=(0, 8000)),
            flag("diabetes", "diabetes"),
        ),
        outputs=(Output("krri", "recipient risk index"), Output("quartile", "quartile, 1 (R1, lowest risk) to 4 (R4)")),
        compute=_of_recipients,
        verified=False,
        caution="The formula is known from public programmes. Up to 25 years the term for age is 0, which is more than "
        "that of 26 years: a candidate's index falls at the 26th birthday.",
    ),
)
