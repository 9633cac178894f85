"""Rows must not contradict themselves, each other, or the other tables of their directory."""

import polars as pl
import pytest

from bequest.files.judge import Judged, judge
from bequest.files.problems import raise_problems
from bequest.files.raw import raw_frame
from bequest.files.rows import check_one_world, check_places, check_registrations
from bequest.model.column import Table
from bequest.model.errors import InputError, RefusedError
from file_tables import CENTRES, DONOR, REGISTRATION, Row


def judged(table: Table, *rows: Row) -> Judged:
    return judge(raw_frame(pl.DataFrame(rows), f"{table.value}s.csv"), table)


def registrations(*rows: Row) -> Judged:
    found = judged(Table.REGISTRATION, *rows)
    check_registrations(found)
    return found


def problems_of(found: Judged) -> tuple[str, ...]:
    with pytest.raises(InputError) as caught:
        raise_problems(found.problems)
    return caught.value.problems


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"born_on": "2024-05-02", "dialysis_since_on": ""},
            "'born_on': the date of birth is after 'listed_on'; correct the one that is wrong.",
        ),
        (
            {"consent_to_listing_on": "2024-05-02"},
            (
                "'listed_on': the candidate was listed before 'consent_to_listing_on'; nobody is listed without "
                "consent. "
                "Correct the date that is wrong."
            ),
        ),
        (
            {"dialysis_since_on": "1960-01-01"},
            "'dialysis_since_on': dialysis began before 'born_on'; correct the date that is wrong.",
        ),
        (
            {"donor_age_years_min": "60", "donor_age_years_max": "50"},
            (
                "'donor_age_years_min': the lowest donor age is above 'donor_age_years_max'; no donor could ever fit. "
                "Correct one of them."
            ),
        ),
        (
            {"synthetic": "false"},
            "'country': synthetic people, and they alone, have country ZZ; correct 'synthetic' or 'country'.",
        ),
        (
            {"country": "CH"},
            "'country': synthetic people, and they alone, have country ZZ; correct 'synthetic' or 'country'.",
        ),
        (
            {"meld": "20"},
            "'meld': this belongs to registrations for liver or liver-intestine only; leave the cell empty.",
        ),
        (
            {"procedure": "tectonic"},
            "'procedure': this belongs to registrations for cornea only; leave the cell empty.",
        ),
    ],
)
def test_a_registration_that_contradicts_itself_is_reported(changes: Row, sentence: str):
    found = registrations({**REGISTRATION, **changes})

    assert problems_of(found) == (f"registrations.csv, row 1 (R-1), column {sentence}",)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"born_on": "2024-05-01", "dialysis_since_on": "2024-05-01"},
        {"consent_to_listing_on": "2024-05-01"},
        {"donor_age_years_min": "50", "donor_age_years_max": "50"},
        {"donor_age_years_min": "50", "donor_age_years_max": ""},
        {"synthetic": "false", "country": "CH"},
    ],
)
def test_a_registration_on_the_edge_of_a_rule_is_right(changes: Row):
    assert registrations({**REGISTRATION, **changes}).problems.count == 0


def test_an_unreadable_cell_breaks_no_other_rule():
    found = registrations({**REGISTRATION, "listed_on": "x", "organ": "y", "meld": "20", "synthetic": "z"})

    assert found.problems.count == 3


def test_two_registrations_of_one_candidate_have_one_date_of_birth():
    found = registrations(
        REGISTRATION,
        {**REGISTRATION, "registration": "R-2"},
        {**REGISTRATION, "registration": "R-3", "born_on": "1961-02-04"},
    )

    assert problems_of(found) == (
        (
            "registrations.csv, row 3 (R-3), column 'born_on': another registration of the same candidate has "
            "another date "
            "of birth; correct the one that is wrong."
        ),
    )


def test_rows_without_a_candidate_are_not_taken_for_one_person():
    found = registrations(
        {**REGISTRATION, "candidate": ""},
        {**REGISTRATION, "registration": "R-2", "candidate": "", "born_on": "1990-01-01"},
    )

    assert found.problems.count == 2


def test_tables_without_the_columns_of_a_rule_are_not_judged_by_it():
    found = registrations({"registration": "R-1", "weight_kg": "70"})

    assert all("is missing; add it" in problem for problem in problems_of(found))


REAL = {**REGISTRATION, "registration": "R-2", "candidate": "C-2", "synthetic": "false", "country": "CH"}


def test_invented_and_real_people_in_one_file_are_refused():
    found = registrations(REGISTRATION, REAL)

    check_one_world(found)

    with pytest.raises(RefusedError) as caught:
        raise_problems(found.problems)
    assert caught.value.problems == (
        (
            "registrations.csv, row 1 is about synthetic people and registrations.csv, row 2 about real ones; "
            "keep them in "
            "directories of their own."
        ),
    )


def test_invented_and_real_people_in_two_files_of_a_directory_are_refused():
    found, donors = registrations(REAL), judged(Table.DONOR, DONOR)

    check_one_world(found, donors)

    assert problems_of(found)[0].startswith("donors.csv, row 1 is about synthetic people and registrations.csv, row 1")


def test_files_of_one_world_stand_together_and_a_file_that_does_not_say_is_reported_elsewhere():
    found, silent = registrations(REGISTRATION), judged(Table.CENTRE, {"centre": "T-1"})
    before = silent.problems.count

    check_one_world(silent, found, judged(Table.DONOR, {**DONOR, "synthetic": ""}))

    assert (found.problems.count, silent.problems.count) == (0, before)


PLACES = judged(Table.CENTRE, *CENTRES)


@pytest.mark.parametrize(
    ("table", "row", "sentence"),
    [
        (
            Table.REGISTRATION,
            {**REGISTRATION, "centre": "T-9"},
            (
                "registrations.csv, row 1 (R-1), column 'centre': 'T-9' is not in centres.csv; add the place there "
                "or correct "
                "this row."
            ),
        ),
        (
            Table.REGISTRATION,
            {**REGISTRATION, "centre": "H-1"},
            (
                "registrations.csv, row 1 (R-1), column 'centre': 'H-1' is a donor hospital in centres.csv; name a "
                "transplant "
                "centre."
            ),
        ),
        (
            Table.DONOR,
            {**DONOR, "hospital": "H-9"},
            (
                "donors.csv, row 1 (D-1), column 'hospital': 'H-9' is not in centres.csv; add the place there or "
                "correct this "
                "row."
            ),
        ),
    ],
)
def test_a_place_that_is_not_what_it_should_be_is_reported(table: Table, row: Row, sentence: str):
    found = judged(table, row)

    check_places(found, PLACES)

    assert problems_of(found) == (sentence,)


def test_a_donor_may_lie_in_a_transplant_centre():
    found = judged(Table.DONOR, {**DONOR, "hospital": "T-1"})

    check_places(found, PLACES)

    assert found.problems.count == 0


def test_a_row_without_a_place_is_not_reported_twice():
    found = judged(Table.DONOR, {**DONOR, "hospital": ""})

    check_places(found, PLACES)

    assert found.problems.count == 0


def test_wrong_centres_are_not_echoed_by_every_row_that_names_one():
    found = judged(Table.DONOR, DONOR)

    check_places(found, judged(Table.CENTRE, {**CENTRES[1], "country": ""}))

    assert found.problems.count == 0


def test_a_table_without_the_column_of_places_is_not_judged_by_it():
    found = judged(Table.DONOR, {"donor": "D-1", "consent_basis": "registered_yes"})
    before = found.problems.count

    check_places(found, PLACES)

    assert found.problems.count == before
