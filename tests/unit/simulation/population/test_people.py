"""Checks how one fact of a person is drawn."""

import numpy as np
import pytest

from bequest.simulation.population.people import (
    AGE_BANDS,
    Coded,
    banded,
    identifiers,
    level,
    number,
    number_below,
    truths,
    yes,
)


def test_a_fact_does_not_depend_on_how_many_people_there_are(people):
    few, many = people(10), people(1000)

    assert (
        number(few, "consent days before listing").tolist() == number(many, "consent days before listing")[:10].tolist()
    )


def test_a_fact_does_not_depend_on_who_else_is_asked(people):
    rows = np.array([700, 3])

    assert yes(people().some(rows), "listed twice").tolist() == yes(people(), "listed twice")[rows].tolist()


def test_another_seed_draws_other_facts(people):
    assert people(seed=1).chance("x").tolist() != people(seed=2).chance("x").tolist()


def test_another_organ_draws_other_facts(people):
    assert people().chance("x").tolist() != people(country="us").chance("x").tolist()


def test_a_level_is_drawn_by_the_table_of_the_persons_group(people):
    area = Coded(("DE", "HU"), np.arange(20_000) % 2)
    group = level(people(20_000), "blood group", area=area)

    assert group.has("O")[area.has("DE")].mean() == pytest.approx(0.4432, abs=0.015)
    assert group.has("O")[area.has("HU")].mean() == pytest.approx(0.3658, abs=0.015)


def test_nobody_still_has_the_levels_of_a_table(people, all_of):
    assert level(people(0), "blood group", area=all_of("DE", 0)).levels == ("O", "A", "B", "AB")


def test_tables_with_different_levels_for_one_quantity_are_our_own_mistake(people, monkeypatch):
    tables = {"et-kidney-list-abo/DE": ("O", "A"), "et-kidney-list-abo/HU": ("O", "B")}
    monkeypatch.setattr(
        "bequest.simulation.population.people.shares",
        lambda label: type("Table", (), {"levels": tables[label], "upper": np.array([0.5, 1.0])}),
    )

    with pytest.raises(AssertionError, match="same levels"):
        level(people(4), "blood group", area=Coded(("DE", "HU"), np.arange(4) % 2))


def test_a_number_below_a_limit_stays_below_it(people, all_of):
    highest = np.linspace(0, 20, 1000)

    assert (number_below(people(), "dialysis years", highest, area=all_of("DE")) <= highest).all()


def test_a_number_below_a_limit_follows_the_distribution_up_to_it(people, all_of):
    years = number_below(people(20_000), "dialysis years", np.full(20_000, 3.1), area=all_of("DE", 20_000))

    assert np.median(years) == pytest.approx(1.55, abs=0.05)


def test_a_constant_may_be_named_by_the_organ(people):
    assert people().constant("centre programmes") == 1.0


def test_what_is_not_stated_is_missing():
    assert truths(Coded(("yes", "no", "unstated"), np.array([2, 1, 0]))) == [None, False, True]


def test_an_age_lies_in_the_band_that_begins_at_or_below_it():
    assert banded(np.array([0.0, 17.99, 18.0, 64.9, 90.0]), AGE_BANDS).texts().tolist() == [
        "0-17", "0-17", "18-49", "50-64", "65+",
    ]  # fmt: skip


def test_identifiers_have_at_least_so_many_digits():
    assert identifiers("R", np.array([0, 41], dtype=np.uint64), 42, width=6) == ["R-000001", "R-000042"]


def test_identifiers_of_many_rows_are_wider():
    assert identifiers("R", np.array([0], dtype=np.uint64), 1_000_000, width=6) == ["R-0000001"]
