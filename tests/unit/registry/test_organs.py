"""An organ is opened by consent, identity, custody check and death of its donor, and by nothing else."""

from datetime import timedelta

import pytest

from bequest.model.consent import ConsentCondition, RegisterAnswer
from bequest.model.death import DeathManner, Examination
from bequest.model.enums import ConsentBasis, CustodyResult, Organ
from bequest.model.errors import InputError
from bequest.model.team import Role, Service, Team
from bequest.registry.consents import ConsentConfirmed, ConsentWithdrawn, revoke_consent, verify_consent
from bequest.registry.coroners import CoronerReleased, release_by_coroner
from bequest.registry.declarations import Declarant
from bequest.registry.families import FamilyContacted, contact_family
from bequest.registry.hold_releases import HoldReleased, release_hold
from bequest.registry.models import Event, Part, RefusalReason
from bequest.registry.models import Organ as OpenedOrgan
from bequest.registry.organs import GATED, OrganOffered, open_organ
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rosters import OnDuty, declare_roster
from bequest.registry.rows import every, needed
from registry_offices import Donation, ask, heart_run, kinds, offer


@pytest.mark.parametrize(
    ("left_out", "rule"),
    [
        (("consented", "verified"), "DON-01"),
        (("verified",), "DON-01"),
        (("identified",), "DON-14"),
        (("checked",), "DON-11"),
        (("dead",), "DON-18"),
        (("looked_up",), "DON-01"),
        (("declared",), "DON-16"),
    ],
)
def test_an_organ_stays_closed_while_one_gate_is_closed(office, left_out, rule):
    donation = Donation.reported(office).steps(*left_out)
    with pytest.raises(GateRefusedError) as refused:
        donation.open()
    assert refused.value.rule == rule
    assert kinds(office)[-1] == "gate.refused"
    assert every(office.using, OpenedOrgan) == []


@pytest.mark.parametrize(
    "result", [each for each in CustodyResult if "clear" not in each.value and "released" not in each.value]
)
def test_a_custody_check_is_recorded_whatever_it_says_and_opens_nothing_unless_it_is_clear(office, result):
    donation = Donation.reported(office).steps("checked")
    donation.checked(result)
    assert kinds(office)[-1] == "custody.checked"
    word = "is not known" if result is CustodyResult.UNKNOWN else result.value
    with pytest.raises(GateRefusedError, match=word.replace("executed", "executed|sentenced to death")):
        donation.open()


def test_a_custody_check_that_looks_back_too_short_is_recorded_and_opens_nothing(office):
    donation = Donation.reported(office).steps("checked")
    donation.checked(lookback_months=6)
    assert kinds(office)[-1] == "custody.checked"
    with pytest.raises(GateRefusedError, match="does not look back as many months"):
        donation.open()
    donation.checked()
    donation.open()


def test_the_newest_custody_check_counts(office):
    donation = Donation.reported(office).steps()
    donation.checked(CustodyResult.PRISONER)
    with pytest.raises(GateRefusedError, match="prisoner"):
        donation.open()


def test_an_objection_closes_everything(office):
    donation = Donation.reported(office).consented(objection_found=True).steps("consented")
    with pytest.raises(GateRefusedError, match="objection") as refused:
        donation.open()
    assert refused.value.rule == "DON-02"


def test_nothing_is_opened_beyond_the_consent(office):
    with pytest.raises(GateRefusedError, match="does not cover the organ 'liver'"):
        Donation.reported(office).steps().open(Organ.LIVER)


def test_a_withdrawn_consent_closes_what_was_open(office):
    donation, run = heart_run(office)
    revoke_consent(office, ask(), ConsentWithdrawn(donation.donation, "next_of_kin"))
    for attempt in (lambda: donation.open(Organ.KIDNEY), donation.run, lambda: offer(office, run)):
        with pytest.raises(GateRefusedError) as refused:
            attempt()
        assert refused.value.rule == "DON-01"


def test_who_wrote_the_consent_down_does_not_verify_it(office):
    donation = Donation.reported(office)
    donation.consented()
    with pytest.raises(GateRefusedError, match="somebody else"):
        from_same(donation)
    assert kinds(office)[-1] == "gate.refused"


def from_same(donation):
    """Have a consent verified by who wrote it down."""
    verify_consent(donation.office, ask("ingrid"), ConsentConfirmed(donation.donation, "donor_register", "yes"))


def test_every_reason_is_told_at_once_with_who_must_act_and_kept_with_the_refusal(office):
    donation = Donation.reported(office)
    with pytest.raises(GateRefusedError) as refused:
        donation.open()
    rules = {reason.rule for reason in refused.value.reasons}
    assert {"DON-01", "DON-02", "DON-06", "DON-11", "DON-12", "DON-14", "DON-16", "DON-18", "PAY-01"} <= rules
    assert refused.value.reasons[0].finding.verdict.value == "blocked"
    assert len(refused.value.problems) == len({reason.finding.sentence for reason in refused.value.reasons})
    event = max(every(office.using, Event), key=lambda each: each.at)
    told = every(office.using, RefusalReason, "number", event_id=event.id)
    assert [row.sentence for row in told] == [reason.finding.sentence for reason in refused.value.reasons]
    custody = next(row for row in told if row.rule == "DON-12")
    assert (custody.verdict, custody.lifted_by) == ("held", "nobody")
    assert "donor coordinator" in custody.who
    assert custody.act_by is not None


def test_the_same_request_is_told_its_reasons_again(office):
    donation = Donation.reported(office).steps("identified")
    facts = {name: text for name, text in donation.facts.items() if name not in GATED}
    offered = OrganOffered(donation.donation, Organ.HEART, facts)
    for said in ("identity of the person is not established", "refused before"):
        with pytest.raises(GateRefusedError, match=said) as refused:
            open_organ(office, ask(key="once"), offered)
    assert refused.value.rule == "DON-14"
    assert "The identity of the person is not established; refer the case to the coroner." in refused.value.problems
    assert kinds(office).count("gate.refused") == 1


def test_an_organ_is_open_since_the_last_rule_let_it_pass(office):
    donation = Donation.reported(office).steps("identified")
    office.clock.advance(hours=2)
    donation.identified()
    identified = max(event.at for event in every(office.using, Event))
    opened = needed(office.using, OpenedOrgan, "", event_id=donation.open().event_id)
    assert opened.allocation_open_at >= identified


def test_a_consent_that_nobody_verified_is_held_in_words(office):
    with pytest.raises(GateRefusedError, match="Nobody has verified the consent"):
        Donation.reported(office).steps("verified").open()


def test_an_objection_in_the_register_closes_everything_and_was_recorded_all_the_same(office):
    donation = Donation.reported(office).steps("looked_up")
    donation.looked_up(RegisterAnswer.OBJECTION)
    assert kinds(office)[-1] == "register.looked_up"
    with pytest.raises(GateRefusedError) as refused:
        donation.open()
    assert ("DON-02", "blocked") in {(each.rule, each.finding.verdict.value) for each in refused.value.reasons}


def family(donation, *, reached, objection):
    """Return an attempt to reach the family."""
    return FamilyContacted(donation.donation, donation.office.clock.now, reached, objection)


@pytest.mark.parametrize(("reached", "objection", "rule"), [(True, True, "DON-02"), (True, None, "DON-02")])
def test_what_the_family_says_counts(office, reached, objection, rule):
    donation = Donation.reported(office).steps()
    contact_family(office, ask("ingrid"), family(donation, reached=reached, objection=objection))
    with pytest.raises(GateRefusedError) as refused:
        donation.open()
    assert rule in {each.rule for each in refused.value.reasons}


def test_a_family_that_agrees_is_asked_about_gain_too(office):
    donation = Donation.reported(office).steps()
    contact_family(office, ask("ingrid"), family(donation, reached=True, objection=False))
    with pytest.raises(GateRefusedError, match="next of kin has not declared"):
        donation.open()
    donation.declared(Declarant.NEXT_OF_KIN, person="a sister")
    donation.open()


def test_gain_that_was_offered_blocks(office):
    donation = Donation.reported(office).steps("declared")
    donation.declared(gain_offered=True)
    with pytest.raises(GateRefusedError, match="Gain was offered"):
        donation.open()


def test_a_certifier_on_a_recovery_or_transplant_team_blocks(office):
    donation = Donation.reported(office).steps()
    declare_roster(office, ask(), OnDuty(
        donation.facts["hospital"], Team.RECOVERY, ("dr-two", "dr-x"), office.clock.now,
        office.clock.now + timedelta(hours=8),
    ))  # fmt: skip
    with pytest.raises(GateRefusedError, match="'dr-two' certifies the death") as refused:
        donation.open()
    assert refused.value.rule == "DON-05"


def test_a_death_that_is_not_natural_waits_for_the_coroner_organ_by_organ(office):
    donation = Donation.reported(office).steps("dead")
    donation.dead(manner=DeathManner.NOT_NATURAL)
    with pytest.raises(GateRefusedError) as refused:
        donation.open()
    assert refused.value.rule == "DON-13"
    released = CoronerReleased(donation.donation, (Organ.KIDNEY,), office.clock.now, "a coroner")
    release_by_coroner(office, ask(), released)
    with pytest.raises(GateRefusedError, match="did not release the organ 'heart'"):
        donation.open()
    donation.open(Organ.KIDNEY, kdpi_percent="50")


def test_a_guard_from_the_fatal_event_is_released_by_a_magistrate_only(office):
    donation = Donation.reported(office).steps("checked")
    donation.checked(CustodyResult.POLICE_GUARD, began_with_fatal_event=True)
    with pytest.raises(GateRefusedError, match="only a magistrate or coroner"):
        donation.open()

    def release(role, service):
        signed = HoldReleased(donation.donation, "DON-11", role, "m-1", "a court", service, office.clock.now)
        return release_hold(office, ask(), signed)

    for role, service in [(Role.DONOR_COORDINATOR, Service.JUSTICE), (Role.MAGISTRATE, Service.PRISON),
                          (Role.MAGISTRATE, None)]:  # fmt: skip
        with pytest.raises(GateRefusedError):
            release(role, service)
    release(Role.MAGISTRATE, Service.JUSTICE)
    with pytest.raises(GateRefusedError, match=r"custody check says 'police_guard'\. Organs"):
        donation.open()
    donation.checked(CustodyResult.RELEASED_BY_MAGISTRATE, began_with_fatal_event=True)
    release(Role.MAGISTRATE, Service.JUSTICE)
    donation.open()


def test_a_rule_that_nobody_may_lift_is_lifted_by_nobody(office):
    donation = Donation.reported(office)
    signed = HoldReleased(
        donation.donation, "DON-02", Role.COMPETENT_AUTHORITY, "m-1", "a ministry", None, office.clock.now
    )
    with pytest.raises(GateRefusedError, match="lifted by nobody"):
        release_hold(office, ask(), signed)


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"tied_to": ConsentCondition.TO_A_PERSON}, "ALC-11"),
        ({"tied_to": None}, "ALC-11"),
        ({"document": None}, "DON-01"),
        ({"witness": None}, "DON-01"),
        ({"basis": ConsentBasis.DEEMED_BY_LAW}, "DON-04"),
        ({"basis": ConsentBasis.KIN_AUTHORISED}, "DON-01"),
    ],
    ids=str,
)
def test_a_consent_that_lacks_what_the_law_asks_for_opens_nothing(office, changed, rule):
    donation = Donation.reported(office).steps("consented", "verified").consented(**changed)
    donation.verified()
    with pytest.raises(GateRefusedError) as refused:
        donation.open()
    assert rule in {each.rule for each in refused.value.reasons}


def test_a_consent_deemed_by_law_opens_with_age_residence_and_attempts(office):
    donation = Donation.reported(office).steps("consented", "verified").consented(
        basis=ConsentBasis.DEEMED_BY_LAW, age_years=44, resident_months=400, lacked_capacity_long=False
    )  # fmt: skip
    donation.verified()
    contact_family(office, ask("ingrid"), family(donation, reached=False, objection=None))
    donation.open()


def test_examinations_too_close_together_do_not_certify(office):
    donation = Donation.reported(office).steps("dead")
    now = office.clock.now
    near = tuple(
        Examination(now - timedelta(hours=hours), ("dr-one",), confirms_death=True, apnoea_or_ancillary_test=True,
                    confounders_excluded=True)
        for hours in (2, 1)
    )  # fmt: skip
    donation.dead(examinations=near)
    with pytest.raises(GateRefusedError) as refused:
        donation.open()
    assert refused.value.rule == "DON-08"


def test_what_the_gates_say_is_not_typed_in(office):
    donation = Donation.reported(office).steps()
    with pytest.raises(InputError, match="custody_result"):
        donation.open(custody_result="clear")


def test_facts_that_are_none_are_named(office):
    donation = Donation.reported(office).steps()
    with pytest.raises(InputError, match="height_cm"):
        donation.open(height_cm="9999.0")


def test_the_facts_of_an_opened_organ_come_from_the_records_of_the_gates(office):
    donation = Donation.reported(office).steps("consented", "verified")
    donation.consented(basis=ConsentBasis.WRITTEN_WISH)
    donation.verified()
    opened = needed(office.using, OpenedOrgan, "", event_id=donation.open().event_id)
    assert '"consent_basis":"written_wish"' in opened.facts
    assert '"custody_result":"clear"' in opened.facts


def test_two_organs_of_one_donor_share_no_part_twice(office):
    donation = Donation.reported(office).steps()
    donation.open()
    donation.open(Organ.KIDNEY, kdpi_percent="50")
    parts = [part.part for part in every(office.using, Part, "part", case_id=donation.donation)]
    assert parts == ["heart", "kidney-left", "kidney-right"]
    with pytest.raises(InputError, match="open already"):
        donation.open()


def test_nothing_is_recorded_before_it_has_happened(office):
    donation = Donation.reported(office)
    with pytest.raises(InputError, match="future"):
        donation.consented(recorded_at=office.clock.now + timedelta(hours=1))
