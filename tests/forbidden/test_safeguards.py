"""What DESIGN.md section 1 says must be impossible: each line attempted at the gates, and refused."""

from __future__ import annotations

import inspect
from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

import bequest.safeguards
from bequest.model.consent import RegisterAnswer
from bequest.model.death import Pause, PauseReason
from bequest.model.donor_file import DonorFile, EventKind, LiveOffer, LiveOfferKind, RecipientEvent
from bequest.model.enums import CustodyResult, DonorKind, Organ
from bequest.model.errors import InputError, RefusedError
from bequest.model.identifiers import PersonId
from bequest.model.referral import REFERRAL_FIELDS, referral_from_facts
from bequest.model.team import Release, Role, Roster, Service, Team
from bequest.safeguards import allocation_gate, allocation_open_at, event_gate, offer_gate, recovery_gate, step_gate
from bequest.safeguards.finding import Verdict
from bequest.safeguards.jurisdiction import jurisdiction_from_rows
from bequest.safeguards.list_rules import TransplantRecord
from bequest.safeguards.offer_rules import OfferCheck
from bequest.safeguards.payment import SignerConduct
from bequest.safeguards.policy_rules import PolicyDeclaration
from bequest.safeguards.rule_text import rule_texts
from bequest.safeguards.traceability import Deletion
from donor_files import (
    AT,
    CENTRE,
    CONDITIONAL,
    LAW,
    LAWFUL,
    OFFERED,
    PATHWAY,
    REGISTRATION,
    certifier,
    hours,
    law_with,
    release,
)

EVERY_SIGNATURE = tuple(
    Release(rule, role, PersonId(f"P-{role.value}"), LAWFUL.custody.register_run_by, service, hours(11))
    for rule in rule_texts()
    for role in Role
    for service in (Service.JUSTICE, Service.HEALTH)
)


def blocked_by(decision):
    return {reason.rule for reason in decision.reasons if reason.finding.verdict is Verdict.BLOCKED}


# ------------------------------------------------------------------ a database of living sources


@pytest.mark.parametrize("field", ["blood_group", "hla", "height_cm", "weight_kg", "organs", "kidney_left", "urgency"])
def test_a_referral_has_no_place_for_what_a_source_would_be_searched_by(field):
    facts = {"number": "1", "hospital": "H-1", "referred_at": datetime(2026, 11, 1, tzinfo=UTC), "referrer": "P-1"}
    with pytest.raises(RefusedError, match="nobody is searched for as a source"):
        referral_from_facts({**facts, "stage": "reported", field: "O"})
    assert field not in REFERRAL_FIELDS


def test_a_referral_that_became_no_donor_cannot_be_opened_after_its_hours():
    assert blocked_by(step_gate(LAWFUL.referral, hours(72), LAW)) == {"DON-21"}


@pytest.mark.parametrize("gate", [allocation_gate, recovery_gate])
@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"kind": DonorKind.LIVING}, "DON-17"),
        ({"consent": None}, "DON-01"),
        ({"identity": None}, "DON-14"),
        ({"death": None}, "DON-18"),
        ({"certifiers": tuple(certifier(name, declared_no_conflict=False) for name in ("P-C1", "P-C2"))}, "DON-06"),
        ({"examinations": ()}, "DON-08"),
    ],
)
def test_nobody_becomes_a_donor_without_authority_identity_and_death(gate, changes, rule):
    assert rule in blocked_by(gate(replace(LAWFUL, releases=EVERY_SIGNATURE, **changes), AT, LAW))


@pytest.mark.parametrize("gate", [allocation_gate, recovery_gate])
def test_a_death_that_too_few_certified_opens_nothing_whoever_signs(gate):
    told = gate(replace(LAWFUL, releases=EVERY_SIGNATURE, certifiers=LAWFUL.certifiers[:1]), AT, LAW)
    assert [(each.rule, each.finding.verdict) for each in told.reasons] == [("DON-06", Verdict.HELD)]
    assert not told.opens


def test_the_circulatory_pathway_is_shut_where_no_law_opened_it():
    assert "DON-18" in blocked_by(allocation_gate(CONDITIONAL, AT, law_with(circulatory_pathway=False)))


@pytest.mark.parametrize(
    "changes",
    [
        {"decided_at": hours(4)},
        {"decided_by": (PersonId("P-D1"),)},
        {"decided_by": (PersonId("P-D1"), PersonId("P-CO"))},
        {"consented_acts": False},
        {"expires_at": hours(11)},
    ],
)
def test_no_withdrawal_is_decided_for_the_sake_of_organs(changes):
    file = replace(CONDITIONAL, pathway=replace(PATHWAY, **changes), releases=EVERY_SIGNATURE)
    assert blocked_by(allocation_gate(file, AT, LAW)) == {"DON-18"}


def test_nothing_is_taken_from_somebody_who_has_not_died():
    assert {"DON-18", "DON-07"} <= blocked_by(recovery_gate(replace(CONDITIONAL, releases=EVERY_SIGNATURE), AT, LAW))


# ------------------------------------------------------------------ buyers inquire, the stock is searched


def test_no_gate_takes_more_than_one_donor_file():
    for name in bequest.safeguards.__all__:
        parameters = inspect.signature(getattr(bequest.safeguards, name)).parameters.values()
        assert not [each.name for each in parameters if "files" in each.name or "donors" in each.name]


def test_consent_to_one_organ_opens_no_other():
    assert "DON-01" in blocked_by(offer_gate(replace(OFFERED, organ=Organ.LIVER), AT, LAW))


@pytest.mark.parametrize("source", ["registry", "kin"])
def test_an_objection_cannot_be_overridden_by_anybody(source):
    look_up, contact = LAWFUL.look_ups[0], LAWFUL.kin_contacts[0]
    changes = {
        "registry": {"look_ups": (look_up, replace(look_up, answer=RegisterAnswer.OBJECTION))},
        "kin": {"kin_contacts": (contact, replace(contact, reported_objection=True))},
    }[source]
    file = replace(LAWFUL, releases=EVERY_SIGNATURE, **changes)
    assert blocked_by(allocation_gate(file, AT, LAW)) == blocked_by(recovery_gate(file, AT, LAW)) == {"DON-02"}


# ------------------------------------------------------------------ surgery booked in advance


@pytest.mark.parametrize(
    "kind",
    [
        EventKind.PHYSICAL_CROSSMATCH,
        EventKind.ADMISSION_FOR_TRANSPLANT,
        EventKind.THEATRE_SLOT,
        EventKind.CALL_IN,
        EventKind.STANDBY_SLOT,
    ],
)
@pytest.mark.parametrize(("made", "begins"), [(-240, 20), (8, 20), (10, 8)])
def test_no_event_names_a_recipient_before_allocation_opened(kind, made, begins):
    booking = RecipientEvent(kind, REGISTRATION, hours(made), hours(begins))
    file = replace(LAWFUL, releases=EVERY_SIGNATURE)
    assert allocation_open_at(file, AT, LAW) == hours(9)
    assert blocked_by(event_gate(booking, file, AT, LAW)) == {"DON-20"}


def test_a_booking_older_than_the_referral_shuts_the_donor_and_is_critical():
    booking = RecipientEvent(EventKind.THEATRE_SLOT, REGISTRATION, hours(-240), hours(20))
    decision = allocation_gate(replace(LAWFUL, events=(booking,)), AT, LAW)
    assert [(reason.rule, reason.finding.critical, decision.opens) for reason in decision.reasons] == [
        ("DON-15", True, False)
    ]


# ------------------------------------------------------------------ prisoners


@pytest.mark.parametrize("gate", [allocation_gate, recovery_gate])
@pytest.mark.parametrize(
    "result",
    [
        CustodyResult.PRISONER,
        CustodyResult.PRE_TRIAL_DETENTION,
        CustodyResult.IMMIGRATION_DETENTION,
        CustodyResult.ADMINISTRATIVE_DETENTION,
        CustodyResult.MILITARY_DETENTION,
        CustodyResult.SENTENCED_TO_DEATH,
        CustodyResult.EXECUTED,
    ],
)
def test_no_organ_comes_from_a_prisoner_whoever_signs(gate, result):
    custody = replace(LAWFUL.custody, result=result, began_with_fatal_event=True)
    assert "DON-11" in blocked_by(gate(replace(LAWFUL, custody=custody, releases=EVERY_SIGNATURE), AT, LAW))


@pytest.mark.parametrize(
    "changes", [{"died_in_detention": True}, {"result": CustodyResult.UNKNOWN}, {"lookback_months": 11}]
)
def test_nor_from_a_death_in_detention_nor_where_nobody_knows_in_time(changes):
    file = replace(LAWFUL, custody=replace(LAWFUL.custody, **changes), releases=EVERY_SIGNATURE)
    assert blocked_by(allocation_gate(file, hours(24), LAW)) & {"DON-11", "DON-12"}


@pytest.mark.parametrize("result", [CustodyResult.POLICE_GUARD, CustodyResult.EMERGENCY_PSYCHIATRIC_HOLD])
def test_the_prison_and_the_hospital_do_not_release_their_own(result):
    custody = replace(LAWFUL.custody, result=result, began_with_fatal_event=True)
    own = tuple(
        release("DON-11", role, service=service) for role in Role for service in (Service.PRISON, Service.HEALTH)
    )
    assert not allocation_gate(replace(LAWFUL, custody=custody, releases=own), AT, LAW).opens


def test_no_jurisdiction_shortens_the_look_back():
    row = {"country": "XX", "parameter": "custody_lookback_months", "value": "11", "certainty": "P"}
    with pytest.raises(InputError, match="a country may only ask for more"):
        jurisdiction_from_rows("XX", [{**row, "status": "sourced", "cite": "law", "note": ""}])


def test_custody_of_a_candidate_has_no_place_at_an_offer():
    assert not [each.name for each in fields(OfferCheck) if "custody" in each.name]


# ------------------------------------------------------------------ payment


def test_gain_shuts_the_donor_and_no_signature_lifts_it():
    offered = replace(LAWFUL.declarations[0], gain_offered=True, intermediary_involved=True)
    file = replace(LAWFUL, declarations=(offered, LAWFUL.declarations[1]), releases=EVERY_SIGNATURE)
    assert blocked_by(allocation_gate(file, AT, LAW)) == {"PAY-01", "PAY-02"}


@pytest.mark.parametrize("name", ["price", "payer", "insurer_class", "ability_to_pay"])
def test_no_policy_reads_who_pays(name):
    policy = PolicyDeclaration("A title", "A committee", (), ("urgency", name))
    assert blocked_by(step_gate(policy, AT, LAW)) == {"ALC-02"}


# ------------------------------------------------------------------ health workers drawn in


@pytest.mark.parametrize("team", [Team.RECOVERY, Team.TRANSPLANT])
def test_who_certifies_the_death_neither_recovers_nor_transplants(team):
    mixed = Roster(team, CENTRE, (PersonId("P-C1"),), None, None)
    file = replace(LAWFUL, rosters=(*LAWFUL.rosters, mixed), releases=EVERY_SIGNATURE)
    assert blocked_by(allocation_gate(file, AT, LAW)) == blocked_by(recovery_gate(file, AT, LAW)) == {"DON-05"}


def test_who_certifies_the_death_does_not_treat_whoever_gets_the_offer():
    file = replace(LAWFUL, certifiers=(*LAWFUL.certifiers, certifier("P-T1")), releases=EVERY_SIGNATURE)
    assert allocation_gate(file, AT, LAW).opens
    assert blocked_by(offer_gate(replace(OFFERED, file=file), AT, LAW)) == {"DON-05"}


def test_an_open_pause_stops_recovery_and_the_teams_do_not_end_it():
    pause = Pause(hours(10), PersonId("P-NURSE"), PauseReason.SIGN_OF_LIFE, None, None)
    ended = replace(pause, resumed_at=hours(11), resumed_by=PersonId("P-S1"))
    for each in (pause, ended):
        file = replace(LAWFUL, pauses=(each,), releases=EVERY_SIGNATURE)
        assert blocked_by(recovery_gate(file, AT, LAW)) == {"DON-19"}


def test_who_was_offered_an_advantage_signs_nothing():
    conduct = SignerConduct(PersonId("P-1"), undue_advantage=True)
    assert blocked_by(step_gate(conduct, AT, LAW)) == {"PAY-05"}


# ------------------------------------------------------------------ hospital data nobody can check


def test_records_cannot_be_deleted_before_their_time():
    assert blocked_by(step_gate(Deletion(datetime(2000, 1, 1, tzinfo=UTC).date()), AT, LAW)) == {"TRC-02"}


def test_a_transplant_without_an_offer_is_no_ordinary_transplant():
    assert blocked_by(step_gate(TransplantRecord(REGISTRATION, None, ()), AT, LAW)) == {"ALC-09"}


def test_an_organ_beyond_reach_or_unconfirmed_is_not_offered():
    far = replace(OFFERED, forecast=replace(OFFERED.forecast, hours=Decimal(9)))
    unread = replace(OFFERED, file=replace(LAWFUL, blood_groups=LAWFUL.blood_groups[:1]))
    assert blocked_by(offer_gate(far, AT, LAW)) == {"ALC-05"}
    assert blocked_by(offer_gate(unread, AT, LAW)) == {"TRC-08"}


def test_an_organ_does_not_leave_the_country_past_its_own_list():
    abroad = replace(OFFERED, centre_country="XX", offer=LiveOffer(REGISTRATION, LiveOfferKind.PRIMARY))
    assert blocked_by(offer_gate(abroad, AT, LAW)) == {"TRC-06", "ALC-12"}


def test_a_file_of_which_nothing_is_known_opens_nothing():
    file = DonorFile(donor=LAWFUL.donor, hospital=LAWFUL.hospital, country="ZZ", referral=LAWFUL.referral)
    signed = replace(file, releases=EVERY_SIGNATURE)
    assert not allocation_gate(signed, AT, LAW).opens
    assert not recovery_gate(signed, AT, LAW).opens
