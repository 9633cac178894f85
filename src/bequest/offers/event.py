"""Knows the events that change the offers of a donor; each carries the instant at which it happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.model.enums import Organ
    from bequest.model.identifiers import PersonId, RegistrationId
    from bequest.offers.record import Gate, Link, LiveKind, RankedRun, RunId, Seat, Standing, Withdrawal


@dataclass(frozen=True, slots=True)
class Released:
    """The allocation gate opened for these organs, `open` or `conditional` (circulatory pathway)."""

    at: datetime
    organs: tuple[Organ, ...]
    gate: Gate


@dataclass(frozen=True, slots=True)
class DeathCertified:
    """Death was certified on the circulatory pathway: what was conditional holds."""

    at: datetime


@dataclass(frozen=True, slots=True)
class StoodDown:
    """Donation does not go on, for example since the person did not die in time; every live offer lapses."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ConsentRevoked:
    """Consent was revoked for these organs; none named means all."""

    at: datetime
    organs: tuple[Organ, ...] = ()


@dataclass(frozen=True, slots=True)
class Paused:
    """Somebody at the bedside paused; who may resume is for the safeguards."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Resumed:
    """The pause ended."""

    at: datetime


@dataclass(frozen=True, slots=True)
class RunRecorded:
    """A match run, a re-run or the order of a stage is in the ledger and is what offers follow from now on."""

    at: datetime
    run: RankedRun


@dataclass(frozen=True, slots=True)
class StageBegan:
    """A stage of the policy began for a run; `evidence` is the digest of what shows that it might (ALC-04)."""

    at: datetime
    run: RunId
    stage: str
    evidence: str


@dataclass(frozen=True, slots=True)
class StandingChanged:
    """A registration stopped taking part, or (None) takes part again."""

    at: datetime
    registration: RegistrationId
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class FilterSet:
    """A programme's own filter passes a registration over; `by` answers for the programme."""

    at: datetime
    registration: RegistrationId
    filter: str
    by: PersonId


@dataclass(frozen=True, slots=True)
class FilterLifted:
    """A programme took its filter back."""

    at: datetime
    registration: RegistrationId
    filter: str
    by: PersonId


@dataclass(frozen=True, slots=True)
class LinkRecorded:
    """A candidate needs several organs of this donor together."""

    at: datetime
    link: Link


@dataclass(frozen=True, slots=True)
class Override:
    """Hold a departure from the order that two people answer for; the skip is computed all the same."""

    reason: str
    requested_by: PersonId
    approved_by: PersonId


@dataclass(frozen=True, slots=True)
class Made:
    """An offer was made."""

    at: datetime
    seats: tuple[Seat, ...]
    kind: LiveKind
    override: Override | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """The message of an offer went out."""

    at: datetime
    offer: int


@dataclass(frozen=True, slots=True)
class Seen:
    """The programme opened an offer."""

    at: datetime
    offer: int


@dataclass(frozen=True, slots=True)
class Reminded:
    """A reminder went out; `minutes` is the latest mark that it answers to."""

    at: datetime
    offer: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """The programme accepted an offer, all its seats."""

    at: datetime
    offer: int


@dataclass(frozen=True, slots=True)
class Declined:
    """The programme declined an offer, or gave back what it had accepted.

    `reason` is a code of decline_reasons.csv. Where that asks for words, `text_digest` is their SHA-256 and
    `second_person` confirmed them.
    """

    at: datetime
    offer: int
    reason: str
    text_digest: str | None = None
    second_person: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Expired:
    """The time to answer ran out."""

    at: datetime
    offer: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An offer was taken back."""

    at: datetime
    offer: int
    reason: Withdrawal


@dataclass(frozen=True, slots=True)
class Promoted:
    """A backup offer became the first in line, since an earlier one fell; `seats` hold the parts that it has now."""

    at: datetime
    offer: int
    seats: tuple[Seat, ...]


DonationEvent: TypeAlias = Released | DeathCertified | StoodDown | ConsentRevoked | Paused | Resumed
OrderEvent: TypeAlias = RunRecorded | StageBegan | StandingChanged | FilterSet | FilterLifted | LinkRecorded
OfferEvent: TypeAlias = Told | Seen | Reminded | Accepted | Declined | Expired | Withdrawn | Promoted
Event: TypeAlias = DonationEvent | OrderEvent | Made | OfferEvent
