from __future__ import annotations

from datetime import datetime, timedelta

from bequest.registry.timers import run_due
from registry_offices import kinds
from service_donations import ranked


def test_an_offer_that_nobody_answered_expires_once(desk):
    run = ranked(desk)
    made = desk.post("allocator", f"/runs/{run}/offers", {"rank": 1}).json()
    offer = made["offer"]
    assert len(run_due(desk.office, desk.office.clock())) == 1
    assert kinds(desk.office)[-1] == "offer.told"
    desk.office.clock.now = datetime.fromisoformat(made["expires_at"]) + timedelta(seconds=1)
    assert run_due(desk.office, desk.office.clock())
    assert run_due(desk.office, desk.office.clock()) == ()
    assert kinds(desk.office)[-1] == "offer.expired"
    assert desk.get("allocator", f"/offers/{offer}").json()["state"] == "expired"
    assert desk.post("allocator", f"/runs/{run}/offers", {"rank": 2}).status_code == 201
