from __future__ import annotations

import numpy as np
import pytest

from bequest.matching.decision_table import NEVER, UNKNOWN, decision_table
from bequest.matching.program import program_of
from small_runs import points, small_policy


def table(policy=None, **blocks):
    policy = small_policy(**blocks) if policy is None else policy
    return decision_table(policy, program_of(policy, policy.sequences[0]))


def screen(condition):
    return f"[{{id: one, when: '{condition}', say: so, cite: core}}]"


def regions(condition):
    """Return the edges of the second screen column, and in which of its regions its first atom is true."""
    found, _ = table(screens=screen(condition), classes="[{id: all, when: always, say: so, cite: core}]")
    first, last = found.edge_start[1], found.edge_start[2]
    highest = int(found.region_true[first + 1 : last + 2].max())
    lowest = highest & -highest
    return found.edges[first:last].tolist(), [
        bool(int(mask[0]) & lowest) for mask in found.region_true[first + 1 : last + 2]
    ]


@pytest.mark.parametrize(
    ("condition", "edges", "true"),
    [
        ("height_cm < 100", [1000], [True, False]),
        ("height_cm <= 100", [1001], [True, False]),
        ("height_cm > 100", [1001], [False, True]),
        ("height_cm >= 100", [1000], [False, True]),
        ("height_cm == 100", [1000, 1001], [False, True, False]),
        ("height_cm != 100", [1000, 1001], [True, False, True]),
        ("height_cm < 100.05", [1001], [True, False]),
        ("height_cm > 100.05", [1001], [False, True]),
        ("height_cm in [100, 102]", [1000, 1001, 1020, 1021], [False, True, False, True, False]),
        ("prior_living_donor", [1, 2], [False, True, False]),
        ("prior_living_donor == false", [0, 1], [False, True, False]),
        ('blood_group == "A"', [1, 2], [False, True, False]),
        ("weight_kg < donor.weight_kg", [0], [True, False]),
    ],
)
def test_the_atoms_of_a_column_change_at_its_edges(condition, edges, true):
    assert regions(condition) == (edges, true)


def test_a_literal_that_no_value_equals_is_true_nowhere():
    declared = "{share: {by: centre, decimals: 0, low: 0, high: 9, why: so, cite: core}}"
    found, _ = table(inputs=declared, screens=screen("input.share in [3]"))
    assert found.edge_start[-1] > 0


def test_the_first_two_bits_are_kept_for_the_donors_part():
    found, _ = table()
    assert not (found.region_true[:, 0] & (NEVER | UNKNOWN)).any()


def test_a_condition_is_a_row_of_conjunctions():
    found, conjunctions = table(screens=screen("height_cm > 100 and urgency < 5 or urgency == 9"))
    assert found.condition_start.tolist() == [0, 1, 3, 4, 5]
    assert len(conjunctions.true) == 5


def test_a_negation_asks_for_what_is_false():
    _, conjunctions = table(screens=screen("not (height_cm > 100)"))
    assert (int(conjunctions.true[1, 0]), int(conjunctions.false[1, 0])) == (0, 8)


def test_what_the_donor_decides_is_no_bit():
    _, conjunctions = table(screens=screen("donor.age_years < 60 and not donor.hypertension and height_cm > 100"))
    assert len(conjunctions.run_atoms) == 2
    assert conjunctions.run_true[1].tolist() == [True, False]
    assert conjunctions.run_false[1].tolist() == [False, True]


def test_more_than_62_atoms_take_a_second_word():
    condition = " or ".join(f"height_cm == {number}" for number in range(100, 170))
    found, conjunctions = table(screens=screen(condition))
    assert found.region_true.shape[1] == 2
    assert conjunctions.true.shape[1] == 2


def test_terms_know_which_condition_is_theirs():
    terms = points("value: 1", "value: 1, when: urgency == 1", "value: 1", "value: 1, when: urgency == 2")
    found, _ = table(points=terms)
    first = len(found.condition_start) - 3
    assert found.terms.condition.tolist() == [-1, first, -1, first + 1]


def test_factors_of_terms_are_padded():
    found, _ = table(points=points("value: 1, times: [height_cm, waiting_days], missing: 0", "value: 2"))
    assert found.terms.times.tolist() == [[1, 3], [-1, -1]]


def test_orders_of_classes_are_padded():
    classes = """
- {id: urgent, when: urgency == 1, say: so, cite: core, order: []}
- {id: others, when: always, say: so, cite: core}"""
    found, _ = table(classes=classes)
    assert found.keys.of_class.tolist() == [[-1], [0]]


def test_without_points_there_are_no_terms():
    found, _ = table()
    assert found.terms.column.shape == (0,)
    assert found.terms.edges.dtype == np.int64
