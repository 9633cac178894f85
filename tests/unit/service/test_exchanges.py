"""Walks an agreement with another country over HTTP, and an organ that leaves under it after the run at home."""

from __future__ import annotations

import pytest

from registry_offices import kinds
from service_donations import done, offered, opened_heart, ranked, refused

AGREEMENT = {
    "country": "YY", "document": "ab" * 32, "published_at": "2026-01-01T00:00:00Z",
    "organisations": [{"name": "transplant.example", "kind": "allocation_organisation"}],
    "traceable_both_ways": True, "equivalent_standard": True,
}  # fmt: skip
ABOUT = f"/exchange-agreements/{AGREEMENT['document']}"
LEAVING = {"document": AGREEMENT["document"], "organisation": "transplant.example"}


def in_force(desk):
    """Have an agreement proposed by one person and put in force by another one."""
    done(desk, "policy_office", "/exchange-agreements", AGREEMENT)
    done(desk, "policy_office_second", f"{ABOUT}/enactment", {"effective_on": desk.office.clock.now.date().isoformat()})


def declined_by_all(desk, run):
    """Have everybody of a run decline."""
    for rank in range(1, len(desk.get("allocator", f"/runs/{run}").json()["places"]) + 1):
        offer, _ = offered(desk, run, rank)
        assert desk.post("physician", f"/offers/{offer}/refusal", {"reason": "candidate_unwell"}).status_code == 201


def test_an_organ_leaves_after_the_run_at_home_under_an_agreement_in_force(desk):
    donation = opened_heart(desk)
    about = f"/donors/{donation}/organs/heart/exports"
    assert refused(desk, "allocator", about, LEAVING)["rule"] == "TRC-06"
    in_force(desk)
    assert refused(desk, "allocator", about, LEAVING)["rule"] == "ALC-12"
    run = ranked(desk, donation)
    told = refused(desk, "allocator", about, LEAVING)
    assert (told["rule"], "has the next turn" in told["detail"]) == ("ALC-12", True)
    declined_by_all(desk, run)
    answer = desk.post("allocator", about, LEAVING)
    assert (answer.status_code, answer["Location"]) == (201, f"/api/v1/donors/{donation}/exports")
    assert kinds(desk.office)[answer.json()["leaf"]] == "organ.exported"
    (left,) = desk.get("auditor", f"/donors/{donation}/exports").json()
    assert (left["organ"], left["parts"], left["run"], left["country"]) == ("heart", ["heart"], run, "YY")
    assert left["ends"] == []
    end = {"ended_as": "transplanted", "ended_on": desk.office.clock.now.date().isoformat()}
    told = f"/donors/{donation}/exports/{left['export']}/end"
    assert desk.post("allocator", told, {**end, "recipient": "A name"}).status_code == 422
    assert desk.post("physician", told, end).status_code == 403
    assert desk.post("allocator", f"/donors/{donation}/exports/{'0' * 32}/end", end).status_code == 422
    done(desk, "allocator", told, {**end, "outcome": "alive_graft_works"})
    (shown,) = desk.get("auditor", f"/donors/{donation}/exports").json()
    assert shown["ends"] == [{**end, "parts": ["heart"], "reason": None, "outcome": "alive_graft_works"}]
    assert refused(desk, "allocator", f"/donors/{donation}/organs/heart/runs")["rule"] == "ALC-12"
    assert desk.post("allocator", f"/runs/{run}/offers", {"rank": 1}).status_code == 409


def test_an_agreement_is_told_with_its_organisations_and_whether_it_is_in_force(desk):
    done(desk, "policy_office", "/exchange-agreements", AGREEMENT)
    assert refused(desk, "policy_office", f"{ABOUT}/enactment", {"effective_on": "2030-01-01"})["rule"] == "TRC-06"
    (told,) = desk.get("patient", "/exchange-agreements").json()
    assert (told["organisations"], told["effective_on"], told["ended"]) == (["transplant.example"], None, False)
    done(desk, "policy_office_second", f"{ABOUT}/enactment", {"effective_on": "2030-01-01"})
    done(desk, "policy_office", f"{ABOUT}/end")
    (told,) = desk.get("auditor", "/exchange-agreements").json()
    assert (told["effective_on"], told["ended"]) == ("2030-01-01", True)


@pytest.mark.parametrize(
    "body",
    [
        {**LEAVING, "payer": "an insurer"},
        {**LEAVING, "price": "100000"},
        {**LEAVING, "recipient": "R-000001"},
        {**LEAVING, "organisation": "Somebody Rich"},
        {"document": LEAVING["document"]},
    ],
    ids=str,
)
def test_an_export_has_no_field_for_a_payer_a_price_or_a_person(desk, body):
    donation = opened_heart(desk)
    before = kinds(desk.office)
    assert desk.post("allocator", f"/donors/{donation}/organs/heart/exports", body).status_code == 422
    assert kinds(desk.office) == before


@pytest.mark.parametrize("kind", ["payer", "insurer", "broker", "hospital"])
def test_an_agreement_names_nobody_who_pays(desk, kind):
    wrong = {**AGREEMENT, "organisations": [{"name": "somebody", "kind": kind}]}
    assert desk.post("policy_office", "/exchange-agreements", wrong).status_code == 422
