from __future__ import annotations

import numpy as np

from bequest.matching.program import program_of
from bequest.model.column import MISSING
from small_runs import points, small_policy, small_run

PEOPLE = {"Anna": {"weight_kg": 70}, "Ben": {"weight_kg": None}}
BLOCKS = {
    "screens": "[{id: weight, when: weight_kg < donor.weight_kg, say: so, cite: core}]",
    "points": points("of: donor.age_years, missing: 0"),
    "order": "[lottery]",
}


def facts(**arguments):
    policy = small_policy(**BLOCKS)
    run = small_run(PEOPLE, policy=policy, donor={"weight_kg": 80}, lottery_seed="ab", **arguments)
    assert run.program.rows == len(program_of(policy, policy.sequences[0]).columns) + 2
    return run.facts, run.program


def row(name):
    """Return one row of the matrix by the name of its column."""
    found, program = facts()
    names = [reference.name for reference in program.columns]
    return found.matrix[names.index(name)].tolist()


def test_a_run_has_one_value_a_column_and_registration():
    found, program = facts()
    assert found.matrix.shape == (program.rows, 2)
    assert len(found) == 2
    assert found.matrix.dtype == np.int64


def test_the_matrix_is_made_once():
    found, _ = facts()
    assert found.matrix is found.matrix


def test_a_missing_value_is_missing():
    assert row("weight_kg") == [700, MISSING]


def test_the_donors_value_that_a_term_reads_is_the_same_for_everyone():
    assert row("age_years") == [4000, 4000]


def test_a_difference_is_missing_where_a_side_is():
    found, program = facts()
    assert found.matrix[len(program.columns)].tolist() == [-100, MISSING]


def test_a_difference_from_what_the_donor_lacks_is_missing():
    policy = small_policy(screens=BLOCKS["screens"])
    run = small_run(PEOPLE, policy=policy)
    assert run.facts.matrix[-1].tolist() == [MISSING, MISSING]


def test_a_single_value_is_read_without_the_matrix():
    found, program = facts()
    assert [found.value(program.rows - 1, place) for place in (0, 1)] == found.matrix[-1].tolist()


def test_some_registrations_have_facts_of_their_own():
    found, _ = facts()
    assert found.of(np.array([1])).matrix.tolist() == found.matrix[:, [1]].tolist()


def test_lots_are_numbers_of_53_bits_that_differ():
    found, _ = facts()
    lots = found.matrix[-1].tolist()
    assert lots[0] != lots[1]
    assert all(0 <= lot < 2**53 for lot in lots)
