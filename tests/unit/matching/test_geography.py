"""Geography tables in a run: by places of candidates, by places of donors, under both evaluators."""

from __future__ import annotations

import pytest

from bequest.model.errors import InputError
from small_runs import given_points, names, points, small_policy, small_run

CENTRES = {
    "HOSPITAL": {"country": "AA", "region": "north"},
    "NEAR": {"country": "AA", "region": "north"},
    "FAR": {"country": "BB", "region": "south"},
    "NOWHERE": {"country": "CC"},
}
PEOPLE = {"Anna": {"centre": "FAR"}, "Ben": {"centre": "NEAR"}, "Cleo": {"centre": "NOWHERE"}}
BOTH = pytest.mark.parametrize("evaluator", ["numpy", "numba"])


def geography(by, values, **more):
    extra = "".join(f", {key}: {value}" for key, value in more.items())
    return f"{{zone: {{by: {by}, values: {values}{extra}, why: so, cite: core 5}}}}"


def ranked(blocks, evaluator, donor=None):
    policy = small_policy(**blocks)
    return small_run(PEOPLE, policy=policy, donor=donor, centres=CENTRES, evaluator=evaluator)


@BOTH
@pytest.mark.parametrize(
    ("by", "values"),
    [("region", "{north: 1, south: 2}"), ("country", "{AA: 1, BB: 2}"), ("centre", "{NEAR: 1, FAR: 2}")],
)
def test_the_place_of_a_candidate_picks_the_number(by, values, evaluator):
    blocks = {"geography": geography(by, values), "order": "[geography.zone]"}
    assert names(ranked(blocks, evaluator)) == ["Ben", "Anna", "Cleo"]


@BOTH
def test_a_place_that_is_not_listed_has_the_number_of_all_others_or_none(evaluator):
    term = points("of: geography.zone, missing: 7")
    table = geography("region", "{north: 1.5}")
    assert given_points(ranked({"geography": table, "points": term}, evaluator)) == {
        "Anna": "7.00", "Ben": "1.50", "Cleo": "7.00",
    }  # fmt: skip
    table = geography("country", "{AA: 1.5}", otherwise=0)
    assert given_points(ranked({"geography": table, "points": term}, evaluator)) == {
        "Anna": "0.00", "Ben": "1.50", "Cleo": "0.00",
    }  # fmt: skip


@BOTH
@pytest.mark.parametrize("by", ["donor.region", "donor.country", "donor.hospital"])
def test_the_place_of_the_donor_hospital_picks_one_number_for_everyone(by, evaluator):
    blocks = {
        "geography": geography(by, "{north: 1, AA: 1, HOSPITAL: 1}", otherwise=0),
        "classes": """
- {id: near, when: geography.zone == 1, say: so, cite: core}
- {id: all, when: always, say: so, cite: core}""",
    }
    assert {entry.class_id for entry in ranked(blocks, evaluator).ranked()} == {"near"}
    assert {entry.class_id for entry in ranked(blocks, evaluator, {"hospital": "FAR"}).ranked()} == {"all"}


def test_the_place_of_the_donor_hospital_may_choose_the_list():
    classes = "[{id: all, when: always, say: so, cite: core}]"
    blocks = {
        "geography": geography("donor.country", "{AA: 1}"),
        "classes": None,
        "sequences": f"[{{id: home, when: geography.zone == 1, classes: {classes}}}]",
    }
    assert len(ranked(blocks, "numpy").ranked()) == len(PEOPLE)
    with pytest.raises(InputError, match="the list cannot be chosen"):
        ranked(blocks, "numpy", {"hospital": "FAR"})


def test_a_case_says_of_a_place_its_country_and_region_only():
    with pytest.raises(InputError, match=r"centre NEAR: 'town' is not known here; use: country, region\."):
        small_run(PEOPLE, centres={"NEAR": {"town": "Aa"}})


def test_a_table_of_pairs_has_no_number_where_a_region_has_no_name() -> None:
    table = "{zones: {by: [donor.region, region], values: {north: {south: 1}}, why: pairs, cite: core 5}}"
    policy = small_policy(
        geography=table,
        classes="[{id: near, when: geography.zones == 1, say: near, cite: core 2}]",
        otherwise="not ranked",
    )
    centres = {"HOSPITAL": {"region": "north"}, "SOUTH": {"region": "south"}, "NOWHERE": {}}
    people = {"Anna": {"centre": "SOUTH"}, "Ben": {"centre": "NOWHERE"}}
    assert names(small_run(people, policy=policy, centres=centres)) == ["Anna"]
    assert names(small_run(people, policy=policy, centres={**centres, "HOSPITAL": {}})) == []
