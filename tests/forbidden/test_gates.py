"""Each gate is attempted over HTTP with one thing wrong and all else in order: its rule refuses, and that is a leaf."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bequest.model.enums import PolicyStatus
from bequest.policy import library
from bequest.registry.models import Incident
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import every
from bequest.registry.rules import may_rank
from bequest.service.models import Account
from registry_exports import ABROAD, DOCUMENT, agreed
from registry_offices import kinds
from service_desks import forget, home, hospital, new_desk
from service_donations import (
    DONOR,
    certified,
    certifier,
    doctor_of_hospital,
    done,
    examination,
    offered,
    opened,
    opened_heart,
    prepared,
    ranked,
    reported,
    soon,
)

COORDINATOR = "donor_coordinator"
FACTS = {"facts": {name: DONOR[name] for name in ("blood_group", "age_years")}}


@pytest.fixture
def desk():
    forget()
    with new_desk() as given:
        yield given
    forget()


def refused_by(desk, who, address, body=None):
    """Ask for a step that must be refused, hold that the refusal is the newest leaf, and return the rules."""
    answer = desk.post(who, address, body)
    told = answer.json()
    assert answer.status_code == 409, answer.content
    assert told["leaf"] == len(kinds(desk.office)) - 1
    assert kinds(desk.office)[-1] == "gate.refused"
    return {told["rule"]} | {each["rule"] for each in told["reasons"]}


def opening(desk, donation):
    """Return the rules that refuse to open the heart of a donation."""
    return refused_by(desk, COORDINATOR, f"/donors/{donation}/organs/heart", FACTS)


def wrong(desk, donation, *, look_up=None, custody=None, gain=None):
    """Record one fact that speaks against a donation in which all else is in order."""
    at = f"/donors/{donation}"
    if look_up is not None:
        told = {"register": "donor_register", "run_by": "the registrar", "looked_up_at": soon(desk), "answer": look_up,
                "signer": "registrar-1"}  # fmt: skip
        done(desk, COORDINATOR, f"{at}/look-ups", told)
    if custody is not None:
        checked = {"register": "prison_register", "lookback_months": 12, "checked_at": soon(desk),
                   "register_run_by": "the ministry", "signer": "keeper-1", "died_in_detention": False,
                   "result": "clear"}  # fmt: skip
        done(desk, COORDINATOR, f"{at}/custody-checks", {**checked, **custody})
    if gain is not None:
        said = {"role": "donor_coordinator", "person": COORDINATOR, "declared_at": soon(desk), "gain_offered": False,
                "intermediary_involved": False}  # fmt: skip
        done(desk, COORDINATOR, f"{at}/gain-declarations", {**said, **gain})


@pytest.mark.parametrize(
    ("fact", "rule"),
    [
        ({"look_up": "objection"}, "DON-02"),
        ({"custody": {"result": "executed"}}, "DON-10"),
        ({"custody": {"result": "sentenced_to_death"}}, "DON-10"),
        ({"custody": {"result": "prisoner"}}, "DON-11"),
        ({"custody": {"result": "pre_trial_detention"}}, "DON-11"),
        ({"custody": {"result": "immigration_detention"}}, "DON-11"),
        ({"custody": {"result": "administrative_detention"}}, "DON-11"),
        ({"custody": {"result": "military_detention"}}, "DON-11"),
        ({"custody": {"died_in_detention": True}}, "DON-11"),
        ({"custody": {"result": "police_guard", "began_with_fatal_event": True}}, "DON-11"),
        ({"custody": {"result": "emergency_psychiatric_hold", "began_with_fatal_event": True}}, "DON-11"),
        ({"custody": {"result": "unknown"}}, "DON-12"),
        ({"custody": {"signer": None}}, "DON-12"),
        ({"custody": {"lookback_months": 11}}, "DON-12"),
        ({"custody": {"lookback_months": 0, "result": "prisoner"}}, "DON-11"),
        ({"custody": {"register_run_by": None}}, "DON-12"),
        ({"gain": {"gain_offered": True}}, "PAY-01"),
        ({"gain": {"intermediary_involved": True}}, "PAY-02"),
    ],
    ids=str,
)  # fmt: skip
def test_one_fact_against_a_donor_shuts_the_gate(desk, fact, rule):
    donation = certified(desk, prepared(desk))
    wrong(desk, donation, **fact)
    assert rule in opening(desk, donation)


def test_nobody_is_opened_before_death_is_certified(desk):
    assert "DON-18" in opening(desk, prepared(desk))


def test_an_unidentified_person_of_whom_nothing_else_is_known_is_never_opened(desk):
    assert {"DON-01", "DON-12", "DON-14", "DON-18"} <= opening(desk, reported(desk))


def test_a_guard_that_began_with_the_fatal_event_is_lifted_by_a_magistrate_and_by_no_prison_or_ward(desk):
    donation = certified(desk, prepared(desk))
    wrong(desk, donation, custody={"result": "police_guard", "began_with_fatal_event": True})
    signed = {
        "rule": "DON-11",
        "role": "magistrate",
        "person": "m-1",
        "organisation": "a court",
        "signed_at": soon(desk),
    }
    for service in ("prison", "health"):
        answer = desk.post(COORDINATOR, f"/donors/{donation}/hold-releases", {**signed, "service": service})
        assert answer.status_code in {201, 409, 422}
        assert "DON-11" in opening(desk, donation)
    # The register says so as well, in a check of its own.
    wrong(desk, donation, custody={"result": "released_by_magistrate", "began_with_fatal_event": True})
    assert "DON-11" in opening(desk, donation)
    lifted = {**signed, "service": "justice", "signed_at": soon(desk)}
    done(desk, COORDINATOR, f"/donors/{donation}/hold-releases", lifted)
    opened(desk, donation)


def test_a_death_that_one_doctor_certified_opens_nothing_until_another_does(desk):
    donation = prepared(desk)
    death = {
        "criteria": "neurological", "declared_at": "2026-03-01T07:30:00Z", "manner": "natural",
        "certifiers": [certifier("dr-one")],
        "examinations": [examination("2026-02-28T23:30:00Z"), examination("2026-03-01T06:30:00Z")],
    }  # fmt: skip
    done(desk, COORDINATOR, f"/donors/{donation}/declarations", death)
    assert kinds(desk.office)[-1] == "death.certified"
    assert "DON-06" in opening(desk, donation)
    opened(desk, certified(desk, donation))


@pytest.mark.parametrize("team", ["recovery", "transplant"])
def test_who_certified_the_death_is_on_no_team_that_takes(desk, team):
    donation = certified(desk, prepared(desk))
    roster = {"centre": hospital(), "team": team, "members": ["dr-one"], "from_at": soon(desk),
              "until_at": soon(desk, days=2)}  # fmt: skip
    done(desk, COORDINATOR, f"/donors/{donation}/rosters", roster)
    assert "DON-05" in opening(desk, donation)


def test_who_certified_the_death_treats_nobody_who_is_offered_the_organ(desk):
    run = ranked(desk)
    name = desk.get("allocator", f"/runs/{run}").json()["places"][0]["registration"]
    at = desk.get("allocator", f"/runs/{run}").json()["places"][0]["centre"]
    Account.objects.filter(user=desk.accounts["list_keeper"].user).update(centre=at)
    done(desk, "list_keeper", f"/registrations/{name}/care-team", {"doctors": ["dr-two"]})
    assert "DON-05" in refused_by(desk, "allocator", f"/runs/{run}/offers", {"rank": 1, "parts": ["heart"]})


def test_nothing_is_recovered_during_a_pause_and_the_teams_do_not_end_it(desk):
    donation = opened_heart(desk)
    roster = {"centre": hospital(), "team": "recovery", "members": ["physician"], "from_at": soon(desk),
              "until_at": soon(desk, days=2)}  # fmt: skip
    done(desk, COORDINATOR, f"/donors/{donation}/rosters", roster)
    pause = done(desk, COORDINATOR, f"/donors/{donation}/pauses", {"reason": "sign_of_life"})
    assert "DON-19" in refused_by(desk, COORDINATOR, f"/donors/{donation}/recovery", {"organs": ["heart"]})
    doctor = doctor_of_hospital(desk)
    assert "DON-19" in refused_by(desk, doctor, f"/pauses/{pause}/resumption", {"examined_at": soon(desk)})


def test_nothing_is_recovered_before_a_team_said_who_is_on_duty(desk):
    assert "DON-05" in refused_by(
        desk, COORDINATOR, f"/donors/{opened_heart(desk)}/recovery", {"organs": ["heart"]}
    )  # fmt: skip


@pytest.mark.parametrize("step", ["theatre", "admission"])
def test_nothing_is_booked_for_a_recipient_on_a_day_before_the_donor_was_open(desk, step):
    offer, _ = offered(desk, ranked(desk))
    assert "DON-20" in refused_by(desk, "physician", f"/offers/{offer}/{step}", {"begins_at": soon(desk, days=-1)})


@pytest.mark.parametrize("kind", ["living", None])
def test_a_living_donor_is_imported_from_nowhere(desk, kind):
    donation = certified(desk, prepared(desk))
    agreed(desk.office)
    told = {"from_country": "YY", "donor_kind": kind, "document": DOCUMENT, "organisation": ABROAD.name,
            "certificate": "cd" * 32}  # fmt: skip
    assert "TRC-09" in refused_by(desk, "allocator", f"/donors/{donation}/imports", told)


def test_an_objection_is_taken_back_by_the_register_alone(desk):
    donation = certified(desk, prepared(desk))
    told = {"register": "donor_register", "run_by": "the registrar", "looked_up_at": soon(desk), "answer": "objection",
            "signer": "registrar-1"}  # fmt: skip
    look_up = done(desk, COORDINATOR, f"/donors/{donation}/look-ups", told)
    correction = {"answer": "yes", "corrected_at": soon(desk), "signature": "00" * 64}
    assert desk.post(COORDINATOR, f"/look-ups/{look_up}/correction", correction).status_code in {409, 422}
    assert "DON-02" in opening(desk, donation)


def test_a_referral_is_not_stripped_before_its_time_and_that_of_a_donor_never(desk):
    before = kinds(desk.office)
    donation = reported(desk)
    assert desk.post(COORDINATOR, f"/donors/{donation}/stripping", {"reason": "no_consent"}).status_code in {409, 422}
    donor = opened(desk, certified(desk, prepared(desk, 2)), 2)
    desk.office.clock.advance(hours=73)
    assert desk.post(COORDINATOR, f"/donors/{donor}/stripping", {"reason": "no_consent"}).status_code in {409, 422}
    assert "donor.closed" not in kinds(desk.office)[len(before) :]


@pytest.mark.parametrize("name", ["custody", "prisoner", "custody_result"])
def test_custody_of_a_candidate_is_no_fact_of_a_registration(desk, name):
    Account.objects.filter(user=desk.accounts["list_keeper"].user).update(centre=home())
    facts = {"registration": "R-999999", "candidate": "C-999999", "organ": "heart", "centre": home(), name: "x"}
    answer = desk.post("list_keeper", "/registrations", {"facts": facts, "identity": "A name"})
    assert answer.status_code == 422


def test_a_report_of_what_must_never_happen_is_critical_whoever_calls_it_minor(desk):
    donation = reported(desk)
    body = {"happened_at": "2026-03-01T06:00:00Z", "severity": "minor", "reporter": "team_member", "rule": "DON-11",
            "donation": donation, "report": "An organ was promised before anybody had died."}  # fmt: skip
    before = desk.get("allocator", f"/donors/{donation}").json()
    event = done(desk, "patient", "/incidents", body)
    (kept,) = every(desk.office.using, Incident, event_id=event)
    assert (kept.severity, kept.happened_at < kept.entered_at) == ("critical", True)
    assert desk.get("allocator", f"/donors/{donation}").json() == before


def test_a_part_that_somebody_holds_is_offered_to_nobody_else(desk):
    run = ranked(desk)
    offer, _ = offered(desk, run)
    done(desk, "physician", f"/offers/{offer}/acceptance")
    assert refused_by(desk, "allocator", f"/runs/{run}/offers", {"rank": 2, "parts": ["heart"]}) & {"ALC-03", "ALC-09"}


def test_nothing_is_transplanted_that_nobody_holds(desk):
    offer, _ = offered(desk, ranked(desk))
    body = {"transplanted_at": soon(desk), "label_confirmed_by": "theatre nurse"}
    assert "ALC-09" in refused_by(desk, "physician", f"/offers/{offer}/transplant", body)


def test_a_stage_without_the_digest_of_its_evidence_does_not_begin(desk):
    run = ranked(desk)
    assert desk.post("allocator", f"/runs/{run}/stages", {"stage": "rescue", "evidence": "x"}).status_code == 422
    assert "ALC-03" in refused_by(desk, "allocator", f"/runs/{run}/stages", {"stage": "rescue", "evidence": "ab" * 32})


def test_an_unverified_policy_ranks_nobody():
    unverified = replace(library.policy("core/heart", on=date(2026, 3, 1)), status=PolicyStatus.UNVERIFIED)
    with pytest.raises(GateRefusedError, match="no live run uses it") as refused:
        may_rank(unverified, donation="none")
    assert refused.value.rule == "ALC-01"
