from __future__ import annotations

from dataclasses import replace

import pytest

from bequest.simulation.list_flows import ListYear, flow_problems

FIRST = ListYear("heart", 2012, start=298, new=530, died=65, removed=45, transplanted=397, end=321)
SECOND = ListYear("heart", 2013, start=321, new=546, died=76, removed=47, transplanted=410, end=334)


def test_a_year_closes_with_those_who_came_less_those_who_left():
    assert FIRST.closing == 321


def test_years_that_join_have_no_problem():
    assert flow_problems([SECOND, FIRST]) == ()


def test_an_end_that_does_not_follow_is_told():
    (problem,) = flow_problems([replace(FIRST, end=320)])
    assert problem.startswith("heart 2012: start 298 + new 530 - died 65 - removed 45 - transplanted 397 leaves 321")
    assert problem.endswith("the report says 320; find the difference.")


@pytest.mark.parametrize("name", ["start", "new", "died", "removed", "transplanted", "end"])
def test_a_count_below_0_is_told(name):
    assert f"heart 2012: '{name}' is -1; a count is never below 0." in flow_problems([replace(FIRST, **{name: -1})])


def test_people_lost_between_two_years_are_told():
    later = replace(SECOND, start=320, new=547)
    assert flow_problems([FIRST, later]) == (
        "heart 2013: it starts with 320, and 2012 ended with 321; find the difference.",
    )


def test_a_year_that_stands_twice_is_told():
    assert flow_problems([FIRST, FIRST]) == ("heart 2012: the year is reported twice; keep one.",)


def test_a_year_left_out_and_another_organ_join_nothing():
    assert flow_problems([FIRST, replace(SECOND, year=2014, start=1, new=866), replace(FIRST, organ="liver")]) == ()
