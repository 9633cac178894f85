from __future__ import annotations

from dataclasses import replace

import pytest

from bequest.matching.case_people import case_donor, case_pool
from bequest.matching.inputs import input_column, inputs_of, single_input
from bequest.matching.pair import pair_of
from bequest.model.column import MISSING
from bequest.model.errors import InputError
from small_runs import AT, names, small_case, small_policy, small_run

DECLARED = """{balance: {by: centre, decimals: 1, low: -10, high: 10, why: a balance, cite: core},
  median: {decimals: 0, low: 0, high: 9, why: a median, cite: core}}"""
POLICY = small_policy(inputs=DECLARED, order="[input.balance desc]")
OWED = """{owed: {by: centre, per: donor.blood_group, otherwise: 0, decimals: 0, low: 0, high: 9, why: a debt,
  cite: core}}"""
PER_GROUP = small_policy(inputs=OWED, order="[input.owed desc]")
GIVEN = {"balance": {"CENTRE": 2.25, "HOSPITAL": -0.05}, "median": 4}


def refused(**given):
    """Return the sentence with which inputs are refused."""
    with pytest.raises(InputError) as caught:
        inputs_of(POLICY, {**GIVEN, **given})
    return str(caught.value)


def column(inputs, name, pool):
    """Return the input of each candidate of a pool."""
    return (
        input_column(inputs, POLICY.inputs[name], pair_of(case_donor(small_case({}), POLICY), pool, at=AT))
        .whole()
        .tolist()
    )


def test_inputs_are_kept_in_their_resolution():
    found = inputs_of(POLICY, GIVEN)
    assert found.values == {"balance": {"CENTRE": 23, "HOSPITAL": 0}, "median": 4}
    pair = pair_of(case_donor(small_case({}), POLICY), case_pool(small_case({"Anna": {}}), POLICY), at=AT)
    assert single_input(found, POLICY.inputs["median"], pair) == 4


def test_a_policy_without_inputs_needs_none():
    assert inputs_of(small_policy(), None).digest == inputs_of(small_policy(), {}).digest


def test_the_digest_covers_every_number():
    assert inputs_of(POLICY, GIVEN).digest != inputs_of(POLICY, {**GIVEN, "median": 5}).digest


def test_the_digest_is_the_same_for_the_same_numbers_however_they_are_written():
    other = {"median": "4.0", "balance": {"HOSPITAL": "-0.05", "CENTRE": "2.250"}}
    assert inputs_of(POLICY, GIVEN).digest == inputs_of(POLICY, other).digest


def test_a_candidate_has_the_number_of_their_centre():
    pool = case_pool(small_case({"Anna": {}, "Ben": {"centre": "HOSPITAL"}}), POLICY)
    assert column(inputs_of(POLICY, GIVEN), "balance", pool) == [23, 0]


def test_a_centre_without_a_number_is_missing():
    pool = case_pool(small_case({"Anna": {}}), POLICY)
    lacking = inputs_of(POLICY, {**GIVEN, "balance": {"HOSPITAL": 1}})
    assert column(lacking, "balance", pool) == [MISSING]


@pytest.mark.parametrize(("by", "given"), [("country", {"AA": 1, "BB": 2}), ("region", {"north": 1, "south": 2})])
def test_a_candidate_has_the_number_of_the_place_of_their_centre(by, given):
    declared = f"{{balance: {{by: {by}, decimals: 0, low: 0, high: 9, why: so, cite: core}}}}"
    policy = small_policy(inputs=declared, order="[input.balance desc]")
    centres = {"NEAR": {"country": "AA", "region": "north"}, "FAR": {"country": "BB", "region": "south"}}
    people = {"Anna": {"centre": "NEAR"}, "Ben": {"centre": "FAR"}, "Cleo": {}}
    run = small_run(people, policy=policy, centres=centres, inputs={"balance": given})
    assert names(run) == ["Ben", "Anna", "Cleo"]


@pytest.mark.parametrize(("by", "key"), [("centre", "CENTER"), ("country", "AT"), ("region", "north")])
def test_a_number_for_a_place_that_nobody_knows_is_refused(by, key):
    declared = f"{{balance: {{by: {by}, decimals: 0, low: 0, high: 9, why: so, cite: core}}}}"
    policy = small_policy(inputs=declared, order="[input.balance]")
    with pytest.raises(InputError, match=f"inputs, 'balance': no {by} is called '{key}'; correct the name"):
        small_run({"Anna": {}}, policy=policy, inputs={"balance": {key: 1}})


def test_candidates_are_ordered_by_an_input():
    people = {"Anna": {}, "Ben": {"centre": "HOSPITAL"}}
    given = {"balance": {"CENTRE": -3, "HOSPITAL": 1}, "median": 0}
    assert names(small_run(people, policy=POLICY, inputs=given)) == ["Ben", "Anna"]


ZONES = """{zone: {by: region, decimals: 0, low: 1, high: 9, why: which states share, cite: core},
  here: {same_table: zone, by: donor.region, why: where the donor is, cite: core}}"""
SHARING = small_policy(
    inputs=ZONES,
    classes="[{id: near, when: input.zone == input.here, say: shares, cite: core}]",
    order="[waiting_days desc]",
    otherwise="not ranked",
)
STATES = {
    "HOSPITAL": {"country": "AA", "region": "north"},
    "NEAR": {"country": "AA", "region": "east"},
    "FAR": {"country": "AA", "region": "south"},
}
PEOPLE = {"Anna": {"centre": "NEAR"}, "Ben": {"centre": "FAR"}, "Cleo": {"centre": "HOSPITAL"}}


@pytest.mark.parametrize("evaluator", ["numpy", "numba"])
def test_the_donor_s_number_comes_from_the_table_of_the_candidates(evaluator):
    zones = {"zone": {"north": 1, "east": 1, "south": 2}}
    run = small_run(PEOPLE, policy=SHARING, centres=STATES, inputs=zones, evaluator=evaluator)
    assert sorted(names(run)) == ["Anna", "Cleo"]


@pytest.mark.parametrize("evaluator", ["numpy", "numba"])
def test_a_donor_s_place_without_a_number_shares_with_nobody(evaluator):
    run = small_run(PEOPLE, policy=SHARING, centres=STATES, inputs={"zone": {"east": 1}}, evaluator=evaluator)
    assert names(run) == []
    assert {entry.unknown for entry in run.not_ranked()} == {("no-class",)}


def test_what_is_read_from_another_table_is_not_given_itself():
    with pytest.raises(InputError, match="inputs: 'here' is no input of"):
        inputs_of(SHARING, {"zone": {"north": 1}, "here": 1})


def test_a_table_of_the_donor_s_places_alone_is_given_for_each():
    policy = small_policy(
        inputs="{share: {by: donor.hospital, decimals: 0, low: 0, high: 9, why: so, cite: core}}",
        classes="[{id: own, when: input.share == 3, say: shares, cite: core}]",
        order="[waiting_days desc]",
        otherwise="not ranked",
    )
    run = small_run({"Anna": {}}, policy=policy, inputs={"share": {"HOSPITAL": 3}})
    assert names(run) == ["Anna"]
    with pytest.raises(InputError, match="inputs, 'share': no centre is called 'HOSPITL'; correct the name"):
        small_run({"Anna": {}}, policy=policy, inputs={"share": {"HOSPITL": 3}})


def test_an_input_that_is_missing_is_told_with_its_reason():
    with pytest.raises(
        InputError, match=r"core/kidney needs 'balance' \(a balance\); give it with --inputs or inputs="
    ):
        inputs_of(POLICY, {"median": 4})


def test_every_unknown_input_is_told():
    with pytest.raises(InputError) as caught:
        inputs_of(POLICY, {**GIVEN, "turn": 1, "quota": 2})
    assert caught.value.problems == (
        "inputs: 'quota' is no input of core/kidney; remove it.",
        "inputs: 'turn' is no input of core/kidney; remove it.",
    )


def test_a_table_must_be_a_table():
    assert "inputs, 'balance': expected a table from centre to a number" in refused(balance=3)


@pytest.mark.parametrize("value", ["three", True, None, float("nan"), float("inf"), [3]])
def test_what_is_no_number_is_told(value):
    assert refused(median=value) == f"inputs, 'median': '{value}' is no number; give a number."


def test_what_is_no_number_in_a_table_is_told_with_its_place():
    assert refused(balance={"CENTRE": "much"}) == "inputs, 'balance', 'CENTRE': 'much' is no number; give a number."


@pytest.mark.parametrize("value", [-10.1, 11])
def test_what_lies_outside_the_declared_bounds_is_told(value):
    assert f"'CENTRE': {value} lies outside -10 to 10; correct it" in refused(balance={"CENTRE": value})


def order_for(blood_group, given):
    """Return the order of two people, the second at the donor hospital, for a donor of that group."""
    people = {"Anna": {"blood_group": "AB"}, "Ben": {"blood_group": "AB", "centre": "HOSPITAL"}}
    return names(small_run(people, donor={"blood_group": blood_group}, policy=PER_GROUP, inputs={"owed": given}))


def test_a_fact_of_the_donor_picks_the_table():
    given = {"A": {"CENTRE": 1, "HOSPITAL": 2}, "B": {"CENTRE": 2, "HOSPITAL": 1}}
    assert (order_for("A", given), order_for("B", given)) == (["Ben", "Anna"], ["Anna", "Ben"])


def test_a_place_that_is_not_named_has_the_number_that_holds_otherwise():
    assert order_for("A", {"A": {"HOSPITAL": 1}}) == ["Ben", "Anna"]
    assert order_for("O", {"A": {"HOSPITAL": 1}}) == ["Anna", "Ben"]


def test_without_the_fact_of_the_donor_nobody_has_a_number():
    pool = case_pool(small_case({"Anna": {}}), PER_GROUP)
    pair = pair_of(replace(case_donor(small_case({}), PER_GROUP), facts={}), pool, at=AT)
    found = inputs_of(PER_GROUP, {"owed": {"A": {"CENTRE": 1}}})
    assert input_column(found, PER_GROUP.inputs["owed"], pair).whole().tolist() == [MISSING]


def test_the_digest_covers_the_tables_of_every_code():
    digests = {inputs_of(PER_GROUP, {"owed": given}).digest for given in ({}, {"A": {"C": 1}}, {"B": {"C": 1}})}
    assert len(digests) == 3


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (3, "inputs, 'owed': expected a table for each donor.blood_group, such as"),
        ({"C": {}}, "inputs, 'owed': 'C' is no donor.blood_group; write one of"),
        ({"A": 3}, "inputs, 'owed', 'A': expected a table from centre to a number"),
        ({"A": {"CENTRE": "x"}}, "inputs, 'owed', 'A', 'CENTRE': 'x' is no number"),
    ],
)
def test_a_table_per_fact_that_cannot_be_read_is_told_with_its_place(given, sentence):
    with pytest.raises(InputError, match=sentence):
        inputs_of(PER_GROUP, {"owed": given})
