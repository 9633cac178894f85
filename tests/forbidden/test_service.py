"""What must be impossible, attempted over HTTP by those who are signed in: refused, and where it is a step, a leaf."""

from __future__ import annotations

import json

import pytest

from bequest.service.rest.api import api
from registry_offices import kinds, people
from service_desks import forget, hospital, new_desk
from service_donations import certifier, examination, offered, opened_heart, ranked, reported

FACTS = {"blood_group": "O", "hla": "A1 A2", "height_cm": "180", "age_years": "40", "organ": "heart"}


@pytest.fixture
def desk():
    forget()
    with new_desk() as given:
        yield given
    forget()


def refused(desk, answer, rule=None):
    """Hold that a step was refused with its rule, and that the refusal is the newest leaf."""
    told = answer.json()
    assert answer.status_code == 409, answer.content
    assert kinds(desk.office)[told["leaf"]] == "gate.refused"
    assert rule is None or rule in {each["rule"] for each in told["reasons"]} | {told["rule"]}


# ------------------------------------------------------------------ a database of living sources


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_referral_has_no_field_by_which_a_source_would_be_searched(desk, name):
    body = {
        "donor": "D-9999", "hospital": hospital(), "referred_at": "2026-03-01T07:00:00Z", "referrer": "ward 3",
        "identity": "A name", "ventilated": True, "cause_class": "trauma", "stage": "possible", name: FACTS[name],
    }  # fmt: skip
    before = kinds(desk.office)
    answer = desk.post("donor_coordinator", "/donors", body)
    assert answer.status_code == 422
    assert FACTS[name] not in answer.content.decode() or name == "organ"
    assert kinds(desk.office) == before


@pytest.mark.parametrize("role", ["allocator", "donor_coordinator", "auditor", "operator", "physician"])
@pytest.mark.parametrize("address", ["/donors", "/donors/", "/donors?blood_group=O", "/donors/search", "/referrals"])
def test_nobody_lists_or_searches_referrals(desk, role, address):
    reported(desk)
    # A word in the place of a donation is no donation.
    assert desk.get(role, address).status_code in {404, 405, 422}


def test_no_operation_takes_a_candidate_and_gives_donors():
    described = json.loads(json.dumps(api().get_openapi_schema()))
    for path, operations in described["paths"].items():
        named = path.partition("/api/v1")[2]
        if "get" in operations and "{donation}" not in named:
            assert "donor" not in named
        for operation in operations.values():
            asked = {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"}
            assert asked <= {"cursor", "limit", "state", "organ", "size", "index", "first", "before", "centre"}


# ------------------------------------------------------------------ the two gates


def test_no_organ_of_a_referral_is_opened_ranked_or_offered(desk):
    donation = reported(desk)
    facts = {name: text for name, text in people().donors[0].items() if name in {"blood_group", "age_years"}}
    opened = desk.post("donor_coordinator", f"/donors/{donation}/organs/heart", {"facts": facts})
    assert opened.status_code in {409, 422}
    refused(desk, desk.post("allocator", f"/donors/{donation}/organs/heart/runs"), "DON-18")


@pytest.mark.parametrize(
    "result",
    [
        "prisoner",
        "pre_trial_detention",
        "immigration_detention",
        "administrative_detention",
        "military_detention",
        "sentenced_to_death",
        "executed",
        "unknown",
    ],
)
def test_no_organ_of_a_prisoner_is_opened_and_nobody_lifts_it(desk, result):
    donation = reported(desk)
    checked = {
        "result": result, "register": "prison_register", "lookback_months": 12, "checked_at": "2026-03-01T07:20:00Z",
        "register_run_by": "the ministry", "signer": "keeper-1", "died_in_detention": False,
    }  # fmt: skip
    answer = desk.post("donor_coordinator", f"/donors/{donation}/custody-checks", checked)
    assert answer.status_code == 201
    facts = {name: people().donors[0][name] for name in ("blood_group", "age_years")}
    opened = desk.post("donor_coordinator", f"/donors/{donation}/organs/heart", {"facts": facts})
    assert opened.status_code in {409, 422}
    refused(desk, desk.post("allocator", f"/donors/{donation}/organs/heart/runs"))


def test_death_certified_by_one_of_the_teams_opens_nothing(desk):
    donation = reported(desk)
    roster = {
        "hospital": hospital(), "team": "recovery", "people": ["dr-one"], "from_at": "2026-03-01T06:00:00Z",
        "until_at": "2026-03-03T06:00:00Z",
    }  # fmt: skip
    desk.post("donor_coordinator", f"/donors/{donation}/rosters", roster)
    death = {
        "criteria": "neurological", "declared_at": "2026-03-01T07:30:00Z", "manner": "natural",
        "certifiers": [certifier("dr-one"), certifier("dr-two")],
        "examinations": [examination("2026-02-28T23:30:00Z"), examination("2026-03-01T06:30:00Z")],
    }  # fmt: skip
    assert desk.post("donor_coordinator", f"/donors/{donation}/declarations", death).status_code in {201, 409}
    refused(desk, desk.post("allocator", f"/donors/{donation}/organs/heart/runs"))


def test_consent_to_the_heart_opens_no_liver(desk):
    donation = opened_heart(desk)
    facts = {name: people().donors[0][name] for name in ("blood_group", "age_years")}
    answer = desk.post("donor_coordinator", f"/donors/{donation}/organs/liver", {"facts": facts})
    assert answer.status_code in {409, 422}
    refused(desk, desk.post("allocator", f"/donors/{donation}/organs/liver/runs"))


def test_nothing_is_recovered_without_its_gate(desk):
    donation = reported(desk)
    refused(desk, desk.post("donor_coordinator", f"/donors/{donation}/recovery", {"organs": ["heart"]}))


# ------------------------------------------------------------------ surgery booked in advance


@pytest.mark.parametrize("step", ["theatre", "admission", "crossmatch"])
def test_nothing_names_a_recipient_before_the_donor_was_open(desk, step):
    run = ranked(desk)
    offer, _ = offered(desk, run)
    desk.post("physician", f"/offers/{offer}/acceptance")
    early = "2026-02-27T06:00:00Z"
    bodies = {
        "theatre": {"begins_at": early}, "admission": {"admitted_at": early, "begins_at": early},
        "crossmatch": {"result": "negative", "done_at": early, "begins_at": early},
    }  # fmt: skip
    before = kinds(desk.office)
    answer = desk.post("physician", f"/offers/{offer}/{step}", bodies[step])
    assert answer.status_code in {409, 422}, answer.content
    assert set(kinds(desk.office)[len(before) :]) <= {"gate.refused"}


# ------------------------------------------------------------------ payment


@pytest.mark.parametrize("name", ["price", "payer", "insurer", "ability_to_pay", "income", "race", "religion"])
def test_no_registration_holds_who_pays_or_who_somebody_is_by_birth(desk, name):
    facts = {**people().registrations[0], "registration": "R-999999", "candidate": "C-999999", name: "x"}
    before = kinds(desk.office)
    answer = desk.post("list_keeper", "/registrations", {"facts": facts, "identity": "A name"})
    assert answer.status_code in {403, 422}
    assert kinds(desk.office) == before


def test_no_policy_that_reads_who_pays_is_taken(desk):
    text = "policy: my/heart\norgan: heart\ntitle: x\nedition: my-1\neffective: 2026-01-01\nstatus: own\n"
    text += "screens: [{id: rich, when: candidate.ability_to_pay, say: rich, cite: core}]\norder: [waiting_days desc]\n"
    before = kinds(desk.office)
    answer = desk.post("policy_office", "/policies", {"written": text})
    assert answer.status_code == 422
    assert kinds(desk.office) == before


# ------------------------------------------------------------------ out of turn, and behind the log's back


def test_nobody_is_offered_out_of_turn(desk):
    run = ranked(desk)
    refused(desk, desk.post("allocator", f"/runs/{run}/offers", {"rank": 2, "parts": ["heart"]}), "ALC-03")


def test_one_person_does_not_depart_from_the_order_alone(desk):
    run = ranked(desk)
    asked = desk.post(
        "allocator", f"/runs/{run}/overrides", {"rank": 2, "reason": "medical_emergency", "words": "Why."}
    )
    assert asked.status_code == 201
    decided = desk.post("allocator", f"/overrides/{asked.json()['event']}/decision", {"approved": True})
    assert decided.status_code in {403, 409, 422}
    refused(desk, desk.post("allocator", f"/runs/{run}/offers", {"rank": 2, "parts": ["heart"]}), "ALC-03")


@pytest.mark.parametrize("address", ["/ledger/entries/0", "/ledger/head", "/incidents", "/policies"])
@pytest.mark.parametrize("method", ["delete", "put", "patch"])
def test_nothing_that_was_recorded_has_an_operation_that_changes_it(desk, address, method):
    before = kinds(desk.office)
    for role in ("operator", "allocator", "auditor"):
        answer = getattr(desk.client(role), method)(f"/api/v1{address}", data="{}", content_type="application/json")
        assert answer.status_code in {404, 405}
    assert kinds(desk.office) == before


def test_a_report_of_what_must_never_happen_is_taken_from_anybody_and_stays(desk):
    donation = reported(desk)
    body = {
        "happened_at": "2026-03-01T06:00:00Z", "severity": "major", "reporter": "team_member", "rule": "DON-11",
        "donation": donation, "report": "An organ was promised before anybody had died.",
    }  # fmt: skip
    answer = desk.post("physician", "/incidents", body)
    assert answer.status_code == 201, answer.content
    assert kinds(desk.office)[-1] == "incident.reported"
    assert "promised" not in desk.get("auditor", "/ledger/entries?limit=100").content.decode()
