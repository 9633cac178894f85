"""Knows registrations of a filled registry for tests: one to be decided about, reviewers, and a case step by step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bequest.registry.exceptions import ExceptionAsked, ExceptionDecision, decide_exception, request_exception
from bequest.registry.reviews import Appointed, Verdict, appoint_reviewers, review_case
from bequest.registry.versions import facts_of, newest_version
from registry_offices import ask, people

NAME = people().registrations[0]["registration"]
OWN = people().registrations[0]["centre"]
OUTSIDE = sorted({place["centre"] for place in people().places if place["kind"] == "transplant"} - {OWN})[:3]


def now(office, name=NAME):
    """Return the facts of a registration as they are now."""
    return facts_of(newest_version(office.using, name))


def appointed(office, person, centre):
    """Appoint a reviewer of a centre."""
    return appoint_reviewers(office, ask("chair"), Appointed(centre, (person,), office.clock.now + timedelta(days=365)))


def reviewers(office):
    """Appoint one reviewer at each of three centres outside, and return their names."""
    people_outside = tuple(f"reviewer-{number}" for number in range(len(OUTSIDE)))
    for person, centre in zip(people_outside, OUTSIDE, strict=True):
        appointed(office, person, centre)
    return people_outside


@dataclass(frozen=True)
class Case:
    """Take one case through its steps."""

    office: object
    event_id: str
    index: int

    def reviewed(self, *people_outside, verdict="granted"):
        """Have it reviewed."""
        for person in people_outside:
            review_case(self.office, ask(person), Verdict(self.event_id, verdict, "criteria_met"))
        return self


def asked(office, name=NAME, level="1", evidence="right heart catheter of today", **more):
    """Ask for an exception."""
    entered = request_exception(office, ask("lucia"), ExceptionAsked(name, "urgency", level, evidence, **more))
    return Case(office, entered.event_id, entered.index)


def granted(office, people_outside, *, hours=48, **more):
    """Ask for an exception and have it granted."""
    case = asked(office, **more).reviewed(*people_outside[:2])
    until = office.clock.now + timedelta(hours=hours)
    return decide_exception(
        office, ask(people_outside[0]), ExceptionDecision(case.event_id, "criteria_met", until)
    )  # fmt: skip
