"""Knows the tables of the registry as Django sees them: every row is what one event made, and is named by it.

schema.py makes the tables; what they refuse is written there. Instants are text as leaves write them.
"""

from __future__ import annotations

from django.db import models

from bequest.registry.fields import (
    Row,
    number,
    octets,
    octets_or_nothing,
    of,
    of_or_nothing,
    one_of,
    text,
    text_or_nothing,
    truth,
)


class Subject(Row):
    """Keep what leads to a person: the identity, sealed, and the key of all that is sealed about them, wrapped.

    Whoever destroys the key closes all of it for ever; `destroyed_at` says when.
    """

    id = text(key=True)
    wrapped_key = octets_or_nothing()
    identity = octets_or_nothing()
    destroyed_at = text_or_nothing()

    class Meta:
        """Keep it apart by its name."""

        db_table = "registry_vault"


class Event(Row):
    """Keep one event: its leaf says the same to everybody, with a commitment in place of the payload."""

    id = text(key=True)
    kind = text()
    case_name = text_or_nothing()
    actor = text()
    request_key = text(unique=True)
    request_digest = text()
    at = text()
    subject = of_or_nothing(Subject)
    subject_id: str | None
    payload = octets()
    wrapped_key = octets()


class Centre(Row):
    """Keep a transplant centre or donor hospital, its facts as ledger/facts.py writes them."""

    id = text(key=True)
    facts = text()
    digest = text()


class WaitingList(Row):
    """Keep one organ's list as a row to lock: who changes or ranks a list has it for themselves."""

    organ = text(key=True)


class Candidate(Row):
    """Keep a person who waits; who it is stands in the vault."""

    id = text(key=True)
    subject = one_of(Subject)
    subject_id: str


class Registration(Row):
    """Keep one candidate's entry on one list; `pseudonym` is what its own leaves share."""

    id = text(key=True)
    candidate = of(Candidate)
    candidate_id: str
    waiting_list = of(WaitingList)
    waiting_list_id: str
    pseudonym = text(unique=True)


class Version(Row):
    """Keep the facts of a registration from one event on; none once it was removed, or its person erased."""

    event = one_of(Event, key=True)
    event_id: str
    registration = of(Registration)
    registration_id: str
    kind = text()
    facts = text_or_nothing()
    digest = text_or_nothing()


class DonorCase(Row):
    """Keep one possible donation: deceased by law of the table; nothing here says anything of organs."""

    donation = text(key=True)
    donor = text(unique=True)
    kind = text()
    subject = one_of(Subject)
    subject_id: str
    event = one_of(Event)
    event_id: str


class Referral(Row):
    """Keep what a referral may say and no more; the identity is in the vault."""

    case = one_of(DonorCase, key=True)
    case_id: str
    hospital = of(Centre)
    hospital_id: str
    number = number()
    referred_at = text()
    referrer = text()
    ventilated = truth()
    cause_class = text()
    stage = text()


class Consent(Row):
    """Keep a consent as it was written down, with its whole scope."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    basis = text()
    organs = text()
    recorded_at = text()
    recorded_by = text()
    objection_found = truth()
    document = text_or_nothing()


class ConsentVerification(Row):
    """Keep that somebody else, or a register, confirmed a consent."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    consent = one_of(Consent)
    consent_id: str
    recorded_by = text()
    verified_by = text()
    register = text()
    register_answer = text()


class ConsentRevocation(Row):
    """Keep that a consent was withdrawn."""

    event = one_of(Event, key=True)
    event_id: str
    consent = one_of(Consent)
    consent_id: str
    by = text()


class IdentityCheck(Row):
    """Keep that the identity of a donor was established."""

    event = one_of(Event, key=True)
    event_id: str
    case = one_of(DonorCase)
    case_id: str
    method = text()


class CustodyCheck(Row):
    """Keep one custody check; the newest of a case counts."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    result = text()
    register = text()
    lookback_months = number()
    checked_at = text()


class DeathDeclaration(Row):
    """Keep that death was certified, by two people."""

    event = one_of(Event, key=True)
    event_id: str
    case = one_of(DonorCase)
    case_id: str
    criteria = text()
    declared_at = text()
    certifier_first = text()
    certifier_second = text()


class Organ(Row):
    """Keep one organ that was opened for allocation, by which leaves, and the donor's facts as of then."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    organ = text()
    donor_kind = text()
    facts = text()
    digest = text()
    allocation_open_at = text()
    consent_idx = number()
    consent_kind = text()
    custody_idx = number()
    custody_kind = text()
    death_idx = number()
    death_kind = text()


class Part(Row):
    """Keep the smallest piece of a donor that is accepted on its own."""

    id = text(key=True)
    case = of(DonorCase)
    case_id: str
    part = text()


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
