"""Every day of every hospital is closed with its count, nought included, one by one and once."""

from datetime import timedelta

import pytest

from bequest.model.errors import InputError
from bequest.registry.closed_days import DayClosed, close_day, days_to_close
from bequest.registry.models import ClosedDay
from bequest.registry.rows import every
from registry_offices import Donation, ask, kinds, people

HOSPITAL = people().donors[0]["hospital"]


def closed(office):
    """Return what was closed of the hospital, the first day first."""
    return [
        (row.day, row.referrals, row.last_number) for row in every(office.using, ClosedDay, "day", hospital_id=HOSPITAL)
    ]


def next_morning(office):
    """Let time pass to the next morning; return the day that is over."""
    day = office.clock.now.date()
    office.clock.advance(days=1)
    return day


def test_a_day_is_closed_with_its_referrals_and_the_next_with_nought(office):
    Donation.reported(office)
    first = next_morning(office)
    close_day(office, ask(), DayClosed(HOSPITAL, first))
    second = next_morning(office)
    close_day(office, ask(), DayClosed(HOSPITAL, second))
    assert closed(office) == [(first.isoformat(), 1, 1), (second.isoformat(), 0, 1)]
    assert kinds(office)[-1] == "referral.day_closed"


def test_a_day_that_is_not_over_or_closed_already_or_out_of_order_is_told(office):
    with pytest.raises(InputError, match="is not over"):
        close_day(office, ask(), DayClosed(HOSPITAL, office.clock.now.date()))
    first = next_morning(office)
    close_day(office, ask(), DayClosed(HOSPITAL, first))
    with pytest.raises(InputError, match="closed already"):
        close_day(office, ask(), DayClosed(HOSPITAL, first))
    office.clock.advance(days=2)
    with pytest.raises(InputError, match=f"close {first + timedelta(days=1)} first"):
        close_day(office, ask(), DayClosed(HOSPITAL, first + timedelta(days=2)))
    with pytest.raises(InputError, match="not in the table of places"):
        close_day(office, ask(), DayClosed("NOWHERE", first))


def test_what_is_to_be_closed_is_every_donor_hospital_and_each_day_that_is_over(office):
    first = next_morning(office)
    due = days_to_close(office, office.clock.now)
    assert HOSPITAL in {each.hospital for each in due}
    assert {each.day for each in due} == {first}
    for each in due:
        close_day(office, ask(), each)
    assert days_to_close(office, office.clock.now) == []
    office.clock.advance(days=2)
    days = {first + timedelta(days=1), first + timedelta(days=2)}
    assert {each.day for each in days_to_close(office, office.clock.now)} == days
