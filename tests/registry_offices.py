"""Knows registries for tests: an empty one on SQLite or PostgreSQL, invented people, and a donation step by step."""

from __future__ import annotations

import hashlib
import itertools
import os
import secrets
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections

from bequest.ledger.facts import fact_rows
from bequest.model.column import Table
from bequest.model.consent import ConsentCondition, RegisterAnswer
from bequest.model.death import Certifier, DeathManner, Examination, ObservationResult
from bequest.model.enums import BloodGroup, ConsentBasis, CustodyResult, DeathCriteria, Organ, OrganPart
from bequest.model.team import Role, Service, Team
from bequest.policy import library, plans
from bequest.registry.care_teams import Authorised, Treated, authorise_place, declare_care_team
from bequest.registry.centres import add_centres
from bequest.registry.consents import ConsentConfirmed, ConsentGiven, record_consent, verify_consent
from bequest.registry.coroners import CoronerReleased, release_by_coroner
from bequest.registry.declarations import Declarant, GainDeclared, declare_gain
from bequest.registry.donor_checks import (
    CustodyChecked,
    DeathCertified,
    IdentityEstablished,
    certify_death,
    establish_identity,
    record_custody_check,
)
from bequest.registry.donors import Reported, case_of, report_donor
from bequest.registry.families import FamilyContacted, contact_family
from bequest.registry.hold_releases import HoldReleased, release_hold
from bequest.registry.listings import Change, Listing, change_registration, list_candidate
from bequest.registry.look_ups import LookedUp, look_up_register
from bequest.registry.match_runs import RunAsked, RunSigning, run_match, sign_run
from bequest.registry.models import BloodGroupResult, Registration
from bequest.registry.observations import CirculationEnded, ObservationEnded, end_observation, start_observation
from bequest.registry.offers import OfferAsked, make_offer
from bequest.registry.office import Office, Request
from bequest.registry.organs import GATED, OrganOffered, open_organ
from bequest.registry.pathways import PathwayOpened, open_pathway
from bequest.registry.policies import Enactment, Proposal, enact_policy, propose_policy
from bequest.registry.recoveries import RecoveryOrdered, order_recovery
from bequest.registry.rosters import OnDuty, declare_roster
from bequest.registry.rows import every, store_of
from bequest.registry.samples import BloodGroupRead, Characterised, characterise_donor, record_blood_group
from bequest.registry.settings import database_of
from bequest.registry.versions import newest_version
from bequest.safeguards.offer_rules import Activity
from bequest.safeguards.rule_text import annex_a
from bequest.simulation.population import make_population

SERVER = os.environ.get("BEQUEST_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)
_NUMBERS = itertools.count()
# Where there is one, a disk in memory: what these tests ask is no question of the disk.
_MEMORY = Path("/dev/shm")  # noqa: S108  each database has a folder of its own


class Clock:
    """Give instants a second apart, from a beginning on."""

    def __init__(self, now=BEGIN):
        self.now = now

    def __call__(self):
        self.now += timedelta(seconds=1)
        return self.now

    def advance(self, **span):
        """Let time pass."""
        self.now += timedelta(**span)


class Entropy:
    """Give bytes that are never the same, and the same in every test run."""

    def __init__(self, drawn=0):
        self.drawn = drawn

    def __call__(self, size):
        self.drawn += 1
        return hashlib.sha256(f"entropy {self.drawn}".encode()).digest()[:size]


@contextmanager
def new_office(name):
    """Give the office of a new, empty registry: `sqlite` or `postgresql`."""
    with copied(template(name)) as place, office_at(place, Clock(), Entropy()) as office:
        yield office


@contextmanager
def opened_office(name):
    """Give the office of a registry as `opened` fills it; it is filled once, and copied."""
    place, now, drawn = opened_template(name)
    with copied(place) as copy, office_at(copy, Clock(now), Entropy(drawn)) as office:
        yield office


@contextmanager
def office_at(place, clock, entropy, wrapping_key=bytes(32)):
    """Give the office of the database at a place."""
    using = f"office_{next(_NUMBERS)}"
    connections.databases[using] = connections.configure_settings({using: database_of(place), "default": {}})[using]
    try:
        yield Office("ZZ", wrapping_key, clock, entropy, using=using, evaluator="numpy")
    finally:
        connections[using].close()
        del connections[using], connections.databases[using]


def place_of(office):
    """Return the place of an office's database, which nobody is connected to."""
    connections[office.using].close()
    name = str(connections.databases[office.using]["NAME"])
    postgres = connections.databases[office.using]["ENGINE"].endswith("postgresql")
    return f"{SERVER.rpartition('/')[0]}/{name}" if postgres else name


@cache
def template(name):
    """Return the place of a migrated, empty registry."""
    place = new_place(name)
    with office_at(place, Clock(), Entropy()) as office:
        call_command("migrate", database=office.using, verbosity=0)
    return place


@cache
def opened_template(name):
    """Return the place of a registry that was filled, the instant then, and how often entropy was drawn."""
    place = new_place(name)
    with office_at(place, Clock(), Entropy()) as office:
        call_command("migrate", database=office.using, verbosity=0)
        opened(office)
        return place, office.clock.now, office.entropy.drawn


@contextmanager
def copied(place):
    """Give the place of a copy, and remove it at the end."""
    copy = new_place("postgresql" if place.startswith("postgresql") else "sqlite", like=place)
    try:
        yield copy
    finally:
        _remove(copy)


def remove_templates():
    """Remove what `template` and `opened_template` made."""
    while _TEMPLATES:
        _remove(_TEMPLATES.pop())
    template.cache_clear()
    opened_template.cache_clear()


_TEMPLATES = []


def new_place(name, like=None):
    """Return a new place: an empty one, which is a template, or one like another."""
    if name == "sqlite":
        place = str(Path(mkdtemp(dir=_MEMORY if _MEMORY.is_dir() else None)) / "registry.db")
        if like is not None:
            shutil.copy(like, place)
    else:
        database = f"registry_{secrets.token_hex(6)}"
        place = f"{SERVER.rpartition('/')[0]}/{database}"
        model = "" if like is None else f" TEMPLATE {like.rpartition('/')[2]}"
        with _reached() as server:
            server.execute(f"CREATE DATABASE {database}{model}")
    if like is None:
        _TEMPLATES.append(place)
    return place


def _remove(place):
    if place.startswith("postgresql"):
        with _reached() as server:
            server.execute(f"DROP DATABASE {place.rpartition('/')[2]} WITH (FORCE)")
    else:
        shutil.rmtree(Path(place).parent)


def _reached():
    """Return a connection to the server; skip where there is none, or fail where one is required."""
    try:
        return psycopg.connect(SERVER, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as error:
        if os.environ.get("BEQUEST_REQUIRE_POSTGRES"):
            pytest.fail(f"PostgreSQL is required and cannot be reached: {error}")
        pytest.skip(f"PostgreSQL cannot be reached: {error}")


@dataclass(frozen=True)
class People:
    """Hold invented people as facts: who waits for a heart, who gives, and the places."""

    registrations: list
    donors: list
    places: list


@cache
def people(candidates=12, organ=Organ.HEART):
    """Return invented people."""
    made = make_population(
        country="demo", organ=organ, candidates=candidates, donors=5, seed=5, at=BEGIN - timedelta(days=1)
    )
    return People(
        fact_rows(made.registrations, Table.REGISTRATION),
        fact_rows(made.donors, Table.DONOR),
        fact_rows(made.centres, Table.CENTRE),
    )


def ask(actor="nadia", key=None):
    """Return a request with a key of its own."""
    return Request(key or f"request-{next(_NUMBERS)}", actor)


def opened(office, candidates=12):
    """Fill an empty registry: places, a policy for hearts in force, a waiting list."""
    given = people(candidates)
    add_centres(office, given.places)
    enact(office, "core/heart")
    for facts in given.registrations:
        list_candidate(office, ask("lucia"), Listing(facts, f"Person {facts['candidate']}", resident=True))
        name = facts["registration"]
        declare_care_team(office, ask("lucia"), Treated(name, (f"dr-of-{name}",)))
    used = {facts["centre"] for facts in given.registrations} | {facts["hospital"] for facts in given.donors}
    for place in sorted(used):
        for activity in Activity:
            until = BEGIN + timedelta(days=3650)
            authorise_place(office, ask("priya"), Authorised(place, activity, None, BEGIN, until))
    return office


def willing(office):
    """Have everybody on a list say that they would take an organ after circulatory death."""
    for each in every(office.using, Registration, "id"):
        if newest_version(office.using, each.id).facts is not None:
            change_registration(office, ask("lucia"), Change(each.id, {"accepts_circulatory_donor": "yes"}))


def enact(office, name):
    """Propose a policy of the library and put it in force today."""
    version = library.versions(name)[-1]
    propose_policy(office, ask("priya"), Proposal(version.written))
    policy = library.policy(name, on=date(2026, 3, 1))
    return enact_policy(office, ask("committee"), Enactment(policy.hash, office.clock().date()))


def enact_plan(office, name="core/donor-plan"):
    """Propose a donor plan of the library and put it in force today."""
    version = plans.plan_versions(name)[-1]
    propose_policy(office, ask("priya"), Proposal(version.written))
    return enact_policy(office, ask("committee"), Enactment(plans.loaded_plan(version).hash, office.clock().date()))


@dataclass(frozen=True)
class Donation:
    """Take one donation through its steps; `without` leaves one out."""

    office: Office
    donation: str
    facts: dict

    @classmethod
    def reported(cls, office, number=0, name=None):
        """Report a donor of the invented people, or one like them by another name."""
        facts = people().donors[number]
        facts = facts if name is None else {**facts, "donor": name}
        reported = Reported(
            donor=facts["donor"], hospital=facts["hospital"], referred_at=office.clock.now, referrer="ward 3",
            identity="A name", ventilated=True, cause_class="trauma", stage="eligible",
        )  # fmt: skip
        entered = report_donor(office, ask("ingrid"), reported)
        return cls(office, case_of(office, entered.event_id).donation, facts)

    def consented(self, **changed):
        """Write the consent down."""
        given = ConsentGiven(
            self.donation, ConsentBasis.REGISTERED_YES, (Organ.HEART, Organ.KIDNEY), self.office.clock.now,
            objection_found=False, document="ab" * 32, witness="a witness", tied_to=ConsentCondition.NONE,
        )  # fmt: skip
        record_consent(self.office, ask("ingrid"), replace(given, **changed))
        return self

    def looked_up(self, answer=RegisterAnswer.YES, **changed):
        """Ask the register of wishes."""
        asked = LookedUp(
            self.donation, "donor_register", "the registrar", self.office.clock.now, answer, signer="registrar-1"
        )
        return look_up_register(self.office, ask("ingrid"), replace(asked, **changed))

    def declared(self, role=Declarant.DONOR_COORDINATOR, **changed):
        """Declare that nothing was paid or promised."""
        said = GainDeclared(
            self.donation, role, "ingrid", self.office.clock.now, gain_offered=False, intermediary_involved=False
        )
        return declare_gain(self.office, ask("ingrid"), replace(said, **changed))

    def verified(self):
        """Have the consent verified by somebody else."""
        return verify_consent(self.office, ask("tomas"), ConsentConfirmed(self.donation, "donor_register", "yes"))

    def papers(self):
        """Have the family asked, a coroner and a magistrate sign, and a team declare who is on duty."""
        now, office = self.office.clock.now, self.office
        said = FamilyContacted(self.donation, now, reached=True, reported_objection=False)
        contact_family(office, ask("ingrid"), said)
        release_by_coroner(office, ask(), CoronerReleased(self.donation, (Organ.HEART,), now, "a coroner"))
        signed = HoldReleased(self.donation, "DON-11", Role.MAGISTRATE, "m-1", "a court", Service.JUSTICE, now)
        release_hold(office, ask(), signed)
        self.on_duty("surgeon-1")
        return self

    def on_duty(self, *names, team=Team.RECOVERY, hours=48):
        """Have a team declare who is on duty from now on."""
        now = self.office.clock.now
        return declare_roster(
            self.office, ask(), OnDuty(self.facts["hospital"], team, names, now, now + timedelta(hours=hours))
        )

    def identified(self):
        """Establish the identity."""
        return establish_identity(
            self.office, ask("ingrid"), IdentityEstablished(self.donation, "documents_and_kin")
        )  # fmt: skip

    def checked(self, result=CustodyResult.CLEAR, **changed):
        """Check custody."""
        checked = CustodyChecked(
            self.donation, result, "prison_register", 12, self.office.clock.now, register_run_by="the ministry",
            signer="keeper-1", died_in_detention=False,
        )  # fmt: skip
        return record_custody_check(self.office, ask("ingrid"), replace(checked, **changed))

    def dead(self, certifiers=("dr-one", "dr-two"), **changed):
        """Certify death."""
        now = self.office.clock.now
        hours = [timedelta(hours=number) for number in (8, 1)]
        certified = DeathCertified(
            self.donation, DeathCriteria.NEUROLOGICAL, now,
            tuple(certifier(name, now) for name in certifiers),
            tuple(
                Examination(now - each, ("dr-one", "dr-two"), confirms_death=True, apnoea_or_ancillary_test=True,
                            confounders_excluded=True)
                for each in hours
            ),
            DeathManner.NATURAL,
        )  # fmt: skip
        return certify_death(self.office, ask("dr-one"), replace(certified, **changed))

    def steps(self, *left_out):
        """Take every step to the gates but those left out."""
        for name in ("looked_up", "consented", "verified", "declared", "identified", "checked", "dead"):
            if name not in left_out:
                getattr(self, name)()
        return self

    def on_pathway(self, **changed):
        """Open the circulatory pathway."""
        now = self.office.clock.now
        opened = PathwayOpened(
            self.donation, now - timedelta(hours=5), ("dr-a", "dr-b"), now - timedelta(hours=3), kin_raised_it=False,
            consented_acts=True, expires_at=now + timedelta(hours=6), manner=DeathManner.NATURAL,
        )  # fmt: skip
        return open_pathway(self.office, ask("dr-a"), replace(opened, **changed))

    def observed(self, minutes=6, result=ObservationResult.COMPLETE):
        """Let circulation end, and nobody touch the body."""
        start_observation(self.office, ask("dr-c"), CirculationEnded(self.donation, self.office.clock.now))
        self.office.clock.advance(minutes=minutes)
        return end_observation(self.office, ask("dr-c"), ObservationEnded(self.donation, self.office.clock.now, result))

    def dead_after_circulation(self, **changed):
        """Certify death by circulatory criteria."""
        return self.dead(("dr-one",), criteria=DeathCriteria.CIRCULATORY, examinations=(), **changed)

    def recovered(self, *organs):
        """Order the recovery."""
        return order_recovery(self.office, ask("ingrid"), RecoveryOrdered(self.donation, organs or (Organ.HEART,)))

    def typed(self, group=None):
        """Have two people draw blood, and the donor characterised by the whole minimum."""
        group = group or BloodGroup(self.facts["blood_group"])
        for number, drawn_by in enumerate(("nurse-1", "nurse-2"), start=1):
            read = BloodGroupRead(self.donation, f"T-{number}", drawn_by, group, self.office.clock.now)
            record_blood_group(self.office, ask("lab"), read)
        characterise_donor(self.office, ask("lab"), Characterised(self.donation, tuple(annex_a())))
        return self

    def open(self, organ=Organ.HEART, **more):
        """Open an organ for allocation, of a donor whose blood was drawn as soon as the gate was open."""
        opened = self.opened_untyped(organ, **more)
        if not every(self.office.using, BloodGroupResult, case_id=self.donation):
            self.typed()
        return opened

    def opened_untyped(self, organ=Organ.HEART, **more):
        """Open an organ for allocation, of a donor of whom no blood was drawn."""
        facts = {name: text for name, text in self.facts.items() if name not in GATED}
        return open_organ(self.office, ask("ingrid"), OrganOffered(self.donation, organ, {**facts, **more}))

    def run(self, organ=Organ.HEART, *, signers=("nadia", "tomas"), **more):
        """Rank the list, and have the run signed."""
        run = run_match(self.office, ask(), RunAsked(self.donation, organ, **more))
        for name in signers:
            sign_run(self.office, ask(name), RunSigning(run.event_id))
        return run


def certifier(name, at, **changed):
    """Return a doctor who may certify a death."""
    known = Certifier(name, "a hospital", "treating_doctor", 12, at, declared_no_conflict=True)
    return replace(known, **changed)


def heart_run(office, **more):
    """Return a donation whose heart is open and ranked, and its run."""
    donation = Donation.reported(office).steps()
    donation.open()
    return donation, donation.run(**more)


def offer(office, run, rank=1, key=None):
    """Offer the heart of a run to a place."""
    return make_offer(office, ask(key=key), OfferAsked(run.event_id, rank, (OrganPart.HEART,)))


def kinds(office):
    """Return the kinds of all leaves in their order."""
    return [
        str(kind) for (kind,) in store_of(office.using).run("SELECT kind FROM ledger_entry ORDER BY idx").fetchall()
    ]


def loose_ends(office):
    """Return how many events have no leaf, leaves no event, and how far the head is from the leaves."""
    count = (
        "SELECT (SELECT count(*) FROM registry_event WHERE id NOT IN (SELECT event_id FROM ledger_entry)),"
        " (SELECT count(*) FROM ledger_entry WHERE event_id NOT IN (SELECT id FROM registry_event)),"
        " (SELECT size FROM ledger_head) - (SELECT count(*) FROM ledger_entry)"
    )
    return tuple(store_of(office.using).run(count).fetchone())
