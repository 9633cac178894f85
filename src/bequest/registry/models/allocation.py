"""Knows the tables of policies, match runs and departures from them, as Django sees them."""

from __future__ import annotations

from django.db import models

from bequest.registry.fields import Row, number, octets, of, of_or_nothing, one_of, text, text_or_nothing, truth
from bequest.registry.models.donation import Organ
from bequest.registry.models.people import Centre, Event, Registration


class Policy(Row):
    """Keep a policy as it was proposed, by its hash; without an organ it is a donor plan."""

    event = one_of(Event, key=True)
    event_id: str
    hash = text(unique=True)
    name = text()
    edition = text()
    organ = text_or_nothing()
    written = text()
    proposed_by = text()


class PolicyEnactment(Row):
    """Keep that a policy was put in force from a day on, signed by two people."""

    event = one_of(Event, key=True)
    event_id: str
    policy = one_of(Policy)
    policy_id: str
    enacted_on = text()
    effective_on = text()
    signer_first = text()
    signer_second = text()


class MatchRun(Row):
    """Keep one ranking: what names it, what opens its rows, and what it was asked with.

    `plan` put the donor plan in force by which the donation goes, `plan_organs` are the organs in its order for this
    donor.
    """

    event = one_of(Event, key=True)
    event_id: str
    organ = of(Organ)
    organ_id: str
    enactment = of(PolicyEnactment)
    enactment_id: str
    run_id = text(unique=True)
    wrapped_key = octets()
    ranked_at = text()
    inputs = text_or_nothing()
    lottery_seed = text_or_nothing()
    reply_minutes = number()
    remind_minutes = text()
    at_once = number()
    backups = number()
    follows = of_or_nothing("registry.MatchRun")
    follows_id: str | None
    stage = text_or_nothing()
    plan = of_or_nothing(PolicyEnactment)
    plan_id: str | None
    plan_organs = text_or_nothing()


class RunPlaces(Row):
    """Keep the order of a run: the values of its places, one behind the other, each text filled up to one width.

    `tree_rows` are the places in the tree of the run's rows; `sorts` is JSON of each kind of offer, centre, stage and
    further organs that a place has, and `sort_numbers` says by its number which of them. Registry/run_orders.py reads
    and writes it.
    """

    run = one_of(MatchRun, key=True)
    run_id: str
    places = number()
    registrations_width = number()
    registrations = text()
    candidates_width = number()
    candidates = text()
    tree_rows_width = number()
    tree_rows = text()
    sort_numbers_width = number()
    sort_numbers = text()
    sorts = text()


class ShownRow(Row):
    """Keep the opening of a row as bundles show it, its ranks alone, in canonical JSON.

    It is made of the run ranked anew, which nobody can do once somebody whom it ranked is erased.
    """

    pk = models.CompositePrimaryKey("run_id", "row")
    run = of(MatchRun)
    run_id: str
    row = number()
    opening = text()


class RunSignature(Row):
    """Keep that somebody signed a run; two sign before its first offer."""

    event = one_of(Event, key=True)
    event_id: str
    run = of(MatchRun)
    run_id: str
    signer = text()


class StageBeginning(Row):
    """Keep that a stage of a run began, with the digest of what shows that it might."""

    event = one_of(Event, key=True)
    event_id: str
    run = of(MatchRun)
    run_id: str
    stage = text()
    evidence = text()


class Filter(Row):
    """Keep that a programme has a registration passed over by a filter of its own."""

    event = one_of(Event, key=True)
    event_id: str
    registration = of(Registration)
    registration_id: str
    name = text()
    set_by = text()


class FilterLifting(Row):
    """Keep that a programme took its filter back."""

    event = one_of(Event, key=True)
    event_id: str
    filter = one_of(Filter)
    filter_id: str
    lifted_by = text()


class DonorFilter(Row):
    """Keep that a programme takes no organs of the donors that a condition describes.

    Of the last `donors` donors of the organ, `possible` could have been offered to it when the filter was set.
    """

    event = one_of(Event, key=True)
    event_id: str
    centre = of(Centre)
    centre_id: str
    organ = text()
    name = text()
    refuses = text()
    set_by = text()
    donors = number()
    possible = number()


class DonorFilterLifting(Row):
    """Keep that a programme took its filter for donors back."""

    event = one_of(Event, key=True)
    event_id: str
    filter = one_of(DonorFilter)
    filter_id: str
    lifted_by = text()


class ProgrammePause(Row):
    """Keep that a centre's programme for an organ takes no offers."""

    event = one_of(Event, key=True)
    event_id: str
    centre = of(Centre)
    centre_id: str
    organ = text()


class ProgrammeResumption(Row):
    """Keep that a paused programme takes offers again."""

    event = one_of(Event, key=True)
    event_id: str
    pause = one_of(ProgrammePause)
    pause_id: str


class CareTeam(Row):
    """Keep who treats a registered candidate, one name a line; the newest counts."""

    event = one_of(Event, key=True)
    event_id: str
    registration = of(Registration)
    registration_id: str
    doctors = text()


class Residence(Row):
    """Keep whether a registered candidate is resident, and under which agreement they are listed; the newest counts."""

    event = one_of(Event, key=True)
    event_id: str
    registration = of(Registration)
    registration_id: str
    resident = truth()
    agreement = text_or_nothing()


class Authorisation(Row):
    """Keep that a place may recover or transplant an organ, none for every organ, until an instant."""

    event = one_of(Event, key=True)
    event_id: str
    centre = of(Centre)
    centre_id: str
    activity = text()
    organ = text_or_nothing()
    from_at = text()
    until_at = text()


class Override(Row):
    """Keep that somebody asked to depart from the order of a run, for which place and why; the words are sealed."""

    event = one_of(Event, key=True)
    event_id: str
    run = of(MatchRun)
    run_id: str
    rank = number()
    reason = text()
    words = octets()
    requested_by = text()


class OverrideDecision(Row):
    """Keep that another person approved or refused a departure from the order."""

    event = one_of(Event, key=True)
    event_id: str
    override = one_of(Override)
    override_id: str
    kind = text()
    requested_by = text()
    decided_by = text()


class PassedOver(Row):
    """Keep that places of a run were passed over by what an event did, and why; computed, never typed in.

    `act` is what was compared with the order: an offer, an acceptance or a transplant.
    """

    event = one_of(Event, key=True)
    event_id: str
    run = of(MatchRun)
    run_id: str
    first_rank = number()
    last_rank = number()
    reason = text()
    act = text()
    cause = of(Event)
    cause_id: str
