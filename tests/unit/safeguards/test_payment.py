"""Nothing is paid for an organ."""

from dataclasses import replace

import pytest

from bequest.model.enums import ConsentBasis
from bequest.model.identifiers import PersonId
from bequest.model.team import Role
from bequest.safeguards.payment import (
    ClaimToken,
    InvoiceReview,
    SignerConduct,
    claim_token,
    invoice_within_tariff,
    no_gain,
    no_intermediary,
    signer_without_advantage,
)
from bequest.safeguards.provenance import Provenance
from donor_files import ALLOCATION, ELSEWHERE, LAWFUL, hours, said

COORDINATOR, KIN = LAWFUL.declarations


@pytest.mark.parametrize(("rule", "field"), [(no_gain, "gain_offered"), (no_intermediary, "intermediary_involved")])
def test_what_one_person_reports_blocks_whatever_others_declare(rule, field):
    assert rule(LAWFUL, ALLOCATION) == ()
    reported = replace(LAWFUL, declarations=(*LAWFUL.declarations, replace(KIN, **{field: True})))
    assert [verdict for verdict, _ in said(rule(reported, ALLOCATION))] == ["blocked"]


@pytest.mark.parametrize(
    ("declarations", "who"),
    [
        ((), [(Role.DONOR_COORDINATOR,), (Role.NEXT_OF_KIN,)]),
        ((COORDINATOR,), [(Role.NEXT_OF_KIN,)]),
        ((COORDINATOR, replace(KIN, gain_offered=None)), [(Role.NEXT_OF_KIN,)]),
        ((replace(COORDINATOR, declared_at=hours(13)), KIN), [(Role.DONOR_COORDINATOR,)]),
    ],
)
def test_who_has_not_declared_is_waited_for(declarations, who):
    found = no_gain(replace(LAWFUL, declarations=declarations), ALLOCATION)
    assert [each.who for each in found] == who


def test_a_declaration_that_does_not_speak_of_brokers_is_none_about_them():
    silent = replace(COORDINATOR, intermediary_involved=None)
    assert [each.who for each in no_intermediary(replace(LAWFUL, declarations=(silent, KIN)), ALLOCATION)] == [
        (Role.DONOR_COORDINATOR,)
    ]


def test_nobody_waits_for_kin_who_were_not_reached_unless_the_consent_is_theirs():
    alone = replace(LAWFUL, kin_contacts=(), declarations=(COORDINATOR,))
    assert no_intermediary(alone, ALLOCATION) == ()
    theirs = replace(alone, consent=replace(LAWFUL.consent, basis=ConsentBasis.KIN_AUTHORISED))
    assert [verdict for verdict, _ in said(no_intermediary(theirs, ALLOCATION))] == ["held"]
    assert no_intermediary(replace(alone, consent=None), ALLOCATION) == ()


@pytest.mark.parametrize("provenance", [Provenance.UNKNOWN, Provenance.ILLICIT, None])
def test_no_claim_token_without_verified_provenance(provenance):
    assert [verdict for verdict, _ in said(claim_token(ClaimToken(provenance), ELSEWHERE))] == ["blocked"]


def test_a_verified_provenance_gets_its_token():
    assert claim_token(ClaimToken(Provenance.VERIFIED), ELSEWHERE) == ()


@pytest.mark.parametrize(("above", "verdicts"), [(False, []), (True, ["flagged"]), (None, ["flagged"])])
def test_an_invoice_above_the_tariff_is_flagged(above, verdicts):
    assert [verdict for verdict, _ in said(invoice_within_tariff(InvoiceReview(above), ELSEWHERE))] == verdicts


@pytest.mark.parametrize(("advantage", "verdicts"), [(False, []), (True, ["blocked"]), (None, ["held"])])
def test_who_was_offered_an_advantage_signs_nothing(advantage, verdicts):
    found = signer_without_advantage(SignerConduct(PersonId("P-1"), advantage), ELSEWHERE)
    assert [verdict for verdict, _ in said(found)] == verdicts
