from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bequest.matching import run
from bequest.matching.case_people import case_donor
from bequest.matching.pool import build_pool
from bequest.model.column import Table
from bequest.model.columns import candidate_column, columns_of
from bequest.model.enums import Organ
from run_checks import assert_equal
from small_runs import AT, points, small_case, small_policy, small_run

PEOPLE = {
    "Anna": {"urgency": 1, "weight_kg": 60},
    "Ben": {"weight_kg": 80, "cpra_percent": 50, "willing_both_kidneys": True},
    "Cleo": {"weight_kg": None, "waiting_days": 400},
    "Dora": {"height_cm": None, "urgency": None},
    "Emil": {"height_cm": 90},
    "Fay": {"waiting_days": 400, "cpra_percent": 20, "urgency": None, "willing_both_kidneys": True},
}
DONOR = {"age_years": 40, "weight_kg": 70}


def assert_agree(people=PEOPLE, donor=DONOR, **blocks):
    policy = small_policy(**blocks)
    plain, compiled = (small_run(people, policy=policy, donor=donor, evaluator=name) for name in ("numpy", "numba"))
    assert_equal(plain, compiled)
    assert plain.to_dict() == compiled.to_dict()


def screen(condition):
    return f"[{{id: one, when: '{condition}', say: so, cite: core}}]"


def test_both_evaluators_agree_on_a_small_policy():
    assert_agree()


@pytest.mark.parametrize(
    "condition",
    [
        "always",
        "height_cm >= 95 and (weight_kg < 75 or urgency == 1)",
        "weight_kg <= donor.weight_kg",
        "donor.age_years < 50",
        "donor.age_years > 50",
        "donor.age_years < 50 or height_cm > 100",
        "donor.age_years > 50 or height_cm > 100",
        "donor.kdpi_percent > 50 or height_cm > 100",
        "not donor.diabetes and height_cm > 100",
        "donor.age_years > 50 and height_cm > 100",
    ],
)
def test_both_evaluators_agree_on_conditions(condition):
    assert_agree(screens=screen(condition), classes="[{id: all, when: always, say: so, cite: core}]")


def test_both_evaluators_agree_on_conditions_of_many_atoms():
    many = " or ".join(f"height_cm == {number}" for number in range(100, 175))
    assert_agree(screens=screen(many))


@pytest.mark.parametrize("rounding", ["total half up", "per term"])
@pytest.mark.parametrize(
    "term",
    [
        "value: 1.005",
        "of: waiting_days, missing: 3",
        "of: cpra_percent, curve: [[0, 0], [100, 7]], missing: 1",
        "of: cpra_percent, steps: [[20, 1], [50, 2]], missing: 1",
        "of: waiting_days, times: [weight_kg], weight: 0.001, missing: 0.5",
        "of: waiting_days, times: [donor.age_years], missing: 0",
        "of: waiting_days, relative_to: class, weight: 9, missing: 0",
        "of: cpra_percent, relative_to: class, weight: 9, missing: 0",
        "value: 7, when: weight_kg < 70",
        "value: 7, times: [weight_kg], missing: 0",
        "of: waiting_days, times: [weight_kg, cpra_percent], weight: 0.001, missing: 0.5",
    ],
)
def test_both_evaluators_agree_on_terms(term, rounding):
    assert_agree(points=points(term, "value: 0.001, when: urgency == 9", rounding=rounding), order="[points desc]")


def test_both_evaluators_agree_on_terms_with_different_numbers_of_factors():
    terms = (
        "of: waiting_days, times: [weight_kg], weight: 0.001, missing: 0.5",
        "of: waiting_days, times: [weight_kg, cpra_percent], weight: 0.001, missing: 0.5",
        "of: waiting_days, relative_to: class, missing: 0",
    )
    assert_agree(points=points(*terms), order="[points desc]")


@pytest.mark.parametrize(
    "order",
    ["[]", "[points, waiting_days]", "[{key: cpra_percent, missing: first}]", "[{key: weight_kg, desc: true}]"],
)
def test_both_evaluators_agree_on_orders(order):
    assert_agree(points=points("of: waiting_days, missing: 0"), order=order)


def test_both_evaluators_agree_on_classes_with_orders_of_their_own():
    assert_agree(
        classes="""
- {id: urgent, when: urgency == 1, say: so, cite: core, order: []}
- {id: tall, when: height_cm == 170, say: so, cite: core, order: [weight_kg]}
- {id: rest, when: always, say: so, cite: core}""",
        order="[waiting_days desc, cpra_percent]",
    )


def test_both_evaluators_agree_on_typings_and_antigens():
    typed = {"Anna": {"hla": "A1 A2 B8 B44 DR4 DR17"}, "Ben": {"hla": "A3 A11 B7 B27 DR1 DR15"}, "Cleo": {"hla": None}}
    listed = {"Anna": "none", "Ben": "A2", "Cleo": None}
    people = {name: {**facts, "unacceptable_antigens": listed[name]} for name, facts in typed.items()}
    assert_agree(
        people=people,
        donor={**DONOR, "hla": "A1 A2 B8 B44 DR4 DR17"},
        screens=screen('crossmatch == "negative"'),
        order="[hla_mismatches, hla_mismatches_dr desc]",
    )


def test_both_evaluators_agree_on_a_lottery():
    policy = small_policy(order="[lottery]")
    assert_equal(*(small_run(PEOPLE, policy=policy, evaluator=name, lottery_seed="ab") for name in ("numpy", "numba")))


def test_both_evaluators_agree_on_second_listings():
    classes = "{id: both, when: willing_both_kidneys, say: so, cite: core}"
    assert_agree(
        classes="[{id: urgent, when: urgency == 1, say: so, cite: core}]",
        second_listings=f"[{{offer_kind: both_kidneys, classes: [{classes}]}}]",
        otherwise="not ranked",
    )


def test_both_evaluators_agree_on_nobody():
    assert_agree(people={}, points=points("of: waiting_days, relative_to: class, missing: 0"))


MANY = (
    "height_cm", "weight_kg", "cpra_percent", "age_years", "waiting_days", "renal_waiting_days", "dialysis_days",
    "distance_km", "distance_nm", "travel_hours", "preservation_hours", "urgency_days", "donor_weight_percent",
    "candidate_weight_percent",
)  # fmt: skip


def crowd(policy, rows, name="numpy"):
    """Return a run over so many people, each of whom has one of a few values in each of many columns."""
    given = {
        column: 10 ** candidate_column(column).decimals * picks(number, rows) for number, column in enumerate(MANY)
    }
    given["active"] = np.ones(rows, dtype=np.int64)
    registrations = {"registration": [f"R-{row:05d}" for row in range(rows)], "centre": ["CENTRE"] * rows}
    centres = {"centre": ["CENTRE", "HOSPITAL"], "country": ["ZZ"] * 2, "latitude_deg": [1, 2], "longitude_deg": [1, 2]}
    pool = build_pool(Organ.KIDNEY, as_of=AT, registrations=registrations, centres=centres, given=given)
    donor = case_donor(small_case({}), policy)
    # The registration columns behind the given factors are not read.
    pool = replace(pool, present=pool.present | {column.name for column in columns_of(Table.REGISTRATION)})
    return run(policy, donor, organ=Organ.KIDNEY, pool=pool, at=AT, evaluator=name)


def picks(number, rows):
    """Return whole numbers from 20 to 50; no two people are alike in three columns that follow each other."""
    return 20 + np.arange(rows, dtype=np.int64) // 31 ** (number % 3) % 31


def test_both_evaluators_agree_on_thousands_who_are_all_different():
    values = ", ".join(str(number) for number in range(20, 51, 2))
    whole = [f"{column} in [{values}]" for column in MANY]
    policy = small_policy(
        screens=screen("height_cm < 49 or weight_kg < 49"),
        classes=f"""
- {{id: some, when: '({" or ".join(whole[:7])}) and ({" or ".join(whole[7:])})', say: so, cite: core}}
- {{id: rest, when: always, say: so, cite: core}}""",
        order=f"[{', '.join(MANY)}]",
    )
    assert_equal(*(crowd(policy, 2500, name) for name in ("numpy", "numba")))


def test_both_evaluators_agree_on_keys_wider_than_a_word():
    people = {f"P{number}": {"distance_km": 20000 - number % 3, "waiting_days": 39999 - number} for number in range(9)}
    people["P9"] = {"distance_km": 0, "waiting_days": 0}
    terms = points(
        "of: distance_km, weight: 1000, missing: 0", "of: waiting_days, weight: 1000, missing: 0", decimals=6
    )
    assert_agree(people=people, points=terms, order="[distance_km desc, points, waiting_days desc, cpra_percent]")
