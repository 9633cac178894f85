"""Knows the tables of what happens at the bedside, as Django sees them."""

from __future__ import annotations

from django.db import models

from bequest.registry.fields import Row, number, of, one_of, text, text_or_nothing, truth_or_nothing
from bequest.registry.models.donation import DonorCase
from bequest.registry.models.people import Centre, Event


class Roster(Row):
    """Keep that a team declared who is on duty."""

    event = one_of(Event, key=True)
    event_id: str
    centre = of(Centre)
    centre_id: str
    team = text()
    from_at = text()
    until_at = text()


class RosterMember(Row):
    """Keep one person of a roster."""

    pk = models.CompositePrimaryKey("roster_id", "person")
    roster = of(Roster)
    roster_id: str
    person = text()


class Pathway(Row):
    """Keep an opened circulatory pathway: the withdrawal was decided outside donation, by two doctors."""

    event = one_of(Event, key=True)
    event_id: str
    case = one_of(DonorCase)
    case_id: str
    decided_at = text()
    decider_first = text()
    decider_second = text()
    approached_at = text()
    kin_raised_it = truth_or_nothing()
    consented_acts = truth_or_nothing()
    manner = text_or_nothing()
    opened_at = text()
    expires_at = text()


class StandDown(Row):
    """Keep that the circulatory pathway ended without donation: offers have lapsed, and the file is sealed."""

    event = one_of(Event, key=True)
    event_id: str
    case = one_of(DonorCase)
    case_id: str
    reason = text()


class Observation(Row):
    """Keep that circulation ended, and until when nobody touches the body."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    circulation_ended_at = text()
    until_at = text()


class ObservationEnd(Row):
    """Keep how an observation ended."""

    event = one_of(Event, key=True)
    event_id: str
    observation = one_of(Observation)
    observation_id: str
    case = of(DonorCase)
    case_id: str
    until_at = text()
    ended_at = text()
    result = text()


class Pause(Row):
    """Keep that somebody paused; open until a resumption refers to it."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    paused_by = text()
    paused_at = text()
    reason = text()


class Resumption(Row):
    """Keep that an independent doctor ended a pause, after an examination."""

    event = one_of(Event, key=True)
    event_id: str
    pause = one_of(Pause)
    pause_id: str
    case = of(DonorCase)
    case_id: str
    paused_by = text()
    paused_at = text()
    resumed_by = text()
    examined_at = text()


class RecoveryStop(Row):
    """Keep that a paused donation was stopped for good: offers have lapsed, and the file is sealed."""

    event = one_of(Event, key=True)
    event_id: str
    case = one_of(DonorCase)
    case_id: str
    pause = one_of(Pause)
    pause_id: str
    reason = text()


class Recovery(Row):
    """Keep that the recovery gate was open, and recovery of which organs begins."""

    event = one_of(Event, key=True)
    event_id: str
    case = one_of(DonorCase)
    case_id: str
    organs = text()
    begins_at = text()
    death_idx = number()
    death_kind = text()


class BloodGroupResult(Row):
    """Keep one blood group: from which sample, who drew it, what was read."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    sample = text()
    drawn_by = text()
    blood_group = text_or_nothing()
    resulted_at = text()

    class Meta:
        """Name the table as the schema does."""

        db_table = "registry_bloodgroup"


class Characterisation(Row):
    """Keep by which fields of the minimum a donor is characterised, each one's name."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    fields = text()
