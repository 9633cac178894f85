"""Knows the tables of who waits and where, and the events of everything, as Django sees them."""

from __future__ import annotations

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


class OfficeKey(Row):
    """Keep one key of the office, sealed under the wrapping key; others of its kind are added, none is taken away."""

    generation = number(key=True)
    sealed = octets()


class Event(Row):
    """Keep one event: its leaf says the same to everybody, with a commitment in place of the payload.

    `at` is when it was entered; `happened_at` is earlier where it stood on paper first.
    """

    id = text(key=True)
    kind = text()
    case_name = text_or_nothing()
    actor = text()
    request_key = text(unique=True)
    request_digest = text()
    at = text()
    happened_at = text()
    subject = of_or_nothing(Subject)
    subject_id: str | None
    payload = octets()
    wrapped_key = octets()


class ClosedEvent(Row):
    """Keep that the key of an event went with its person, by which erasure, and what stays open of its leaf.

    `left_open` is the opening in canonical JSON: what every bundle opened before, and no fact of anybody.
    """

    event = one_of(Event, key=True)
    event_id: str
    erasure = of(Event)
    erasure_id: str
    left_open = text()


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
    """Keep the facts of a registration from one event on; none once it was removed, or its person erased.

    `centre` is the one that the facts name, so that a centre's list is found without reading everybody's.
    """

    event = one_of(Event, key=True)
    event_id: str
    registration = of(Registration)
    registration_id: str
    kind = text()
    centre = of_or_nothing(Centre)
    centre_id: str | None
    facts = text_or_nothing()
    digest = text_or_nothing()
