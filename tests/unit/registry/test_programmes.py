"""A programme passes over its own by a filter or a pause, on the record, and takes it back."""

import pytest

from bequest.model.enums import Organ
from bequest.model.errors import InputError
from bequest.registry.models import PassedOver
from bequest.registry.offers import next_rank
from bequest.registry.programmes import (
    FilterAsked,
    ProgrammeAsked,
    lift_filter,
    pause_programme,
    resume_programme,
    set_filter,
)
from bequest.registry.rows import every
from bequest.registry.run_orders import place_of
from registry_offices import ask, heart_run, kinds, offer


def first_place(office, run):
    """Return the first place of a run."""
    return place_of(office.using, run.event_id, 1)


def test_a_filter_passes_a_registration_over_until_it_is_lifted(office):
    _, run = heart_run(office)
    asked = FilterAsked(first_place(office, run).registration, "donor-age")
    set_filter(office, ask("lucia"), asked)
    with pytest.raises(InputError, match="set for the registration already"):
        set_filter(office, ask("lucia"), asked)
    assert next_rank(office, run.event_id) == 2
    lift_filter(office, ask("lucia"), asked)
    with pytest.raises(InputError, match="not set"):
        lift_filter(office, ask("lucia"), asked)
    assert next_rank(office, run.event_id) == 1
    set_filter(office, ask("lucia"), asked)
    offer(office, run, 2)
    assert [row.reason for row in every(office.using, PassedOver)] == ["programme_filter"]


def test_a_filter_has_a_short_name_and_is_for_somebody_who_is_listed(office):
    with pytest.raises(InputError, match="short name"):
        set_filter(office, ask("lucia"), FilterAsked("R-000001", "No old donors!"))
    with pytest.raises(InputError, match="no registration"):
        set_filter(office, ask("lucia"), FilterAsked("R-999999", "donor-age"))


def test_a_paused_programme_is_passed_over_until_it_goes_on(office):
    _, run = heart_run(office)
    programme = ProgrammeAsked(first_place(office, run).centre, Organ.HEART)
    pause_programme(office, ask("lucia"), programme)
    with pytest.raises(InputError, match="paused already"):
        pause_programme(office, ask("lucia"), programme)
    assert next_rank(office, run.event_id) != 1
    resume_programme(office, ask("lucia"), programme)
    with pytest.raises(InputError, match="not paused"):
        resume_programme(office, ask("lucia"), programme)
    assert next_rank(office, run.event_id) == 1
    assert kinds(office)[-2:] == ["programme.paused", "programme.resumed"]


def test_the_programme_of_no_centre_is_not_paused(office):
    with pytest.raises(InputError, match="not in the table of places"):
        pause_programme(office, ask("lucia"), ProgrammeAsked("NOWHERE", Organ.HEART))
