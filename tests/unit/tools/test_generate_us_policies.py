from __future__ import annotations

import pytest
from generate_us_policies import TARGET, main, policy_files

import bequest
from bequest.matching.case_people import case_donor, case_pool
from bequest.model.enums import OfferKind
from bequest.model.errors import InputError
from small_runs import AT, small_case

EDITION = "optn-2025-12-10"


def rows(policy, sequence, listing=0):
    """Return the class ids of one list of one sequence."""
    found = bequest.policy(f"{policy}@{EDITION}").sequences[sequence].listings[listing]
    return [entry.id for entry in found.classes]


def numbered(table, numbers):
    return [f"{table}-{number}" for number in numbers]


@pytest.mark.parametrize("name", sorted(policy_files()))
def test_the_shipped_file_is_what_the_script_writes(name):
    assert (TARGET / name).read_text(encoding="utf-8") == policy_files()[name]


def test_no_other_file_stands_beside_them():
    beside = {path.name for path in TARGET.iterdir() if not path.name.startswith("donor-plan-")}
    assert sorted(beside) == sorted(policy_files())


def test_the_script_writes_every_file_and_changes_none(tmp_path, monkeypatch):
    monkeypatch.setattr("generate_us_policies.TARGET", tmp_path / "us")
    main()
    assert {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "us").iterdir()} == policy_files()


@pytest.mark.parametrize(
    ("sequence", "table", "single"),
    [
        (0, "8-7", range(1, 44)),
        (1, "8-7", range(1, 44)),
        (2, "8-8", range(1, 33)),
        (3, "8-9", range(1, 31)),
        (4, "8-10", [*range(1, 22), 23, 24]),
    ],
)
def test_every_kidney_row_for_one_kidney_is_there_in_its_order(sequence, table, single):
    assert rows("us/kidney", sequence) == numbered(table, single)


@pytest.mark.parametrize(("sequence", "table", "both"), [(3, "8-9", [31, 32]), (4, "8-10", [22, 25])])
def test_the_rows_for_both_kidneys_are_a_list_of_their_own(sequence, table, both):
    assert rows("us/kidney", sequence, listing=1) == numbered(table, both)


@pytest.mark.parametrize(("sequence", "last"), [(3, 32), (4, 25)])
def test_the_rows_of_both_lists_keep_the_order_of_the_source(sequence, last):
    listings = bequest.policy(f"us/kidney@{EDITION}").sequences[sequence].listings
    overall = {
        position: int(entry.id.rpartition("-")[2])
        for listing in listings
        for entry, position in zip(listing.classes, listing.positions, strict=True)
    }
    assert [overall[position] for position in range(last)] == list(range(1, last + 1))
    assert listings[1].offer_kind is OfferKind.BOTH_KIDNEYS


@pytest.mark.parametrize(("sequence", "table", "last"), [(0, "6-7", 68), (1, "6-8", 104)])
def test_every_heart_row_is_there_in_its_order(sequence, table, last):
    assert rows("us/heart", sequence) == numbered(table, range(1, last + 1))


@pytest.mark.parametrize(
    ("policy", "young", "old"),
    [
        ("us/pancreas", range(1, 7), [1, 2, 3, 4, 7, 8]),
        ("us/kidney-pancreas", range(1, 7), [1, 2, 3, 4, 7, 8]),
        ("us/islet", [7, 8], [5, 6]),
    ],
)
def test_each_of_the_three_lists_has_its_rows_of_the_common_table(policy, young, old):
    assert rows(policy, 0) == numbered("11-5", young)
    assert rows(policy, 1) == numbered("11-6", old)


def test_every_intestine_row_is_there_in_its_order():
    assert rows("us/intestine", 0) == numbered("7-1", range(1, 9))


@pytest.mark.parametrize(
    ("organ", "status"),
    [
        ("heart", "published"),
        ("kidney", "unverified"),
        ("intestine", "unverified"),
        ("islet", "unverified"),
        ("kidney-pancreas", "unverified"),
        ("pancreas", "unverified"),
    ],
)
def test_a_file_says_how_far_it_is_verified(organ, status):
    policy = bequest.policy(f"us/{organ}@{EDITION}")
    assert (policy.status.value, str(policy.effective)) == (status, "2025-12-10")


def test_time_at_the_urgent_status_sorts_the_classes_that_the_source_names():
    (key, *_) = bequest.policy(f"us/kidney@{EDITION}").order
    named = [*numbered("8-7", range(1, 8)), *numbered("8-8", range(1, 8)), *numbered("8-9", range(1, 7))]
    assert key.name == "medically_urgent_days"
    assert key.classes == {*named, *numbered("8-10", range(1, 6))}


def offered(weight_kg, kdpi_percent):
    """Return the classes of an adult nearby who takes one kidney or both."""
    person = {
        "height_cm": None, "urgency": None, "age_years": 40, "listed_age_years": 39, "epts_percent": 50,
        "crossmatch": "negative", "cpra_whole_percent": 0, "zero_abdr_mismatch": False, "distance_nm": 100,
        "prior_living_donor": False, "safety_net_qualified": False, "willing_both_kidneys": True,
        "accepts_high_kdpi_donor": True,
    }  # fmt: skip
    policy = bequest.policy(f"us/kidney@{EDITION}")
    donor = {"hcv_positive": False, "weight_kg": weight_kg, "kdpi_percent": kdpi_percent}
    case = small_case({"Anna": person}, donor)
    arguments = {"organ": policy.organ, "pool": case_pool(case, policy), "at": AT, "allow_unverified": True}
    return [entry.class_id for entry in bequest.run(policy, case_donor(case, policy), **arguments).ranked()]


@pytest.mark.parametrize(
    ("weight_kg", "kdpi_percent", "classes"),
    [
        (80, 50, ["8-9-28", "8-9-31"]),
        (80, 90, ["8-10-21", "8-10-22"]),
        (80, 34, ["8-8-29"]),
        (17, 90, ["8-7-39"]),
    ],
)
def test_who_takes_both_kidneys_stands_on_a_second_list_where_both_may_be_offered(weight_kg, kdpi_percent, classes):
    assert offered(weight_kg, kdpi_percent) == classes


@pytest.mark.parametrize("kdpi_percent", [20, 50])
def test_without_the_weight_of_the_donor_nobody_knows_whether_the_kidneys_go_together(kdpi_percent):
    with pytest.raises(InputError, match="weight"):
        offered(None, kdpi_percent)
