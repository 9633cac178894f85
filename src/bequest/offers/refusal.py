"""Knows why an event is refused: the state stays as it was, and the refusal is for the ledger and the person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Rule(Enum):
    """Name the rule that refuses; the text says it to people."""

    TIME = "An event cannot be earlier than the last one."
    GATE = "The allocation gate is not open."
    ENDED_DONATION = "The donation has ended, and nothing opens it again."
    CONSENT = "Consent does not cover this organ, or was revoked."
    PAUSE = "The donation is paused."
    NOT_PAUSED = "The donation is not paused."
    RUN = "Offers follow the newest run of the organ, and this is not it."
    RUN_FORM = "A run needs a name of its own, ranks from 1 without a gap, and a place of its organ in the donor plan."
    PLAN = "No donor plan says which of the organs that somebody needs together goes first."
    STAGE = "A stage begins once, where a place of the run waits for it or with an order of its own, and with evidence."
    ORDER = "Somebody ranked above has neither been offered this nor been passed over for a known reason."
    PLACE = "This place of the run cannot be offered these parts now."
    OVERRIDE = "A departure from the order needs a reason and two people."
    NO_OFFER = "There is no offer of that number."
    OVER = "This offer has ended."
    ANSWERED = "This offer is answered and waits for nothing."
    ALREADY = "This was recorded before."
    LATE = "The time to answer had run out."
    NOT_LATE = "The time to answer has not run out, or the offer was never sent."
    NO_MARK = "No reminder of that mark is due."
    TAKEN = "Another live acceptance holds one of these parts."
    CANDIDATE = "The candidate takes no part now, or has accepted an organ of the same kind."
    REASON = "This is no reason for declining this organ; take one from the list of the organ."
    SECOND_PERSON = "This reason needs the digest of its words and a second person."
    NOT_NEXT = "This backup offer is not the one that becomes the first in line now."
    NO_FILTER = "This filter is not set for the registration."
    LINK = "A link needs registrations on two or more organs, none of them linked before or being offered anything."


@dataclass(frozen=True, slots=True)
class Refusal:
    """Hold which rule refuses."""

    rule: Rule
