"""A file of registrations is taken over in the name of accounts of its centres, or nothing of it is."""

from __future__ import annotations

import csv

import pytest

from bequest.model.errors import InputError
from bequest.registry.models import Candidate, Centre, Registration, Residence
from bequest.registry.rows import count, every, found, needed
from bequest.registry.secrecy import identity_of
from bequest.service import office as office_module
from bequest.service import running
from bequest.service.accounts import NewAccount, add_account, close_account
from bequest.service.roles import Role
from registry_offices import kinds, people
from service_desks import PASSWORD

HEADER = "candidate,identity,resident,agreement\n"
COLUMNS = sorted({name for row in people(20).registrations for name in row})


@pytest.fixture
def rows():
    """Give the facts of people who are on no list yet, all of one centre or of a second one."""
    given = people(20).registrations[12:]
    return [
        {**row, "registration": f"X-{row['registration']}", "candidate": f"X-{row['candidate']}", "status": "active"}
        for row in given
    ]


@pytest.fixture
def keepers(desk, rows):
    """Give accounts of list keepers of every centre of the rows."""
    named = {centre: f"keeper-{centre}" for centre in sorted({row["centre"] for row in rows})}
    for centre, name in named.items():
        add_account(NewAccount(name, Role.LIST_KEEPER, PASSWORD + name, centre=centre))
    return list(named.values())


def written(folder, rows, name="list.csv", columns=COLUMNS):
    """Return the path of a CSV file of registrations, or of other rows."""
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def brought(path, accounts, identities=None):
    """Bring a file."""
    return running.import_registrations(path, accounts, identities=identities, tell=lambda _done, _of: None)


def test_everybody_in_a_file_is_listed_with_who_they_are_and_once(tmp_path, desk, rows, keepers):
    path, office = written(tmp_path, rows), office_module.office()
    text = f"{HEADER}{rows[0]['candidate']},A name,yes,\n"
    assert brought(path, keepers, text).listed == len(rows)
    candidate = needed(office.using, Candidate, "", id=rows[0]["candidate"])
    assert identity_of(office, candidate.subject_id) == "A name"
    declared = {each.registration_id: each.resident for each in every(office.using, Residence)}
    assert declared[rows[0]["registration"]] is True
    assert rows[1]["registration"] not in declared
    again = brought(path, keepers, text)
    assert (again.listed, again.known) == (0, len(rows))
    assert desk.get("allocator", f"/registrations/{rows[1]['registration']}").json()["facts"] == rows[1]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"weight_kg": "heavy"}, r"list\.csv, line 4 \(X-.*\), column 'weight_kg': 'heavy' is no number"),
        ({"hla": "QQ7"}, r"list\.csv, line 4 \(X-.*\), column 'hla': .*QQ7"),
        ({"centre": "NOWHERE"}, r"list\.csv, line 4 \(X-.*\): centre 'NOWHERE' is not in the table of places"),
    ],
)
def test_a_wrong_row_is_named_with_file_and_line_and_nothing_is_written(tmp_path, rows, keepers, changed, sentence):
    office = office_module.office()
    before = kinds(office)
    with pytest.raises(InputError, match=sentence):
        brought(written(tmp_path, [*rows[:2], {**rows[2], **changed}, *rows[3:]]), keepers)
    assert kinds(office) == before


def test_a_centre_for_which_no_account_was_named_lists_nobody(tmp_path, rows, keepers):
    with pytest.raises(InputError, match="nobody was named who answers for centre"):
        brought(written(tmp_path, rows), keepers[:1])
    assert found(office_module.office().using, Registration, id=rows[0]["registration"]) is None


def test_an_account_that_may_put_nobody_on_a_list_answers_for_none(tmp_path, desk, rows, keepers):
    path = written(tmp_path, rows)
    with pytest.raises(InputError, match="Account allocator may put nobody on a list"):
        brought(path, [*keepers, "allocator"])
    close_account(keepers[0])
    with pytest.raises(InputError, match=f"Account {keepers[0]} may put nobody on a list"):
        brought(path, keepers)
    with pytest.raises(InputError, match="no account 'stranger'"):
        brought(path, ["stranger"])


def test_two_accounts_of_one_centre_are_one_too_many(tmp_path, desk, rows, keepers):
    centre = rows[0]["centre"]
    add_account(NewAccount("second", Role.LIST_KEEPER, PASSWORD + "second", centre=centre))
    with pytest.raises(InputError, match="are of one centre; name one of them"):
        brought(written(tmp_path, rows), [*keepers, "second"])


def places(folder, *changed):
    """Return the path of a CSV file of places that are not there yet."""
    given = [
        {**place, "centre": f"X{place['centre']}", **change}
        for place, change in zip(people().places, changed, strict=False)
    ]  # fmt: skip
    return written(folder, given, "places.csv", sorted({name for row in given for name in row}))


def test_the_places_of_a_file_are_added_once(tmp_path, desk):
    path, office = places(tmp_path, {}, {}), office_module.office()
    before = count(office.using, Centre)
    assert running.import_places(path) == (2, 0)
    assert running.import_places(path) == (0, 2)
    assert count(office.using, Centre) == before + 2


def test_no_place_is_added_where_one_is_wrong(tmp_path, desk):
    office = office_module.office()
    before = count(office.using, Centre)
    with pytest.raises(InputError, match=r"places\.csv, line 3 .*, column 'latitude_deg': 'north'"):
        running.import_places(places(tmp_path, {}, {"latitude_deg": "north"}))
    assert count(office.using, Centre) == before


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "first line must be 'candidate,identity,resident,agreement'"),
        ("candidate,name\nX,Y\n", "first line must be 'candidate,identity,resident,agreement'"),
        (f"{HEADER}X-C,,yes,\n", "line 2: the line has a candidate, an identity"),
        (f"{HEADER}X-C,A secret name,yes,,more\n", "line 2: the line has a candidate, an identity"),
        (f"{HEADER}X-C,A secret name,yes,\nX-C,A secret name,yes,\n", "a candidate stands in two lines"),
        (
            f"{HEADER}X-C,A secret name,yes,\n",
            r"1 rows of the identities are of candidates who are not in list\.csv",
        ),
    ],
)
def test_wrong_identities_are_told_without_a_name(tmp_path, rows, keepers, text, sentence):
    office = office_module.office()
    before = count(office.using, Registration)
    with pytest.raises(InputError, match=sentence) as refused:
        brought(written(tmp_path, rows), keepers, text)
    assert "secret" not in str(refused.value)
    assert count(office.using, Registration) == before
