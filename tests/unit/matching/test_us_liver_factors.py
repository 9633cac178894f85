"""Checks the liver factors of the United States that no golden case can state by itself."""

import pytest

from bequest.matching.case_people import case_donor, case_pool
from bequest.matching.factors import factor_column
from bequest.matching.pair import pair_of
from bequest.matching.us_liver_factors import FACTORS
from bequest.model.column import MISSING
from bequest.model.columns import candidate_column
from bequest.model.columns_us_liver import FACTORS as ENTRIES
from bequest.policy.library import loaded, versions
from small_runs import AT, small_case, small_policy


def test_every_factor_of_the_dictionary_is_worked_out():
    assert set(FACTORS) == {entry.name for entry in ENTRIES}


@pytest.mark.parametrize(
    ("sequence", "rows"),
    [("adult-donor", 77), ("adolescent-donor", 50), ("small-donor", 51), ("circulatory-or-old-donor", 43),
     ("adult-donor-with-intestine", 84), ("small-donor-with-intestine", 62)],
)  # fmt: skip
def test_a_list_has_every_class_of_its_table(sequence, rows):
    (version,) = versions("us/liver")
    (found,) = [entry for entry in loaded(version).sequences if entry.id == sequence]
    assert sum(len(listing.classes) for listing in found.listings) == rows


@pytest.mark.parametrize(("candidate", "known"), [(None, False), ("O", True)])
def test_how_far_a_blood_group_fits_is_known_of_those_whose_group_is(candidate, known):
    policy = small_policy(policy="core/liver", organ="liver")
    case = small_case({"Anna": {"blood_group": candidate}}, policy="core/liver")
    pair = pair_of(case_donor(case, policy), case_pool(case, policy), at=AT)
    (step,) = factor_column(pair, candidate_column("abo_liver_step"))
    assert (step != MISSING) == known


@pytest.mark.parametrize(
    ("candidate", "accepts", "step"),
    [("O", True, 2), ("O", False, 3), ("O", None, 3), ("A2", True, 1), ("AB", True, 2), ("B", True, 3)],
)
def test_a_liver_of_group_a2_counts_as_compatible_with_whoever_of_group_o_accepts_it(candidate, accepts, step):
    policy = small_policy(policy="core/liver", organ="liver")
    facts = {"blood_group": candidate, "accepts_non_a1_liver": accepts}
    case = small_case({"Anna": facts}, policy="core/liver", donor={"blood_group": "A2"})
    pair = pair_of(case_donor(case, policy), case_pool(case, policy), at=AT)
    assert factor_column(pair, candidate_column("abo_liver_step")).tolist() == [step]
