"""A directory of three tables gives pool, donors and centres, or everything that is wrong with it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import pytest

from bequest.files import read_centres, read_donor, read_donors, read_pool
from bequest.model.enums import CentreKind, Organ
from bequest.model.errors import InputError
from file_tables import AT, CENTRES, DONOR, REGISTRATION, Row, csv_text, directory_of

HEART = {**REGISTRATION, "registration": "R-9", "organ": "heart", "dialysis_since_on": "", "willing_both_kidneys": ""}


def problems_of_pool(directory: Path, organ: str = "kidney", at: str | datetime = AT) -> tuple[str, ...]:
    with pytest.raises(InputError) as caught:
        read_pool(directory, organ, at)
    return caught.value.problems


def test_the_pool_holds_the_registrations_of_the_asked_organ(tmp_path: Path):
    pool = read_pool(directory_of(tmp_path, registrations=[REGISTRATION, HEART]), organ="kidney", at=AT)

    assert pool.organ is Organ.KIDNEY
    assert pool.as_of == datetime(2026, 11, 1, tzinfo=UTC)
    assert pool.registrations.tolist() == ["R-1"]
    assert pool.synthetic


def test_organ_and_instant_may_be_given_as_themselves(tmp_path: Path):
    at = datetime(2026, 11, 1, 2, tzinfo=timezone(timedelta(hours=2)))

    pool = read_pool(str(directory_of(tmp_path)), Organ.KIDNEY, at)

    assert pool.digest == read_pool(tmp_path, "kidney", AT).digest


@pytest.mark.parametrize("directory", [None, 3, b"lists"])
@pytest.mark.parametrize("read", [partial(read_pool, organ="kidney", at=AT), read_donors, read_centres])
def test_what_names_no_directory_is_told(read: Callable[[object], object], directory: object):
    with pytest.raises(InputError, match=r"is no directory; name the one that holds registrations, donors and"):
        read(directory)


@pytest.mark.parametrize("donor", [3, None, ["D-1"]])
def test_what_is_no_text_names_no_donor(tmp_path: Path, donor: object):
    with pytest.raises(InputError, match=r"holds no donor .*; check the identifier"):
        read_donor(directory_of(tmp_path), donor)


@pytest.mark.parametrize("organ", [3, None, ["kidney"]])
def test_what_is_no_text_names_no_organ(tmp_path: Path, organ: object):
    with pytest.raises(InputError, match=r"is no organ.* choose one of: heart, lung, "):
        read_pool(directory_of(tmp_path), organ, AT)


def test_the_order_of_rows_changes_nothing(tmp_path: Path):
    other = {**REGISTRATION, "registration": "R-2", "candidate": "C-2"}

    first = read_pool(directory_of(tmp_path, registrations=[REGISTRATION, other]), "kidney", AT).digest
    second = read_pool(directory_of(tmp_path, registrations=[other, REGISTRATION]), "kidney", AT).digest

    assert first == second


def test_a_pool_needs_no_donors(tmp_path: Path):
    (directory_of(tmp_path) / "donors.csv").unlink()

    assert len(read_pool(tmp_path, "kidney", AT)) == 1


@pytest.mark.parametrize(
    ("organ", "at", "sentence"),
    [
        ("kidny", AT, "'kidny' is no organ; did you mean 'kidney'? choose one of: heart, lung, "),
        ("soul", AT, "'soul' is no organ; choose one of: heart, lung, "),
        ("kidney", "2026-11-01", "at '2026-11-01' has no time zone; write it as 2026-11-01T00:00:00Z."),
        ("kidney", datetime(2026, 11, 1), "at '2026-11-01 00:00:00' has no time zone; write it as"),  # noqa: DTZ001
        ("heart", AT, "registrations.csv holds no registration for heart; it holds: kidney."),
    ],
)
def test_what_cannot_be_asked_is_refused(tmp_path: Path, organ: str, at: str | datetime, sentence: str):
    assert problems_of_pool(directory_of(tmp_path), organ, at)[0].startswith(sentence)


def test_a_table_without_rows_says_so(tmp_path: Path):
    directory_of(tmp_path)
    (tmp_path / "registrations.csv").write_text(",".join(REGISTRATION) + "\n")

    assert problems_of_pool(tmp_path) == (
        "registrations.csv holds no registration for kidney; it holds: no registration at all.",
    )


def test_everything_wrong_in_registrations_and_centres_is_reported_at_once(tmp_path: Path):
    wrong = {**REGISTRATION, "weight_kg": "heavy", "hla": "A99"}
    place = {**CENTRES[0], "latitude_deg": "91"}

    assert [
        problem.split(": ")[0]
        for problem in problems_of_pool(directory_of(tmp_path, registrations=[wrong], centres=[place]))
    ] == [
        "registrations.csv, line 2 (R-1), column 'weight_kg'",
        "registrations.csv, line 2 (R-1), column 'hla'",
        "centres.csv, line 2 (T-1), column 'latitude_deg'",
    ]


@pytest.mark.parametrize("changes", [{"hla": "A99"}, {"unacceptable_antigens": "B7 A99"}])
def test_a_wrong_typing_alone_is_reported_with_its_line(tmp_path: Path, changes: Row):
    rows = [REGISTRATION, {**REGISTRATION, "registration": "R-2", **changes}]

    problems = problems_of_pool(directory_of(tmp_path, registrations=rows))

    assert problems[0].startswith(f"registrations.csv, line 3 (R-2), column '{next(iter(changes))}': 'A99' is no HLA")


def test_a_wrong_typing_on_the_list_of_another_organ_is_reported_too(tmp_path: Path):
    rows = [REGISTRATION, {**HEART, "hla": "A99"}]

    assert problems_of_pool(directory_of(tmp_path, registrations=rows))[0].startswith("registrations.csv, line 3 (R-9)")


def test_a_mistake_that_only_matching_finds_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object, **__: object) -> None:
        raise InputError("found by matching.")

    monkeypatch.setattr("bequest.files.directory.build_pool", refuse)

    assert problems_of_pool(directory_of(tmp_path)) == ("found by matching.",)


def test_real_donors_beside_invented_registrations_are_refused(tmp_path: Path):
    problems = problems_of_pool(directory_of(tmp_path, donors=[{**DONOR, "synthetic": "false", "country": "CH"}]))

    assert problems[0].startswith(
        "registrations.csv, line 2 is about synthetic people and donors.csv, line 2 about real"
    )


def test_a_donor_is_found_by_its_identifier(tmp_path: Path):
    assert read_donor(directory_of(tmp_path), "D-1").donor == "D-1"


def test_donors_come_in_the_order_of_their_file(tmp_path: Path):
    rows = [{**DONOR, "donor": "D-2"}, DONOR]

    assert list(read_donors(directory_of(tmp_path, donors=rows))) == ["D-2", "D-1"]


def test_an_unknown_donor_is_refused_without_naming_another_person(tmp_path: Path):
    with pytest.raises(InputError) as caught:
        read_donor(directory_of(tmp_path), "D-2")

    assert str(caught.value) == f"{tmp_path} holds no donor 'D-2'; check the identifier."


def test_one_wrong_donor_keeps_every_donor_from_being_read(tmp_path: Path):
    rows = [DONOR, {**DONOR, "donor": "D-2", "hla": "A99", "hospital": "H-9"}]

    with pytest.raises(InputError) as caught:
        read_donor(directory_of(tmp_path, donors=rows), "D-1")

    assert [problem.split(": ")[0] for problem in caught.value.problems] == [
        "donors.csv, line 3 (D-2), column 'hospital'",
        "donors.csv, line 3 (D-2), column 'hla'",
    ]


def test_centres_are_records(tmp_path: Path):
    centres = read_centres(directory_of(tmp_path))

    assert centres["T-1"].kind is CentreKind.TRANSPLANT
    assert (centres["T-1"].name, centres["H-1"].name) == ("Clinic by the lake", None)
    assert centres["H-1"].region is None
    assert centres["H-1"].latitude_deg == 52.5


def test_wrong_centres_are_refused(tmp_path: Path):
    with pytest.raises(InputError, match="'shop' is none of the codes"):
        read_centres(directory_of(tmp_path, centres=[{**CENTRES[0], "kind": "shop"}]))


def test_a_directory_that_is_none_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="is no directory; name the one that holds registrations, donors and centres"):
        read_centres(tmp_path / "nowhere")


def test_a_table_that_is_not_there_is_named_with_the_files_that_would_do(tmp_path: Path):
    with pytest.raises(InputError) as caught:
        read_centres(tmp_path)

    assert str(caught.value) == (
        f"{tmp_path} holds no centres; put centres.parquet or centres.csv or centres.json there."
    )


def test_a_spreadsheet_is_named_with_what_to_do(tmp_path: Path):
    (tmp_path / "centres.xlsx").write_text("")

    with pytest.raises(InputError, match=r"centres\.xlsx cannot be read; save it as 'CSV UTF-8'\.$"):
        read_centres(tmp_path)


def test_two_files_of_one_table_are_refused_by_name(tmp_path: Path):
    directory_of(tmp_path)
    (tmp_path / "centres.json").write_text("[]")

    with pytest.raises(InputError) as caught:
        read_centres(tmp_path)

    assert str(caught.value) == f"{tmp_path} holds centres.csv and centres.json; keep one of them."


def test_two_files_of_donors_are_refused_even_where_only_a_pool_is_asked(tmp_path: Path):
    (directory_of(tmp_path) / "donors.csv").rename(tmp_path / "donors.json")
    (tmp_path / "donors.csv").write_text(csv_text([DONOR]))

    assert problems_of_pool(tmp_path)[0].endswith("holds donors.csv and donors.json; keep one of them.")
