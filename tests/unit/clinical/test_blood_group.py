"""Who may receive from whom, by the ABO rule and by published tables."""

from __future__ import annotations

import pytest

from bequest.clinical.blood_group import CODES, compatible_with, identical_with, is_compatible, table, table_names
from bequest.model.enums import BloodGroup
from bequest.model.errors import InputError


def received(name: str, donor: str) -> str:
    return " ".join(code for code, may in zip(CODES, table(name)[CODES.index(donor)], strict=True) if may)


@pytest.mark.parametrize(
    ("name", "donor", "candidates"),
    [
        ("full", "O", "O A A1 A2 B AB A1B A2B"),
        ("full", "A", "A A1 A2 AB A1B A2B"),
        ("full", "B", "B AB A1B A2B"),
        ("full", "AB", "AB A1B A2B"),
        ("et-type1", "O", "O B"),
        ("et-type2", "O", "O"),
        ("us-kidney", "O", "O"),
        ("us-kidney", "B", "B"),
        ("us-kidney-non-a1-to-b", "A2", "B"),
        ("us-kidney-non-a1-to-b", "A2B", "B"),
        ("us-kidney-non-a1-to-b", "A1", ""),
        ("us-kidney-non-a1-to-b", "A", ""),
        ("us-heart-primary", "O", "O B"),
        ("us-heart-secondary", "O", "A A1 A2 AB A1B A2B"),
        ("us-heart-secondary", "B", ""),
        ("uk-kidney-tier-a", "B", "B"),
        ("uk-kidney-tier-b", "O", "O B"),
        ("uk-kidney-tier-b", "A", "A A1 A2 AB A1B A2B"),
        ("quebec-kidney", "O", "O"),
        ("quebec-kidney", "B", "B AB A1B A2B"),
    ],
)
def test_a_donor_gives_to_the_groups_of_the_published_table(name: str, donor: str, candidates: str) -> None:
    assert received(name, donor) == candidates


@pytest.mark.parametrize("name", ["full", "et-type1", "et-type2", "us-heart-primary", "uk-kidney-tier-b"])
@pytest.mark.parametrize(("group", "subgroup"), [("A", "A1"), ("A", "A2"), ("AB", "A1B"), ("AB", "A2B")])
def test_a_subgroup_changes_nothing_in_a_plain_table(name: str, group: str, subgroup: str) -> None:
    compatible, here, there = table(name), CODES.index(group), CODES.index(subgroup)
    assert (compatible[here] == compatible[there]).all()
    assert (compatible[:, here] == compatible[:, there]).all()


def test_the_plain_look_up_is_the_full_table() -> None:
    assert all((compatible_with(donor) == table("full")[code]).all() for code, donor in enumerate(BloodGroup))


@pytest.mark.parametrize(("donor", "candidate", "may"), [("A2", "A1", True), ("B", "A2B", True), ("A1", "B", False)])
def test_one_pair_is_judged_by_the_plain_rule(donor: str, candidate: str, *, may: bool) -> None:
    assert is_compatible(BloodGroup(donor), BloodGroup(candidate)) is may


def test_identical_groups_are_told_apart_from_compatible_ones() -> None:
    same = identical_with(BloodGroup.A2)
    assert [code for code, is_same in zip(CODES, same, strict=True) if is_same] == ["A", "A1", "A2"]


def test_a_table_cannot_be_changed_by_who_reads_it() -> None:
    assert not table("full").flags.writeable
    assert not identical_with(BloodGroup.O).flags.writeable


def test_an_unknown_table_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"'plain' is no table of blood groups; the tables are full, et-type1"):
        table("plain")


def test_every_named_table_can_be_read() -> None:
    assert all(table(name).shape == (8, 8) for name in table_names())
