"""Whatever an honest night brings, it breaks no rule of the database, and outsiders find nothing in its log."""

from collections import Counter
from contextlib import suppress
from random import Random

import pytest

from bequest.model.enums import Organ, OrganPart
from bequest.model.errors import BequestError
from bequest.model.graft import PARTS
from bequest.registry.closed_days import close_day, days_to_close
from bequest.registry.discards import Discarded, discard_parts
from bequest.registry.export_ends import ExportEnded, end_export
from bequest.registry.exports import Exported, export_organ
from bequest.registry.listings import Change, Suspension, change_registration, suspend_registration
from bequest.registry.models import Answer, Export, Offer, PassedOver, Return
from bequest.registry.offers import (
    Accepting,
    Ending,
    OfferAsked,
    accept_offer,
    decline_offer,
    make_offer,
    next_rank,
    withdraw_offer,
)
from bequest.registry.overrides import Departure, DepartureDecided, decide_override, request_override
from bequest.registry.programmes import (
    FilterAsked,
    ProgrammeAsked,
    lift_filter,
    pause_programme,
    resume_programme,
    set_filter,
)
from bequest.registry.rows import every
from bequest.registry.run_orders import places_of
from bequest.registry.timers import run_due
from bequest.registry.transplants import Transplanted, record_transplant
from combined_offices import kidney_list
from registry_bundles import signed, verified
from registry_exports import ABROAD, DOCUMENT, agreed
from registry_offices import Donation, ask, opened_office
from staged_offices import begun, rescue_in_force

NAMES = [f"{number:06}" for number in range(1, 13)]
STEPS = 80


class Night:
    """Have people do what they may do, drawn one after the other, with one donor of a heart and two kidneys."""

    def __init__(self, office, seed):
        """Rank both lists; some need both organs, and in some nights a stage of rescue is in force."""
        self.office, self.draw = office, Random(seed)  # noqa: S311  it chooses who does what
        kidney_list(office, combined=())
        for name in self.draw.sample(NAMES, self.draw.choice([1, 2, 4, 6])):
            self.needs(name, self.draw.choice(["R", "K"]))
        if self.draw.random() < 0.6:
            rescue_in_force(office, waits=self.draw.random() < 0.5)
        agreed(office)
        self.donation = Donation.reported(office, self.draw.choice([0, 4, 4])).steps()
        self.donation.open()
        self.donation.open(Organ.KIDNEY)
        self.donation.on_duty("surgeon-1")
        self.backups, self.runs = self.draw.choice([0, 1, 2]), {}
        for organ in (Organ.HEART, Organ.KIDNEY):
            self.rank(organ)
        self.donation.recovered(Organ.HEART, Organ.KIDNEY)

    def needs(self, name, listed):
        """Say, or say no more, that somebody needs both organs."""
        with suppress(BequestError):
            other = "kidney" if listed == "R" else "heart"
            change = Change(f"{listed}-{name}", {"needed_with": self.draw.choice([other, other, "none"])})
            change_registration(self.office, ask("lucia"), change)

    def rank(self, organ):
        """Rank a list anew."""
        more = {} if organ is Organ.HEART else {"reply_minutes": 60}
        self.runs[organ] = self.donation.run(organ, backups=self.backups, **more)

    def offers(self, *, accepted):
        """Return the offers that wait for an answer, or those that are accepted."""
        answers, returned = every(self.office.using, Answer), every(self.office.using, Return)
        if accepted:
            back = {each.offer_id for each in returned}
            return [each.offer_id for each in answers if each.kind == "offer.accepted" and each.offer_id not in back]
        ended = {each.offer_id for each in answers}
        rows = every(self.office.using, Offer, "place_in_case")
        return [each.event_id for each in rows if each.event_id not in ended]

    def each_offer(self, act, *, accepted=False):
        """Do something with the first offer there is, if there is one."""
        for offer in self.offers(accepted=accepted)[:1]:
            act(offer)

    def deeds(self, organ, name):
        """Return what may be done, how often each is drawn, and how it is done."""
        office, run, now = self.office, self.runs[organ].event_id, self.office.clock.now
        registration = f"{'R' if organ is Organ.HEART else 'K'}-{name}"
        programme = ProgrammeAsked(self.draw.choice(places_of(office.using, run)).centre, organ)
        ended = self.draw.choice(["candidate_unwell", "size_mismatch"])
        return {
            "offer": (27, lambda: make_offer(office, ask(), OfferAsked(run, next_rank(office, run) or 1))),
            "accept": (9, lambda: self.each_offer(lambda each: accept_offer(office, ask("tomas"), Accepting(each)))),
            "decline": (5, lambda: self.each_offer(
                lambda each: decline_offer(office, ask("tomas"), Ending(each, ended)))),
            "give back": (5, lambda: self.each_offer(
                lambda each: decline_offer(office, ask("tomas"), Ending(each, ended)), accepted=True)),
            "withdraw": (2, lambda: self.each_offer(lambda each: withdraw_offer(office, ask(), Ending(each, "error")))),
            "take back": (3, lambda: self.each_offer(
                lambda each: withdraw_offer(office, ask(), Ending(each, "error")), accepted=True)),
            "rank": (3, lambda: self.rank(organ)),
            "stage": (4, self.rescue),
            "suspend": (3, lambda: suspend_registration(office, ask("lucia"), Suspension(registration, "medical"))),
            "return": (1.5, lambda: change_registration(
                office, ask("lucia"), Change(registration, {"status": "active"}))),
            "pause": (0.7, lambda: pause_programme(office, ask("lucia"), programme)),
            "resume": (2, lambda: resume_programme(office, ask("lucia"), programme)),
            "filter": (1, lambda: set_filter(office, ask("lucia"), FilterAsked(registration, "age"))),
            "lift": (1.5, lambda: lift_filter(office, ask("lucia"), FilterAsked(registration, "age"))),
            "depart": (0.7, lambda: self.depart(run)),
            "dispose": (0.2, lambda: discard_parts(office, ask("ingrid"), self.disposal(now))),
            "export": (1, lambda: export_organ(
                office, ask(), Exported(self.donation.donation, organ, DOCUMENT, ABROAD.name))),
            "come back": (1, lambda: self.come_back(now)),
            "need": (3, lambda: self.needs(name, registration[0])),
            "wait": (2, lambda: office.clock.advance(minutes=self.draw.choice([5, 40, 70]))),
            "transplant": (0.2, lambda: self.each_offer(
                lambda each: record_transplant(office, ask("tomas"), Transplanted(each, now, "olga")), accepted=True)),
        }  # fmt: skip

    def rescue(self):
        """Begin the stage in which the heart is about to be lost."""
        self.runs[Organ.HEART] = begun(self.office, self.runs[Organ.HEART])

    def depart(self, run):
        """Offer a place out of turn, as two people answer for."""
        rank = self.draw.randrange(1, len(places_of(self.office.using, run)) + 1)
        asked = request_override(self.office, ask("nadia"), Departure(run, rank, "logistics", "the road is closed"))
        decide_override(self.office, ask("tomas"), DepartureDecided(asked.event_id, approved=True))
        make_offer(self.office, ask(), OfferAsked(run, rank, (), asked.event_id))

    def disposal(self, now):
        """Return that a part was found damaged."""
        part = self.draw.choice([OrganPart.HEART, *PARTS[Organ.KIDNEY]])
        return Discarded(self.donation.donation, (part,), "damage", now, "surgeon-1", "pathologist-1")

    def come_back(self, now):
        """Have what left the country come back."""
        for each in every(self.office.using, Export):
            ended = ExportEnded(self.donation.donation, each.event_id, "returned", now.date())
            end_export(self.office, ask(), ended)

    def step(self):
        """Do one thing; what the rules refuse is part of a night, what the database refuses is a defect."""
        organ = self.draw.choice([Organ.HEART, Organ.KIDNEY, Organ.KIDNEY])
        deeds = self.deeds(organ, self.draw.choice(NAMES))
        (name,) = self.draw.choices(list(deeds), [often for often, _ in deeds.values()])
        done = True
        try:
            deeds[name][1]()
        except BequestError:
            done = False
        if self.draw.random() < 0.8:
            run_due(self.office, self.office.clock())
        return name if done else f"{name} refused"


def a_night(database, folder, capsys, seed):
    """Play one night, and have everything of it verified."""
    with opened_office(database) as office:
        night = Night(office, seed)
        done = Counter(night.step() for _ in range(STEPS))
        assert done["offer"] > 0
        office.clock.advance(days=1)
        for day in days_to_close(office, office.clock.now):
            close_day(office, ask(), day)
        unexplained = {row.reason for row in every(office.using, PassedOver)} & {"unexplained"}
        code = verified(signed(office), folder)
        assert (code, unexplained) == (0, set()), (seed, done, capsys.readouterr().out)


@pytest.mark.parametrize("seed", range(4))
def test_a_night_is_verified_without_a_finding(tmp_path, capsys, seed):
    a_night("sqlite", tmp_path, capsys, seed)


@pytest.mark.full
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
@pytest.mark.parametrize("seed", range(100, 110))
def test_more_nights_are_verified_without_a_finding(database, tmp_path, capsys, seed):
    a_night(database, tmp_path, capsys, seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1000, 1200))
def test_hundreds_of_nights_are_verified_without_a_finding(tmp_path, capsys, seed):
    a_night("sqlite", tmp_path, capsys, seed)
