"""Knows the records of the offers of one donor: runs, places in them, offers, and the state that they make together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, NewType, TypeAlias

from bequest.model.enums import OrganPart

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bequest.model.enums import OfferKind, Organ
    from bequest.model.identifiers import CandidateId, RegistrationId

RunId = NewType("RunId", str)

Parts: TypeAlias = tuple[OrganPart, ...]
"""Parts of the donor that go together, in the order of the enumeration and each once."""

_ORDER = tuple(OrganPart)


def parts_of(parts: Iterable[OrganPart]) -> Parts:
    """Return parts in the one order in which records hold them."""
    wanted = frozenset(parts)
    return tuple(part for part in _ORDER if part in wanted)


class Gate(Enum):
    """Name how far the donation stands open for offers (DESIGN.md section 1); nothing leads back from `ended`."""

    CLOSED = "closed"
    CONDITIONAL = "conditional"
    OPEN = "open"
    ENDED = "ended"


class LiveKind(Enum):
    """Name what an offer is while it lives; the value is the ledger's code."""

    PRIMARY = "primary"
    BACKUP = "backup"
    PROVISIONAL = "provisional"


class End(Enum):
    """Name how an offer ended."""

    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Withdrawal(Enum):
    """Name why an offer was taken back; the value is the ledger's code. It never uses up the candidate's turn."""

    DONOR_UNSTABLE = "donor_unstable"
    CONSENT_REVOKED = "consent_revoked"
    ACCEPTED_BY_EARLIER = "accepted_by_earlier"
    ERROR = "error"
    STAND_DOWN = "stand_down"
    CANDIDATE_NOT_AVAILABLE = "candidate_not_available"
    NO_LONGER_RANKED = "no_longer_ranked"


class Standing(Enum):
    """Name why a registration takes no part just now; the value is the ledger's code of the skip."""

    REMOVED = "candidate_removed"
    SUSPENDED = "candidate_suspended"
    TRANSPLANTED = "candidate_transplanted"
    ACCEPTED_ELSEWHERE = "accepted_other_offer"
    PROGRAMME_PAUSED = "programme_paused"
    NO_CONTACT_DETAILS = "no_contact_details"


class PauseEffect(Enum):
    """Name what a pause at the bedside stops: new offers alone, or the time to answer as well."""

    NEW_OFFERS = "new offers"
    CLOCKS_TOO = "new offers and clocks"


@dataclass(frozen=True, slots=True)
class OfferRules:
    """Hold how one run's offers are made: minutes to answer, minutes after which to remind, and how many at once.

    `at_once` is the most offers of a run that wait for an answer together. `backups` is how many live ones are kept
    behind what is accepted.
    """

    reply_minutes: int
    remind_minutes: tuple[int, ...]
    at_once: int
    backups: int = 0
    pause: PauseEffect = PauseEffect.CLOCKS_TOO


class Entry(NamedTuple):
    """Hold one place in the order of a run; `grafts` are the sets of parts that would do, the first wish first.

    `stage`: the stage before which nobody of this place is offered the organ. A named tuple, since a nation's run has
    40,000 of them, which are made while a coordinator waits.
    """

    rank: int
    registration: RegistrationId
    candidate: CandidateId
    offer_kind: OfferKind
    grafts: tuple[Parts, ...]
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class RankedRun:
    """Hold what offers need of a match run; the newest run of an organ is the one that offers follow.

    `plan_place` is the place of the organ in the donor plan, each organ another; None where no plan has the organ.
    `stage`: the stage of the policy whose order this is; None for a run itself.
    """

    run: RunId
    organ: Organ
    entries: tuple[Entry, ...]
    rules: OfferRules
    plan_place: int | None
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Hold the registrations of one candidate that are transplanted together or not at all, each with its organ."""

    candidate: CandidateId
    registrations: tuple[tuple[Organ, RegistrationId], ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """Hold one place in one run and the parts offered to it."""

    run: RunId
    organ: Organ
    rank: int
    registration: RegistrationId
    candidate: CandidateId
    offer_kind: OfferKind
    parts: Parts


@dataclass(frozen=True, slots=True)
class Reminder:
    """Hold one reminder: the mark in minutes that it answers to, and when it was sent."""

    minutes: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """Hold one offer; several `seats` are a combined candidate's organs, the leading one first, answered as one.

    `number` counts the offers of the donor from 0. `stopped` is the time for which pauses stopped its clock. `reason`
    is a code: of decline_reasons.csv for a decline, a `Withdrawal` for what was taken back.
    """

    number: int
    seats: tuple[Seat, ...]
    kind: LiveKind
    made_at: datetime
    told_at: datetime | None = None
    seen_at: datetime | None = None
    reminders: tuple[Reminder, ...] = ()
    stopped: timedelta = timedelta(0)
    accepted_at: datetime | None = None
    end: End | None = None
    ended_at: datetime | None = None
    reason: str | None = None

    @property
    def live(self) -> bool:
        """Tell whether it has not ended; an accepted offer lives on."""
        return self.end is None

    @property
    def waiting(self) -> bool:
        """Tell whether an answer is awaited."""
        return self.end is None and self.accepted_at is None

    @property
    def holds(self) -> bool:
        """Tell whether it is a live acceptance, so that its parts are nobody else's."""
        return self.end is None and self.accepted_at is not None and self.kind is not LiveKind.BACKUP

    @property
    def run(self) -> RunId:
        """Return the run that it follows."""
        return self.seats[0].run

    @property
    def parts(self) -> Parts:
        """Return every part that it offers."""
        return parts_of(part for seat in self.seats for part in seat.parts)


@dataclass(frozen=True, slots=True)
class State:
    """Hold all that is known about the offers of one donor; `apply` makes the next one from an event.

    `organs` are those that consent and release cover now, `revoked` those that can never come back. `begun` are the
    stages that began, each with its run. `filters` name registrations that a programme's own filter passes over.
    `gone` are the parts that left for another country, or were disposed of: nobody here is offered them any more.
    """

    gate: Gate = Gate.CLOSED
    at: datetime | None = None
    organs: tuple[Organ, ...] = ()
    revoked: tuple[Organ, ...] = ()
    paused_at: datetime | None = None
    runs: tuple[RankedRun, ...] = ()
    begun: tuple[tuple[RunId, str], ...] = ()
    standings: tuple[tuple[RegistrationId, Standing], ...] = ()
    filters: tuple[tuple[RegistrationId, str], ...] = ()
    links: tuple[Link, ...] = ()
    offers: tuple[Offer, ...] = field(default=())
    gone: Parts = ()


def current_run(state: State, organ: Organ) -> RankedRun | None:
    """Return the newest run of an organ; None before the first."""
    return next((run for run in reversed(state.runs) if run.organ is organ), None)


def run_named(state: State, run: RunId) -> RankedRun | None:
    """Return the run of that name; None where the state has none."""
    return next((known for known in state.runs if known.run == run), None)
