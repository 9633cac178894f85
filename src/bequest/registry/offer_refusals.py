"""Knows what the state machine's refusal of an offer's step is here: which rule, and in which words it is told."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.errors import InputError
from bequest.offers.machine import apply
from bequest.offers.next_offer import next_offers
from bequest.offers.promotion import promotion
from bequest.offers.refusal import Refusal, Rule
from bequest.registry import rules
from bequest.registry.refusal import GateRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.offers.event import Event, Made
    from bequest.offers.record import State
    from bequest.registry.offer_state import Known

_REFUSED: Mapping[Rule, tuple[str, str]] = MappingProxyType({
    Rule.GATE: (rules.DEATH, "The organ is not open for allocation yet; no offer may go out before."),
    Rule.ENDED_DONATION: (rules.CONSENT, "The donation has ended; nothing of this donor is offered any more."),
    Rule.CONSENT: (rules.CONSENT, "The consent was withdrawn; nothing of this donor is offered or accepted."),
    Rule.PAUSE: (rules.PAUSED, "The recovery is paused; no offer goes out before an independent doctor resumes it."),
    Rule.RUN: (rules.ORDER, "A newer run of this organ is there; offer down the order of that one."),
    Rule.PLACE: (rules.ORDER, "This place cannot be offered these parts now; look at what holds of it in the run."),
    Rule.OVERRIDE: (rules.ORDER, "A departure from the order needs a reason, and two people who answer for it."),
    Rule.OVER: (rules.TRACEABLE, "The offer has ended; it cannot be answered any more."),
    Rule.ANSWERED: (rules.TRACEABLE, "The offer has been answered; it waits for nothing."),
    Rule.LATE: (rules.ORDER, "The offer has expired; it cannot be answered any more."),
    Rule.TAKEN: (rules.TRACEABLE, "Somebody else has accepted this part; a part goes to one person."),
    Rule.PLAN: (
        rules.POLICY,
        "The next one needs several organs of this donor, and no donor plan says which goes first; put one in force.",
    ),
    Rule.STAGE: (
        rules.ORDER,
        "A stage begins once, where places of the run wait for it, and with the digest of what shows that it may.",
    ),
    Rule.CANDIDATE: (
        rules.TRACEABLE,
        "The candidate is not active on the list any more, or has accepted such an organ already; withdraw the offer.",
    ),
    Rule.SECOND_PERSON: (rules.ORDER, "This reason needs its words, and a second person who confirms them."),
})  # fmt: skip
"""What is a leaf: the rule, and the sentence."""
_WRONG: Mapping[Rule, str] = MappingProxyType({
    Rule.TIME: "The step is dated before the last one of this donation; check the clock.",
    Rule.NOT_PAUSED: "The donation is not paused.",
    Rule.RUN_FORM: "The run does not fit the donation: its ranks have a gap, or its organ another place in the plan.",
    Rule.NO_OFFER: "There is no such offer; check its event.",
    Rule.ALREADY: "That was recorded before.",
    Rule.NOT_LATE: "The time to answer has not run out, or the message of the offer never went out.",
    Rule.NO_MARK: "No reminder of that mark is due.",
    Rule.REASON: "That is no reason for declining this organ; take one of data/offers/decline_reasons.csv.",
    Rule.NOT_NEXT: "This backup offer is not the one that becomes the first in line now.",
    Rule.NO_FILTER: "This filter is not set for the registration.",
    Rule.LINK: "These registrations cannot be tied together.",
})  # fmt: skip
"""What is simply wrong, and leaves nothing."""


def judged(known: Known, event: Event, *, step: str | None = None) -> State:
    """Return the state after an event; raise what tells whoever asked why it is refused.

    Without a `step` of the leaves the refusal is none of a gate, and leaves nothing behind.
    """
    after = apply(known.state, event)
    if isinstance(after, Refusal):
        raise refused(known, after.rule, step=step)
    return after


def refused(known: Known, rule: Rule, *, step: str | None) -> GateRefusedError | InputError:
    """Return what the machine's refusal is raised as."""
    if rule in _WRONG:
        return InputError(_WRONG[rule])
    by, sentence = _REFUSED[rule]
    if step is None:
        return InputError(sentence)
    return GateRefusedError(sentence, rule=by, step=step, donation=known.case.donation)


def judged_offer(known: Known, made: Made, rank: int) -> State:
    """Return the state after an offer was made; out of turn, the refusal says whose turn it is."""
    after = apply(known.state, made)
    if not isinstance(after, Refusal):
        return after
    if after.rule is not Rule.ORDER:
        raise refused(known, after.rule, step="offer")
    raise GateRefusedError(
        f"Place {rank} of this run cannot be offered to now: {_turn(known.state, made)}. Offer down the order, or have"
        " a departure approved by a second person.",
        rule=rules.ORDER,
        step="offer",
        donation=known.case.donation,
    )


def _turn(state: State, made: Made) -> str:
    """Return in words who is offered next."""
    following = next_offers(state, made.seats[0].run, made.at)
    if following.proposals:
        return f"it is the turn of place {following.proposals[0].seats[0].rank}"
    if following.waits_for is not None:
        return f"place {following.waits_for.entry.rank} comes next, once another offer is answered"
    return "a backup offer is promoted first" if promotion(state) is not None else "nobody is left"
