"""Sets of antigens of many people, one plane of bits an antigen."""

from __future__ import annotations

import numpy as np
import pytest

from bequest.clinical.planes import holders, holders_of_any, holders_of_each, members, nobody, one_a_person, planes_of

MANY = [1 << (person % 70) for person in range(20_000)]


def test_each_person_has_what_they_have() -> None:
    planes = planes_of([0b101, 0, 0b100], 64)
    assert one_a_person(holders(planes, 0), 3).tolist() == [1, 0, 0]
    assert one_a_person(holders(planes, 2), 3).tolist() == [1, 0, 1]


def test_an_antigen_that_nobody_has_keeps_no_plane() -> None:
    planes = planes_of([0b101, 0b100], 64)
    assert planes.planes.shape == (2, 1)
    assert one_a_person(holders(planes, 1), 2).tolist() == [0, 0]
    assert one_a_person(holders_of_any(planes, 0b010), 2).tolist() == [0, 0]


def test_people_beyond_one_block_and_one_word_are_kept() -> None:
    planes = planes_of(MANY, 128)
    assert one_a_person(holders(planes, 69), len(MANY)).tolist() == [int(p % 70 == 69) for p in range(len(MANY))]
    assert one_a_person(holders_of_any(planes, (1 << 128) - 1), len(MANY)).all()


def test_many_sets_are_asked_for_at_once() -> None:
    planes = planes_of(MANY, 128)
    sets = [0, 0b1001, 1 << 100, (1 << 69) | 1, 0b10]
    each = [holders_of_any(planes, one).tolist() for one in sets]
    assert holders_of_each(planes, sets).tolist() == each
    assert holders_of_each(planes, []).shape == (0, len(nobody(planes)))
    assert not holders_of_each(planes, [1 << 100]).any()


def test_nobody_is_a_people_too() -> None:
    planes = planes_of([], 64)
    assert one_a_person(holders_of_any(planes, 1), 0).tolist() == []
    assert nobody(planes).tolist() == []


def test_planes_cannot_be_changed() -> None:
    planes = planes_of([1], 64)
    with pytest.raises(ValueError, match="read-only"):
        planes.planes[0, 0] = np.uint64(0)
    with pytest.raises(ValueError, match="read-only"):
        planes.place[0] = 3


def test_the_members_of_a_set_rise() -> None:
    assert list(members(0b1010001)) == [0, 4, 6]
    assert list(members(0)) == []
