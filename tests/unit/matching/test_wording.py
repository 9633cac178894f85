from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bequest.matching.wording import facts_behind, ids_of, value_text
from bequest.model.column import MISSING
from bequest.model.columns import candidate_column
from bequest.policy.expression import Reference, Space
from small_runs import small_policy, small_run


def candidate(name):
    return Reference(Space.CANDIDATE, name, candidate_column(name))


def behind(name, facts, *, donor=None, screens=None):
    """Return the facts behind a factor of Anna."""
    condition = screens or f"{name} >= 20"
    policy = small_policy(screens=f"[{{id: one, when: '{condition}', say: so, cite: core}}]")
    run = small_run({"Anna": facts}, policy=policy, donor=donor)
    return facts_behind(run, candidate(name), row=0)


def test_screens_are_named_by_their_bits():
    assert ids_of(0b101, ["a", "b", "c"]) == ("a", "c")


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("height_cm", 1700, "170 cm"),
        ("height_cm", 1705, "170.5 cm"),
        ("waiting_days", 100, "100 days"),
        ("waiting_days", 1, "1 day"),
        ("waiting_days", -1, "-1 days"),
        ("height_cm", 10, "1 cm"),
        ("urgency", 9, "9"),
        ("urgency", MISSING, None),
        ("crossmatch", 1, "positive"),
        ("procedure", 2, "posterior lamellar"),
        ("abo_compatible", 0, "no"),
        ("born_on", 1, "1970-01-02"),
        ("urgency_valid_until", 60, "1970-01-01T00:01:00Z"),
    ],
)
def test_a_value_is_told_with_its_unit(name, value, text):
    assert value_text(value, candidate_column(name)) == text


def test_a_registration_column_has_nothing_behind_it():
    assert behind("height_cm", {}) == ()


def test_a_factor_that_was_stated_has_nothing_behind_it():
    assert behind("waiting_days", {}) == ()


def test_a_factor_has_its_facts_behind_it():
    facts = {"weight_kg": 120}
    assert behind("candidate_weight_percent", facts, donor={"weight_kg": 80}) == (
        ("weight", "120 kg"),
        ("donor weight", "80 kg"),
    )


def test_a_missing_factor_has_what_is_missing_behind_it():
    assert behind("candidate_weight_percent", {}, donor={"weight_kg": 80}) == (("weight", None),)


def test_a_factor_that_is_missing_though_every_fact_is_there_shows_them():
    facts = {"dialysis_since_on": datetime(2027, 1, 1, tzinfo=UTC).date()}
    assert behind("dialysis_days", facts) == (("dialysis since on", "2027-01-01"),)


def test_a_yes_or_no_shows_what_is_missing_too():
    donor = {"age_years": Decimal("40.5")}
    assert behind(
        "donor_age_accepted", {"donor_age_years_max": 30}, donor={"age_years": 40.5}, screens="donor_age_accepted"
    ) == (
        ("lowest donor age accepted", None),
        ("highest donor age accepted", "30 years"),
        ("donor age", f"{donor['age_years']} years"),
    )


def test_typings_and_antigens_are_shown_as_they_were_written():
    facts, donor = {"unacceptable_antigens": "A2"}, {"hla": "A1 A2 B8 B44 DR4 DR17"}
    assert behind("crossmatch", facts, donor=donor, screens='crossmatch == "negative"') == (
        ("unacceptable antigens", "A2"),
        ("donor HLA", "A1 A2 B8 B44 DR4 DR17"),
    )


def test_facts_of_places_are_left_out():
    assert behind("distance_km", {}) == (("centre", "CENTRE"), ("donor hospital", "HOSPITAL"))
