"""Laws of the gates over all combinations of facts: good, unknown and bad."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bequest.model.consent import ConsentCondition, RegisterAnswer
from bequest.model.death import DeathManner, Pause, PauseReason
from bequest.model.donor_file import EventKind, RecipientEvent
from bequest.model.enums import ConsentBasis, CustodyResult, DonorKind
from bequest.model.identifiers import OrganisationId, PersonId
from bequest.model.team import Release, Role, Roster, Service, Team
from bequest.safeguards import allocation_gate, recovery_gate
from bequest.safeguards.jurisdiction import Parameter
from bequest.safeguards.rule_text import rule_texts
from donor_files import (
    AT,
    CENTRE,
    CIRCULATORY,
    LAW,
    LAWFUL,
    PATHWAY,
    REGISTRATION,
    certifier,
    examination,
    hours,
    law_without,
)

GATES = st.sampled_from([allocation_gate, recovery_gate])
FILES = st.sampled_from([
    LAWFUL,
    CIRCULATORY,
    replace(LAWFUL, consent=replace(LAWFUL.consent, basis=ConsentBasis.DEEMED_BY_LAW)),
    replace(LAWFUL, consent=replace(LAWFUL.consent, basis=ConsentBasis.KIN_AUTHORISED)),
    replace(LAWFUL, consent=replace(LAWFUL.consent, basis=ConsentBasis.REGISTERED_YES)),
])  # fmt: skip
LOOK_UP, KIN, COORDINATOR = LAWFUL.look_ups[0], LAWFUL.kin_contacts[0], LAWFUL.declarations[0]
PAUSE = Pause(hours(10), PersonId("P-NURSE"), PauseReason.CONSENT_DOUBT, None, None)

# What a file may come to say beside what it says: each speaks against the donor, or takes a fact away.
AGAINST = {
    "living": {"kind": DonorKind.LIVING},
    "kind unknown": {"kind": None},
    "identity unknown": {"identity": None},
    "identity not established": {"identity": replace(LAWFUL.identity, method=None)},
    "consent unknown": {"consent": None},
    "objection in the consent": {"consent": replace(LAWFUL.consent, objection_found=True)},
    "consent of nothing": {"consent": replace(LAWFUL.consent, organs=())},
    "consent of the future": {"consent": replace(LAWFUL.consent, recorded_at=hours(13))},
    "unsigned": {"consent_signing": None},
    "revoked": {"consent_signing": replace(LAWFUL.consent_signing, revoked_at=hours(11))},
    "condition unknown": {"consent_signing": replace(LAWFUL.consent_signing, condition=None)},
    "for a group": {"consent_signing": replace(LAWFUL.consent_signing, condition=ConsentCondition.TO_A_GROUP)},
    "not looked up": {"look_ups": ()},
    "register objects": {"look_ups": (LOOK_UP, replace(LOOK_UP, answer=RegisterAnswer.OBJECTION))},
    "register silent": {"look_ups": (replace(LOOK_UP, answer=None),)},
    "kin object": {"kin_contacts": (KIN, replace(KIN, reported_objection=True))},
    "kin unclear": {"kin_contacts": (KIN, replace(KIN, reported_objection=None))},
    "custody unknown": {"custody": None},
    "custody result unknown": {"custody": replace(LAWFUL.custody, result=CustodyResult.UNKNOWN)},
    "prisoner": {"custody": replace(LAWFUL.custody, result=CustodyResult.PRISONER)},
    "executed": {"custody": replace(LAWFUL.custody, result=CustodyResult.EXECUTED)},
    "guarded": {"custody": replace(LAWFUL.custody, result=CustodyResult.POLICE_GUARD, began_with_fatal_event=True)},
    "died detained": {"custody": replace(LAWFUL.custody, died_in_detention=True)},
    "place of death unknown": {"custody": replace(LAWFUL.custody, died_in_detention=None)},
    "short look-back": {"custody": replace(LAWFUL.custody, lookback_months=11)},
    "old check": {"custody": replace(LAWFUL.custody, checked_at=hours(-1))},
    "register unnamed": {"custody": replace(LAWFUL.custody, register=None)},
    "death unknown": {"death": None},
    "no certifier": {"certifiers": ()},
    "certifier in conflict": {"certifiers": (certifier("P-C1", declared_no_conflict=False),)},
    "certifier recovers": {"certifiers": (*LAWFUL.certifiers, certifier("P-S1"))},
    "examination against": {"examinations": (*LAWFUL.examinations, examination(9, confirms_death=False))},
    "manner unknown": {"manner": None},
    "violent death": {"manner": DeathManner.NOT_NATURAL},
    "coordinator unknown": {"coordinator": None},
    "gain": {"declarations": (*LAWFUL.declarations, replace(COORDINATOR, gain_offered=True))},
    "broker": {"declarations": (*LAWFUL.declarations, replace(COORDINATOR, intermediary_involved=True))},
    "nothing declared": {"declarations": ()},
    "booked before": {"events": (RecipientEvent(EventKind.CALL_IN, REGISTRATION, hours(-1), None),)},
    "booked at an unknown time": {"events": (RecipientEvent(EventKind.CALL_IN, REGISTRATION, None, None),)},
}  # fmt: skip
ONLY_SOME = {
    "paused": {"pauses": (PAUSE,)},
    "withdrawal after the approach": {"pathway": replace(PATHWAY, decided_at=hours(4))},
    "pathway unknown": {"pathway": None},
    "too young": {"age_years": Decimal(3)},
    "age unknown": {"age_years": None},
    "coordinator recovers": {"coordinator": PersonId("P-S1")},
    "no roster": {"rosters": ()},
    "no observation": {"observation": None},
    "incision": {"incision_at": hours(4)},
    "too few examinations": {"examinations": LAWFUL.examinations[:1]},
    "certifier transplants": {"rosters": (Roster(Team.TRANSPLANT, CENTRE, (PersonId("P-C1"),), None, None),)},
}  # fmt: skip
EVERY = {**AGAINST, **ONLY_SOME}
NAMES = st.lists(st.sampled_from(sorted(EVERY)), unique=True, max_size=6)
RELEASES = st.lists(
    st.builds(
        Release,
        st.sampled_from(sorted(rule_texts())),
        st.sampled_from(Role),
        st.sampled_from(["P-1", "P-2"]).map(PersonId),
        st.just(OrganisationId("court")),
        st.sampled_from([*Service, None]),
        st.integers(3, 12).map(hours),
    ),
    max_size=8,
)


def changed(file, names):
    for name in names:
        file = replace(file, **EVERY[name])
    return file


@given(GATES, FILES, NAMES, st.sampled_from(sorted(AGAINST)))
def test_a_fact_against_the_donor_or_one_taken_away_leaves_the_gate_shut(gate, file, names, last):
    applies = not (last == "examination against" and file is CIRCULATORY)
    decision = gate(changed(file, [*names, last]), AT, LAW)
    assert not (applies and decision.opens)


@given(GATES, FILES, NAMES, st.sampled_from(sorted(EVERY)))
def test_no_fact_against_the_donor_opens_a_gate_that_was_shut(gate, file, names, last):
    touched = set().union(*(EVERY[name] for name in names)) if names else set()
    before, after = gate(changed(file, names), AT, LAW), gate(changed(file, [*names, last]), AT, LAW)
    # A later change of the same field replaces an earlier one, and so is no added fact.
    assert before.opens or not after.opens or touched & set(EVERY[last])


@given(GATES, FILES, st.sampled_from(Parameter))
def test_a_law_that_is_not_known_never_opens_what_a_known_one_shut(gate, file, parameter):
    law = law_without(parameter)
    assert gate(file, AT, LAW).opens or not gate(file, AT, law).opens


@given(GATES, FILES, NAMES, RELEASES, st.booleans())
def test_no_role_no_signature_and_no_flag_reaches_an_objection_or_an_execution(gate, file, names, releases, by_kin):
    against = ["kin object" if by_kin else "register objects", "executed"]
    signed = replace(changed(file, [*names, *against]), releases=tuple(releases))
    blocked = {reason.rule for reason in gate(signed, AT, LAW).reasons if reason.finding.verdict.value == "blocked"}
    assert {"DON-02", "DON-10"} <= blocked


@given(GATES, FILES, NAMES, st.randoms(use_true_random=False))
def test_the_order_of_reasons_does_not_depend_on_the_order_of_facts(gate, file, names, random):
    made = changed(file, names)
    shuffled = {
        name: tuple(random.sample(getattr(made, name), len(getattr(made, name))))
        for name in (
            "look_ups", "kin_contacts", "certifiers", "examinations", "rosters", "care_teams", "declarations", "events",
            "pauses",
        )
    }  # fmt: skip
    assert gate(replace(made, **shuffled), AT, LAW) == gate(made, AT, LAW)
