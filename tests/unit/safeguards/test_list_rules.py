"""What is asked of the list, and of what became of a run."""

from dataclasses import replace

import pytest

from bequest.model.identifiers import PersonId, RegistrationId
from bequest.safeguards.jurisdiction import Parameter
from bequest.safeguards.list_rules import (
    AcceptedOffer,
    Departure,
    GrantedUrgency,
    ListingHistory,
    PassedOver,
    TransplantRecord,
    departure_with_evidence,
    every_bypass_coded,
    listed_as_allowed,
    transplant_follows_offer,
    urgency_in_force,
)
from donor_files import CENTRE, ELSEWHERE, HOSPITAL, OTHER, REGISTRATION, hours, law_without, said

PASSED = PassedOver(OTHER, 1, "organ_size", hours(10), PersonId("P-1"))
SECOND = AcceptedOffer(2, hours(11), (PASSED,))
URGENCY = GrantedUrgency("aa", hours(12), open_ended=False, outside_agreement_at=None)
LISTING = ListingHistory((CENTRE,), several_allowed=None, changed_at=hours(11), document_hash="aa")


@pytest.mark.parametrize("accepted", [SECOND, AcceptedOffer(1, hours(11), ())])
def test_a_coded_bypass_passes(accepted):
    assert every_bypass_coded(accepted, ELSEWHERE) == ()


@pytest.mark.parametrize("changes", [{"code": None}, {"answered_at": None}, {"responsible": None}])
def test_a_bypass_without_code_time_or_person_must_be_answered(changes):
    (found,) = every_bypass_coded(replace(SECOND, above=(replace(PASSED, **changes),)), ELSEWHERE)
    assert (found.verdict.value, found.critical, found.by) == ("flagged", True, hours(11 + 72))


def test_somebody_who_is_not_accounted_for_is_a_bypass_too():
    (found,) = every_bypass_coded(
        replace(SECOND, rank=3), replace(ELSEWHERE, law=law_without(Parameter.BYPASS_ANSWER_HOURS))
    )
    assert (found.sentence, found.by) == ("Not everybody above the accepted rank is accounted for.", None)


@pytest.mark.parametrize(("evidence", "verdicts"), [("aa", []), (None, ["flagged"])])
def test_a_departure_without_evidence_is_flagged(evidence, verdicts):
    assert [verdict for verdict, _ in said(departure_with_evidence(Departure(evidence), ELSEWHERE))] == verdicts


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, 0),
        ({"document_hash": None}, 1),
        ({"document_hash": None, "changed_at": hours(-13)}, 0),
        ({"document_hash": None, "changed_at": None}, 0),
        ({"centres": (CENTRE, HOSPITAL)}, 1),
        ({"centres": (CENTRE, HOSPITAL), "several_allowed": False, "document_hash": None}, 2),
        ({"centres": (CENTRE, HOSPITAL), "several_allowed": True}, 0),
    ],
)
def test_several_listings_and_late_changes_are_flagged(changes, count):
    found = said(listed_as_allowed(replace(LISTING, **changes), ELSEWHERE))
    assert [verdict for verdict, _ in found] == ["flagged"] * count


def test_without_a_known_time_every_undocumented_change_is_late():
    law = law_without(Parameter.LISTING_CHANGE_HOURS)
    history = replace(LISTING, document_hash=None, changed_at=hours(-1000))
    assert len(listed_as_allowed(history, replace(ELSEWHERE, law=law))) == 1


@pytest.mark.parametrize(
    ("changes", "verdicts"),
    [
        ({}, []),
        ({"valid_until": hours(11)}, ["flagged"]),
        ({"valid_until": None}, ["flagged"]),
        ({"evidence_hash": None}, ["flagged"]),
        ({"open_ended": True}, ["flagged"]),
        ({"open_ended": None}, ["flagged"]),
        ({"open_ended": True, "outside_agreement_at": hours(1)}, []),
    ],
)
def test_an_urgency_lapses_by_itself_and_shuts_no_gate(changes, verdicts):
    assert [verdict for verdict, _ in said(urgency_in_force(replace(URGENCY, **changes), ELSEWHERE))] == verdicts


@pytest.mark.parametrize(
    ("record", "critical"),
    [
        (TransplantRecord(REGISTRATION, "run 1", (REGISTRATION,)), []),
        (TransplantRecord(REGISTRATION, None, (REGISTRATION,)), [True]),
        (TransplantRecord(REGISTRATION, "run 1", (RegistrationId("R-9"),)), [True]),
    ],
)
def test_a_transplant_follows_an_accepted_offer_or_is_an_incident(record, critical):
    assert [each.critical for each in transplant_follows_offer(record, ELSEWHERE)] == critical
