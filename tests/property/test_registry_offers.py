"""Whatever a night brings, the registry's rows say what the pure machine says of the same events, on both databases.

After each step `holds` asks of the rows: I1 (one live acceptance a part), I5 (every place above an offer was offered
or passed over with a reason), I6 (what is accepted was answered in time), I10 (each event has its leaf), and the step
`again` I16 (a request key answers for one request). Held elsewhere: I2, I3, I8 and I13 in
tests/forbidden/test_registry.py, I4 and I7 in tests/integration/test_registry_bundle.py; combined candidates in
tests/unit/registry/test_combined.py.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connections
from hypothesis import example, given, settings
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
from bequest.registry.listings import Suspension, suspend_registration
from bequest.registry.models import Acceptance, DonorCase, Event, MatchRow, Offer, Pause
from bequest.registry.offer_state import known_of
from bequest.registry.offers import (
    Accepting,
    Ending,
    Expiring,
    Noting,
    OfferAsked,
    Promoting,
    accept_offer,
    decline_offer,
    expire_offer,
    make_offer,
    next_rank,
    promote_offer,
    see_offer,
    tell_offer,
    withdraw_offer,
)
from bequest.registry.office import Request
from bequest.registry.pauses import Paused, Resumed, pause_recovery, resume_recovery
from bequest.registry.programmes import FilterAsked, lift_filter, set_filter
from bequest.registry.refusal import RequestKeyError
from bequest.registry.rows import every, leaf_of, needed, store_of
from bequest.registry.timers import run_due
from registry_offices import SERVER, Clock, Donation, Entropy, ask, copied, loose_ends, office_at, opened_office

NAMES = (
    "next", "next", "next", "rank", "tell", "tell", "accept", "decline", "withdraw", "expire", "promote", "wait", "due",
    "filter", "lift", "suspend", "see", "pause", "resume", "rerun", "revoke", "reopen", "donors", "again",
)  # fmt: skip
OF_THE_NIGHT = frozenset({
    "wait", "filter", "lift", "suspend", "rank", "pause", "resume", "rerun", "revoke", "reopen", "donors", "again",
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
    ("next", 0), ("see", 0), ("again", 0), ("pause", 0), ("next", 0), ("accept", 0), ("reopen", 0), ("resume", 0),
    ("donors", 0), ("donors", 1), ("next", 0), ("rerun", 1), ("next", 0), ("accept", 0), ("revoke", 0), ("next", 0),
]  # fmt: skip
"""A night with a pause, filters for donors, a lost connection, a re-run, and a consent that is withdrawn."""


class Night:
    """Keep a registry and what the machine says of the same steps."""

    def __init__(self, office):
        self.office = office
        donation = Donation.reported(office, 4).steps()
        donation.open()
        self.case = needed(office.using, DonorCase, "", donation=donation.donation)
        self.donation, self.run = donation, donation.run(backups=1)
        self.places = every(office.using, MatchRow, "rank", run_id=self.run.event_id)
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
                assert same(said, after), (name, number)
        if not done:
            assert same(before, after), (name, number)
        self.state = after

    def act(self, name, number):
        """Do in the registry what a step is."""
        office, offers = self.office, self.offers()
        if name == "wait":
            office.clock.advance(minutes=(9, 25, 61, 61)[number])
        elif name == "due":
            run_due(office, office.clock())
        elif name in {"filter", "lift"}:
            asked = FilterAsked(self.places[number % len(self.places)].registration_id, "f")
            (set_filter if name == "filter" else lift_filter)(office, ask("lucia"), asked)
        elif name == "suspend":
            place = self.places[number % len(self.places)]
            suspend_registration(office, ask("lucia"), Suspension(place.registration_id, "medical"))
        elif name == "next":
            rank = next_rank(office, self.run.event_id)
            if rank is not None:
                make_offer(office, ask(), OfferAsked(self.run.event_id, rank))
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
            }[name]()

    def around(self, name, number):
        """Do what happens around the offers: to the donation, to the order, to the process."""
        office, donation = self.office, self.case.donation
        if name == "pause":
            pause_recovery(office, ask("a nurse"), Paused(donation, PauseReason.SIGN_OF_LIFE))
        elif name == "resume":
            for pause in every(office.using, Pause, case_id=donation):
                resume_recovery(office, ask("dr-far"), Resumed(pause.event_id, office.clock.now))
        elif name == "rerun":
            self.run = self.donation.run(backups=number % 2)
            self.places = every(office.using, MatchRow, "rank", run_id=self.run.event_id)
        elif name == "revoke" and number == 0:
            revoke_consent(office, ask("ingrid"), ConsentWithdrawn(donation, "next_of_kin"))
        elif name == "reopen":
            connections[office.using].close()
        elif name == "donors":
            place = self.places[number % len(self.places)]
            refuses = ("donor.age_years >= 0", "donor.kdpi_percent > 1")[number % 2]
            asked = DonorFilterAsked(place.centre_id, Organ.HEART, f"f{number}", refuses)
            set_donor_filter(office, ask("lucia"), asked)
        elif name == "again":
            newest = max(every(office.using, Event), key=lambda row: leaf_of(office.using, row.id))
            with pytest.raises(RequestKeyError):
                tell_offer(office, Request(newest.request_key, "nadia"), Noting("another"))

    def event(self, name, number, before, after):
        """Return the step as an event of the machine at the instant of the registry; None where it is several."""
        at = max(self.office.clock.now, before.at)
        if name == "promote" and number < len(before.offers):
            seats = after.offers[number].seats
            return events.Promoted(at, number, seats)
        made = {
            "tell": lambda: events.Told(at, number),
            "see": lambda: events.Seen(at, number),
            "accept": lambda: events.Accepted(at, number),
            "decline": lambda: events.Declined(at, number, "candidate_unwell"),
            "withdraw": lambda: events.Withdrawn(at, number, Withdrawal.ERROR),
            "expire": lambda: events.Expired(at, number),
        }.get(name)
        return None if made is None or number >= len(before.offers) else made()

    def holds(self):
        """Check what must hold of the rows at any time."""
        live = every(self.office.using, Acceptance, ended_by=None)
        assert len({row.part_id for row in live}) == len(live)
        held = [offer for offer in self.seen().offers if offer.holds]
        assert len(held) == len(live)
        assert loose_ends(self.office) == (0, 0, 0)
        broken = store_of(self.office.using).run(
            "SELECT (SELECT count(*) FROM registry_offer o JOIN registry_matchrow r ON r.run_id = o.run_id"
            " AND r.rank < o.rank WHERE NOT EXISTS (SELECT 1 FROM registry_offer p WHERE p.run_id = r.run_id"
            " AND p.rank = r.rank) AND NOT EXISTS (SELECT 1 FROM registry_passedover s WHERE s.run_id = r.run_id"
            " AND s.act = 'offered' AND r.rank BETWEEN s.first_rank AND s.last_rank)),"
            " (SELECT count(*) FROM registry_acceptance a LEFT JOIN registry_answer w ON w.offer_id = a.offer_id"
            " AND w.kind = 'offer.accepted' AND w.answered_at < w.expires_at WHERE w.offer_id IS NULL)"
        ).fetchone()  # fmt: skip
        assert tuple(broken) == (0, 0)


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
        yield office.clock.now, office.entropy.drawn, place_of(office)


def place_of(office):
    """Return the place of an office's database, which nobody is connected to."""
    connections[office.using].close()
    name = str(connections.databases[office.using]["NAME"])
    postgres = connections.databases[office.using]["ENGINE"].endswith("postgresql")
    return f"{SERVER.rpartition('/')[0]}/{name}" if postgres else name


@pytest.mark.timeout(900)
@given(steps=STEPS)
@example(steps=LATE)
@example(steps=FALLEN)
@example(steps=TROUBLED)
@settings(max_examples=max(5, settings.default.max_examples // 10))
def test_the_rows_say_what_the_machine_says_of_the_same_night(template, steps):
    now, drawn, place = template
    with copied(place) as copy, office_at(copy, Clock(now), Entropy(drawn)) as office:
        night = Night(office)
        assert night.state.organs == (Organ.HEART,)
        for name, number in steps:
            night.step(name, number)
            night.holds()
