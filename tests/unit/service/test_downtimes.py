"""What was done on paper while the service was down is entered by the duty desk, with both times."""

from __future__ import annotations

from datetime import timedelta

import pytest

from registry_offices import kinds
from service_donations import offered, ranked


def instant(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def paper(desk):
    """Give a desk with an offer that was out when the service went down, and when it was answered on paper."""
    offer, _ = offered(desk, ranked(desk))
    desk.office.clock.advance(minutes=40)
    return desk, offer, instant(desk.office.clock.now - timedelta(minutes=20))


def down(desk):
    began = instant(desk.office.clock.now - timedelta(minutes=30))
    answer = desk.post("operator", "/downtimes", {"part": "interface", "begun_at": began})
    assert answer.status_code == 201, answer.content
    return answer.json()["event"]


def test_an_answer_on_paper_is_entered_by_the_duty_desk(paper):
    desk, offer, at = paper
    event = down(desk)
    ended = desk.post("operator", f"/downtimes/{event}/end", {"restored_at": instant(desk.office.clock.now)})
    assert ended.status_code == 201
    answer = desk.post("allocator", f"/offers/{offer}/acceptance", **{"Happened-At": at})
    assert answer.status_code == 201, answer.content
    assert desk.get("allocator", f"/offers/{offer}").json()["answered_at"][:19] == at[:19]


def test_nobody_else_dates_anything_back(paper):
    desk, offer, at = paper
    down(desk)
    before = kinds(desk.office)
    for role in ("physician", "centre_coordinator", "operator"):
        answer = desk.post(role, f"/offers/{offer}/acceptance", **{"Happened-At": at})
        assert answer.status_code == 403
        assert "enter later what was done on paper" in answer.json()["detail"]
    assert kinds(desk.office) == before


def test_nothing_is_dated_back_to_a_time_at_which_the_service_worked(paper):
    desk, offer, at = paper
    answer = desk.post("allocator", f"/offers/{offer}/acceptance", **{"Happened-At": at})
    assert answer.status_code == 422
    assert "No downtime is on record" in answer.json()["detail"]


@pytest.mark.parametrize(("at", "said"), [("yesterday", "Happened-At"), ("2026-03-01T07:00:00", "time zone")])
def test_an_instant_that_is_none_is_told(paper, at, said):
    desk, offer, _ = paper
    answer = desk.post("allocator", f"/offers/{offer}/acceptance", **{"Happened-At": at})
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


def test_a_policy_is_never_put_in_force_in_the_past(paper):
    desk, _, at = paper
    down(desk)
    answer = desk.post("allocator", "/policies", {"written": "policy: x"}, **{"Happened-At": at})
    assert answer.status_code == 422
    assert "is never entered later" in answer.json()["detail"]
