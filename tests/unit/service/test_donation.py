from __future__ import annotations

from bequest.registry.organs import GATED
from bequest.service.models import Account
from registry_offices import kinds, loose_ends, people
from service_donations import DONOR, offered, opened_heart, ranked, reported


def test_a_donation_goes_from_the_report_to_the_accepted_offer(each_desk):
    run = ranked(each_desk)
    first, _ = offered(each_desk, run)
    assert each_desk.post("physician", f"/offers/{first}/refusal", {"reason": "size_mismatch"}).status_code == 201
    second, _ = offered(each_desk, run, rank=2)
    accepted = each_desk.post("physician", f"/offers/{second}/acceptance")
    assert accepted.status_code == 201, accepted.content
    assert kinds(each_desk.office)[-7:] == [
        "match.run", "match.signed", "match.signed", "offer.made", "offer.refused", "offer.made", "offer.accepted",
    ]  # fmt: skip
    assert loose_ends(each_desk.office) == (0, 0, 0)
    shown = each_desk.get("allocator", f"/runs/{run}").json()
    assert [each["state"] for each in shown["places"]] == ["refused", "accepted"]
    assert each_desk.get("allocator", f"/offers/{second}").json()["state"] == "accepted"


def test_an_offer_out_of_turn_is_refused_with_rule_sentence_and_leaf(desk):
    run = ranked(desk)
    answer = desk.post("allocator", f"/runs/{run}/offers", {"rank": 2, "parts": ["heart"]})
    told = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert (told["type"], told["rule"], told["step"]) == ("urn:bequest:problem:refused", "ALC-03", "offer")
    assert "it is the turn of place 1" in told["detail"]
    assert kinds(desk.office)[told["leaf"]] == "gate.refused"


def test_an_organ_stays_closed_while_a_gate_is_closed(desk):
    donation = reported(desk)
    answer = desk.post("allocator", f"/donors/{donation}/organs/heart", {"facts": {}})
    assert answer.status_code == 422
    ranked_too_early = desk.post("allocator", f"/donors/{donation}/organs/heart/runs")
    assert (ranked_too_early.status_code, ranked_too_early.json()["rule"]) == (409, "DON-18")


def test_a_closed_gate_tells_every_reason_and_who_must_act(desk):
    donation = reported(desk)
    facts = {name: text for name, text in DONOR.items() if name not in GATED}
    for key in ("first-time", "first-time"):
        answer = desk.post("donor_coordinator", f"/donors/{donation}/organs/heart", {"facts": facts}, key=key)
        told = answer.json()
        assert answer.status_code == 409
        assert {each["verdict"] for each in told["reasons"]} == {"blocked", "held"}
        assert any(each["who"] and each["verdict"] == "held" for each in told["reasons"])
        assert {"rule", "sentence", "act_by", "lifted_by", "source", "critical"} <= set(told["reasons"][0])
        assert told["at"].endswith("Z")


def test_no_offer_leaves_before_two_people_signed_the_run(desk):
    run = ranked(desk, signers=("allocator",))
    answer = desk.post("allocator", f"/runs/{run}/offers", {"rank": 1})
    assert (answer.status_code, answer.json()["rule"]) == (409, "ALC-03")
    assert "Two people sign a run" in answer.json()["detail"]
    assert desk.post("allocator", f"/runs/{run}/signature").status_code == 422
    assert desk.post("allocator_second", f"/runs/{run}/signature").status_code == 201
    assert desk.post("allocator", f"/runs/{run}/offers", {"rank": 1}).status_code == 201


def test_who_wrote_a_consent_down_does_not_verify_it(desk):
    donation = reported(desk)
    body = {"basis": "registered_yes", "organs": ["heart"], "recorded_at": "2026-03-01T07:10:00Z",
            "objection_found": False}  # fmt: skip
    assert desk.post("donor_coordinator", f"/donors/{donation}/consents", body).status_code == 201
    told = {"register": "donor_register", "register_answer": "yes"}
    answer = desk.post("donor_coordinator", f"/donors/{donation}/consents/verification", told)
    assert answer.status_code == 409


def test_no_address_lists_filters_or_exports_referrals(desk):
    opened_heart(desk)
    assert desk.get("allocator", "/donors").status_code == 405
    assert desk.get("allocator", "/donors?hospital=H-1").status_code == 405
    assert desk.get("allocator", "/referrals").status_code == 404


def test_a_centre_that_was_offered_an_organ_sees_no_hospital_of_the_donor(desk):
    run = ranked(desk)
    offered(desk, run)
    donation = desk.get("allocator", f"/runs/{run}").json()["donation"]
    shown = desk.get("physician", f"/donors/{donation}").json()
    assert (shown["hospital"], shown["referral_number"]) == (None, None)
    assert {"donor", "hospital"} & set(shown["organs"][0]["facts"]) == set()
    assert "blood_group" in shown["organs"][0]["facts"]


def test_who_signs_a_run_sees_everybody_without_a_place(desk):
    run = ranked(desk)
    places = desk.get("allocator", f"/runs/{run}").json()["places"]
    rows, cursor = [], ""
    while cursor is not None:
        page = desk.get("allocator", f"/runs/{run}/not-ranked?limit=4{cursor}").json()
        rows += page["not_ranked"]
        cursor = page["next"] and f"&cursor={page['next']}"
    names = [each["registration"] for each in rows]
    on_list = {each["registration"] for each in people().registrations if each["status"] != "removed"}
    assert len(set(names)) == len(names)
    assert set(names) | {each["registration"] for each in places} == on_list
    assert all(each["failed"] or each["cannot_be_judged"] for each in rows)
    assert desk.get("operator", f"/runs/{run}/not-ranked").status_code == 403


def test_an_explanation_is_told_in_lines_and_as_data(desk):
    run = ranked(desk)
    name = desk.get("allocator", f"/runs/{run}").json()["places"][0]["registration"]
    told = desk.get("allocator", f"/runs/{run}/explain/{name}").json()
    assert told["text"].splitlines()[1].startswith("Rank 1 of ")
    assert told["explanation"]["registration"] == name


def test_a_second_run_is_compared_with_the_first(desk):
    run = ranked(desk)
    shown = desk.get("allocator", f"/runs/{run}").json()
    gone = shown["places"][0]
    Account.objects.filter(user=desk.accounts["list_keeper"].user).update(centre=gone["centre"])
    suspended = desk.post("list_keeper", f"/registrations/{gone['registration']}/suspension", {"reason": "medical"})
    assert suspended.status_code == 201
    again = desk.post("allocator", f"/donors/{shown['donation']}/organs/heart/runs").json()["run"]
    difference = desk.get("allocator", f"/runs/{run}/diff/{again}").json()
    assert difference["same_policy"]
    left = next(each for each in difference["moved"] if each["registration"] == gone["registration"])
    assert (left["before"], left["after"]) == (1, None)
