from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from bequest.model.enums import OfferKind
from bequest.model.errors import InputError
from small_runs import AT, points, small_policy, small_run

PEOPLE = {"Anna": {}, "Ben": {"urgency": 1}, "Cleo": {"height_cm": 50}, "Dora": {"height_cm": None}}
POLICY = small_policy(
    points=points("of: waiting_days, missing: 0"), order="[points desc, {key: cpra_percent, desc: true}]"
)


def result(people=PEOPLE, **arguments):
    return small_run(people, policy=POLICY, **arguments)


def changed(**changes):
    """Return the digest of the run with one of its parts changed."""
    return replace(result(), **changes).digest


def test_the_length_is_the_number_of_places():
    assert len(result()) == 2


def test_the_ranked_are_records_in_order():
    first, second = result().ranked()
    assert (first.rank, first.registration, first.class_id) == (1, "R-Ben", "urgent")
    assert (second.rank, second.registration, second.offer_kind) == (2, "R-Anna", OfferKind.SINGLE)
    assert (second.points, dict(second.keys)) == ("100.00", {"points": "100.00", "cpra_percent": None})


@pytest.mark.parametrize(("top", "expected"), [(None, 2), (0, 0), (1, 1), (2, 2), (9, 2)])
def test_the_first_places_may_be_asked_for(top, expected):
    assert len(result().ranked(top)) == expected


def test_those_who_are_not_ranked_have_reasons():
    cleo, dora = result().not_ranked()
    assert (cleo.registration, cleo.failed, cleo.unknown, cleo.optimistic_rank) == ("R-Cleo", ("size",), (), None)
    assert (dora.registration, dora.failed, dora.unknown, dora.optimistic_rank) == ("R-Dora", (), ("size",), 2)


def test_a_policy_without_points_gives_none_rather_than_0():
    (anna,) = small_run({"Anna": {}}).ranked()
    assert anna.points is None
    assert small_run({"Anna": {}}).to_dict()["ranked"][0]["points"] is None


def test_a_registration_knows_its_ranks():
    assert (result().rank_of("R-Anna"), result().rank_of("R-Cleo")) == ((2,), ())


def test_an_unknown_registration_has_no_rank():
    with pytest.raises(InputError, match="is not on the kidney list"):
        result().rank_of("R-Zoe")


def test_the_lot_that_was_drawn_is_told_as_a_key():
    drawn = small_run({"Anna": {}}, policy=small_policy(order="[lottery]"), lottery_seed="ab").ranked()[0].keys
    assert 0 <= int(drawn["lottery"]) < 2**53


def test_a_run_is_plain_data():
    found = result().to_dict()
    assert json.loads(json.dumps(found)) == found
    assert [key for key in found if key not in {"ranked", "not_ranked"}] == [
        "policy", "edition", "policy_hash", "status", "engine", "synthetic", "conditional", "at", "donor", "organ",
        "sequence", "lottery_seed", "input_digest", "inputs_digest", "digest",
    ]  # fmt: skip
    assert (found["at"], found["synthetic"], found["organ"]) == ("2026-11-01T00:00:00Z", True, "kidney")
    assert found["ranked"][1] == {
        "rank": 2,
        "registration": "R-Anna",
        "offer_kind": "single",
        "class": "others",
        "points": "100.00",
        "keys": {"points": "100.00", "cpra_percent": None},
        "stage": None,
    }
    assert found["not_ranked"][1] == {
        "registration": "R-Dora",
        "failed": [],
        "unknown": ["size"],
        "optimistic_rank": 2,
    }


def test_the_same_run_has_the_same_digest():
    assert result().digest == result().digest


@pytest.mark.parametrize(
    ("people", "arguments"),
    [
        ({**PEOPLE, "Anna": {"waiting_days": 101}}, {}),
        ({**PEOPLE, "Anna": {"centre": "HOSPITAL"}}, {}),
        ({**PEOPLE, "Emil": {}}, {}),
        (PEOPLE, {"donor": {"age_years": 41}}),
        (PEOPLE, {"lottery_seed": "ab"}),
    ],
)
def test_another_input_gives_another_digest(people, arguments):
    assert result(people, **arguments).digest != result().digest


def test_another_instant_gives_another_digest():
    assert changed(at=AT.replace(minute=1)) != result().digest


def test_another_policy_gives_another_digest():
    assert changed(policy=replace(POLICY, hash="0" * 64)) != result().digest


def test_other_points_give_another_digest():
    evaluation = result().evaluation
    assert changed(evaluation=replace(evaluation, points=evaluation.points + 1)) != result().digest


def test_a_fact_written_with_more_zeros_is_the_same_fact():
    one = result(donor={"weight_kg": 80})
    other = replace(one, donor=replace(one.donor, facts={**one.donor.facts, "weight_kg": Decimal("80.00")}))
    assert other.digest == one.digest


def test_a_fact_that_differs_below_its_resolution_is_the_same_fact():
    one = result(donor={"weight_kg": 80})
    other = replace(one, donor=replace(one.donor, facts={**one.donor.facts, "weight_kg": Decimal("80.04")}))
    assert other.digest == one.digest


def test_a_run_is_a_data_frame_too():
    frame = result().to_polars()
    assert frame["registration"].to_list() == ["R-Ben", "R-Anna", "R-Cleo", "R-Dora"]


def test_the_places_are_those_of_the_ranked():
    run = result()
    rows, kinds, stages = run.places()
    told = [(each.registration, each.offer_kind.value, each.stage) for each in run.ranked()]
    assert list(zip(run.pool.registrations[rows].tolist(), kinds, stages, strict=True)) == told
