"""Knows small worlds of offers: a desk with a worker that may die, programmes that answer, and a world that interferes.

The worker plans a step, does what the step needs outside (a message), and records it; anything may happen in between.
What must never be true is written here a second time, without the room's own words for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

from bequest.model.enums import OfferKind, Organ, OrganPart
from bequest.offers import apply, due, next_offers
from bequest.offers import event as events
from bequest.offers.clock import waited
from bequest.offers.record import (
    End,
    Entry,
    Gate,
    Link,
    LiveKind,
    OfferRules,
    RankedRun,
    Standing,
    State,
)
from bequest.offers.refusal import Refusal

START = datetime(2026, 11, 1, tzinfo=UTC)
TICK = timedelta(minutes=10)
REPLY = timedelta(minutes=20)
RULES = OfferRules(reply_minutes=20, remind_minutes=(), at_once=1)
HEART, LEFT, RIGHT = ((OrganPart.HEART,), (OrganPart.KIDNEY_LEFT,), (OrganPart.KIDNEY_RIGHT,))
SINGLE, BOTH = OfferKind.SINGLE, OfferKind.BOTH_KIDNEYS
MESSAGES = (events.Told, events.Reminded)


def entries(*places):
    """Return the entries of a run: each a candidate's letter, or (letter, kind of offer, grafts)."""
    return tuple(_entry(rank, *place) for rank, place in enumerate(places, start=1))


def _entry(rank, registration, grafts, kind=SINGLE):
    return Entry(rank, registration, registration[0], kind, grafts)


@dataclass(frozen=True)
class World:
    """Hold the donor's offers, what the worker has in mind, what went out, and what may still interfere."""

    state: State
    now: datetime = START
    plan: object = None
    sent: frozenset = frozenset()
    outside_done: bool = False
    crashes: int = 1
    delays: int = 1  # how often the worker may be so late that the time runs out before the message goes
    mischief: tuple[tuple[str, object], ...] = ()  # events that may happen once each, by name

    def key(self):
        """Return what the future depends on: how long each offer has waited, not when it was made."""
        state = self.state
        return (
            state.gate, state.organs, state.revoked, state.paused_at is not None, len(state.runs), state.standings,
            state.filters, tuple(self._of(offer) for offer in state.offers),
            self._planned(), self.outside_done, self.sent, self.crashes, self.delays,
            tuple(name for name, _ in self.mischief),
        )  # fmt: skip

    @cached_property
    def wishes(self):
        """Return what a worker would do now: what is due, and the next offer of each run."""
        found = list(due(self.state, self.now))
        for run in self.state.runs:
            first = next_offers(self.state, run.run, self.now).proposals[:1]
            found.extend(events.Made(self.now, proposal.seats, proposal.kind) for proposal in first)
        return found

    def _of(self, offer):
        seats = tuple((seat.run, seat.rank, seat.parts) for seat in offer.seats)
        if not offer.live:
            return seats, offer.end, offer.reason
        if not offer.waiting:
            return seats, offer.kind, "accepted"
        late = min(waited(self.state, offer, self.now), REPLY)
        marks = tuple(reminder.minutes for reminder in offer.reminders)
        return seats, offer.kind, late, offer.told_at is not None, marks

    def _planned(self):
        return None if self.plan is None else (type(self.plan).__name__, _without_time(self.plan))


def _without_time(event):
    return tuple(
        (name, value) for name in type(event).__slots__ if name != "at" for value in [getattr(event, name)]
    )  # fmt: skip


def moves(world):
    """Yield every step that the world can take: its label, whether it is fair, the world after it."""
    yield from _worker(world)
    yield from _programmes(world)
    yield from _others(world)


def _worker(world):
    if world.plan is None:
        for event in world.wishes:
            yield f"plan {_label(event)}", True, replace(world, plan=event)
        return
    if isinstance(world.plan, MESSAGES) and not world.outside_done:
        sent = world.sent | {world.plan.offer}
        yield f"send {_label(world.plan)}", True, replace(world, sent=sent, outside_done=True)
    else:
        event = replace(world.plan, at=world.now)
        done = replace(world, plan=None, outside_done=False)
        yield f"record {_label(event)}", True, _after(done, event) or done
        again = _after(replace(world, crashes=world.crashes - 1), event) if world.crashes else None
        if again is not None:
            yield f"record {_label(event)}, die before noting it", False, again
    if world.crashes:
        yield "crash", False, replace(world, plan=None, outside_done=False, crashes=world.crashes - 1)


def _programmes(world):
    for offer in world.state.offers:
        if offer.number in world.sent:
            answers = [
                events.Accepted(world.now, offer.number), events.Declined(world.now, offer.number, "candidate_unwell"),
            ]  # fmt: skip
            for event in answers:
                after = _after(world, event)
                if after is not None:
                    yield _label(event), True, after


def _others(world):
    if any(offer.waiting for offer in world.state.offers) and world.state.paused_at is None:
        later = replace(world, now=world.now + TICK)
        missed = [offer for offer in _unheard(later) if offer not in _unheard(world)]
        if len(missed) <= world.delays:
            yield "tick", True, replace(later, delays=world.delays - len(missed))
    if world.state.paused_at is not None:
        yield "resume", True, _after(world, events.Resumed(world.now)) or world
    for name, event in world.mischief:
        left = tuple(each for each in world.mischief if each[0] != name)
        for interfering in event:
            after = _after(replace(world, mischief=left), replace(interfering, at=world.now))
            if after is not None:
                yield _label(interfering), False, after


def _unheard(world):
    """Return the offers whose time ran out before anybody was told."""
    return [
        offer.number
        for offer in world.state.offers
        if offer.waiting and offer.told_at is None and _age(world, offer) >= REPLY
    ]


def _after(world, event):
    """Return the world after an event; None where the room refuses it."""
    after = apply(world.state, event)
    return None if isinstance(after, Refusal) else replace(world, state=after)


def _label(event):
    match event:
        case events.Made():
            places = " and ".join(
                f"{seat.registration} {'+'.join(p.value for p in seat.parts)}" for seat in event.seats
            )
            return f"offer {places}, {event.kind.value}"
        case events.Withdrawn():
            return f"withdrawn {event.offer} {event.reason.value}"
        case _:
            number = getattr(event, "offer", "")
            return f"{type(event).__name__.lower()} {number}".strip()


def over(world):
    """Tell whether nobody is waited for and nothing is left to do."""
    waiting = any(offer.waiting for offer in world.state.offers)
    return not waiting and world.plan is None and not world.wishes and world.state.paused_at is None


# ---------------------------------------------------------------- what must never be


def broken_by(world, label, after):
    """Return the rule that a step breaks, in a few words; None where it breaks none."""
    return (
        _broken_offer(world, after) or _broken_state(after.state) or _broken_record(world, label, after)
        or _broken_end(world, after)
    )  # fmt: skip


def _broken_record(world, label, after):
    """Look at what the worker recorded: nothing may count of an offer that had ended."""
    number = getattr(world.plan, "offer", None)
    if not label.startswith("record") or number is None or world.state.offers[number].live:
        return None
    return None if after.state is world.state else f"{type(world.plan).__name__.lower()} counted twice"


def _broken_state(state):
    seats = [seat for offer in state.offers if offer.holds for seat in offer.seats]
    held = [part for seat in seats for part in seat.parts]
    if len(held) != len(set(held)):
        return "two live acceptances of one part"
    kinds = [(seat.candidate, seat.organ) for seat in seats]
    if len(kinds) != len(set(kinds)):
        return "one candidate holds two organs of one kind"
    names = {seat.registration for seat in seats}
    if any(len(names & {name for _, name in link.registrations}) == 1 for link in state.links):
        return "a combined candidate holds one organ alone"
    found = (_broken_live(state, offer) for offer in state.offers if offer.live)
    return next((rule for rule in found if rule is not None), None)


def _broken_live(state, offer):
    if state.gate not in (Gate.OPEN, Gate.CONDITIONAL):
        return "a live offer while the gate is not open"
    if any(seat.organ in state.revoked for seat in offer.seats):
        return "a live offer after consent was revoked"
    if offer.kind is LiveKind.PROVISIONAL and state.gate is not Gate.CONDITIONAL:
        return "a provisional offer after death"
    return None


def _broken_end(world, after):
    """Look at each offer that was there: what ended stays as it was, what ends was live, and in time."""
    for old, new in zip(world.state.offers, after.state.offers, strict=False):
        if not old.live and new != old:
            return "an offer ended twice"
        if old.waiting and new.accepted_at is not None and _age(world, old) >= REPLY:
            return "an answer counted after the time"
        if old.waiting and new.end is End.DECLINED and _age(world, old) >= REPLY:
            return "an answer counted after the time"
        if new.end is End.EXPIRED and old.live and (old.number not in world.sent or _age(world, old) < REPLY):
            return "an offer ran out too early, or on somebody who was never told"
    return None


def _age(world, offer):
    stopped = offer.stopped
    if world.state.paused_at is not None:
        stopped += world.now - world.state.paused_at
    return world.now - offer.made_at - stopped


def _broken_offer(world, after):
    """Look at a new offer: gate, consent and pause as they were, and everybody above accounted for."""
    if len(after.state.offers) == len(world.state.offers):
        return None
    state, made = world.state, after.state.offers[-1]
    if state.gate not in (Gate.OPEN, Gate.CONDITIONAL):
        return "an offer before the gate opened"
    if any(seat.organ not in state.organs for seat in made.seats):
        return "an offer without consent"
    if state.paused_at is not None:
        return "an offer during a pause"
    return _broken_order(state, made)


def _broken_order(state, made):
    seat = made.seats[0]
    run = next(run for run in state.runs if run.run == made.run)
    parts_free = state if made.kind is not LiveKind.BACKUP else _without_others(state, seat.registration)
    if _accounted_for(parts_free, run, run.entries[seat.rank - 1]):
        return "an offer to somebody who was passed over, or had one"
    above = run.entries[: seat.rank - 1]
    return None if all(_accounted_for(state, run, entry) for entry in above) else "an offer out of order"


def _without_others(state, registration):
    """Return the state in which nobody else holds a part: a backup is offered what another holds."""
    kept = tuple(o for o in state.offers if not o.holds or any(seat.registration == registration for seat in o.seats))
    return replace(state, offers=kept)


def _accounted_for(state, run, entry):
    """Tell whether a place needs no offer now, by facts alone."""
    to_them = [
        offer
        for offer in state.offers
        for seat in offer.seats
        if seat.organ is run.organ and seat.registration == entry.registration and offer.end is not End.WITHDRAWN
    ]
    taken = {part for offer in state.offers if offer.holds for seat in offer.seats for part in seat.parts}
    link = [
        name
        for link in state.links
        for name in link.registrations
        if (run.organ, entry.registration) in link.registrations
    ]
    return bool(
        to_them
        or any(name == entry.registration for name, _ in state.standings)
        or any(name == entry.registration for name, _ in state.filters)
        or all(taken & set(graft) for graft in entry.grafts)
        or (link and _link_settled(state, run, link))
    )


def _link_settled(state, run, link):
    """Tell whether a combined candidate's other organ cannot be had with this one, or the leading organ went first."""
    for organ, name in link:
        if organ is run.organ:
            continue
        other = next((run for run in reversed(state.runs) if run.organ is organ), None)
        if organ not in state.organs or other is None:
            return True
        entry = next((entry for entry in other.entries if entry.registration == name), None)
        if entry is None or _accounted_for(replace(state, links=()), other, entry):
            return True
    return False


# ---------------------------------------------------------------- the worlds


MISCHIEF = {
    "release": [events.Released(START, (Organ.HEART, Organ.KIDNEY), Gate.OPEN)],
    "revoke": [events.ConsentRevoked(START), events.ConsentRevoked(START, (Organ.KIDNEY,))],
    "pause": [events.Paused(START)],
    "back": [events.StandingChanged(START, "B-heart", None)],
    "away": [events.StandingChanged(START, "C-kidney", Standing.REMOVED)],
    "filter": [events.FilterSet(START, "C-kidney", "age", "P-1")],
    "conditional": [events.Released(START, (Organ.KIDNEY,), Gate.CONDITIONAL)],
    "death": [events.DeathCertified(START)],
    "stand-down": [events.StoodDown(START)],
}
"""What may happen once, by name; one of several where there are several."""


def two_organs(*mischief, remind=(), **changes):
    """Return a donor of a heart and a left kidney: candidate A needs both, B waits for the heart, C for the kidney."""
    rules = replace(RULES, remind_minutes=remind)
    heart = RankedRun("run-heart", Organ.HEART, entries(("B-heart", (HEART,)), ("A-heart", (HEART,))), rules, 0)
    kidney = RankedRun("run-kidney", Organ.KIDNEY, entries(("C-kidney", (LEFT,)), ("A-kidney", (LEFT,))), rules, 1)
    link = Link("A", ((Organ.HEART, "A-heart"), (Organ.KIDNEY, "A-kidney")))
    away = (("B-heart", Standing.SUSPENDED),) if "back" in mischief else ()
    return _world(State(runs=(heart, kidney), links=(link,), standings=away), "release", *mischief, **changes)


def two_kidneys(*mischief, **changes):
    """Return a donor of two kidneys offered two at once, on the circulatory pathway: B wants both or none."""
    rules = replace(RULES, at_once=2, backups=1)
    order = entries(("A-one", (LEFT, RIGHT)), ("B-both", ((*LEFT, *RIGHT),), BOTH), ("C-kidney", (LEFT, RIGHT)))
    run = RankedRun("run-kidney", Organ.KIDNEY, order, rules, 0)
    again = RankedRun("run-again", Organ.KIDNEY, (order[2]._replace(rank=1), order[0]._replace(rank=2)), rules, 0)
    world = _world(State(runs=(run,)), "conditional", *mischief, **changes)
    if "again" in mischief:
        return replace(world, mischief=(*world.mischief, ("again", [events.RunRecorded(START, again)])))
    return world


def _world(state, *mischief, **changes):
    chosen = tuple((name, MISCHIEF[name]) for name in mischief if name in MISCHIEF)
    return World(**{"state": state, "mischief": chosen, **changes})
