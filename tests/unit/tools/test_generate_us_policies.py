from __future__ import annotations

import pytest
from generate_us_policies import TARGET, main, policy_files

import bequest
from bequest.model.enums import OfferKind

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
    assert sorted(path.name for path in TARGET.iterdir()) == sorted(policy_files())


def test_the_script_writes_every_file_and_changes_none(tmp_path, monkeypatch):
    monkeypatch.setattr("generate_us_policies.TARGET", tmp_path / "us")
    main()
    assert {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "us").iterdir()} == policy_files()


@pytest.mark.parametrize(
    ("sequence", "table", "single"),
    [
        (0, "8-7", range(1, 44)),
        (1, "8-8", range(1, 33)),
        (2, "8-9", range(1, 31)),
        (3, "8-10", [*range(1, 22), 23, 24]),
    ],
)
def test_every_kidney_row_for_one_kidney_is_there_in_its_order(sequence, table, single):
    assert rows("us/kidney", sequence) == numbered(table, single)


@pytest.mark.parametrize(("sequence", "table", "both"), [(2, "8-9", [31, 32]), (3, "8-10", [22, 25])])
def test_the_rows_for_both_kidneys_are_a_list_of_their_own(sequence, table, both):
    assert rows("us/kidney", sequence, listing=1) == numbered(table, both)


@pytest.mark.parametrize(("sequence", "last"), [(2, 32), (3, 25)])
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
