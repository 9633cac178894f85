"""What was done on paper is entered line by line; what collides with what others did meanwhile becomes an incident."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bequest.cli.downtime_papers import entered, read_papers
from bequest.model.errors import InputError
from bequest.registry.incidents import report_of
from bequest.registry.models import Incident
from bequest.registry.rows import every
from registry_offices import kinds
from service_desks import forget, new_desk
from service_donations import offered, ranked

LINE = {"id": "a", "at": "2026-03-01T08:00:00Z", "path": "/offers/x/acceptance"}


@pytest.fixture
def desk():
    forget()
    with new_desk() as given:
        yield given
    forget()


def instant(desk, *, ago):
    return (desk.office.clock.now - timedelta(minutes=ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


def sheet(*lines):
    return read_papers(json.dumps(lines), label="paper.json")


def asking(desk):
    """Ask the service of a desk as the duty desk does."""

    def ask(path, body, headers):
        given = dict(headers)
        answer = desk.post("allocator", path, body, given.pop("Idempotency-Key"), **given)
        return answer.status_code, answer.json()

    return ask


def down(desk, *, ago=60):
    body = {"part": "interface", "begun_at": instant(desk, ago=ago)}
    assert desk.post("operator", "/downtimes", body).status_code == 201


def test_lines_are_entered_in_their_order_and_build_on_one_another(desk):
    run = ranked(desk)
    desk.office.clock.advance(minutes=40)
    down(desk, ago=35)
    papers = sheet(
        {"id": "offer", "at": instant(desk, ago=30), "path": f"/runs/{run}/offers", "body": {"rank": 1}},
        {"id": "told", "at": instant(desk, ago=29), "path": "/offers/{offer.offer}/told"},
        {"id": "yes", "at": instant(desk, ago=20), "path": "/offers/{offer.offer}/acceptance"},
    )
    outcomes = list(entered(papers, asking(desk)))
    assert [each.refused for each in outcomes] == ["", "", ""]
    assert [kinds(desk.office)[each.leaf] for each in outcomes] == ["offer.made", "offer.told", "offer.accepted"]
    before = kinds(desk.office)
    assert [each.leaf for each in entered(papers, asking(desk))] == [each.leaf for each in outcomes]
    assert kinds(desk.office) == before


def test_an_organ_given_on_both_sides_of_the_split_is_an_incident_and_is_given_once(desk):
    run = ranked(desk)
    offer, _ = offered(desk, run)
    desk.office.clock.advance(minutes=40)
    assert desk.post("physician", f"/offers/{offer}/acceptance").status_code == 201
    desk.office.clock.advance(minutes=40)
    down(desk, ago=90)
    papers = sheet(
        {"id": "other", "at": instant(desk, ago=30), "path": f"/runs/{run}/offers", "body": {"rank": 2}},
        {"id": "yes", "at": instant(desk, ago=20), "path": "/offers/{other.offer}/acceptance"},
    )
    first, second = entered(papers, asking(desk))
    assert first.refused
    assert kinds(desk.office)[first.leaf] == "gate.refused"
    assert kinds(desk.office)[first.incident] == "incident.reported"
    assert "It builds on 'other', which was not entered" in second.refused
    assert kinds(desk.office).count("offer.accepted") == 1
    (incident,) = every(desk.office.using, Incident)
    assert report_of(desk.office, incident.event_id).startswith("Done on paper during a downtime, and refused")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "this is no JSON"),
        ("[]", "write a list of 1 to"),
        ('{"id": "a"}', "write a list of 1 to"),
        (json.dumps([LINE | {"who": "me"}]), "a line has id, at, path and body"),
        (json.dumps([LINE | {"id": "A B"}]), "the id is a name of small letters"),
        (json.dumps([LINE | {"path": "https://elsewhere.example/x"}]), "the path is an address of the API"),
        (json.dumps([LINE | {"body": [1]}]), "the body is a table"),
        (json.dumps([LINE | {"at": "at night"}]), "line 1: at"),
        (json.dumps([LINE, LINE]), "'a' names two lines"),
        (json.dumps([LINE, LINE | {"id": "b", "at": "2026-03-01T07:00:00Z"}]), "sort them by `at`"),
    ],
)
def test_a_sheet_with_a_mistake_is_told_and_nothing_is_entered(text, said):
    with pytest.raises(InputError, match=said):
        read_papers(text, label="paper.json")
