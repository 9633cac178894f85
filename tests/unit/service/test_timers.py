from __future__ import annotations

from bequest.service.timers import run_due
from registry_offices import kinds
from service_donations import ranked


def test_an_offer_that_nobody_answered_expires_once(desk):
    run = ranked(desk)
    body = {"rank": 1, "parts": ["heart"], "reply_minutes": 60}
    offer = desk.post("allocator", f"/runs/{run}/offers", body).json()["offer"]
    assert run_due(desk.office, desk.office.clock()) == 0
    desk.office.clock.advance(minutes=61)
    assert run_due(desk.office, desk.office.clock()) == 1
    assert run_due(desk.office, desk.office.clock()) == 0
    assert kinds(desk.office)[-1] == "offer.expired"
    assert desk.get("allocator", f"/offers/{offer}").json()["state"] == "expired"
    assert desk.post("allocator", f"/runs/{run}/offers", {**body, "rank": 2}).status_code == 201
