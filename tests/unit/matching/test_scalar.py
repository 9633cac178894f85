from __future__ import annotations

import pytest

from bequest.matching.scalar import holds
from small_runs import small_policy, small_run


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("height_cm >= 170", True),
        ("height_cm > 170", False),
        ("cpra_percent > 5", None),
        ("donor.age_years == 40 and height_cm > 100", True),
        ("donor.kdpi_percent > 50", None),
        ("height_cm <= donor.height_cm", True),
    ],
)
def test_a_condition_is_judged_for_one_row_from_the_integers_of_the_run(condition, expected):
    policy = small_policy(screens=f"[{{id: one, when: '{condition}', say: so, cite: core}}]")
    run = small_run({"Anna": {}}, policy=policy, donor={"height_cm": 180})
    assert holds(policy.screens[0].when, run, 0) is expected
