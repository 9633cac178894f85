"""What must be impossible is impossible by way of files too: each attempt is refused with its sentence."""

from pathlib import Path

import pytest

from bequest.files import read_donor, read_pool
from bequest.model.errors import InputError, RefusedError
from file_tables import AT, DONOR, REGISTRATION, Row, directory_of


def test_donors_in_the_place_of_registrations_are_refused(tmp_path: Path):
    directory_of(tmp_path, registrations=[DONOR], donors=[REGISTRATION])

    with pytest.raises(RefusedError) as caught:
        read_pool(tmp_path, "kidney", AT)

    assert str(caught.value) == (
        "registrations.csv holds donors (columns age_years, consent_basis, consent_recorded_at) where "
        "registrations belong; "
        "Bequest searches from one offered organ to the waiting list only. Put the registrations there."
    )


def test_registrations_in_the_place_of_donors_are_refused(tmp_path: Path):
    directory_of(tmp_path, registrations=[DONOR], donors=[REGISTRATION])

    with pytest.raises(RefusedError) as caught:
        read_donor(tmp_path, "R-1")

    assert str(caught.value) == (
        "donors.csv holds registrations (columns born_on, candidate, consent_to_listing_on) where donors belong; "
        "Bequest searches from one offered organ to the waiting list only. Put the donors there."
    )


def test_registrations_in_the_place_of_donors_are_refused_where_only_the_pool_is_asked(tmp_path: Path):
    with pytest.raises(RefusedError, match=r"donors\.csv holds registrations"):
        read_pool(directory_of(tmp_path, donors=[REGISTRATION]), "kidney", AT)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"consent_basis": ""},
            (
                ", column 'consent_basis': missing. Without a legal basis of consent there is no donor; record the "
                "basis or "
                "remove the row."
            ),
        ),
        (
            {"custody_result": ""},
            (
                ", column 'custody_result': missing. Without a custody check there is no donor; record its result or "
                "remove "
                "the row."
            ),
        ),
        (
            {"death_declared_at": ""},
            (
                ", column 'death_declared_at': missing. Give the instant at which death was certified, or "
                "pathway_opened_at for "
                "the circulatory pathway; without either nobody is a donor."
            ),
        ),
    ],
)
def test_a_donor_without_consent_custody_check_or_death_is_bad_input(tmp_path: Path, changes: Row, sentence: str):
    with pytest.raises(InputError) as caught:
        read_donor(directory_of(tmp_path, donors=[{**DONOR, **changes}]), "D-1")

    assert str(caught.value) == f"donors.csv, line 2 (D-1){sentence}"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "living"}, "the donor is living. Bequest offers organs of deceased donors only; remove the row."),
        ({"custody_result": "prisoner"}, "the custody check says 'prisoner'. Organs of a person in custody, or whose "),
        ({"custody_result": "executed"}, "the custody check says 'executed'. Organs of a person in custody, or whose "),
        ({"custody_result": "police_guard"}, "the custody check says 'police_guard'. Organs of a person in custody, "),
        ({"custody_result": "unknown"}, "the custody check says 'unknown'. Organs of a person in custody, or whose "),
        ({"objection_found": "true"}, "an objection to donation was found; nobody can override it."),
        ({"identity_established": "false"}, "the identity of the person is not established; refer the case to"),
        ({"country": "CH"}, "synthetic people, and they alone, have country ZZ; correct 'synthetic' or 'country'."),
    ],
)
def test_whoever_must_never_be_a_donor_is_refused_and_nobody_of_the_file_is_read(
    tmp_path: Path, changes: Row, sentence: str
):
    rows = [DONOR, {**DONOR, "donor": "D-2", **changes}]

    with pytest.raises(RefusedError) as caught:
        read_donor(directory_of(tmp_path, donors=rows), "D-1")

    assert str(caught.value).startswith(f"donors.csv, line 3 (D-2): {sentence}")


@pytest.mark.parametrize("name", ["centre", "listed_on", "consent_to_listing_on"])
def test_a_registration_without_centre_listing_or_consent_is_bad_input(tmp_path: Path, name: str):
    with pytest.raises(InputError) as caught:
        read_pool(directory_of(tmp_path, registrations=[{**REGISTRATION, name: ""}]), "kidney", AT)

    assert str(caught.value).startswith(
        f"registrations.csv, line 2 (R-1), column '{name}': missing; every registration"
    )


@pytest.mark.parametrize(
    ("name", "stands_for"),
    [
        ("insurer", "ability to pay"),
        ("ethnicity", "race or ethnicity"),
        ("religion", "religion"),
        ("party", "political belief"),
        ("nationality", "nationality"),
        ("prisoner", "custody"),
        ("vip", "social status"),
    ],
)
def test_a_column_that_no_ranking_may_know_is_refused_in_registrations(tmp_path: Path, name: str, stands_for: str):
    with pytest.raises(InputError) as caught:
        read_pool(directory_of(tmp_path, registrations=[{**REGISTRATION, name: "x"}]), "kidney", AT)

    assert str(caught.value) == (
        f"registrations.csv, column '{name}': registrations never say anything about {stands_for}; remove the column."
    )


def test_a_price_is_no_column_of_a_donor(tmp_path: Path):
    with pytest.raises(InputError, match="donors never say anything about ability to pay; remove the column"):
        read_donor(directory_of(tmp_path, donors=[{**DONOR, "price": "1"}]), "D-1")


def test_a_donor_has_no_unacceptable_antigens(tmp_path: Path):
    with pytest.raises(InputError, match="the data dictionary has no such column for donors"):
        read_donor(directory_of(tmp_path, donors=[{**DONOR, "unacceptable_antigens": "none"}]), "D-1")


def test_invented_and_real_people_never_stand_together(tmp_path: Path):
    real = {**REGISTRATION, "registration": "R-2", "candidate": "C-2", "synthetic": "false", "country": "CH"}

    with pytest.raises(RefusedError, match="keep them in directories of their own"):
        read_pool(directory_of(tmp_path, registrations=[REGISTRATION, real]), "kidney", AT)
