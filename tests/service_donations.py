"""Takes a donation over HTTP through its steps."""

from __future__ import annotations

from bequest.registry.organs import GATED
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
        "objection_found": False,
    }  # fmt: skip
    return "donor_coordinator", f"/donors/{donation}/consents", body


def opened_heart(desk):
    """Take every step to the opened heart and return the donation."""
    donation = reported(desk)
    custody = {
        "result": "clear",
        "register": "prison_register",
        "lookback_months": 12,
        "checked_at": "2026-03-01T07:20:00Z",
    }
    death = {"criteria": "neurological", "declared_at": "2026-03-01T07:30:00Z", "certifiers": ["dr-one", "dr-two"]}
    told = {"register": "donor_register", "register_answer": "yes"}
    facts = {name: text for name, text in DONOR.items() if name not in GATED}
    for who, address, body in (
        consent(donation),
        ("allocator", f"/donors/{donation}/consents/verification", told),
        ("donor_coordinator", f"/donors/{donation}/identity", {"method": "documents_and_kin"}),
        ("donor_coordinator", f"/donors/{donation}/custody-checks", custody),
        ("donor_coordinator", f"/donors/{donation}/declarations", death),
        ("donor_coordinator", f"/donors/{donation}/organs/heart", {"facts": facts}),
    ):
        answer = desk.post(who, address, body)
        assert answer.status_code == 201, (address, answer.content)
    return donation


def ranked(desk):
    """Rank the opened heart and return the run."""
    answer = desk.post("allocator", f"/donors/{opened_heart(desk)}/organs/heart/runs")
    assert answer.status_code == 201, answer.content
    return answer.json()["run"]
