"""A referral says what it may, has the next number of its hospital, and opens by its own number only."""

from dataclasses import replace

import pytest

from bequest.model.errors import InputError
from bequest.registry.centres import add_centres
from bequest.registry.donors import Reported, report_donor
from bequest.registry.models import Centre, DonorCase, Event, Referral
from bequest.registry.rows import every, found, needed
from bequest.registry.secrecy import event_fields
from registry_offices import Donation, ask, heart_run, people


def reported(office, **changed):
    """Return a referral."""
    known = Reported(
        donor="D-1", hospital=people().donors[0]["hospital"], referred_at=office.clock.now, referrer="ward 3",
        identity=None, ventilated=True, cause_class="trauma", stage="possible",
    )  # fmt: skip
    return replace(known, **changed)


def test_referrals_of_a_hospital_are_numbered_without_gaps(office):
    leaves = [report_donor(office, ask(), reported(office, donor=f"D-{number}")) for number in range(3)]
    numbers = [
        event_fields(office, needed(office.using, Event, "", id=leaf.event_id))["referral_number"] for leaf in leaves
    ]
    assert numbers == [1, 2, 3]


def test_a_case_is_of_a_deceased_and_has_a_name_of_its_own_in_the_log(office):
    donation = Donation.reported(office)
    case = needed(office.using, DonorCase, "", donation=donation.donation)
    assert case.kind == "deceased"
    assert len(case.donation) == 32
    assert case.donor not in case.donation
    assert needed(office.using, Referral, "", case_id=case.donation).number == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"cause_class": "unknown"}, "A referral has a cause of"),
        ({"stage": "recovered"}, "a stage of"),
        ({"hospital": "NOWHERE"}, "not in the table of places"),
    ],
    ids=str,
)
def test_what_is_no_referral_is_told(office, changed, said):
    with pytest.raises(InputError, match=said):
        report_donor(office, ask(), reported(office, **changed))


def test_a_donor_is_reported_once(office):
    report_donor(office, ask(), reported(office))
    with pytest.raises(InputError, match="reported before"):
        report_donor(office, ask(), reported(office))
    assert len(every(office.using, DonorCase)) == 1


def test_an_unknown_donation_is_told(office):
    with pytest.raises(InputError, match="no donation 'none'"):
        Donation(office, "none", {}).checked()


def test_places_are_added_before_the_first_run_only(office):
    extra = {**people().places[0], "centre": "NEWPLACE"}
    add_centres(office, [extra])
    heart_run(office)
    with pytest.raises(InputError, match="cannot grow"):
        add_centres(office, [{**extra, "centre": "OTHER"}])
    assert add_centres(office, [extra]) == 0


def test_a_place_stays_as_it_was_added(office):
    extra = {**people().places[0], "centre": "NEWPLACE"}
    assert add_centres(office, [extra, people().places[0]]) == 1
    assert add_centres(office, [extra]) == 0
    with pytest.raises(InputError, match="Place NEWPLACE is there with other facts"):
        add_centres(
            office, [{**extra, "centre": "ANOTHER"}, {**extra, "latitude_deg": people().places[1]["latitude_deg"]}]
        )
    assert found(office.using, Centre, id="ANOTHER") is None
