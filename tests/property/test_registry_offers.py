"""Whatever a night brings, the registry's rows say what the pure machine says of the same events, on both databases.

A donor gives a heart and kidneys, and some need both together; the policy for hearts has a stage of rescue, and an
agreement lets what nobody took leave the country. After each step the invariants of tests/night_invariants.py are asked
of the rows, and the step `again` asks I16 (a request key answers for one request).
"""

from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connections
from hypothesis import given, settings
from hypothesis import strategies as st

from bequest.model.death import PauseReason
from bequest.model.enums import Organ
from bequest.model.errors import InputError, RefusedError
from bequest.offers import apply
from bequest.offers import event as events
from bequest.offers.record import State, Withdrawal
from bequest.offers.refusal import Refusal
from bequest.registry.consents import ConsentWithdrawn, revoke_consent
from bequest.registry.donor_filters import DonorFilterAsked, set_donor_filter
from bequest.registry.exports import Exported, export_organ
from bequest.registry.listings import Suspension, suspend_registration
from bequest.registry.models import DonorCase, Event, Offer, OfferSeat, Pause
from bequest.registry.offer_state import known_of
from bequest.registry.offers import (
    Accepting,
    Ending,
    Expiring,
    Noting,
    OfferAsked,
    Promoting,
    Reminding,
    accept_offer,
    decline_offer,
    expire_offer,
    make_offer,
    next_rank,
    promote_offer,
    remind_offer,
    see_offer,
    tell_offer,
    withdraw_offer,
)
from bequest.registry.office import Request
from bequest.registry.pauses import Paused, Resumed, pause_recovery, resume_recovery
from bequest.registry.programmes import FilterAsked, lift_filter, set_filter
from bequest.registry.refusal import RequestKeyError
from bequest.registry.rows import every, leaf_of, needed
from bequest.registry.run_orders import places_of
from bequest.registry.timers import run_due
from bequest.registry.transplants import Crossmatched, record_crossmatch
from combined_offices import kidney_list
from night_invariants import Invariants
from registry_exports import ABROAD, DOCUMENT, agreed
from registry_offices import Clock, Donation, Entropy, ask, copied, kinds, office_at, opened_office, place_of
from staged_offices import EVIDENCE, begun, rescue_in_force
from statement_cuts import Cut, PowerCutError

NAMES = (
    "next", "next", "next", "rank", "tell", "tell", "accept", "decline", "withdraw", "expire", "promote", "wait", "due",
    "filter", "lift", "suspend", "see", "pause", "resume", "rerun", "revoke", "donors", "again", "kidney", "kidney",
    "remind", "stage", "export", "recover", "crossmatch", "crash", "crash",
)  # fmt: skip
OF_THE_NIGHT = frozenset({
    "wait", "filter", "lift", "suspend", "rank", "pause", "resume", "rerun", "revoke", "crash", "donors", "again",
    "kidney", "stage", "export", "recover",
})  # fmt: skip
"""What is about no offer."""
STEPS = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 3)), min_size=8, max_size=30)
LATE = [("next", 0), ("tell", 0), ("wait", 2), ("accept", 0), ("expire", 0), ("next", 0), ("wait", 2), ("due", 0)]
"""A night in which nobody answers in time, and then nobody is told."""
FALLEN = [
    ("next", 0), ("accept", 0), ("next", 0), ("accept", 0), ("promote", 0), ("decline", 3), ("promote", 0),
    ("suspend", 2), ("decline", 0), ("next", 0),
]  # fmt: skip
"""A night in which an acceptance falls and the backup behind it is promoted."""

TROUBLED = [
    ("next", 0), ("see", 0), ("again", 0), ("pause", 0), ("next", 0), ("accept", 0), ("crash", 0), ("resume", 0),
    ("donors", 0), ("donors", 1), ("next", 0), ("rerun", 1), ("next", 0), ("accept", 0), ("revoke", 0), ("next", 0),
]  # fmt: skip
"""A night with a pause, filters for donors, a crash, a re-run, and a consent that is withdrawn."""
TOGETHER = [
    ("kidney", 0), ("decline", 0), ("next", 0), ("decline", 0), ("next", 0), ("decline", 0), ("next", 0), ("tell", 0),
    ("wait", 0), ("wait", 0), ("remind", 0), ("crash", 1), ("accept", 0), ("crossmatch", 0), ("kidney", 0),
    ("recover", 0),
]  # fmt: skip
"""A night in which somebody is offered heart and kidney together, is reminded, and accepts both."""
RESCUED = [
    ("next", 0), ("decline", 0), ("stage", 0), ("next", 0), ("crash", 2), ("decline", 0), ("next", 0), ("accept", 0),
    ("kidney", 0), ("decline", 0), ("rerun", 0), ("next", 0),
]  # fmt: skip
"""A night in which a stage has an order of its own, and a re-run comes after it."""
ABROAD_AT_LAST = [*[("next", 0), ("decline", 0)] * 12, ("export", 0), ("next", 0), ("rerun", 0), ("kidney", 0)]
"""A night in which nobody here wants the heart, and it leaves the country."""


MARK = 10
"""After how many minutes the policy for hearts has somebody reminded."""
TOGETHER_OR_NOT = ("R-000003", "R-000007")
"""Who needs heart and kidney of one donor."""


class Night:
    """Keep a registry and what the machine says of the same steps."""

    def __init__(self, office):
        self.office = office
        donation = Donation.reported(office, 4).steps()
        donation.open()
        donation.open(Organ.KIDNEY)
        donation.on_duty("surgeon-1")
        self.case = needed(office.using, DonorCase, "", donation=donation.donation)
        self.donation, self.run = donation, donation.run(backups=1)
        self.kidneys = donation.run(Organ.KIDNEY, reply_minutes=60, backups=1)
        self.invariants = Invariants(office)
        self.places = places_of(office.using, self.run.event_id)
        self.state = self.seen()

    def seen(self):
        """Return the state that the rows make."""
        return known_of(self.office.using, self.case).state

    def offers(self):
        """Return the offers by number."""
        return [row.event_id for row in every(self.office.using, Offer, "place_in_case", case_id=self.case.donation)]

    def step(self, name, number):
        """Take one step in the registry, and the same in the machine from the state before."""
        before = self.seen()
        assert same(before, self.state)
        if name not in OF_THE_NIGHT and before.offers:
            # Mostly the newest offer, so that a night goes on.
            number = len(before.offers) - 1 - number // 3 % len(before.offers)
        try:
            self.act(name, number)
            done = True
        except (InputError, RefusedError):
            done = False
        after = self.seen()
        event = self.event(name, number, before, after)
        if event is not None:
            said = apply(before, event)
            assert isinstance(said, Refusal) != done, (name, number, said)
            if done:
                # That a stage began is a row of its own, which the order of the stage comes with.
                said = replace(said, begun=after.begun) if name == "stage" else said
                assert same(said, after), (name, number)
        if not done:
            assert same(before, after), (name, number)
        self.state = after
        self.invariants.hold()

    def act(self, name, number):
        """Do in the registry what a step is."""
        office, offers = self.office, self.offers()
        if name == "wait":
            office.clock.advance(minutes=(9, 25, 61, 61)[number])
        elif name == "due":
            run_due(office, office.clock())
        elif name in {"filter", "lift"}:
            asked = FilterAsked(self.places[number % len(self.places)].registration, "f")
            (set_filter if name == "filter" else lift_filter)(office, ask("lucia"), asked)
        elif name == "suspend":
            place = self.places[number % len(self.places)]
            suspend_registration(office, ask("lucia"), Suspension(place.registration, "medical"))
        elif name in {"next", "kidney"}:
            run = self.run if name == "next" else self.kidneys
            rank = next_rank(office, run.event_id)
            if rank is not None:
                make_offer(office, ask(), OfferAsked(run.event_id, rank))
        elif name == "rank":
            make_offer(office, ask(), OfferAsked(self.run.event_id, number % len(self.places) + 1))
        elif name in OF_THE_NIGHT:
            self.around(name, number)
        else:
            offer = offers[number] if number < len(offers) else "none"
            {
                "tell": lambda: tell_offer(office, ask(), Noting(offer)),
                "see": lambda: see_offer(office, ask("tomas"), Noting(offer)),
                "accept": lambda: accept_offer(office, ask("tomas"), Accepting(offer)),
                "decline": lambda: decline_offer(office, ask("tomas"), Ending(offer, "candidate_unwell")),
                "withdraw": lambda: withdraw_offer(office, ask(), Ending(offer, "error")),
                "expire": lambda: expire_offer(office, ask(), Expiring(offer)),
                "promote": lambda: promote_offer(office, ask(), Promoting(offer)),
                "remind": lambda: remind_offer(office, ask(), Reminding(offer, MARK)),
                "crossmatch": lambda: record_crossmatch(office, ask("tomas"), Crossmatched(offer, "negative")),
            }[name]()

    def around(self, name, number):
        """Do what happens around the offers: to the donation, to the order, to the process."""
        office, donation = self.office, self.case.donation
        {
            "pause": lambda: pause_recovery(office, ask("a nurse"), Paused(donation, PauseReason.SIGN_OF_LIFE)),
            "resume": self.resume,
            "rerun": lambda: self.follow(self.donation.run(backups=number % 2)),
            "revoke": lambda: (
                number or revoke_consent(office, ask("ingrid"), ConsentWithdrawn(donation, "next_of_kin"))
            ),
            "donors": lambda: self.pass_over(number),
            "again": self.again,
            "stage": lambda: self.follow(begun(office, self.run)),
            "export": lambda: export_organ(office, ask(), Exported(donation, Organ.HEART, DOCUMENT, ABROAD.name)),
            "recover": self.donation.recovered,
            "crash": lambda: self.crash(number),
        }[name]()

    def follow(self, run):
        """Let the offers of the heart follow a run from now on."""
        self.run = run
        self.places = places_of(self.office.using, run.event_id)

    def resume(self):
        """Have an independent doctor resume what was paused."""
        for pause in every(self.office.using, Pause, case_id=self.case.donation):
            resume_recovery(self.office, ask("dr-far"), Resumed(pause.event_id, self.office.clock.now))

    def pass_over(self, number):
        """Have a programme pass over donors."""
        place = self.places[number % len(self.places)]
        refuses = ("donor.age_years >= 0", "donor.kdpi_percent > 1")[number % 2]
        set_donor_filter(self.office, ask("lucia"), DonorFilterAsked(place.centre, Organ.HEART, f"f{number}", refuses))

    def again(self):
        """Ask with a request key that was used: it answers for its own request (I16)."""
        newest = max(every(self.office.using, Event), key=lambda row: leaf_of(self.office.using, row.id))
        with pytest.raises(RequestKeyError):
            tell_offer(self.office, Request(newest.request_key, "nadia"), Noting("another"))

    def crash(self, number):
        """End the program between two statements of an offer, or of a re-run, and begin anew with what is durable."""
        step = ("next", "kidney", "next", "rerun")[number]
        with pytest.MonkeyPatch.context() as patched:
            cut = Cut(patched, self.office, (2, 20, 45, 60)[number])
            with suppress(PowerCutError), cut.wrapper:
                self.act(step, 0)
        connections[self.office.using].close()

    def event(self, name, number, before, after):
        """Return the step as an event of the machine at the instant of the registry; None where it is several."""
        at = max(self.office.clock.now, before.at)
        if name == "promote" and number < len(before.offers):
            seats = after.offers[number].seats
            return events.Promoted(at, number, seats)
        if name == "stage":
            return events.RunRecorded(at, after.runs[-1], EVIDENCE) if len(after.runs) > len(before.runs) else None
        made = {
            "remind": lambda: events.Reminded(at, number, MARK),
            "tell": lambda: events.Told(at, number),
            "see": lambda: events.Seen(at, number),
            "accept": lambda: events.Accepted(at, number),
            "decline": lambda: events.Declined(at, number, "candidate_unwell"),
            "withdraw": lambda: events.Withdrawn(at, number, Withdrawal.ERROR),
            "expire": lambda: events.Expired(at, number),
        }.get(name)
        return None if made is None or number >= len(before.offers) else made()


def same(one, other):
    """Tell whether two states say the same, but for the instant of the newest event and of what happened at it."""
    return timeless(one) == timeless(other)


def timeless(state: State):
    """Return a state without the instants, which the log may put a second later than the machine."""
    offers = tuple(
        replace(
            offer, told_at=offer.told_at and True, seen_at=offer.seen_at and True,
            accepted_at=offer.accepted_at and True, ended_at=offer.ended_at and True, stopped=timedelta(0),
            reminders=tuple(reminder.minutes for reminder in offer.reminders),
        )
        for offer in state.offers
    )  # fmt: skip
    return replace(state, at=None, offers=offers)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def template(request):
    with opened_office(request.param) as office:
        kidney_list(office, combined=TOGETHER_OR_NOT)
        agreed(office)
        rescue_in_force(office)
        place = place_of(office)
        with copied(place) as copy:
            yield office.clock.now, office.entropy.drawn, copy


@contextmanager
def new_night(template):
    """Give a night in a registry of its own."""
    now, drawn, place = template
    with copied(place) as copy, office_at(copy, Clock(now), Entropy(drawn)) as office:
        yield Night(office)


@pytest.mark.timeout(900)
@given(steps=STEPS)
@settings(max_examples=max(5, settings.default.max_examples // 10 - 5))
def test_the_rows_say_what_the_machine_says_of_the_same_night(template, steps):
    with new_night(template) as night:
        assert night.state.organs == (Organ.HEART, Organ.KIDNEY)
        for name, number in steps:
            night.step(name, number)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("steps", "reached"),
    [
        (LATE, {"offer.expired"}),
        (FALLEN, {"offer.promoted"}),
        (TROUBLED, {"recovery.resumed", "consent.revoked"}),
        (TOGETHER, {"offer.reminded", "offer.accepted", "crossmatch.done", "recovery.ordered"}),
        (RESCUED, {"stage.began"}),
        (ABROAD_AT_LAST, {"organ.exported"}),
    ],
    ids=["late", "fallen", "troubled", "together", "rescued", "abroad"],
)
def test_so_they_do_in_nights_that_are_written_out(template, steps, reached):
    with new_night(template) as night:
        for name, number in steps:
            night.step(name, number)
        assert reached <= set(kinds(night.office))
        if steps is TOGETHER:
            assert every(night.office.using, OfferSeat)
