"""Knows the kidney donor profile index of a synthetic donor, so that it fits the donor's other facts."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bequest.model.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Columns = Mapping[str, NDArray[np.float64]]

CREATININE_CAP_MG_PER_DL = 8


def kdpi_percent(risks: Columns) -> NDArray[np.float64]:
    """Return KDPI, 0 to 100, of donors of whom every term is known, shape (donors,).

    Source: OPTN Policy 8.4.B Table 8-5 (refit in force since 2024-10-31, without race and hepatitis C) and the mapping
    table of 2025-04-04 (donors of 2024). `risks`: age in whole years, height, weight, creatinine, and 0 or 1 for
    hypertension, diabetes, cerebrovascular death and circulatory death. The mapping is compared in logarithms, which
    the file holds, so that no library's exponential enters.
    """
    terms = _terms(risks)
    total = np.zeros(len(risks["age_years"]))
    for row in read_rows("population/kidney_donor_risk_2024.csv"):
        total = total + float(row["coefficient"]) * terms[row["term"]]
    return np.minimum(np.searchsorted(_upper(), total, side="left"), 100).astype(np.float64)


def _terms(risks: Columns) -> Columns:
    age, weight = risks["age_years"], risks["weight_kg"]
    creatinine = np.minimum(risks["creatinine_mg_per_dl"], CREATININE_CAP_MG_PER_DL)
    return MappingProxyType({
        "age_years_less_40": age - 40,
        "age_years_less_18_below_18": np.minimum(age - 18, 0),
        "age_years_less_50_above_50": np.maximum(age - 50, 0),
        "height_cm_less_170_by_10": (risks["height_cm"] - 170) / 10,
        "weight_kg_less_80_by_5_below_80": np.minimum(weight - 80, 0) / 5,
        "hypertension": risks["hypertension"],
        "diabetes": risks["diabetes"],
        "cerebrovascular_death": risks["cerebrovascular"],
        "creatinine_less_1": creatinine - 1,
        "creatinine_less_1.5_above_1.5": np.maximum(creatinine - 1.5, 0),
        "circulatory_death": risks["circulatory"],
    })  # fmt: skip


@cache
def _upper() -> NDArray[np.float64]:
    """Return the upper bounds of KDPI 0 to 100 as sums of terms."""
    return np.array([float(row["sum_upper"]) for row in read_rows("population/kdpi_2025.csv")])
