"""Walks the bedside over HTTP: both pathways, pauses, the recovery gate, and a file that says who must act."""

from __future__ import annotations

import pytest

from bequest.service.models import Account
from registry_offices import kinds, loose_ends, willing
from service_desks import home, hospital
from service_donations import (
    certifier,
    doctor_of_hospital,
    done,
    offered,
    opened,
    opened_heart,
    prepared,
    ranked,
    refused,
    reported,
    soon,
)


def conditional(desk):
    """Return a donation on the circulatory pathway whose heart was accepted on condition, and the offer."""
    willing(desk.office)
    donation = prepared(desk)
    pathway = {
        "decided_at": soon(desk, hours=-5), "decided_by": ["dr-a", "dr-b"], "approached_at": soon(desk, hours=-3),
        "kin_raised_it": False, "consented_acts": True, "expires_at": soon(desk, hours=6), "manner": "natural",
    }  # fmt: skip
    done(desk, "donor_coordinator", f"/donors/{donation}/pathway", pathway)
    offer, _ = offered(desk, ranked(desk, opened(desk, donation)))
    done(desk, "physician", f"/offers/{offer}/acceptance")
    return donation, offer


def on_duty(desk, donation, *members):
    body = {
        "centre": hospital(), "team": "recovery", "members": members, "from_at": soon(desk),
        "until_at": soon(desk, days=2),
    }  # fmt: skip
    done(desk, "donor_coordinator", f"/donors/{donation}/rosters", body)


def test_a_circulatory_night_goes_from_the_pathway_to_the_recovery(each_desk):
    donation, _ = conditional(each_desk)
    on_duty(each_desk, donation, "surgeon-1")
    recovery = (each_desk, "donor_coordinator", f"/donors/{donation}/recovery", {"organs": ["heart"]})
    told = refused(*recovery)
    assert {"DON-07", "DON-18"} <= {each["rule"] for each in told["reasons"]}
    done(each_desk, "donor_coordinator", f"/donors/{donation}/observation", {"at": soon(each_desk)})
    early = {"at": soon(each_desk), "result": "complete"}
    assert each_desk.post("donor_coordinator", f"/donors/{donation}/observation/end", early).status_code == 422
    each_desk.office.clock.advance(minutes=6)
    end = {"at": soon(each_desk), "result": "complete"}
    done(each_desk, "donor_coordinator", f"/donors/{donation}/observation/end", end)
    death = {
        "criteria": "circulatory", "declared_at": soon(each_desk), "manner": "natural",
        "certifiers": [{**certifier("dr-one"), "certified_at": soon(each_desk)}],
    }  # fmt: skip
    done(each_desk, "donor_coordinator", f"/donors/{donation}/declarations", death)
    done(*recovery)
    assert kinds(each_desk.office)[-4:] == [
        "observation.started", "observation.ended", "death.certified", "recovery.ordered",
    ]  # fmt: skip
    assert each_desk.get("allocator", f"/donors/{donation}").json()["recovery_began_at"] is not None
    assert loose_ends(each_desk.office) == (0, 0, 0)


def test_a_stand_down_seals_the_file_but_for_incidents(desk):
    donation, offer = conditional(desk)
    before = desk.get("allocator", f"/donors/{donation}").json()
    assert before["pathway_expires_at"] > before["organs"][0]["allocation_open_at"]
    done(desk, "donor_coordinator", f"/donors/{donation}/stand-down", {"reason": "no_death_in_time"})
    shown = desk.get("allocator", f"/donors/{donation}").json()
    assert (shown["ended"], shown["allocation_gate"], shown["recovery_gate"]) == ("no_death_in_time", None, None)
    family = {"attempted_at": soon(desk), "reached": True, "reported_objection": False}
    assert desk.post("donor_coordinator", f"/donors/{donation}/family", family).status_code in {409, 422}
    assert desk.get("physician", f"/donors/{donation}").status_code == 403
    report = {
        "happened_at": soon(desk), "severity": "minor", "reporter": "team_member", "donation": donation,
        "rule": "DON-18", "report": "Somebody had brought the box.\nIt was not opened.",
    }  # fmt: skip
    done(desk, "operator", "/incidents", report)
    assert kinds(desk.office)[-1] == "incident.reported"
    shown = desk.get("allocator", f"/offers/{offer}").json()
    assert (shown["state"], shown["reason"], shown["kind"]) == ("lapsed", "no_death_in_time", "provisional")


def test_a_stop_seals_the_file_and_its_offers_have_lapsed(desk):
    run = ranked(desk)
    donation = desk.get("allocator", f"/runs/{run}").json()["donation"]
    made, _ = offered(desk, run)
    pause = done(desk, "donor_coordinator", f"/donors/{donation}/pauses", {"reason": "sign_of_life"})
    assert desk.post("allocator", f"/pauses/{pause}/stop", {"reason": "sign_of_life"}).status_code == 403
    done(desk, "donor_coordinator", f"/pauses/{pause}/stop", {"reason": "sign_of_life"})
    shown = desk.get("allocator", f"/offers/{made}").json()
    assert (shown["state"], shown["reason"]) == ("lapsed", "sign_of_life")
    assert desk.get("allocator", f"/donors/{donation}").json()["ended"] == "sign_of_life"
    assert kinds(desk.office)[-1] == "recovery.stopped"


def test_anybody_at_the_bedside_pauses_and_only_an_independent_doctor_resumes(desk):
    donation = opened_heart(desk)
    on_duty(desk, donation, "surgeon-1")
    Account.objects.filter(user=desk.accounts["laboratory"].user).update(centre=hospital())
    pause = done(desk, "laboratory", f"/donors/{donation}/pauses", {"reason": "sign_of_life"})
    told = refused(desk, "donor_coordinator", f"/donors/{donation}/recovery", {"organs": ["heart"]})
    assert "DON-19" in {each["rule"] for each in told["reasons"]}
    shown = desk.get("allocator", f"/donors/{donation}").json()["pauses"]
    assert [(each["pause"], each["reason"], each["open"]) for each in shown] == [(pause, "sign_of_life", True)]
    examined = {"examined_at": soon(desk)}
    assert desk.post("laboratory", f"/pauses/{pause}/resumption", examined).status_code == 403
    doctor = doctor_of_hospital(desk)
    done(desk, doctor, f"/pauses/{pause}/resumption", examined)
    assert not desk.get("allocator", f"/donors/{donation}").json()["pauses"][0]["open"]
    done(desk, "donor_coordinator", f"/donors/{donation}/recovery", {"organs": ["heart"]})


def test_the_end_of_a_pause_is_not_entered_for_a_doctor_by_the_duty_desk(desk):
    donation = reported(desk)
    pause = done(desk, "donor_coordinator", f"/donors/{donation}/pauses", {"reason": "consent_doubt"})
    done(desk, "operator", "/downtimes", {"part": "interface", "begun_at": soon(desk)})
    at = soon(desk)
    answer = desk.post("allocator", f"/pauses/{pause}/resumption", {"examined_at": at}, **{"Happened-At": at})
    assert (answer.status_code, "is never entered later" in answer.json()["detail"]) == (422, True)


def test_a_doctor_who_has_a_part_in_the_donation_resumes_nothing(desk):
    donation = opened_heart(desk)
    doctor = doctor_of_hospital(desk)
    on_duty(desk, donation, "physician")
    pause = done(desk, "donor_coordinator", f"/donors/{donation}/pauses", {"reason": "consent_doubt"})
    told = refused(desk, doctor, f"/pauses/{pause}/resumption", {"examined_at": soon(desk)})
    assert told["rule"] == "DON-19"
    assert "part in the donation" in told["detail"]


def test_a_visiting_team_pauses_and_a_centre_without_an_offer_does_not(desk):
    run = ranked(desk)
    donation = desk.get("allocator", f"/runs/{run}").json()["donation"]
    Account.objects.filter(user=desk.accounts["physician"].user).update(centre=home())
    _, centre = offered(desk, run)
    done(desk, "physician", f"/donors/{donation}/pauses", {"reason": "team_member_concern"})
    other = next(each for each in (home(), home(elsewhere=True)) if each != centre)
    Account.objects.filter(user=desk.accounts["physician"].user).update(centre=other)
    denied = desk.post("physician", f"/donors/{donation}/pauses", {"reason": "team_member_concern"})
    assert denied.status_code == 403
    assert "of your own hospital, or that was offered to your own programme" in denied.json()["detail"]


def test_blood_groups_and_the_minimum_are_recorded_behind_the_gate(desk):
    sample = {"sample": "S-1", "drawn_by": "nurse-1", "blood_group": "O", "resulted_at": soon(desk, minutes=-1)}
    closed = reported(desk, number=1)
    assert refused(desk, "donor_coordinator", f"/donors/{closed}/blood-group", sample)["step"] == "allocation"
    donation = opened_heart(desk)
    done(desk, "donor_coordinator", f"/donors/{donation}/blood-group", sample)
    assert desk.post("donor_coordinator", f"/donors/{donation}/blood-group", sample).status_code == 422
    again = {**sample, "sample": "S-2", "drawn_by": "nurse-2"}
    done(desk, "donor_coordinator", f"/donors/{donation}/blood-group", again)
    unknown = desk.post("donor_coordinator", f"/donors/{donation}/characterisation", {"fields": ["shoe_size"]})
    assert unknown.status_code == 422
    field = unknown.json()["detail"].partition("the fields are: ")[2].split(",")[0]
    done(desk, "donor_coordinator", f"/donors/{donation}/characterisation", {"fields": [field]})
    assert kinds(desk.office)[-3:] == ["lab.attested"] * 3


def test_a_file_says_what_each_gate_waits_for_and_who_must_act(desk):
    donation = reported(desk)
    gate = desk.get("donor_coordinator", f"/donors/{donation}").json()["allocation_gate"]
    assert not gate["opens"]
    assert "DON-11" in {each["rule"] for each in gate["findings"]}
    held = [each for each in gate["findings"] if each["verdict"] == "held"]
    assert held
    assert all(each["who"] for each in held)
    assert all(each["sentence"].endswith(".") for each in gate["findings"])


def test_the_gate_of_a_donor_is_open_and_that_of_recovery_waits_for_the_team(desk):
    donation = opened_heart(desk)
    shown = desk.get("allocator", f"/donors/{donation}").json()
    assert shown["allocation_gate"]["opens"]
    assert not shown["recovery_gate"]["opens"]


@pytest.mark.parametrize("reason", ["no_death_in_time", "mood"])
def test_a_pathway_that_was_never_opened_is_not_stood_down(desk, reason):
    donation = reported(desk)
    answer = desk.post("donor_coordinator", f"/donors/{donation}/stand-down", {"reason": reason})
    assert (answer.status_code, "No circulatory pathway" in answer.json()["detail"]) == (422, True)
