"""Walks exceptions, appeals, withdrawals and results over HTTP: what candidates, reviewers and laboratories ask for."""

from __future__ import annotations

from bequest.service.models import Account
from list_cases import NAME, OUTSIDE, OWN
from registry_offices import kinds
from service_desks import own_registration
from service_donations import done, refused, soon


def outside(desk):
    """Let two accounts of a centre be reviewers from outside, and return their names."""
    people = ("physician", "physician_elsewhere")
    for name, centre in zip(people, OUTSIDE, strict=False):
        Account.objects.filter(user=desk.accounts[name].user).update(centre=centre)
        done(desk, "policy_office", f"/places/{centre}/reviewers", {"members": [name], "until": soon(desk, days=30)})
    return people


def asked(desk):
    """Ask for an exception for the first registration, and return the case."""
    Account.objects.filter(user=desk.accounts["centre_coordinator"].user).update(centre=OWN)
    body = {"datum": "urgency", "level": "1", "evidence": "right heart catheter of today"}
    return done(desk, "centre_coordinator", f"/registrations/{NAME}/exceptions", body)


def test_an_exception_is_decided_by_two_from_outside_who_alone_read_its_evidence(each_desk):
    desk = each_desk
    case = asked(desk)
    first, second = outside(desk)
    assert desk.get("centre_coordinator", f"/exceptions/{case}/evidence").status_code == 403
    assert desk.get(first, f"/exceptions/{case}/evidence").json() == {"evidence": "right heart catheter of today"}
    verdict = {"verdict": "granted", "reason": "criteria_met"}
    done(desk, first, f"/exceptions/{case}/reviews", verdict)
    decision = {"reason": "criteria_met", "expires_at": soon(desk, days=2)}
    assert "1 more must" in refused(desk, first, f"/exceptions/{case}/decision", decision)["detail"]
    own = refused(desk, "centre_coordinator", f"/exceptions/{case}/reviews", verdict)
    assert "not appointed as a reviewer" in own["detail"]
    done(desk, second, f"/exceptions/{case}/reviews", verdict)
    done(desk, first, f"/exceptions/{case}/decision", decision)
    assert kinds(desk.office)[-1] == "exception.decided"
    assert desk.get("auditor", f"/registrations/{NAME}").json()["facts"]["urgency_granted"] == "1"


def test_a_candidate_contests_a_suspension_and_it_is_lifted(desk):
    mine = own_registration()["registration"]
    suspended = desk.post("list_keeper", f"/registrations/{mine}/suspension", {"reason": "medical"}).json()["leaf"]
    contested = {"registration": mine, "about": suspended, "by": "candidate", "ground": "suspension"}
    case = done(desk, "patient", "/appeals", contested)
    first, second = outside(desk)
    for name in (first, second):
        done(desk, name, f"/appeals/{case}/reviews", {"verdict": "granted", "reason": "rule_was_broken"})
    done(desk, second, f"/appeals/{case}/decision", {"reason": "rule_was_broken"})
    assert desk.get("patient", f"/registrations/{mine}").json()["facts"]["status"] == "active"


def test_a_candidate_contests_no_step_of_somebody_else(desk):
    other = own_registration(elsewhere=True)["registration"]
    contested = {"registration": other, "about": 1, "by": "candidate", "ground": "fact"}
    assert desk.post("patient", "/appeals", contested).status_code == 403


def test_a_candidate_leaves_the_list_at_their_own_wish_and_comes_back_with_a_new_consent(desk):
    mine = own_registration()["registration"]
    done(desk, "patient", f"/registrations/{mine}/consent-withdrawal")
    assert desk.get("patient", f"/registrations/{mine}").json()["facts"] is None
    again = {"registration": f"{mine}-2", "consented_on": soon(desk)[:10]}
    done(desk, "list_keeper", f"/registrations/{mine}/relisting", again)
    assert desk.get("patient", f"/registrations/{mine}-2").json()["facts"]["status"] == "active"
    assert kinds(desk.office)[-2:] == ["listing.removed", "listing.created"]


def test_a_result_reaches_the_list_once_two_people_typed_the_same(desk):
    mine = own_registration()["registration"]
    typed = {"analysis": "antibodies", "result": "A2 B7"}
    entry = done(desk, "laboratory", f"/registrations/{mine}/results", typed)
    differs = desk.post("list_keeper", f"/results/{entry}/confirmation", {"result": "A2 B8"})
    assert (differs.status_code, differs.json()["differing_loci"]) == (201, ["B"])
    entry = done(desk, "laboratory", f"/registrations/{mine}/results", typed)
    alone = desk.post("laboratory", f"/results/{entry}/confirmation", {"result": "A2 B7"})
    assert alone.status_code in {409, 422}
    agrees = desk.post("list_keeper", f"/results/{entry}/confirmation", {"result": "B7 A2"})
    assert (agrees.status_code, agrees.json()["differing_loci"]) == (201, [])
    assert desk.get("laboratory", f"/registrations/{mine}").json()["facts"]["unacceptable_antigens"] == "A2 B7"


def test_a_file_of_a_machine_is_taken_over_with_a_signature(desk):
    mine = own_registration()["registration"]
    body = {"analysis": "antibodies", "result": "A2", "document": "ab" * 32, "signer": "dr-lab"}
    done(desk, "laboratory", f"/registrations/{mine}/result-files", body)
    assert desk.get("laboratory", f"/registrations/{mine}").json()["facts"]["unacceptable_antigens"] == "A2"


def test_a_measurement_that_is_too_old_is_refused_with_what_the_rule_allows(desk):
    mine = own_registration()["registration"]
    old = {"datum": "urgency", "level": "1", "measured_at": soon(desk, days=-300), "evidence": "catheter"}
    told = refused(desk, "list_keeper", f"/registrations/{mine}/recertifications", old)
    assert (told["rule"], "Measure again" in told["detail"]) == ("ALC-08", True)
