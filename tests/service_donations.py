"""Takes a donation over HTTP through its steps."""

from __future__ import annotations

from datetime import timedelta

from bequest.registry.organs import GATED
from bequest.safeguards.rule_text import annex_a
from bequest.service.models import Account
from registry_offices import people
from service_desks import hospital

DONOR = people().donors[0]


def reported(desk, who="donor_coordinator", *, number=0, at=None):
    """Report a donor and return the donation."""
    body = {
        "donor": people().donors[number]["donor"], "hospital": at or hospital(), "referred_at": "2026-03-01T07:00:00Z",
        "referrer": "ward 3", "identity": "A name", "ventilated": True, "cause_class": "trauma", "stage": "eligible",
    }  # fmt: skip
    answer = desk.post(who, "/donors", body)
    assert answer.status_code == 201, answer.content
    return answer.json()["donation"]


def consent(donation):
    """Return who sends what where to write a consent down."""
    body = {
        "basis": "registered_yes", "organs": ["heart", "kidney"], "recorded_at": "2026-03-01T07:10:00Z",
        "objection_found": False, "document": "ab" * 32, "witness": "a witness", "tied_to": "none",
    }  # fmt: skip
    return "donor_coordinator", f"/donors/{donation}/consents", body


def certifier(name):
    """Return a doctor who may certify a death."""
    return {
        "person": name, "employer": "a hospital", "role": "treating_doctor", "registered_years": 12,
        "certified_at": "2026-03-01T07:30:00Z", "declared_no_conflict": True,
    }  # fmt: skip


def examination(at):
    """Return an examination that finds death."""
    return {
        "examined_at": at, "examiners": ["dr-one", "dr-two"], "confirms_death": True, "apnoea_or_ancillary_test": True,
        "confounders_excluded": True,
    }  # fmt: skip


def opened_heart(desk, number=0):
    """Take every step to the opened heart and return the donation."""
    return opened(desk, certified(desk, prepared(desk, number)), number)


def prepared(desk, number=0):
    """Take every step before the death and return the donation."""
    donation = reported(desk, number=number)
    custody = {
        "result": "clear", "register": "prison_register", "lookback_months": 12,
        "checked_at": "2026-03-01T07:20:00Z", "register_run_by": "the ministry", "signer": "keeper-1",
        "died_in_detention": False,
    }  # fmt: skip
    look_up = {
        "register": "donor_register", "run_by": "the registrar", "looked_up_at": "2026-03-01T07:05:00Z",
        "answer": "yes", "signer": "registrar-1",
    }  # fmt: skip
    gain = {
        "role": "donor_coordinator", "person": "donor_coordinator", "declared_at": "2026-03-01T07:06:00Z",
        "gain_offered": False, "intermediary_involved": False,
    }  # fmt: skip
    told = {"register": "donor_register", "register_answer": "yes"}
    for who, address, body in (
        ("donor_coordinator", f"/donors/{donation}/look-ups", look_up),
        consent(donation),
        ("donor_coordinator", f"/donors/{donation}/gain-declarations", gain),
        ("allocator", f"/donors/{donation}/consents/verification", told),
        ("donor_coordinator", f"/donors/{donation}/identity", {"method": "documents_and_kin"}),
        ("donor_coordinator", f"/donors/{donation}/custody-checks", custody),
    ):
        done(desk, who, address, body)
    return donation


def certified(desk, donation):
    """Certify death by neurological criteria."""
    death = {
        "criteria": "neurological", "declared_at": "2026-03-01T07:30:00Z", "manner": "natural",
        "certifiers": [certifier("dr-one"), certifier("dr-two")],
        "examinations": [examination("2026-02-28T23:30:00Z"), examination("2026-03-01T06:30:00Z")],
    }  # fmt: skip
    done(desk, "donor_coordinator", f"/donors/{donation}/declarations", death)
    return donation


def typed(desk, donation, number=0):
    """Have two people draw blood, and the donor characterised by the whole minimum."""
    for sample, drawn_by in (("T-1", "nurse-1"), ("T-2", "nurse-2")):
        read = {
            "sample": sample, "drawn_by": drawn_by, "blood_group": people().donors[number]["blood_group"],
            "resulted_at": "2026-03-01T07:40:00Z",
        }  # fmt: skip
        done(desk, "donor_coordinator", f"/donors/{donation}/blood-group", read)
    done(desk, "donor_coordinator", f"/donors/{donation}/characterisation", {"fields": list(annex_a())})


def opened(desk, donation, number=0):
    """Open the heart for allocation, of a donor whose blood was drawn as soon as the gate was open."""
    typed(desk, donation, number)
    facts = {name: text for name, text in people().donors[number].items() if name not in GATED}
    done(desk, "donor_coordinator", f"/donors/{donation}/organs/heart", {"facts": facts})
    return donation


def done(desk, who, address, body=None):
    """Ask for something that must be done, and return the event that it is."""
    answer = desk.post(who, address, body)
    assert answer.status_code == 201, (address, answer.content)
    return answer.json()["event"]


def refused(desk, who, address, body=None):
    """Ask for something that a rule must refuse, and return what is told."""
    answer = desk.post(who, address, body)
    assert answer.status_code == 409, (address, answer.content)
    return answer.json()


def soon(desk, **span):
    """Return an instant by the office's clock, or some time after or before it, as requests write it."""
    return (desk.office.clock() + timedelta(**span)).isoformat()


def doctor_of_hospital(desk, donation_at=None):
    """Let the account `physician` be a doctor of the donor's hospital."""
    at = donation_at or hospital()
    Account.objects.filter(user=desk.accounts["physician"].user).update(centre=at)
    return "physician"


def ranked(desk, donation=None, signers=("allocator", "allocator_second"), **body):
    """Rank the opened heart, have the run signed, and return it."""
    answer = desk.post("allocator", f"/donors/{donation or opened_heart(desk)}/organs/heart/runs", body)
    assert answer.status_code == 201, answer.content
    run = answer.json()["run"]
    for name in signers:
        signed = desk.post(name, f"/runs/{run}/signature")
        assert signed.status_code == 201, signed.content
    return run


def offered(desk, run, rank=1, **more):
    """Offer the heart to a place, as the account `physician` of whose centre it is; return the offer and the centre."""
    centre = desk.get("allocator", f"/runs/{run}").json()["places"][rank - 1]["centre"]
    Account.objects.filter(user=desk.accounts["physician"].user).update(centre=centre)
    answer = desk.post("allocator", f"/runs/{run}/offers", {"rank": rank, "parts": ["heart"], **more})
    assert answer.status_code == 201, answer.content
    return answer.json()["offer"], centre


def transplanted(desk, run):
    """Offer the heart to the first place, accept and transplant it; return the transplant and the centre."""
    offer, centre = offered(desk, run)
    assert desk.post("physician", f"/offers/{offer}/acceptance").status_code == 201
    at = desk.office.clock().isoformat()
    body = {"transplanted_at": at, "label_confirmed_by": "theatre nurse"}
    answer = desk.post("physician", f"/offers/{offer}/transplant", body)
    assert answer.status_code == 201, answer.content
    return answer.json()["event"], centre
