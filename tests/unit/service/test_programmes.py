"""Walks over HTTP what a programme and an allocator do around the order: filters, pauses, departures, transplants."""

from __future__ import annotations

from bequest.service.models import Account
from registry_offices import kinds, loose_ends
from service_desks import hospital
from service_donations import done, offered, opened_heart, ranked, refused, soon


def stationed(desk, name, centre):
    """Let an account belong to a centre."""
    Account.objects.filter(user=desk.accounts[name].user).update(centre=centre)


def first(desk, run):
    """Return the first place of a run."""
    return desk.get("allocator", f"/runs/{run}").json()["places"][0]


def test_a_filter_passes_a_registration_over_and_is_taken_back(desk):
    run = ranked(desk)
    place = first(desk, run)
    stationed(desk, "physician", place["centre"])
    about = f"/registrations/{place['registration']}/filters"
    done(desk, "physician", about, {"name": "donor-age/over-60"})
    assert desk.get("allocator", f"/runs/{run}").json()["next_rank"] == 2
    done(desk, "physician", f"{about}/donor-age/over-60/lifting")
    assert desk.get("allocator", f"/runs/{run}").json()["next_rank"] == 1
    assert kinds(desk.office)[-2:] == ["filter.set", "filter.lifted"]


def test_a_filter_for_donors_is_set_with_an_alarm_where_it_leaves_nothing_and_is_lifted(desk):
    run = ranked(desk)
    place = first(desk, run)
    stationed(desk, "centre_coordinator", place["centre"])
    about = f"/programmes/{place['centre']}/heart/filters"
    answer = desk.post("centre_coordinator", about, {"name": "minors", "refuses": "donor.age_years < 18"})
    assert (answer.status_code, answer.json()["alarm"], answer.json()["possible"]) == (201, True, 0)
    told = desk.get("centre_coordinator", about).json()
    assert ([each["refuses"] for each in told["filters"]], told["alarm"]) == (["donor.age_years < 18"], True)
    assert desk.get("allocator", f"/runs/{run}").json()["next_rank"] == 2
    assert desk.post("allocator", about, {"name": "x", "refuses": "donor.age_years < 18"}).status_code == 403
    done(desk, "centre_coordinator", f"{about}/minors/lifting")
    assert desk.get("centre_coordinator", about).json()["filters"] == []


def test_a_paused_programme_is_passed_over_with_a_skip_until_it_resumes(desk):
    run = ranked(desk)
    place = first(desk, run)
    stationed(desk, "centre_coordinator", place["centre"])
    done(desk, "centre_coordinator", f"/programmes/{place['centre']}/heart/pause")
    assert desk.get("allocator", f"/runs/{run}").json()["next_rank"] != 1
    elsewhere = desk.post("centre_coordinator", f"/programmes/{hospital()}/heart/pause")
    assert elsewhere.status_code == 403
    done(desk, "centre_coordinator", f"/programmes/{place['centre']}/heart/resumption")
    assert desk.get("allocator", f"/runs/{run}").json()["next_rank"] == 1


def test_who_certified_the_death_treats_nobody_who_is_offered_the_heart(desk):
    run = ranked(desk)
    place = first(desk, run)
    stationed(desk, "list_keeper", place["centre"])
    done(desk, "list_keeper", f"/registrations/{place['registration']}/care-team", {"doctors": ["dr-one", "dr-x"]})
    told = refused(desk, "allocator", f"/runs/{run}/offers", {"rank": 1})
    assert "DON-05" in {each["rule"] for each in told["reasons"]}


def test_a_place_is_authorised_until_an_instant(desk):
    body = {"activity": "transplant", "organ": "heart", "from_at": soon(desk), "until_at": soon(desk, days=30)}
    done(desk, "policy_office", f"/places/{hospital()}/authorisations", body)
    assert kinds(desk.office)[-1] == "place.authorised"
    unknown = desk.post("policy_office", "/places/nowhere/authorisations", body)
    assert (unknown.status_code, "table of places" in unknown.json()["detail"]) == (422, True)


def test_a_departure_from_the_order_is_asked_for_by_one_and_decided_by_another(desk):
    run = ranked(desk)
    words = {"rank": 2, "reason": "time_limit", "words": "The heart would wait too long on the road."}
    override = done(desk, "allocator", f"/runs/{run}/overrides", words)
    assert (
        "two people" in refused(desk, "allocator", f"/runs/{run}/offers", {"rank": 2, "override": override})["detail"]
    )
    own = refused(desk, "allocator", f"/overrides/{override}/decision", {"approved": True})
    assert (own["rule"], "somebody else" in own["detail"]) == ("ALC-03", True)
    done(desk, "allocator_second", f"/overrides/{override}/decision", {"approved": True})
    done(desk, "allocator", f"/runs/{run}/offers", {"rank": 2, "override": override})
    skips = desk.get(None, "/public/skips").json()["skips"]
    assert [(each["first_rank"], each["last_rank"], each["reason"], each["act"]) for each in skips] == [
        (1, 1, "override_time_limit", "offered")
    ]
    told = desk.get("allocator", f"/runs/{run}/skips").json()
    assert [(each["reason"], each["skip_class"]) for each in told["skips"]] == [
        ("override_time_limit", "organ_about_to_be_lost")
    ]
    assert told["places"] == {
        "policy_permitted": 0, "patient_cause": 0, "logistics": 0, "organ_about_to_be_lost": 1, "data_error": 0,
        "unexplained": 0,
    }  # fmt: skip


def test_a_transplant_to_somebody_who_was_not_next_is_taken_as_a_fact_and_those_above_are_unexplained(desk):
    run = ranked(desk)
    second = desk.get("allocator", f"/runs/{run}").json()["places"][1]
    report = {
        "happened_at": soon(desk), "severity": "major", "reporter": "team_member", "run": run,
        "registration": second["registration"], "report": "The heart went to another theatre.",
    }  # fmt: skip
    event = done(desk, "physician", "/incidents", report)
    told = desk.get("auditor", f"/runs/{run}/skips").json()
    assert [(each["act"], each["first_rank"], each["last_rank"], each["reason"]) for each in told["skips"]] == [
        ("transplanted", 1, 1, "unexplained")
    ]
    assert (told["skips"][0]["cause"], told["places"]["unexplained"]) == (event, 1)
    assert kinds(desk.office)[-2:] == ["incident.reported", "skip"]
    stranger = desk.post("physician", "/incidents", report | {"registration": "R-none"})
    assert (stranger.status_code, "no registration" in stranger.json()["detail"]) == (422, True)


def test_an_accepted_heart_is_crossmatched_awaited_and_transplanted(each_desk):
    desk = each_desk
    run = ranked(desk)
    offer, centre = offered(desk, run)
    stationed(desk, "laboratory", centre)
    done(desk, "allocator", f"/offers/{offer}/told")
    done(desk, "physician", f"/offers/{offer}/seen")
    done(desk, "laboratory", f"/offers/{offer}/crossmatch", {"result": "negative"})
    done(desk, "physician", f"/offers/{offer}/acceptance")
    early = refused(desk, "physician", f"/offers/{offer}/theatre", {"begins_at": soon(desk, days=-1)})
    assert (early["rule"], early["step"]) == ("DON-20", "booking")
    done(desk, "physician", f"/offers/{offer}/admission", {"begins_at": soon(desk)})
    done(desk, "physician", f"/offers/{offer}/theatre", {"begins_at": soon(desk, hours=3)})
    alone = {"transplanted_at": soon(desk), "label_confirmed_by": "physician"}
    assert desk.post("physician", f"/offers/{offer}/transplant", alone).status_code == 422
    transplant = done(desk, "physician", f"/offers/{offer}/transplant", {**alone, "label_confirmed_by": "nurse"})
    done(desk, "physician", f"/transplants/{transplant}/outcome", {"months": 3, "state": "alive_graft_works"})
    donation = desk.get("allocator", f"/offers/{offer}").json()["donation"]
    done(desk, "donor_coordinator", f"/donors/{donation}/closing", {"reason": "transplanted"})
    assert kinds(desk.office)[-9:] == [
        "offer.seen", "crossmatch.done", "offer.accepted", "gate.refused", "candidate.admitted", "theatre.booked",
        "organ.transplanted", "outcome", "donor.closed",
    ]  # fmt: skip
    assert loose_ends(desk.office) == (0, 0, 0)
    shown = desk.get("allocator", f"/offers/{offer}").json()
    assert (shown["state"], shown["kind"]) == ("accepted", "primary")
    assert shown["told_at"] < shown["seen_at"]


def test_what_was_accepted_is_given_back_and_told_as_refused(desk):
    run = ranked(desk)
    offer, _ = offered(desk, run)
    done(desk, "physician", f"/offers/{offer}/acceptance")
    done(desk, "physician", f"/offers/{offer}/refusal", {"reason": "candidate_unwell"})
    shown = desk.get("allocator", f"/offers/{offer}").json()
    assert (shown["state"], shown["reason"]) == ("refused", "candidate_unwell")
    assert first(desk, run)["state"] == "refused"


def test_another_reason_needs_words_and_a_second_person(desk):
    offer, _ = offered(desk, ranked(desk))
    assert desk.post("physician", f"/offers/{offer}/refusal", {"reason": "other"}).status_code == 422
    words = {"reason": "other", "words": "The bridge to the town is closed.", "second_person": "physician"}
    assert desk.post("physician", f"/offers/{offer}/refusal", words).status_code == 422
    done(desk, "physician", f"/offers/{offer}/refusal", {**words, "second_person": "dr-x"})


def test_a_policy_that_states_its_minutes_is_asked_for_backups_only(desk):
    run = ranked(desk, opened_heart(desk), backups=1)
    shown = desk.get("allocator", f"/runs/{run}").json()
    assert (shown["signatures"], shown["next_rank"]) == (2, 1)
    first_offer, _ = offered(desk, run)
    done(desk, "physician", f"/offers/{first_offer}/acceptance")
    assert desk.get("allocator", f"/runs/{run}").json()["next_rank"] == 2
    second_offer, _ = offered(desk, run, rank=2)
    assert desk.get("allocator", f"/offers/{second_offer}").json()["kind"] == "backup"


def test_a_stage_that_the_policy_does_not_have_is_refused(desk):
    run = ranked(desk)
    answer = desk.post("allocator", f"/runs/{run}/stages", {"stage": "rescue", "evidence": "ab" * 32})
    assert answer.status_code in {409, 422}
    assert "rescue" in answer.json()["detail"] or "stage" in answer.json()["detail"]
