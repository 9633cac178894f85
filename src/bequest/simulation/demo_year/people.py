"""Knows the people of a demo year: three waiting lists that grow, and donors at their hours through the year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, cast

import numpy as np

from bequest.ledger.facts import Facts, donor_facts, fact_rows, facts_digest, list_digest
from bequest.matching.draws import uniform
from bequest.model.column import Kind, Table
from bequest.model.columns import known_column
from bequest.model.donor import Donor, donor_from_facts
from bequest.model.enums import Organ
from bequest.simulation.population import make_population

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bequest.ledger.facts import Values
    from bequest.simulation.population.population import Population

COUNTRY = "demo"
ORGANS = (Organ.HEART, Organ.LIVER, Organ.KIDNEY)
HOSPITALS = 6
"""How many hospitals report donors, and close each day: an assumption of the demo, to keep the log small."""
JOIN_LATER = 0.25
"""Share of a list that joins in the course of the year: an assumption of the demo."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Hold one registration: whose it is, when it joins the list, and its facts."""

    registration: str
    organ: Organ
    joins_at: datetime
    facts: Facts


@dataclass(frozen=True, slots=True)
class DonorCase:
    """Hold one donor of the year and the instant from which organs are offered."""

    donor: Donor
    facts: Facts
    at: datetime


@dataclass(frozen=True, slots=True)
class Scenario:
    """Hold all people of a year, and the table of places with its digest."""

    listed: tuple[Listed, ...]
    donors: tuple[DonorCase, ...]
    places: tuple[Facts, ...]
    places_digest: str


def scenario(*, seed: int, candidates: int, donors: int, begins: date, days: int) -> Scenario:
    """Return the people of a year: `candidates` on each list, donors at drawn hours."""
    span = Span(seed, datetime(begins.year, begins.month, begins.day, tzinfo=UTC), days)
    made = {
        organ: make_population(
            country=COUNTRY, organ=organ, candidates=candidates, donors=donors, seed=seed, at=span.start
        )
        for organ in ORGANS
    }
    listed = [each for organ in ORGANS for each in _listed(organ, made[organ], span)]
    places = {
        facts["centre"]: facts for organ in ORGANS for facts in fact_rows(_columns(made[organ].centres), Table.CENTRE)
    }
    rows = tuple(places[name] for name in sorted(places))
    return Scenario(
        tuple(sorted(listed, key=lambda each: (each.joins_at, each.registration))),
        tuple(sorted(_donors(made[ORGANS[0]], span), key=lambda case: (case.at, case.donor.donor))),
        rows,
        list_digest(facts_digest(row) for row in rows),
    )


@dataclass(frozen=True, slots=True)
class Span:
    """Hold the seed of the draws, the instant at which the year begins, and how many days it has."""

    seed: int
    start: datetime
    days: int


def _columns(columns: Mapping[str, object]) -> Mapping[str, Values]:
    # A population holds what fact_rows takes: lists and arrays.
    return cast("Mapping[str, Values]", columns)


def _listed(organ: Organ, made: Population, span: Span) -> Iterator[Listed]:
    """Yield the registrations of one list; part of them join in the course of the year."""
    rows = fact_rows(_columns(made.registrations), Table.REGISTRATION)
    numbers = np.arange(len(rows), dtype=np.uint64)
    late = uniform(span.seed, "demo-year-joins", organ.value, numbers)
    for row, share in zip(rows, late.tolist(), strict=True):
        letter = organ.value[0].upper()
        name = f"{letter}-{row['registration'].removeprefix('R-')}"
        facts = {**row, "registration": name, "candidate": f"{letter}-{row['candidate']}"}
        if share < JOIN_LATER:
            joins_at = span.start + timedelta(seconds=int(share / JOIN_LATER * span.days * _DAY_SECONDS))
            days = joins_at.date() - date.fromisoformat(facts["listed_on"])
            yield Listed(name, organ, joins_at, _moved(facts, Table.REGISTRATION, days, only=_LISTING))
        else:
            yield Listed(name, organ, span.start, facts)


_DAY_SECONDS = 86_400
_LISTING = frozenset({"listed_on", "consent_to_listing_on"})


def _donors(made: Population, span: Span) -> Iterator[DonorCase]:
    """Yield the donors, each moved as a whole from the beginning of the year to an hour of its own."""
    rows = fact_rows(_columns(made.donors), Table.DONOR)
    drawn = uniform(span.seed, "demo-year-donors", "hour", np.arange(len(rows), dtype=np.uint64))
    hospitals = sorted({row["hospital"] for row in rows})[:HOSPITALS]
    for number, (row, share) in enumerate(zip(rows, drawn.tolist(), strict=True)):
        later = timedelta(days=2, minutes=int(share * (span.days - 4) * _DAY_SECONDS / 60))
        facts = {**_moved(row, Table.DONOR, later), "hospital": hospitals[number % len(hospitals)]}
        yield DonorCase(donor_from_facts(donor_facts(facts), place="demo year"), facts, span.start + later)


def _moved(facts: Facts, table: Table, later: timedelta, *, only: frozenset[str] | None = None) -> Facts:
    """Return facts with their dates and instants, or some of them, so much later."""
    found = dict(facts)
    for name, text in facts.items():
        kind = known_column(table, name).kind
        if only is not None and name not in only:
            continue
        if kind is Kind.INSTANT:
            moved = datetime.strptime(text, _INSTANT).replace(tzinfo=UTC) + later
            found[name] = moved.strftime(_INSTANT)
        elif kind is Kind.DATE:
            found[name] = (date.fromisoformat(text) + later).isoformat()
    return found


_INSTANT = "%Y-%m-%dT%H:%M:%SZ"
