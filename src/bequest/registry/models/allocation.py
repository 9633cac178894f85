"""Knows the tables of policies, match runs, offers and answers, as Django sees them."""

from __future__ import annotations

from django.db import models

from bequest.registry.fields import Row, number, octets, of, of_or_nothing, one_of, text, text_or_nothing
from bequest.registry.models.donation import DonorCase, Organ, Part
from bequest.registry.models.people import Event, Registration


class Policy(Row):
    """Keep a policy as it was proposed, by its hash."""

    event = one_of(Event, key=True)
    event_id: str
    hash = text(unique=True)
    name = text()
    edition = text()
    organ = text()
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
    """Keep one ranking: what names it, what opens its rows, and what it was asked with."""

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


class MatchRow(Row):
    """Keep one place in the order of a run; `row` is its place in the tree of the run's rows."""

    pk = models.CompositePrimaryKey("run_id", "rank")
    run = of(MatchRun)
    run_id: str
    rank = number()
    row = number()
    registration = of(Registration)
    registration_id: str
    offer_kind = text()


class PassedOver(Row):
    """Keep that places of a run were passed over, and why."""

    event = one_of(Event, key=True)
    event_id: str
    run = of(MatchRun)
    run_id: str
    first_rank = number()
    last_rank = number()
    reason = text()


class Offer(Row):
    """Keep one offer, tied to the place of the run and to the leaves that opened the organ."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    organ = of(Organ)
    organ_id: str
    run = of(MatchRun)
    run_id: str
    run_idx = number()
    run_kind = text()
    rank = number()
    row = number()
    registration = of(Registration)
    registration_id: str
    donor_kind = text()
    allocation_open_at = text()
    offered_at = text()
    expires_at = text()
    consent_idx = number()
    consent_kind = text()
    custody_idx = number()
    custody_kind = text()
    death_idx = number()
    death_kind = text()


class OfferPart(Row):
    """Keep one part that an offer hands over."""

    pk = models.CompositePrimaryKey("offer_id", "part_id")
    offer = of(Offer)
    offer_id: str
    part = of(Part)
    part_id: str
    case = of(DonorCase)
    case_id: str


class Answer(Row):
    """Keep how an offer ended: there is one answer and never another."""

    offer = one_of(Offer, key=True)
    offer_id: str
    event = one_of(Event)
    event_id: str
    kind = text()
    reason = text_or_nothing()
    answered_at = text()
    expires_at = text()


class Acceptance(Row):
    """Keep that a part was accepted; it lives until an event ends it, and a part has one that lives."""

    pk = models.CompositePrimaryKey("offer_id", "part_id")
    offer = of(Offer)
    offer_id: str
    part = of(Part)
    part_id: str
    kind = text()
    ended_by = of_or_nothing(Event)
    ended_by_id: str | None
