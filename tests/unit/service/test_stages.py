"""Begins a stage over HTTP: its order is a run of its own, told with its stage and the run that it follows."""

from __future__ import annotations

from datetime import timedelta

from bequest.policy import library
from service_donations import done, opened_heart, ranked, refused

RESCUE = """
stages:
  - id: rescue
    say: the heart is about to be lost
    begins: When everybody of the list has declined.
    cite: bequest-core heart
    classes: [{id: everybody, when: always, say: everybody, cite: bequest-core heart}]
"""


def test_a_stage_is_a_run_that_two_people_sign_and_that_offers_follow(desk):
    written = library.versions("core/heart")[-1].written.replace("edition: core-2026-1", "edition: rescue-test")
    answer = desk.post("policy_office", "/policies", {"written": written + RESCUE})
    about = answer["Location"].removeprefix("/api/v1")
    tomorrow = desk.office.clock.now.date() + timedelta(days=1)
    done(desk, "policy_office_second", f"{about}/enactment", {"effective_on": tomorrow.isoformat()})
    desk.office.clock.advance(days=1)
    run = ranked(desk, opened_heart(desk))
    begun = desk.post("allocator", f"/runs/{run}/stages", {"stage": "rescue", "evidence": "ab" * 32})
    assert begun.status_code == 201, begun.content
    stage = begun.json()["run"]
    assert begun["Location"] == f"/api/v1/runs/{stage}"
    assert refused(desk, "allocator", f"/runs/{stage}/offers", {"rank": 1})["rule"] == "ALC-03"
    for name in ("allocator", "allocator_second"):
        done(desk, name, f"/runs/{stage}/signature")
    told = desk.get("allocator", f"/runs/{stage}").json()
    assert (told["stage"], told["follows"], len(told["places"])) == ("rescue", run, begun.json()["ranked"])
    first = told["places"][0]["registration"]
    explained = desk.get("allocator", f"/runs/{stage}/explain/{first}").json()
    assert "rescue" in explained["text"]
    assert desk.get("allocator", f"/runs/{stage}/not-ranked").status_code == 200
    done(desk, "allocator", f"/runs/{stage}/offers", {"rank": 1})
    assert desk.get("allocator", f"/runs/{run}").json()["stage"] is None
