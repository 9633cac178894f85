"""Knows KDRI and KDPI, the kidney donor risk of the United States: both sets of coefficients, and each year's table."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.scores.coefficients import numbers
from bequest.clinical.scores.inputs import flag, measured
from bequest.clinical.scores.percentiles import percentile
from bequest.clinical.scores.score import Output, Score
from bequest.model.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bequest.clinical.scores.score import Columns

_FILE = "scores/kdri.json"


def kdri(columns: Columns, *, label: str) -> dict[str, NDArray[np.float64]]:
    """Return KDRI, KDRI scaled to the median donor of the reference year, and KDPI in percent, shape (donors,).

    `label` names the table of a year; its scaling and its coefficients belong to it and are never mixed. Unknown
    hypertension or diabetes counts as its share among the donors of the reference year. Source: OPTN Policy 8.4.B;
    data/scores/kdri.json.source.md.
    """
    year = _year(label)
    coefficients = numbers(_FILE, year["coefficients"])
    terms = _measured_terms(columns) | _condition_terms(columns, year)
    index = np.exp(sum((coefficient * terms[name] for name, coefficient in coefficients.items()), np.zeros(1)))
    scaled = index / float(year["scaling"])
    percent = percentile(scaled, "scores/kdpi_mapping.csv", label=label)
    return {"kdri": index, "kdri_scaled": scaled, "kdpi_percent": percent}


def _measured_terms(columns: Columns) -> dict[str, NDArray[np.float64]]:
    """Return what the coefficients of age, size and creatinine multiply."""
    knots = numbers(_FILE, "knots")
    age = np.floor(columns["donor_age_years"])
    creatinine = np.minimum(columns["creatinine_mg_per_dl"], knots["creatinine_max_mg_per_dl"])
    return {
        "age": age - knots["age_years"],
        "age_child": np.minimum(age - knots["child_below_years"], 0),
        "age_older": np.maximum(age - knots["older_above_years"], 0),
        "height": (columns["donor_height_cm"] - knots["height_cm"]) / knots["height_step_cm"],
        "weight": np.minimum(columns["donor_weight_kg"] - knots["weight_kg"], 0) / knots["weight_step_kg"],
        "creatinine": creatinine - knots["creatinine_mg_per_dl"],
        "creatinine_high": np.maximum(creatinine - knots["creatinine_high_above_mg_per_dl"], 0),
    }


def _condition_terms(columns: Columns, year: Mapping[str, str]) -> dict[str, NDArray[np.float64]]:
    """Return what the coefficients of conditions multiply: 0 or 1, or the share among donors where it is unknown."""
    imputed = {
        name: np.where(np.isnan(columns[name]), float(year[f"{name}_share"]), columns[name])
        for name in ("hypertension", "diabetes")
    }
    known = ("cerebrovascular_death", "circulatory_death", "african_american", "hcv_positive")
    return imputed | {name: columns[name] for name in known if name in columns}


def _year(label: str) -> Mapping[str, str]:
    (row,) = (row for row in read_rows("scores/kdri_scaling.csv") if row["label"] == label)
    return row


_INPUTS = (
    measured("donor_age_years"),
    measured("donor_height_cm"),
    measured("donor_weight_kg"),
    flag("hypertension", "history of hypertension; not stated counts as the share among donors", required=False),
    flag("diabetes", "history of diabetes; not stated counts as the share among donors", required=False),
    flag("cerebrovascular_death", "cause of death is a stroke"),
    measured("creatinine_mg_per_dl", meaning="last serum creatinine; above 8 counts as 8"),
    flag("circulatory_death", "donation after circulatory death"),
)
_INPUTS_RAO = (*_INPUTS, flag("african_american", "African American"), flag("hcv_positive", "hepatitis C virus"))
_OUTPUTS = (
    Output("kdri", "risk of graft failure against the reference donor"),
    Output("kdri_scaled", "risk against the median donor of the reference year"),
    Output("kdpi_percent", "share of the reference year's donors with the same or a lower risk", "%"),
)
_SOURCE_RAO = "Rao et al., Transplantation 2009;88(2):231-236; OPTN guide to KDPI"
_SOURCE_REFIT = "OPTN Policy 8.4.B Table 8-5; OPTN guide to KDPI"
_LAST_DAY_RAO, _FIRST_DAY_REFIT, _TABLE_2025 = date(2024, 10, 30), date(2024, 10, 31), date(2025, 4, 4)
_CAUTION_RAO = (
    "For the audit of past match runs only: it reads race. The table was seen in one transcription, and the days on "
    "which it was in force are not known here; its coefficients ended on 2024-10-30."
)


def _rao(label: str) -> Score:
    return Score(
        name="kdpi",
        edition=label,
        title=f"KDRI and KDPI, coefficients of Rao, donors of {label}",
        effective=None,
        until=_LAST_DAY_RAO,
        source=_SOURCE_RAO,
        inputs=_INPUTS_RAO,
        outputs=_OUTPUTS,
        compute=partial(kdri, label=label),
        caution=_CAUTION_RAO,
        of_donor=True,
        sensitive=("african_american",),
    )


def _refit(label: str, *, effective: date, until: date | None, title: str, caution: str) -> Score:
    return Score(
        name="kdpi",
        edition=label,
        title=f"KDRI and KDPI, refit without race and hepatitis C, {title}",
        effective=effective,
        until=until,
        source=_SOURCE_REFIT,
        inputs=_INPUTS,
        outputs=_OUTPUTS,
        compute=partial(kdri, label=label),
        caution=caution,
        of_donor=True,
    )


SCORES: tuple[Score, ...] = (
    *(_rao(str(label)) for label in range(2014, 2024)),
    _refit(
        "2024",
        effective=_FIRST_DAY_REFIT,
        until=None,
        title="donors of 2023",
        caution="Label 2024 is the table of donors of 2023 under the new coefficients; compare it with the OPTN's own.",
    ),
    _refit(
        "2025",
        effective=_TABLE_2025,
        until=None,
        title="donors of 2024, table of 2025-04-04",
        caution="The table is dated 2025-04-04; the table of 2026 is not known here.",
    ),
)
