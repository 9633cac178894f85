"""Checks the kidney donor profile index against values computed from the published formula and table."""

import numpy as np
import pytest

from bequest.simulation.population.kidney_profile import kdpi_percent

REFERENCE = {
    "age_years": 40, "height_cm": 170, "weight_kg": 80, "creatinine_mg_per_dl": 1, "hypertension": 0, "diabetes": 0,
    "cerebrovascular": 0, "circulatory": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("differing", "expected"),
    [
        ({}, 16),
        ({"age_years": 60}, 41),
        ({"age_years": 18}, 3),
        ({"diabetes": 1}, 42),
        ({"creatinine_mg_per_dl": 1.5}, 26),
        ({"creatinine_mg_per_dl": 8}, 22),
        ({"creatinine_mg_per_dl": 20}, 22),
        ({"height_cm": 190}, 8),
        (
            {
                "age_years": 65, "height_cm": 160, "weight_kg": 70, "hypertension": 1, "cerebrovascular": 1,
                "creatinine_mg_per_dl": 0.9,
            },
            80,
        ),
        ({"age_years": 3, "height_cm": 95, "weight_kg": 14, "creatinine_mg_per_dl": 0.4}, 38),
        ({"age_years": 51}, 26),
        (
            {"age_years": 99, "hypertension": 1, "diabetes": 1, "cerebrovascular": 1, "circulatory": 1},
            100,
        ),
    ],
)  # fmt: skip
def test_the_index_of_a_donor_is_the_one_of_the_table_of_2025(differing, expected):
    risks = {name: np.array([float(value)]) for name, value in (REFERENCE | differing).items()}

    assert kdpi_percent(risks).tolist() == [expected]
