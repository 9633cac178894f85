"""A gate answers with every reason at once, in one order, with rule, source and who may act."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import cast

import pytest

from bequest.model.death import DeathManner
from bequest.model.donor_file import DonorFile, EventKind, RecipientEvent
from bequest.model.enums import CustodyResult, Organ
from bequest.model.errors import InputError
from bequest.model.team import Role
from bequest.safeguards import (
    allocation_gate,
    allocation_open_at,
    event_gate,
    export_gate,
    jurisdiction,
    offer_gate,
    recovery_gate,
    step_gate,
)
from bequest.safeguards.finding import RuleId, Step, Verdict, held
from bequest.safeguards.gates import also_found, some_rules
from bequest.safeguards.offer_rules import Exchange, ExportCheck
from bequest.safeguards.payment import ClaimToken
from bequest.safeguards.registry import ALLOCATION, RECOVERY
from donor_files import (
    AT,
    CIRCULATORY,
    CONDITIONAL,
    LAW,
    LAWFUL,
    OFFERED,
    REGISTRATION,
    certifier,
    hours,
    release,
)

EMPTY = DonorFile(donor=LAWFUL.donor, hospital=LAWFUL.hospital, country="ZZ", referral=LAWFUL.referral)
SLOT = RecipientEvent(EventKind.THEATRE_SLOT, REGISTRATION, hours(10), hours(20))


@pytest.mark.parametrize("file", [LAWFUL, CIRCULATORY])
@pytest.mark.parametrize("gate", [allocation_gate, recovery_gate])
def test_a_lawful_file_opens_both_gates(file, gate):
    decision = gate(file, AT, LAW)
    assert (decision.opens, decision.verdict, decision.reasons) == (True, Verdict.ALLOWED, ())


def test_the_open_pathway_opens_allocation_and_not_recovery():
    decision = allocation_gate(CONDITIONAL, AT, LAW)
    assert (decision.opens, decision.verdict) == (True, Verdict.FLAGGED)
    assert not recovery_gate(CONDITIONAL, AT, LAW).opens


def test_an_empty_file_hears_every_reason_at_once():
    decision = recovery_gate(EMPTY, AT, LAW)
    silent = {"DON-04", "DON-07", "DON-08", "DON-09", "DON-10", "DON-15", "DON-19"}
    assert {reason.rule for reason in decision.reasons} == set(RECOVERY) - silent
    assert {reason.rule for reason in allocation_gate(EMPTY, AT, LAW).reasons} == set(ALLOCATION) - silent - {"DON-05"}


def test_reasons_are_whole_sentences_with_rule_source_and_who_acts():
    sentences = [reason.sentence for reason in recovery_gate(EMPTY, AT, LAW).reasons]
    assert sentences[0] == (
        "DON-01 blocked: No consent to donation is recorded; without a legal basis nobody is a donor. "
        "May be lifted by: nobody. Source: WHO GP1(a); EU 2010/53 art.14; CETS216 art.4."
    )
    assert (
        "DON-12 held: Whether the person was in custody is not known. To act by 2026-11-02T00:00:00Z: "
        "donor coordinator, keeper of the register. Source: own design; UN 2021 statement."
    ) in sentences
    assert (
        "DON-13 held: The manner of death is not known. To act: certifying doctor, coroner. "
        "Source: forensic law (unverified)."
    ) in sentences


def test_the_gravest_reason_comes_first():
    verdicts = [reason.finding.verdict for reason in recovery_gate(EMPTY, AT, LAW).reasons]
    assert verdicts == [Verdict.BLOCKED] * 4 + [Verdict.HELD] * (len(verdicts) - 4)


def test_what_two_signatures_lift_and_what_demands_an_answer_is_said():
    check = replace(OFFERED, file=replace(LAWFUL, characterised=(), events=(replace(SLOT, made_at=hours(-1)),)))
    sentences = [reason.sentence for reason in offer_gate(check, AT, LAW).reasons]
    assert "May be lifted by: procurement doctor and accepting surgeon." in sentences[0]
    assert sentences[1].startswith("DON-15 held (critical): A theatre slot that names a recipient is dated")


def test_a_gate_names_what_of_the_law_is_unverified():
    british = replace(LAWFUL, country="GB")
    decision = allocation_gate(british, AT, jurisdiction("GB"))
    assert "deemed_consent = yes (GB, deemed consent laws of the nations, unverified)" in decision.unverified


def test_the_law_is_that_of_the_place():
    with pytest.raises(InputError, match="The donor lies in 'ZZ'"):
        allocation_gate(LAWFUL, AT, jurisdiction("GB"))


@pytest.mark.parametrize("at", [datetime(2026, 11, 1), cast("datetime", "yesterday")])  # noqa: DTZ001  that is the mistake
def test_an_instant_has_a_time_zone(at):
    with pytest.raises((InputError, AttributeError, TypeError)):
        allocation_gate(LAWFUL, at, LAW)


def test_an_instant_is_one_whatever_zone_it_is_written_in_and_keeps_its_microseconds():
    later = (AT + timedelta(microseconds=7)).astimezone(timezone(timedelta(hours=5)))
    decision = allocation_gate(LAWFUL, later, LAW)
    assert (decision.at, decision.at.tzinfo) == (AT + timedelta(microseconds=7), UTC)


def test_an_offer_makes_its_candidate_an_intended_recipient():
    treating = replace(LAWFUL, certifiers=(*LAWFUL.certifiers, certifier("P-T1")), ranked=(REGISTRATION,))
    assert allocation_gate(treating, AT, LAW).verdict is Verdict.FLAGGED
    decision = offer_gate(replace(OFFERED, file=treating), AT, LAW)
    assert [(reason.rule, reason.finding.verdict) for reason in decision.reasons] == [("DON-05", Verdict.BLOCKED)]


def test_an_offer_of_an_organ_beyond_the_consent_is_blocked():
    decision = offer_gate(replace(OFFERED, organ=Organ.LIVER), AT, LAW)
    assert {reason.rule for reason in decision.reasons} == {"DON-01", "TRC-04"}


def test_a_lawful_offer_passes():
    decision = offer_gate(OFFERED, AT, LAW)
    assert (decision.verdict, decision.step) == (Verdict.ALLOWED, Step.OFFER)


def test_allocation_opened_when_the_last_thing_became_known():
    assert allocation_open_at(LAWFUL, AT, LAW) == hours(9)
    assert allocation_open_at(CONDITIONAL, AT, LAW) == hours(7)
    assert allocation_open_at(LAWFUL, hours(8.5), LAW) is None
    assert allocation_open_at(EMPTY, AT, LAW) is None


def test_a_release_can_be_the_last_thing():
    guarded = replace(LAWFUL.custody, result=CustodyResult.POLICE_GUARD, began_with_fatal_event=True)
    file = replace(LAWFUL, custody=guarded, releases=(release("DON-11", Role.CORONER),))
    assert allocation_open_at(file, AT, LAW) == hours(11)


def test_the_coroner_can_be_the_last():
    assert allocation_open_at(replace(LAWFUL, manner=DeathManner.NOT_NATURAL), AT, LAW) is None


def test_an_event_of_a_named_recipient_waits_for_the_gate():
    assert event_gate(SLOT, LAWFUL, AT, LAW).opens
    early = event_gate(replace(SLOT, made_at=hours(8)), LAWFUL, AT, LAW)
    assert [(reason.rule, reason.finding.verdict) for reason in early.reasons] == [("DON-20", Verdict.BLOCKED)]


def test_an_event_of_a_named_recipient_hears_why_the_gate_is_shut():
    decision = event_gate(SLOT, replace(LAWFUL, consent=None), AT, LAW)
    assert {reason.rule for reason in decision.reasons} == {"DON-01", "DON-03", "DON-20"}


def test_an_event_that_names_nobody_is_free():
    decision = event_gate(replace(SLOT, kind=EventKind.STORED_SERUM), EMPTY, AT, LAW)
    assert (decision.verdict, decision.step) == (Verdict.ALLOWED, Step.EVENT)


def test_another_step_asks_the_rules_of_its_record():
    decision = step_gate(ClaimToken(None), AT, LAW)
    assert [(reason.rule, decision.step) for reason in decision.reasons] == [("PAY-03", Step.OTHER)]
    with pytest.raises(AssertionError, match="every kind of record"):
        step_gate(LAWFUL, AT, LAW)


def test_some_rules_alone_are_asked_for_a_step_that_is_smaller_than_a_gate():
    death = RuleId("DON-18")
    assert some_rules(LAWFUL, (death,), AT, LAW).opens
    asked = some_rules(EMPTY, (death,), AT, LAW)
    assert not asked.opens
    assert {reason.rule for reason in asked.reasons} == {death}


def test_what_whoever_asked_found_beside_the_gate_stands_among_its_reasons():
    found = held("Somebody else verifies the consent.", Role.DONOR_COORDINATOR)
    decision = also_found(allocation_gate(LAWFUL, AT, LAW), RuleId("DON-01"), *found)
    assert not decision.opens
    assert [(reason.rule, reason.finding.sentence) for reason in decision.reasons] == [
        ("DON-01", "Somebody else verifies the consent.")
    ]
    assert also_found(allocation_gate(LAWFUL, AT, LAW), RuleId("DON-01")).opens


def test_an_export_hears_of_the_donor_of_the_agreement_and_of_the_national_run_at_once():
    check = ExportCheck(LAWFUL, Organ.HEART, "XX", OFFERED.authorisations, None, OFFERED.ranked_group)
    decision = export_gate(check, AT, LAW)
    assert {each.rule for each in decision.reasons} == {"ALC-12", "TRC-06"}
    unlawful = replace(check, file=replace(LAWFUL, consent=None))
    assert "DON-01" in {each.rule for each in export_gate(unlawful, AT, LAW).reasons}
    exchange = Exchange(
        "agreement 7", hours(-100), traceable_both_ways=True, equivalent_standard=True, joint_list=False,
        national_run_exhausted_at=hours(11),
    )  # fmt: skip
    assert export_gate(replace(check, exchange=exchange), AT, LAW).opens
