"""Walks the papers of a donation over HTTP: what is signed and declared, and how its file ends."""

from __future__ import annotations

from datetime import timedelta

from registry_exports import ABROAD, DOCUMENT, agreed
from registry_offices import kinds
from service_desks import hospital
from service_donations import done, opened_heart, refused, reported, soon


def test_family_coroner_magistrate_and_roster_are_written_down(desk):
    donation = reported(desk)
    about = f"/donors/{donation}"
    family = {"attempted_at": soon(desk), "reached": True, "reported_objection": False, "statement": "cd" * 32}
    signed = {
        "rule": "DON-11", "role": "magistrate", "person": "m-1", "organisation": "a court", "service": "justice",
        "signed_at": soon(desk),
    }  # fmt: skip
    duty = {
        "centre": hospital(), "team": "recovery", "members": ["surgeon-1"], "from_at": soon(desk),
        "until_at": soon(desk, days=1),
    }  # fmt: skip
    done(desk, "donor_coordinator", f"{about}/family", family)
    done(desk, "donor_coordinator", f"{about}/coroner",
         {"organs": ["heart"], "released_at": soon(desk), "signer": "a coroner"})  # fmt: skip
    done(desk, "donor_coordinator", f"{about}/hold-releases", signed)
    done(desk, "donor_coordinator", f"{about}/rosters", duty)
    assert kinds(desk.office)[-4:] == ["kin.contacted", "coroner.released", "hold.released", "roster.declared"]
    told = refused(desk, "donor_coordinator", f"{about}/hold-releases", {**signed, "role": "courier"})
    assert (told["rule"], "by nobody else" in told["detail"]) == ("DON-11", True)


def test_an_organ_of_a_living_person_is_taken_in_from_nowhere(desk):
    donation = reported(desk)
    imported = {
        "from_country": "YY", "donor_kind": "living", "document": DOCUMENT, "organisation": ABROAD.name,
        "certificate": "cd" * 32,
    }  # fmt: skip
    assert refused(desk, "allocator", f"/donors/{donation}/imports", imported)["rule"] == "TRC-09"
    agreed(desk.office)
    assert refused(desk, "allocator", f"/donors/{donation}/imports", imported)["rule"] == "TRC-09"
    said = {**imported, "traceable_both_ways": True, "equivalent_standard": True}
    assert desk.post("allocator", f"/donors/{donation}/imports", said).status_code == 422
    done(desk, "allocator", f"/donors/{donation}/imports", {**imported, "donor_kind": "deceased"})
    assert kinds(desk.office)[-1] == "import.attested"


def test_a_register_alone_takes_its_answer_back(desk):
    donation = reported(desk)
    told = {
        "register": "donor_register", "run_by": "the registrar", "looked_up_at": soon(desk), "answer": "objection",
    }  # fmt: skip
    look_up = done(desk, "donor_coordinator", f"/donors/{donation}/look-ups", told)
    correction = {"answer": "no_objection", "corrected_at": soon(desk), "signature": "00" * 64}
    assert refused(desk, "donor_coordinator", f"/look-ups/{look_up}/correction", correction)["rule"] == "DON-02"


def test_a_referral_is_stripped_after_its_time_and_a_donor_is_not(desk):
    donation = reported(desk)
    about = f"/donors/{donation}"
    early = desk.post("donor_coordinator", f"{about}/stripping", {"reason": "medical_unsuitable"})
    assert (early.status_code, "is not over" in early.json()["detail"]) == (422, True)
    not_a_donor = desk.post("donor_coordinator", f"{about}/closing", {"reason": "medical_unsuitable"})
    assert (not_a_donor.status_code, "became no donor" in not_a_donor.json()["detail"]) == (422, True)
    desk.office.clock.advance(days=5)
    done(desk, "donor_coordinator", f"{about}/stripping", {"reason": "medical_unsuitable"})
    assert desk.get("donor_coordinator", about).status_code == 403
    shown = desk.get("allocator", about).json()
    assert (shown["hospital"], shown["allocation_gate"], shown["ended"]) == (None, None, "medical_unsuitable")


def test_the_file_of_a_donor_is_closed_and_kept_from_erasure(desk):
    donation = opened_heart(desk)
    about = f"/donors/{donation}"
    done(desk, "allocator", f"{about}/closing", {"reason": "no_recipient"})
    told = refused(desk, "donor_coordinator", f"{about}/erasure", {"basis": "subject_request"})
    assert (told["rule"], told["step"]) == ("TRC-02", "erasure")
    desk.office.clock.advance(days=365 * 40)
    done(desk, "donor_coordinator", f"{about}/erasure", {"basis": "retention_ended"})
    assert kinds(desk.office)[-1] == "subject.erased"


def test_a_candidate_on_a_list_is_not_erased(desk):
    shown = desk.get("list_keeper", "/registrations?organ=heart").json()["registrations"][0]
    about = f"/candidates/{shown['candidate']}/erasure"
    assert desk.post("list_keeper", about, {"basis": "subject_request"}).status_code == 422
    done(desk, "list_keeper", f"/registrations/{shown['registration']}/removal", {"reason": "candidate_wish"})
    done(desk, "list_keeper", about, {"basis": "subject_request"})
    assert desk.get("auditor", f"/registrations/{shown['registration']}").json()["facts"] is None


def test_a_day_without_a_referral_is_closed_as_nought(desk):
    day = (desk.office.clock.now - timedelta(days=1)).date()
    done(desk, "donor_coordinator", f"/hospitals/{hospital()}/days/{day}/closing")
    assert kinds(desk.office)[-1] == "referral.day_closed"
    today = desk.post("allocator", f"/hospitals/{hospital()}/days/{desk.office.clock.now.date()}/closing")
    assert (today.status_code, "is not over" in today.json()["detail"]) == (422, True)
    assert desk.post("allocator", f"/hospitals/{hospital()}/days/someday/closing").status_code == 422


def test_everybody_who_is_signed_in_reports_an_incident_and_its_words_are_in_no_leaf(desk):
    report = {"happened_at": soon(desk), "severity": "minor", "reporter": "candidate", "report": "I was asked to pay.",
              "rule": "PAY-01"}  # fmt: skip
    done(desk, "patient", "/incidents", report)
    assert desk.post(None, "/incidents", report).status_code == 401
    leaf = desk.get(None, "/ledger/entries?limit=200").content
    assert b"asked to pay" not in leaf
