"""Who may be a donor at all, and how long a referral is kept."""

from dataclasses import replace

import pytest

from bequest.model.enums import DonorKind
from bequest.model.referral import ReferralStage
from bequest.safeguards.jurisdiction import Parameter
from bequest.safeguards.person import deceased_donor, identity_established, referral_kept, referral_strip_at
from donor_files import ALLOCATION, ELSEWHERE, LAW, LAWFUL, hours, law_without, said


@pytest.mark.parametrize(
    ("kind", "verdicts"), [(DonorKind.DECEASED, []), (DonorKind.LIVING, ["blocked"]), (None, ["held"])]
)
def test_the_donor_is_a_deceased_one(kind, verdicts):
    assert [verdict for verdict, _ in said(deceased_donor(replace(LAWFUL, kind=kind), ALLOCATION))] == verdicts


@pytest.mark.parametrize(
    "identity",
    [
        None,
        replace(LAWFUL.identity, method=None),
        replace(LAWFUL.identity, verifier=None),
        replace(LAWFUL.identity, verified_at=hours(13)),
    ],
)
def test_an_unidentified_donor_is_blocked(identity):
    assert said(identity_established(replace(LAWFUL, identity=identity), ALLOCATION)) == [
        ("blocked", "The identity of the person is not established; refer the case to the coroner.")
    ]


def test_an_identified_donor_passes():
    assert identity_established(LAWFUL, ALLOCATION) == ()


@pytest.mark.parametrize(("at", "verdicts"), [(71, []), (72, ["blocked"])])
def test_a_referral_that_became_no_donor_is_a_count_after_its_hours(at, verdicts):
    found = said(referral_kept(LAWFUL.referral, replace(ELSEWHERE, at=hours(at))))
    assert [verdict for verdict, _ in found] == verdicts


def test_a_referral_whose_gates_opened_is_kept():
    referral = replace(LAWFUL.referral, stage=ReferralStage.GATES_OPEN)
    assert referral_kept(referral, replace(ELSEWHERE, at=hours(1000))) == ()


def test_without_a_known_time_a_referral_stays_shut():
    law = law_without(Parameter.REFERRAL_KEEP_HOURS)
    assert referral_strip_at(LAWFUL.referral, law) is None
    assert [verdict for verdict, _ in said(referral_kept(LAWFUL.referral, replace(ELSEWHERE, law=law)))] == ["held"]


def test_the_instant_of_stripping_is_known_beforehand():
    assert referral_strip_at(LAWFUL.referral, LAW) == hours(72)
