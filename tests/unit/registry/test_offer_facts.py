"""Every offer is asked with what is known of hours, residence, samples and characterisation, and held without it."""

from decimal import Decimal

import pytest

from bequest.model.enums import BloodGroup, Organ
from bequest.model.errors import InputError
from bequest.model.identifiers import CentreId
from bequest.model.tables import read_rows
from bequest.model.team import Role, Service
from bequest.registry.hold_releases import HoldReleased, release_hold
from bequest.registry.listings import Change, change_registration
from bequest.registry.models import Residence
from bequest.registry.offer_facts import country_of, forecast
from bequest.registry.office import Office
from bequest.registry.overrides import Departure, DepartureDecided, decide_override, request_override
from bequest.registry.refusal import GateRefusedError
from bequest.registry.residences import ResidenceDeclared, declare_residence
from bequest.registry.rows import every
from bequest.registry.run_orders import places_of
from bequest.registry.samples import BloodGroupRead, Characterised, characterise_donor, record_blood_group
from bequest.safeguards.finding import Verdict
from registry_offices import Donation, ask, heart_run, kinds, offer

AGREEMENT = "ab" * 32


def places(office, run):
    """Return who stands in a run, in its order."""
    return [each.registration for each in places_of(office.using, run.event_id)]


def told(office, run, rule, rank=1):
    """Try to offer, hold that the refusal is a leaf, and return what a rule found with what it says."""
    with pytest.raises(GateRefusedError) as refused:
        offer(office, run, rank)
    assert kinds(office)[-1] == "gate.refused"
    return [(each.finding.verdict, each.finding.sentence) for each in refused.value.reasons if each.rule == rule]


def untyped_run(office):
    """Return a donation of whom no blood was drawn, with its heart ranked."""
    donation = Donation.reported(office).steps()
    donation.opened_untyped()
    return donation, donation.run()


def test_nothing_is_offered_before_two_samples_agree(office):
    donation, run = untyped_run(office)
    characterise_donor(office, ask("lab"), Characterised(donation.donation, ("blood_group",)))
    assert told(office, run, "TRC-08")[0][0] is Verdict.BLOCKED
    group = BloodGroup(donation.facts["blood_group"])
    record_blood_group(office, ask(), BloodGroupRead(donation.donation, "S-1", "n-1", group, office.clock.now))
    assert told(office, run, "TRC-08")[0][0] is Verdict.BLOCKED


def test_nothing_is_offered_by_another_blood_group_than_the_samples_read(office):
    donation, run = untyped_run(office)
    other = next(each for each in (BloodGroup.O, BloodGroup.B) if each.value != donation.facts["blood_group"])
    donation.typed(other)
    ((verdict, sentence),) = told(office, run, "TRC-08")
    assert (verdict, sentence.startswith("The list was ranked by blood group")) == (Verdict.BLOCKED, True)
    assert sentence.endswith(f"the samples read {other.value}.")


def test_a_donor_who_is_not_characterised_is_offered_only_where_two_doctors_sign(office):
    donation, run = untyped_run(office)
    donation.typed()
    characterise_donor(office, ask("lab"), Characterised(donation.donation, ("blood_group",)))
    assert "HIV, HCV and HBV" in told(office, run, "TRC-03")[0][1]
    for role, person in ((Role.PROCUREMENT_DOCTOR, "d-1"), (Role.ACCEPTING_SURGEON, "s-1")):
        signed = HoldReleased(
            donation.donation, "TRC-03", role, person, "a hospital", Service.HEALTH, office.clock.now
        )  # fmt: skip
        release_hold(office, ask(), signed)
    offer(office, run)


def test_where_nobody_said_whether_a_candidate_is_resident_the_offer_waits_for_the_centre(office, monkeypatch):
    _, run = heart_run(office)
    monkeypatch.setattr("bequest.registry.offer_facts._declared", lambda *_: None)
    assert told(office, run, "ALC-06") == [(Verdict.HELD, "Whether the candidate is resident is not known.")]


def test_a_guest_without_agreement_or_before_a_resident_as_urgent_waits_for_the_authority(office):
    donation, run = heart_run(office)
    first, *others = places(office, run)
    declare_residence(office, ask("lucia"), ResidenceDeclared(first, resident=False))
    assert told(office, run, "ALC-06")[0][0] is Verdict.HELD
    declare_residence(office, ask("lucia"), ResidenceDeclared(first, resident=False, agreement=AGREEMENT))
    for other in others:
        change_registration(office, ask("lucia"), Change(other, {"urgency": None}))
    change_registration(office, ask("lucia"), Change(first, {"urgency": None}))
    assert told(office, run, "ALC-06")[0][0] is Verdict.HELD
    for other in others:
        declare_residence(office, ask("lucia"), ResidenceDeclared(other, resident=False, agreement=AGREEMENT))
    offer(office, run)
    assert donation.donation


def test_the_authority_lets_a_guest_be_offered_and_that_is_a_signature(office):
    donation, run = heart_run(office)
    declare_residence(office, ask("lucia"), ResidenceDeclared(places(office, run)[0], resident=False))
    signed = HoldReleased(
        donation.donation, "ALC-06", Role.COMPETENT_AUTHORITY, "a-1", "the authority", Service.JUSTICE, office.clock.now
    )  # fmt: skip
    release_hold(office, ask(), signed)
    offer(office, run)


def test_an_agreement_is_of_a_guest_and_is_a_digest(office):
    name = places(office, heart_run(office)[1])[0]
    for resident, agreement in ((True, AGREEMENT), (False, "agreement 7")):
        with pytest.raises(InputError, match="given as its SHA-256"):
            declare_residence(office, ask("lucia"), ResidenceDeclared(name, resident=resident, agreement=agreement))
    with pytest.raises(InputError, match="no registration"):
        declare_residence(office, ask("lucia"), ResidenceDeclared("R-nobody", resident=True))
    declare_residence(office, ask("lucia"), ResidenceDeclared(name, resident=True))
    assert kinds(office)[-1] == "residence.declared"
    assert len(every(office.using, Residence, registration_id=name)) == 2


def test_an_organ_that_would_come_too_late_is_not_offered(office, monkeypatch):
    _, run = heart_run(office)
    monkeypatch.setattr("bequest.registry.offer_facts._limits", lambda: {Organ.HEART: Decimal("0.5")})
    ((verdict, sentence),) = told(office, run, "ALC-05")
    assert (verdict, "beyond the limit of 0.5" in sentence) == (Verdict.BLOCKED, True)


def test_a_departure_for_logistics_is_flagged_as_a_skip_for_distance(office):
    donation, run = heart_run(office)
    asked = request_override(office, ask("nadia"), Departure(run.event_id, 2, "logistics", "No aircraft."))
    decide_override(office, ask("tomas"), DepartureDecided(asked.event_id, approved=True))
    known = {"hospital": donation.facts["hospital"], "centre": donation.facts["hospital"]}
    assert forecast(office.using, Organ.HEART, **known, override=asked.event_id).skipped_for_distance is True
    assert forecast(office.using, Organ.HEART, **known, override=None).skipped_for_distance is False


@pytest.mark.parametrize("organ", Organ, ids=lambda organ: organ.value)
def test_every_organ_has_expected_hours_and_a_limit_of_its_own(office, organ):
    here = CentreId(Donation.reported(office).facts["hospital"])
    found = forecast(office.using, organ, hospital=here, centre=here, override=None)
    assert Decimal(0) < found.hours < found.limit_hours


def test_the_limits_are_one_row_an_organ():
    assert sorted(row["organ"] for row in read_rows("safeguards/preservation.csv")) == sorted(
        organ.value for organ in Organ
    )


def test_a_real_office_reads_the_country_of_a_centre_from_the_table_of_places(office):
    place = CentreId(Donation.reported(office).facts["hospital"])
    real = Office("CH", bytes(32), office.clock, office.entropy, using=office.using, evaluator="numpy")
    assert country_of(real, place) not in {None, "ZZ", "CH"}
    assert country_of(office, place) == "ZZ"
