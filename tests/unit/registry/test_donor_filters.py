"""A programme's own filter reads the donor, is on the record, is taken back, and is told where it leaves nothing."""

import pytest

from bequest.model.enums import Organ
from bequest.model.errors import InputError
from bequest.registry.donor_filters import (
    DonorFilterAsked,
    DonorFilterNamed,
    effective_offers,
    lift_donor_filter,
    set_donor_filter,
    standing_filters,
)
from bequest.registry.models import DonorFilter, PassedOver
from bequest.registry.offers import next_rank
from bequest.registry.rows import every
from bequest.registry.run_orders import place_of
from registry_offices import ask, heart_run, kinds, loose_ends, offer


def first_centre(office, run):
    """Return the centre of the first place."""
    return place_of(office.using, run.event_id, 1).centre


def filtered(office, run, refuses, name="donors"):
    """Set a filter of the programme that is first in line."""
    asked = DonorFilterAsked(first_centre(office, run), Organ.HEART, name, refuses)
    return set_donor_filter(office, ask("lucia"), asked)


@pytest.mark.parametrize("refuses", ["donor.age_years < 18", "distance_km >= 0", "not donor.hcv_positive"])
def test_a_filter_passes_its_programme_over_for_the_donors_that_it_describes(office, refuses):
    _, run = heart_run(office)
    filtered(office, run, refuses)
    assert next_rank(office, run.event_id) == 2
    offer(office, run, 2)
    assert [(row.reason, row.act) for row in every(office.using, PassedOver)] == [("programme_filter", "offered")]
    assert loose_ends(office) == (0, 0, 0)


@pytest.mark.parametrize("refuses", ["donor.age_years > 70", "donor.kdpi_percent > 20"])
def test_another_donor_or_an_unknown_fact_filters_nobody_out(office, refuses):
    _, run = heart_run(office)
    filtered(office, run, refuses)
    assert next_rank(office, run.event_id) == 1


def test_a_filter_is_taken_back_and_the_candidates_are_offered_at_their_own_place(office):
    _, run = heart_run(office)
    filtered(office, run, "donor.age_years < 18")
    centre = first_centre(office, run)
    lift_donor_filter(office, ask("lucia"), DonorFilterNamed(centre, Organ.HEART, "donors"))
    assert next_rank(office, run.event_id) == 1
    assert standing_filters(office.using, Organ.HEART, centre) == ()
    assert kinds(office)[-2:] == ["donor_filter.set", "donor_filter.lifted"]
    with pytest.raises(InputError, match="no filter of this name"):
        lift_donor_filter(office, ask("lucia"), DonorFilterNamed(centre, Organ.HEART, "donors"))


def test_filters_that_no_donor_of_late_could_pass_raise_an_alarm(office):
    _, run = heart_run(office)
    filtered(office, run, "donor.age_years > 70", "old")
    centre = first_centre(office, run)
    assert not effective_offers(office.using, centre, Organ.HEART).alarm
    filtered(office, run, "donor.age_years <= 70", "young")
    counted = effective_offers(office.using, centre, Organ.HEART)
    assert (counted.donors, counted.possible, counted.alarm) == (1, 0, True)
    rows = every(office.using, DonorFilter, "name")
    assert [(row.name, row.donors, row.possible) for row in rows] == [("old", 1, 1), ("young", 1, 0)]


def test_no_donor_of_late_is_no_alarm(office):
    assert not effective_offers(office.using, "GMATP", Organ.LIVER).alarm


@pytest.mark.parametrize(
    ("refuses", "sentence"),
    [
        ("candidate.age_years < 18", "neither"),
        ("urgency == 1", "neither"),
        ("__import__('os')", "cannot be read"),
        ("donor.age_years + 1 > 70", "cannot be read"),
        ("donor.no_such_fact > 1", "cannot be read"),
    ],
)
def test_a_filter_reads_the_donor_and_the_distance_in_the_language_of_policies(office, refuses, sentence):
    _, run = heart_run(office)
    with pytest.raises(InputError, match=sentence):
        filtered(office, run, refuses)


def test_a_filter_has_a_name_of_its_own_and_is_of_a_programme_that_there_is(office):
    _, run = heart_run(office)
    filtered(office, run, "donor.age_years > 70")
    with pytest.raises(InputError, match="of this name"):
        filtered(office, run, "donor.age_years > 60")
    with pytest.raises(InputError, match="short name"):
        filtered(office, run, "donor.age_years > 60", "No old donors!")
    with pytest.raises(InputError, match="table of places"):
        set_donor_filter(office, ask("lucia"), DonorFilterAsked("NOWHERE", Organ.HEART, "n", "donor.age_years > 1"))
