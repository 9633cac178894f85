"""Each reason to pass somebody over has one class, and nothing that is not on record explains anything."""

import pytest

from bequest.offers.skip import Departure
from bequest.offers.skip_class import SkipClass, skip_code, skip_reasons
from bequest.offers.verdict import Verdict


def test_a_departure_has_the_class_of_the_reason_that_two_people_answer_for():
    code = skip_code(Departure.OVERRIDE, "time_limit")
    assert skip_reasons()[code].skip_class is SkipClass.ORGAN_ABOUT_TO_BE_LOST


def test_a_departure_without_a_reason_is_unexplained():
    assert skip_code(Departure.OVERRIDE, None) == "unexplained"


@pytest.mark.parametrize("reason", [Verdict.SUSPENDED, Departure.RESCUE_STAGE])
def test_any_other_reason_is_its_own_code(reason):
    assert skip_code(reason, "time_limit") == reason.value


def test_nothing_but_the_unexplained_is_of_the_class_unexplained():
    assert [code for code, reason in skip_reasons().items() if reason.skip_class is SkipClass.UNEXPLAINED] == [
        "unexplained"
    ]
