"""A dated datum is measured anew in time, or falls at its instant; the centre sees what falls due when."""

from datetime import timedelta

import pytest

from bequest.model.errors import InputError
from bequest.registry.dated import datum_named, standing
from bequest.registry.listings import Change, Listing, change_registration, list_candidate
from bequest.registry.models import Recertification
from bequest.registry.recertification import Due, Measured, due_recertifications, recertify
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import needed
from list_cases import NAME, OWN, granted, now, reviewers
from registry_offices import ask, kinds, people

URGENCY = datum_named("urgency", "heart")


def measured(office, level="2", **ago):
    return recertify(
        office, ask("lucia"), Measured(NAME, "urgency", level, office.clock.now - timedelta(**ago), "inotropes")
    )  # fmt: skip


def test_a_measurement_holds_for_as_long_as_the_rule_says_counted_from_itself(office):
    entered = measured(office, hours=12)
    facts, row = now(office), needed(office.using, Recertification, "", event_id=entered.event_id)
    assert (facts["urgency_granted"], facts["urgency_since_on"]) == ("2", "2026-03-01")
    held_for = row.valid_until[:10], row.measured_at[:10]
    assert held_for == (facts["urgency_valid_until"][:10], "2026-02-28")
    assert kinds(office)[-1] == "listing.changed"


def test_a_confirmed_level_keeps_its_beginning(office):
    measured(office)
    office.clock.advance(days=10)
    measured(office)
    facts = now(office)
    assert (facts["urgency_since_on"], facts["urgency_confirmed_on"]) == ("2026-03-01", "2026-03-11")


def test_what_was_not_recertified_has_fallen_at_the_instant(office):
    measured(office)
    facts = now(office)
    # The clock moved on by a second where the leaf of the measurement was written.
    end = office.clock.now.replace(microsecond=0) + timedelta(days=14) - timedelta(seconds=2)
    held = [standing(facts, URGENCY, end + timedelta(seconds=second)).level for second in (-1, 0, 1)]
    assert held == ["2", "2", None]


def test_the_centre_sees_what_falls_due_when_and_to_what(office):
    measured(office)
    granted(office, reviewers(office), hours=48)
    at = office.clock.now
    due = due_recertifications(office.using, OWN, at=at, until=at + timedelta(days=3))
    assert [(each.registration, each.level, each.falls_to) for each in due] == [(NAME, "1", "2")]
    due = due_recertifications(office.using, OWN, at=at, until=at + timedelta(days=30))
    assert [(each.level, each.falls_to) for each in due] == [("1", "2"), ("2", None)]
    assert isinstance(due[0], Due)
    assert due_recertifications(office.using, "AGATP", at=at, until=at + timedelta(days=30)) == ()


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (lambda office: measured(office, days=8), "too old"),
        (lambda office: change_registration(office, ask(), Change(NAME, {"urgency_granted": "1"})), "recertify"),
        (
            lambda office: change_registration(
                office, ask(), Change(NAME, {"urgency_valid_until": "2027-01-01T00:00:00Z"})
            ),
            "recertif",
        ),
        (lambda office: list_candidate(office, ask(), urgent("2026-04-01T00:00:00Z")), "earlier end"),
        (lambda office: list_candidate(office, ask(), urgent("2026-03-02T00:00:00Z", urgency_own="2")), "exception"),
    ],
)
def test_no_level_lasts_longer_or_comes_about_in_another_way(office, step, said):
    before = now(office)
    with pytest.raises(GateRefusedError, match=said):
        step(office)
    assert kinds(office)[-1] == "gate.refused"
    assert now(office) == before


def urgent(until, **more):
    facts = {**people(13).registrations[12], "registration": "R-777777", "candidate": "C-777777"}
    return Listing({**facts, "urgency_granted": "1", "urgency_valid_until": until, **more})


def test_a_level_can_be_taken_away_as_other_facts_are(office):
    measured(office)
    change_registration(office, ask(), Change(NAME, {"urgency_granted": "9", "urgency_valid_until": None}))
    assert now(office)["urgency_granted"] == "9"


@pytest.mark.parametrize(
    ("measurement", "said"),
    [
        ({"datum": "heart_rate"}, "no dated datum"),
        ({"level": "9"}, "base level needs no"),
        ({"level": "0"}, "No rule says"),
        ({"evidence": ""}, "names the document"),
        ({"datum": "heart_status", "level": "adult_5"}, "No rule says"),
    ],
    ids=str,
)
def test_what_is_no_measurement_is_told(office, measurement, said):
    given = {"datum": "urgency", "level": "2", "evidence": "inotropes", **measurement}
    with pytest.raises(InputError, match=said):
        recertify(office, ask(), Measured(registration=NAME, measured_at=office.clock.now, **given))
