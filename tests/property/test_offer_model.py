"""The offers of two kidneys, one at a time, against a model in a dictionary that knows nothing of the room."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bequest.model.enums import Organ
from bequest.offers import apply, due, next_offers
from bequest.offers.event import (
    Accepted,
    ConsentRevoked,
    Declined,
    Expired,
    FilterLifted,
    FilterSet,
    Made,
    Paused,
    Released,
    Reminded,
    Resumed,
    RunRecorded,
    StandingChanged,
    Told,
)  # fmt: skip
from bequest.offers.record import Gate, Standing, State
from bequest.offers.refusal import Refusal
from bequest.offers.skip import Departure, skips_in
from offer_steps import LEFT, RIGHT, RULES, START, after, place, run_of

PEOPLE = "ABCDEF"
orders = st.lists(st.sampled_from(PEOPLE), min_size=1, unique=True)
somebody = st.sampled_from(PEOPLE)


class TwoKidneys(RuleBasedStateMachine):
    """Do to the room and to the model what happens in a night, in any order."""

    def __init__(self):
        super().__init__()
        self.state, self.now, self.journal = State(), START, []
        self.model = {"order": [], "answer": {}, "holds": {}, "away": set(), "filtered": set(), "asked": None,
                      "waited": 0, "paused": False, "over": False}  # fmt: skip

    @initialize(order=orders)
    def open_the_gate(self, order):
        self.happens(Released(self.now, (Organ.KIDNEY,), Gate.OPEN))
        self.record_run(order)

    def happens(self, event):
        self.journal.append(event)
        self.state = after(self.state, event)

    def record_run(self, order):
        places = [place(letter, LEFT, RIGHT) for letter in order]
        self.run = f"run-{len(self.state.runs)}"
        self.happens(RunRecorded(self.now, run_of(*places, name=self.run, organ=Organ.KIDNEY, rules=RULES)))
        self.model["order"] = order

    def expected(self):
        model = self.model
        if model["over"] or model["paused"] or model["asked"] is not None or len(model["holds"]) == 2:
            return None
        settled = set(model["answer"]) | set(model["holds"]) | model["away"] | model["filtered"]
        return next((letter for letter in model["order"] if letter not in settled), None)

    def number_of(self, letter):
        numbers = [offer.number for offer in self.state.offers if offer.seats[0].registration == letter and offer.live]
        return numbers[-1]

    @precondition(lambda self: self.expected() is not None)
    @rule()
    def offer(self):
        (proposal,) = next_offers(self.state, self.run, self.now).proposals
        self.happens(Made(self.now, proposal.seats, proposal.kind))
        self.happens(Told(self.now, len(self.state.offers) - 1))
        self.model |= {"asked": proposal.seats[0].registration, "waited": 0}

    @precondition(lambda self: self.model["asked"] is not None)
    @rule(accepts=st.booleans())
    def answer(self, accepts):
        letter, model = self.model["asked"], self.model
        number = self.number_of(letter)
        event = Accepted(self.now, number) if accepts else Declined(self.now, number, "candidate_unwell")
        if model["waited"] >= RULES.reply_minutes or (accepts and letter in model["away"]):
            assert isinstance(apply(self.state, event), Refusal)
            return
        self.happens(event)
        model["asked"] = None
        if accepts:
            model["holds"][letter] = self.state.offers[number].parts
        else:
            model["answer"][letter] = "declined"

    @precondition(lambda self: self.model["holds"])
    @rule(data=st.data())
    def give_back(self, data):
        letter = data.draw(st.sampled_from(sorted(self.model["holds"])))
        self.happens(Declined(self.now, self.number_of(letter), "organ_function"))
        del self.model["holds"][letter]
        self.model["answer"][letter] = "given back"

    @rule(minutes=st.sampled_from([1, 10, 30]))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)
        if not self.model["paused"]:
            self.model["waited"] += minutes

    @rule()
    def the_worker_does_what_is_due(self):
        while tasks := due(self.state, self.now):
            self.happens(tasks[0])
            if not isinstance(tasks[0], Reminded):
                letter, self.model["asked"] = self.model["asked"], None
                if isinstance(tasks[0], Expired):
                    assert self.model["waited"] >= RULES.reply_minutes
                    self.model["answer"][letter] = "silent"

    @rule(letter=somebody)
    def go_away(self, letter):
        if letter not in self.model["away"]:
            self.model["away"].add(letter)
            self.happens(StandingChanged(self.now, letter, Standing.SUSPENDED))

    @rule(letter=somebody)
    def come_back(self, letter):
        if letter in self.model["away"]:
            self.model["away"].remove(letter)
            self.happens(StandingChanged(self.now, letter, None))

    @rule(letter=somebody)
    def filter_or_lift(self, letter):
        lifts = letter in self.model["filtered"]
        self.model["filtered"] ^= {letter}
        kind = FilterLifted if lifts else FilterSet
        self.happens(kind(self.now, letter, "age", "P-1"))

    @precondition(lambda self: not self.model["over"])
    @rule()
    def pause_or_resume(self):
        self.happens((Resumed if self.model["paused"] else Paused)(self.now))
        self.model["paused"] = not self.model["paused"]

    @precondition(lambda self: not self.model["over"])
    @rule(order=orders)
    def rank_again(self, order):
        self.record_run(order)
        self.model["holds"] = {letter: parts for letter, parts in self.model["holds"].items() if letter in order}
        if self.model["asked"] not in order:
            self.model["asked"] = None

    @precondition(lambda self: not self.model["over"] and len(self.state.offers) > 3)
    @rule()
    def revoke(self):
        self.happens(ConsentRevoked(self.now))
        self.model |= {"over": True, "asked": None, "holds": {}}

    @invariant()
    def both_would_ask_the_same_person(self):
        if self.state.runs:
            found = next_offers(self.state, self.run, self.now).proposals
            assert [each.seats[0].registration for each in found] == [each for each in [self.expected()] if each]

    @invariant()
    def both_know_who_holds_which_kidney(self):
        held = {offer.seats[0].registration: offer.parts for offer in self.state.offers if offer.holds}
        assert held == self.model["holds"]
        parts = [part for each in held.values() for part in each]
        assert len(parts) == len(set(parts))

    def teardown(self):
        """Nobody was ever passed over for no reason."""
        assert all(skip.reason is not Departure.UNEXPLAINED for skip in skips_in(self.journal, State()))


TestTwoKidneys = TwoKidneys.TestCase
