"""A referral has a closed field list and no place for what a search would need."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bequest.model.errors import InputError, RefusedError
from bequest.model.referral import REFERRAL_FIELDS, CauseClass, Referral, ReferralStage, referral_from_facts
from donor_files import LAWFUL

FACTS: dict[str, object] = {
    "number": "17",
    "hospital": "H-1",
    "referred_at": datetime(2026, 11, 1, tzinfo=UTC),
    "referrer": "P-REF",
    "identity_for_look_up": "identity",
    "ventilated": True,
    "cause": "stroke",
    "stage": "family_approached",
}


def test_a_referral_holds_its_eight_fields_and_no_more():
    assert set(REFERRAL_FIELDS) == set(FACTS)
    assert referral_from_facts(FACTS) == LAWFUL.referral


@pytest.mark.parametrize("field", ["identity_for_look_up", "ventilated", "cause"])
def test_what_is_not_known_is_none(field):
    assert referral_from_facts({**FACTS, field: None}) == replace(LAWFUL.referral, **{field: None})


@pytest.mark.parametrize("field", ["number", "hospital", "referred_at", "referrer", "stage"])
def test_what_is_needed_must_be_given(field):
    with pytest.raises(InputError, match=f"The referral has no '{field}'"):
        referral_from_facts({**FACTS, field: None})


@pytest.mark.parametrize("at", ["2026-11-01", datetime(2026, 11, 1)])  # noqa: DTZ001  that is the mistake
def test_its_instant_has_a_time_zone(at):
    with pytest.raises(InputError, match="no instant with a time zone"):
        referral_from_facts({**FACTS, "referred_at": at})


def test_a_referral_holds_nothing_else():
    with pytest.raises(RefusedError, match="A referral holds no 'blood_group'"):
        referral_from_facts({**FACTS, "blood_group": "O"})


@pytest.mark.parametrize(("field", "kind"), [("cause", CauseClass), ("stage", ReferralStage)])
def test_a_code_that_is_none_is_told_with_the_codes_there_are(field, kind):
    with pytest.raises(InputError, match=f"'{field}'.*{next(iter(kind)).value}"):
        referral_from_facts({**FACTS, field: "heart failure of a rich man"})


def test_what_a_referral_or_a_file_prints_names_nobody():
    assert repr(LAWFUL.referral) == "Referral(17)"
    assert repr(LAWFUL) == "DonorFile(D-1)"
    assert isinstance(LAWFUL.referral, Referral)
