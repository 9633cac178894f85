"""Walks the disposal of a recovered organ over HTTP: who may record it, what it says, and what closes the file."""

from __future__ import annotations

import pytest

from registry_offices import kinds
from service_desks import hospital
from service_donations import done, opened_heart, refused, soon


def recovered(desk):
    """Return a donation whose heart was recovered."""
    donation = opened_heart(desk)
    roster = {
        "centre": hospital(), "team": "recovery", "members": ["surgeon-1"], "from_at": soon(desk),
        "until_at": soon(desk, days=2),
    }  # fmt: skip
    done(desk, "donor_coordinator", f"/donors/{donation}/rosters", roster)
    done(desk, "donor_coordinator", f"/donors/{donation}/recovery", {"organs": ["heart"]})
    return donation


def disposal(desk):
    """Return what is sent of a heart that was found damaged."""
    return {
        "parts": ["heart"], "reason": "damage", "discarded_at": soon(desk), "discarded_by": "surgeon-1",
        "witness": "pathologist-1",
    }  # fmt: skip


def test_a_recovered_heart_that_nobody_gets_ends_on_record_before_the_file_is_closed(desk):
    donation = recovered(desk)
    about = f"/donors/{donation}"
    assert refused(desk, "allocator", f"{about}/closing", {"reason": "no_recipient"})["rule"] == "TRC-01"
    answer = desk.post("donor_coordinator", f"{about}/discards", disposal(desk))
    assert (answer.status_code, answer["Location"]) == (201, f"/api/v1{about}/discards")
    assert kinds(desk.office)[answer.json()["leaf"]] == "organ.discarded"
    (told,) = desk.get("auditor", f"{about}/discards").json()
    assert (told["parts"], told["reason"], set(told)) == (["heart"], "damage", {"parts", "reason", "discarded_at"})
    assert refused(desk, "allocator", f"{about}/discards", disposal(desk))["rule"] == "TRC-01"
    done(desk, "allocator", f"{about}/closing", {"reason": "no_recipient"})


@pytest.mark.parametrize(
    "who", ["physician", "operator", "patient", "bedside", "auditor", "donor_coordinator_elsewhere"]
)
def test_nobody_else_disposes_of_an_organ(desk, who):
    donation = recovered(desk)
    assert desk.post(who, f"/donors/{donation}/discards", disposal(desk)).status_code == 403


@pytest.mark.parametrize(
    "changed", [{"price": "1"}, {"parts": []}, {"parts": ["soul"]}, {"reason": "Too Dear"}], ids=str
)
def test_what_is_no_disposal_is_told(desk, changed):
    donation = recovered(desk)
    assert desk.post("allocator", f"/donors/{donation}/discards", {**disposal(desk), **changed}).status_code == 422
