"""When a consent opens a gate: authority, scope, objection, order of times, deemed consent, conditions."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bequest.model.consent import ConsentCondition, RegisterAnswer
from bequest.model.enums import ConsentBasis, Organ
from bequest.safeguards.consent import (
    beyond_scope,
    consent_before_the_step,
    deemed_consent,
    directed_donation,
    legal_authority,
    no_objection,
)
from bequest.safeguards.finding import Verdict
from bequest.safeguards.jurisdiction import Parameter
from donor_files import ALLOCATION, AT, LAWFUL, OFFER, RECOVERY, hours, law_of_directed, law_with, law_without, said

CONSENT, SIGNING, LOOK_UP, KIN = LAWFUL.consent, LAWFUL.consent_signing, LAWFUL.look_ups[0], LAWFUL.kin_contacts[0]
DEEMED = replace(LAWFUL, consent=replace(CONSENT, basis=ConsentBasis.DEEMED_BY_LAW))
KIN_AUTHORISED = replace(CONSENT, basis=ConsentBasis.KIN_AUTHORISED)
REGISTERED = replace(CONSENT, basis=ConsentBasis.REGISTERED_YES)


@pytest.mark.parametrize(
    "rule", [legal_authority, no_objection, consent_before_the_step, deemed_consent, directed_donation]
)
@pytest.mark.parametrize("setting", [ALLOCATION, OFFER, RECOVERY])
def test_a_lawful_file_has_nothing_against_it(rule, setting):
    assert rule(LAWFUL, setting) == ()


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        ({"consent": None}, "blocked", "No consent to donation is recorded"),
        ({"consent_signing": None}, "held", "lacks its document, its recorder or its witness"),
        ({"consent_signing": replace(SIGNING, witness=None)}, "held", "lacks its document"),
        ({"consent_signing": replace(SIGNING, document_hash=None)}, "held", "lacks its document"),
        ({"consent_signing": replace(SIGNING, witness=SIGNING.recorder)}, "held", "two have to sign"),
        ({"consent_signing": replace(SIGNING, revoked_at=hours(11))}, "blocked", "revoked at 2026-11-01T11:00:00Z"),
        ({"consent": replace(CONSENT, organs=())}, "blocked", "The consent covers no organ"),
        ({"intended_organs": (Organ.LIVER,)}, "blocked", "does not cover the organ 'liver'"),
        ({"consent": REGISTERED, "look_ups": ()}, "held", "no register has answered so"),
        (
            {"consent": REGISTERED, "look_ups": (replace(LOOK_UP, answer=RegisterAnswer.NO_ENTRY),)},
            "held",
            "no register has answered so",
        ),
        ({"consent": KIN_AUTHORISED, "kin_contacts": ()}, "held", "no talk with them is recorded"),
        (
            {"consent": KIN_AUTHORISED, "kin_contacts": (replace(KIN, attempted_at=hours(13)),)},
            "held",
            "no talk with them is recorded",
        ),
    ],
)
def test_legal_authority_misses(changes, verdict, words):
    (found,) = said(legal_authority(replace(LAWFUL, **changes), ALLOCATION))
    assert (found[0], words in found[1]) == (verdict, True)


@pytest.mark.parametrize("changes", [{"reached": None}, {"reached": False}, {"reported_objection": None}])
def test_a_family_that_was_not_surely_heard_has_authorised_nothing(changes):
    file = replace(LAWFUL, consent=KIN_AUTHORISED, kin_contacts=(replace(KIN, **changes),))
    assert [verdict for verdict, _ in said(legal_authority(file, ALLOCATION))] == ["held"]


@pytest.mark.parametrize("consent", [REGISTERED, KIN_AUTHORISED])
def test_a_basis_with_its_evidence_is_legal_authority(consent):
    assert legal_authority(replace(LAWFUL, consent=consent), ALLOCATION) == ()


def test_every_organ_beyond_the_scope_is_named():
    file = replace(LAWFUL, intended_organs=(Organ.LUNG, Organ.HEART, Organ.PANCREAS))
    assert said(legal_authority(file, RECOVERY)) == [
        ("blocked", "The consent does not cover the organ 'lung'."),
        ("blocked", "The consent does not cover the organ 'pancreas'."),
    ]


def test_recovery_says_which_organs_it_is_about():
    file = replace(LAWFUL, intended_organs=())
    assert legal_authority(file, ALLOCATION) == ()
    assert said(legal_authority(file, RECOVERY)) == [("held", "It is not said which organs this step is about.")]


@pytest.mark.parametrize(
    ("asked", "given", "beyond"),
    [
        ((Organ.KIDNEY_PANCREAS,), (Organ.KIDNEY, Organ.PANCREAS), ()),
        ((Organ.KIDNEY_PANCREAS,), (Organ.KIDNEY,), (Organ.KIDNEY_PANCREAS,)),
        ((Organ.HEART,), (Organ.HEART_LUNG,), ()),
    ],
)
def test_a_combination_is_covered_part_by_part(asked, given, beyond):
    assert beyond_scope(asked, given) == beyond


@pytest.mark.parametrize(
    "changes",
    [
        {"consent": replace(CONSENT, objection_found=True)},
        {"look_ups": (LOOK_UP, replace(LOOK_UP, answer=RegisterAnswer.OBJECTION))},
        {"look_ups": (replace(LOOK_UP, answer=RegisterAnswer.OBJECTION, looked_up_at=hours(13)),)},
        {"kin_contacts": (KIN, replace(KIN, reported_objection=True))},
        {"consent": None, "kin_contacts": (replace(KIN, reached=None, reported_objection=True),)},
    ],
)
def test_an_objection_from_anywhere_blocks(changes):
    assert said(no_objection(replace(LAWFUL, **changes), ALLOCATION)) == [
        ("blocked", "An objection to donation was found; nobody can override it.")
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"look_ups": ()}, "The register of wishes was not asked."),
        ({"look_ups": (replace(LOOK_UP, answer=None),)}, "The register 'wishes' has given no signed answer."),
        (
            {"look_ups": (replace(LOOK_UP, looked_up_at=hours(-1)),)},
            "The register 'wishes' has given no signed answer.",
        ),
        ({"look_ups": (replace(LOOK_UP, signer=None),)}, "The register 'wishes' has given no signed answer."),
        (
            {"look_ups": (replace(LOOK_UP, looked_up_at=hours(13)),)},
            "The register 'wishes' has given no signed answer.",
        ),
        (
            {"look_ups": (LOOK_UP, replace(LOOK_UP, register="cards", answer=None))},
            "The register 'cards' has given no signed answer.",
        ),
        (
            {"kin_contacts": (replace(KIN, reported_objection=None),)},
            "What the next of kin said about an objection is not recorded.",
        ),
        (
            {"kin_contacts": (replace(KIN, reached=None, reported_objection=None),)},
            "What the next of kin said about an objection is not recorded.",
        ),
    ],
)
def test_an_objection_that_is_not_known_holds(changes, words):
    assert said(no_objection(replace(LAWFUL, **changes), ALLOCATION)) == [("held", words)]


def test_an_answer_of_the_instant_of_referral_is_fresh():
    assert no_objection(replace(LAWFUL, look_ups=(replace(LOOK_UP, looked_up_at=hours(0)),)), ALLOCATION) == ()


def test_where_no_register_is_kept_none_is_asked():
    setting = replace(ALLOCATION, law=law_with(register_look_up=False))
    assert no_objection(replace(LAWFUL, look_ups=()), setting) == ()
    unanswered = replace(LAWFUL, look_ups=(replace(LOOK_UP, answer=None),))
    assert [each.verdict for each in no_objection(unanswered, setting)] == [Verdict.HELD]


@pytest.mark.parametrize("law", [law_with(kin_contact_always=True), law_without(Parameter.KIN_CONTACT_ALWAYS)])
def test_where_the_law_asks_for_it_or_is_not_known_the_family_must_have_been_asked(law):
    setting = replace(ALLOCATION, law=law)
    assert no_objection(LAWFUL, setting) == ()
    unreached = replace(LAWFUL, kin_contacts=(replace(KIN, reached=False, reported_objection=None),))
    assert said(no_objection(unreached, setting)) == [
        ("held", "The law demands that the next of kin are asked, and nobody is recorded.")
    ]


@pytest.mark.parametrize(
    ("file", "setting", "verdict"),
    [
        (replace(LAWFUL, consent=None), ALLOCATION, Verdict.BLOCKED),
        (replace(LAWFUL, consent=replace(CONSENT, recorded_at=hours(13))), ALLOCATION, Verdict.BLOCKED),
        (replace(LAWFUL, consent=replace(CONSENT, recorded_at=AT)), RECOVERY, Verdict.BLOCKED),
        (replace(LAWFUL, incision_at=hours(5)), RECOVERY, Verdict.BLOCKED),
    ],
)
def test_consent_comes_before_the_step_and_equal_instants_fail(file, setting, verdict):
    (found,) = consent_before_the_step(file, setting)
    assert found.verdict is verdict


def test_consent_of_the_same_instant_opens_allocation():
    assert consent_before_the_step(replace(LAWFUL, consent=replace(CONSENT, recorded_at=AT)), ALLOCATION) == ()


def test_a_breach_found_after_the_incision_is_critical_and_still_blocks():
    findings = consent_before_the_step(replace(LAWFUL, incision_at=hours(2)), RECOVERY)
    assert [(each.verdict, each.critical) for each in findings] == [(Verdict.BLOCKED, True)] * 2
    assert [each.sentence for each in findings] == [
        "The consent is dated 2026-11-01T05:00:00Z, not before the incision at 2026-11-01T02:00:00Z.",
        "The register was first asked no earlier than the incision at 2026-11-01T02:00:00Z.",
    ]


@pytest.mark.parametrize("changes", [{}, {"look_ups": ()}])
def test_an_incision_after_consent_and_look_up_is_in_order(changes):
    assert consent_before_the_step(replace(LAWFUL, incision_at=hours(11), **changes), RECOVERY) == ()


@pytest.mark.parametrize("changes", [{}, {"age_years": Decimal(18), "resident_months": 12}])
def test_deemed_consent_opens_on_its_conditions(changes):
    assert deemed_consent(replace(DEEMED, **changes), ALLOCATION) == ()


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        ({"age_years": Decimal(17)}, "blocked", "below the age of 18"),
        ({"age_years": None}, "held", "age that deemed consent asks for is not known"),
        ({"resident_months": 11}, "blocked", "fewer than 12 months of residence"),
        ({"resident_months": None}, "held", "residence that deemed consent asks for is not known"),
        ({"lacked_capacity_long": True}, "blocked", "long lacked capacity"),
        ({"lacked_capacity_long": None}, "held", "long lacked capacity is not known"),
        ({"kin_contacts": ()}, "blocked", "attempts: 0 of 1"),
        ({"kin_contacts": (replace(KIN, attempted_at=hours(13)),)}, "blocked", "attempts: 0 of 1"),
        ({"identity": None}, "blocked", "identity is not established"),
        ({"identity": replace(LAWFUL.identity, method=None)}, "blocked", "identity is not established"),
    ],
)
def test_deemed_consent_needs(changes, verdict, words):
    (found,) = said(deemed_consent(replace(DEEMED, **changes), ALLOCATION))
    assert (found[0], words in found[1]) == (verdict, True)


@pytest.mark.parametrize(
    ("law", "verdict"),
    [
        (law_with(deemed_consent=False), "blocked"),
        (law_without(Parameter.DEEMED_CONSENT), "held"),
        (law_without(Parameter.DEEMED_FROM_AGE_YEARS), "held"),
        (law_without(Parameter.DEEMED_RESIDENCE_MONTHS), "held"),
        (law_without(Parameter.DEEMED_KIN_ATTEMPTS), "held"),
    ],
)
def test_consent_is_deemed_only_where_the_law_says_so(law, verdict):
    (found,) = said(deemed_consent(DEEMED, replace(ALLOCATION, law=law)))
    assert found[0] == verdict


def test_without_consent_nothing_is_deemed():
    assert deemed_consent(replace(LAWFUL, consent=None), ALLOCATION) == ()


@pytest.mark.parametrize(
    ("condition", "law", "verdicts"),
    [
        (ConsentCondition.TO_A_GROUP, law_with(directed_donation=True), ["blocked"]),
        (ConsentCondition.TO_A_PERSON, law_with(directed_donation=True), ["blocked"]),
        (ConsentCondition.TO_A_PERSON, law_of_directed(status="unverified"), ["blocked"]),
        (ConsentCondition.TO_A_PERSON, law_of_directed(note=""), ["blocked"]),
        (ConsentCondition.TO_A_PERSON, law_of_directed(), ["held"]),
        (ConsentCondition.TO_A_GROUP, law_of_directed(), ["blocked"]),
        (ConsentCondition.NONE, law_of_directed(), []),
        (ConsentCondition.TO_A_PERSON, law_with(directed_donation=False), ["blocked"]),
        (ConsentCondition.TO_A_PERSON, law_without(Parameter.DIRECTED_DONATION), ["blocked"]),
        (None, law_with(directed_donation=True), ["held"]),
    ],
)
def test_donation_is_directed_only_to_a_person_and_only_where_the_law_allows(condition, law, verdicts):
    file = replace(LAWFUL, consent_signing=replace(SIGNING, condition=condition))
    found = said(directed_donation(file, replace(ALLOCATION, law=law)))
    assert [verdict for verdict, _ in found] == verdicts


def test_without_a_signed_consent_nobody_knows_its_conditions():
    assert said(directed_donation(replace(LAWFUL, consent_signing=None), ALLOCATION)) == [
        ("held", "Nobody wrote down whether the donation is tied to a condition.")
    ]
