"""At the bedside anybody pauses and reports; nobody else's work is theirs, and nobody who has a part resumes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bequest.model.consent import RegisterAnswer
from bequest.registry.instants import instant_from
from bequest.registry.models import Event
from bequest.registry.register_corrections import add_register_key, correction_text
from bequest.registry.rows import needed
from bequest.service.roles import Action, Role, Verdict, cell_of
from registry_offices import kinds
from service_desks import forget, hospital, new_desk
from service_donations import (
    DONOR,
    certified,
    certifier,
    doctor_of_hospital,
    done,
    examination,
    opened,
    opened_heart,
    prepared,
    refused,
    reported,
    soon,
)

COORDINATOR = "donor_coordinator"
FACTS = {"facts": {name: DONOR[name] for name in ("blood_group", "age_years")}}
REGISTER = Ed25519PrivateKey.from_private_bytes(b"r" * 32)


@pytest.fixture
def desk():
    forget()
    with new_desk() as given:
        yield given
    forget()


def on_duty(desk, donation, *members):
    roster = {
        "centre": hospital(), "team": "recovery", "members": list(members), "from_at": soon(desk),
        "until_at": soon(desk, days=2),
    }  # fmt: skip
    done(desk, COORDINATOR, f"/donors/{donation}/rosters", roster)


def rules_of(told):
    return {told["rule"]} | {each["rule"] for each in told["reasons"]}


def test_the_account_of_the_bedside_pauses_and_reports_and_nothing_else():
    allowed = {action for action in Action if cell_of(action, Role.BEDSIDE).verdict is not Verdict.DENY}
    assert allowed == {Action.RECOVERIES_PAUSE, Action.INCIDENTS_REPORT}
    assert cell_of(Action.RECOVERIES_PAUSE, Role.BEDSIDE).verdict is Verdict.AT_BEDSIDE


def test_somebody_at_the_bedside_pauses_and_cannot_read_open_or_resume(desk):
    donation = opened_heart(desk)
    on_duty(desk, donation, "surgeon-1")
    pause = done(desk, "bedside", f"/donors/{donation}/pauses", {"reason": "sign_of_life"})
    examined = {"examined_at": soon(desk)}
    assert desk.post("bedside", f"/pauses/{pause}/resumption", examined).status_code == 403
    assert desk.get("bedside", f"/donors/{donation}").status_code == 403
    assert desk.post("bedside", f"/donors/{donation}/recovery", {"organs": ["heart"]}).status_code == 403
    assert "DON-19" in rules_of(refused(desk, COORDINATOR, f"/donors/{donation}/recovery", {"organs": ["heart"]}))
    assert kinds(desk.office)[-1] == "gate.refused"
    elsewhere = desk.post("bedside_elsewhere", f"/donors/{donation}/pauses", {"reason": "sign_of_life"})
    assert elsewhere.status_code == 403


def test_an_independent_doctor_resumes_after_an_examination_of_its_own(desk):
    donation = opened_heart(desk)
    on_duty(desk, donation, "surgeon-1")
    before = soon(desk)
    pause = done(desk, "bedside", f"/donors/{donation}/pauses", {"reason": "sign_of_life"})
    doctor = doctor_of_hospital(desk)
    early = desk.post(doctor, f"/pauses/{pause}/resumption", {"examined_at": before})
    assert (early.status_code, "examine again" in early.json()["detail"]) == (422, True)
    done(desk, doctor, f"/pauses/{pause}/resumption", {"examined_at": soon(desk)})
    done(desk, COORDINATOR, f"/donors/{donation}/recovery", {"organs": ["heart"]})


def test_a_certifier_resumes_nothing(desk):
    donation = prepared(desk)
    doctor = doctor_of_hospital(desk)
    death = {
        "criteria": "neurological", "declared_at": "2026-03-01T07:30:00Z", "manner": "natural",
        "certifiers": [certifier(doctor), certifier("dr-two")],
        "examinations": [examination("2026-02-28T23:30:00Z"), examination("2026-03-01T06:30:00Z")],
    }  # fmt: skip
    done(desk, COORDINATOR, f"/donors/{donation}/declarations", death)
    opened(desk, donation)
    pause = done(desk, "bedside", f"/donors/{donation}/pauses", {"reason": "consent_doubt"})
    assert refused(desk, doctor, f"/pauses/{pause}/resumption", {"examined_at": soon(desk)})["rule"] == "DON-19"
    assert kinds(desk.office)[-1] == "gate.refused"


def test_a_late_report_of_a_closed_donation_is_taken_from_the_bedside(desk):
    donation = opened_heart(desk)
    happened = soon(desk)
    done(desk, COORDINATOR, f"/donors/{donation}/closing", {"reason": "no_recipient"})
    desk.office.clock.advance(days=400)
    body = {
        "happened_at": happened, "severity": "minor", "reporter": "team_member", "rule": "DON-19",
        "donation": donation, "report": "The person moved, and nobody was told.",
    }  # fmt: skip
    event = done(desk, "bedside", "/incidents", body)
    assert kinds(desk.office)[-1] == "incident.reported"
    assert "moved" not in desk.get("auditor", "/ledger/entries?limit=100").content.decode()
    entered = instant_from(needed(desk.office.using, Event, "", id=event).at)
    assert desk.office.clock.now - entered < timedelta(minutes=1)


def test_an_unidentified_donor_is_blocked_and_not_ranked(desk):
    donation = reported(desk)
    told = refused(desk, COORDINATOR, f"/donors/{donation}/organs/heart", FACTS)
    assert "DON-14" in rules_of(told)
    refused(desk, "allocator", f"/donors/{donation}/organs/heart/runs")


def test_a_wrong_match_of_a_register_is_cured_by_its_own_signed_correction_alone(desk):
    donation = certified(desk, prepared(desk))
    wrong = {
        "register": "donor_register", "run_by": "the registrar", "looked_up_at": soon(desk), "answer": "objection",
        "signer": "registrar-1",
    }  # fmt: skip
    look_up = done(desk, COORDINATOR, f"/donors/{donation}/look-ups", wrong)
    opening = (desk, COORDINATOR, f"/donors/{donation}/organs/heart", FACTS)
    assert "DON-02" in rules_of(refused(*opening))
    add_register_key(
        desk.office,
        register="donor_register",
        run_by="the registrar",
        public_key=REGISTER.public_key().public_bytes_raw(),
    )
    at = desk.office.clock()
    text = correction_text(desk.office, look_up=look_up, answer=RegisterAnswer.YES, corrected_at=at)
    signature = REGISTER.sign(text.encode()).hex()
    told = {"answer": "yes", "corrected_at": at.isoformat(), "signature": signature}
    forged = {**told, "signature": Ed25519PrivateKey.from_private_bytes(b"x" * 32).sign(text.encode()).hex()}
    assert desk.post(COORDINATOR, f"/look-ups/{look_up}/correction", forged).status_code in {409, 422}
    assert "DON-02" in rules_of(refused(*opening))
    done(desk, COORDINATOR, f"/look-ups/{look_up}/correction", told)
    opened(desk, donation)
