"""Knows how the registrations of one organ are drawn: who is listed, where, since when, and with which facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bequest.model.column import Table
from bequest.model.columns import columns_of
from bequest.model.donor import SYNTHETIC_COUNTRY
from bequest.simulation.population.further_columns import further_columns
from bequest.simulation.population.groups import LISTED_AGES, groups_of
from bequest.simulation.population.haplotypes import SCORED, drawn_hla
from bequest.simulation.population.people import (
    AGE_BANDS,
    DAYS_IN_YEAR,
    Coded,
    People,
    banded,
    identifiers,
    level,
    number,
    truths,
    yes,
)
from bequest.simulation.population.places import drawn_places
from bequest.simulation.population.profile import acceptance, organ_columns
from bequest.simulation.population.sensitisation import antibodies
from bequest.simulation.population.sizes import sizes
from bequest.simulation.population.urgency import urgency
from bequest.simulation.population.waiting import waiting
from bequest.simulation.population.worked_out import Known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bequest.simulation.population.places import Place

WIDTH = 6
"""Digits of an identifier; more where there are more rows."""


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """Hold the registrations by row: whose each is and where."""

    persons: People  # the person of each row; somebody listed twice has two rows
    entries: People  # the registration of each row
    centre: NDArray[np.intp]  # (registrations,), places among the centres
    area: Coded  # (registrations,), the area of the person's first centre


def registration_columns(listed: Listed, *, centres: Sequence[Place], day: np.datetime64) -> dict[str, object]:
    """Return the columns of the registrations table, in the dictionary's order, rows sorted by identifier."""
    persons, entries, area = listed.persons, listed.entries, listed.area
    age_years = number(persons, "age", area=area)
    age_band = banded(age_years, AGE_BANDS)
    group, sex = level(persons, "blood group", area=area), level(persons, "sex", area=area)
    height, weight = sizes(persons, sex, age_years)
    wait = waiting(persons, age_years, area=area, blood_group=group)
    level_of = urgency(persons, wait.listed_days, day=day, area=area)
    columns: dict[str, object] = {
        **_identity(listed, centres),
        "status": _status(entries, area),
        "listed_on": day - wait.listed_days,
        "consent_to_listing_on": day - wait.consented_days,
        "born_on": day - wait.age_days,
        "sex": sex.texts().tolist(),
        "blood_group": group.texts().tolist(),
        "height_cm": np.where(yes(persons, "height missing"), np.nan, height),
        "weight_kg": np.where(yes(persons, "weight missing"), np.nan, weight),
        **_immunology(persons, area),
        "urgency_granted": level_of.granted,
        "urgency_since_on": level_of.since_on,
        "urgency_valid_until": level_of.valid_until,
        **acceptance(entries, age_band),
        "prior_living_donor": truths(level(persons, "living donor once")),
        "dialysis_since_on": _since(day, wait.dialysis_days),
        **organ_columns(persons, area, age_band=age_band, age_years=age_years, urgency=level_of.level),
    }
    rows: list[int] = listed.centre.tolist()
    known = Known(
        people=persons,
        entries=entries,
        day=day,
        listed_days=wait.listed_days,
        places=[centres[row] for row in rows],
        columns=columns,
        groups={
            "area": area,
            "age_band": age_band,
            "urgency": level_of.level,
            "listed_age": banded(age_years - wait.listed_days / DAYS_IN_YEAR, LISTED_AGES),
            **groups_of(columns),
        },
    )
    columns |= further_columns(known)
    wanted = [
        column.name for column in columns_of(Table.REGISTRATION) if not column.organs or persons.organ in column.organs
    ]
    return {name: columns[name] for name in wanted if name in columns}


def listed_people(people: People, centres: Sequence[Place]) -> Listed:
    """Return whose the registrations are; the row after a person's own is, for a few, their second listing."""
    again = yes(people, "listed twice")
    again[1:] &= ~again[:-1].copy()
    again[:1] = False
    if len(centres) == 1:
        again[:] = False
    persons = people.some(np.arange(len(people)) - again)
    centre, area = drawn_places(persons, centres)
    return Listed(persons, people, np.where(again, (centre + 1) % len(centres), centre), area)


def _identity(listed: Listed, centres: Sequence[Place]) -> dict[str, object]:
    count = len(listed.entries)
    names = np.array([place.centre for place in centres], dtype=np.object_)
    return {
        "registration": identifiers("R", listed.entries.numbers, count, width=WIDTH),
        "candidate": identifiers("C", listed.persons.numbers, count, width=WIDTH),
        "organ": [listed.entries.organ.value] * count,
        "synthetic": [True] * count,
        "country": [SYNTHETIC_COUNTRY] * count,
        "centre": names[listed.centre].tolist(),
    }


def _status(entries: People, area: Coded) -> list[str]:
    status = level(entries, "status", area=area).texts()
    status[yes(entries, "removed")] = "removed"
    return status.tolist()


def _earlier_transplants(people: People, area: Coded) -> NDArray[np.float64]:
    times = level(people, "number of earlier transplants")
    counts = np.array([float(times_) for times_ in times.levels])[times.codes]
    return np.where(yes(people, "repeat transplant", area=area), counts, 0.0)


def _immunology(people: People, area: Coded) -> Mapping[str, object]:
    earlier = _earlier_transplants(people, area)
    repeat = earlier > 0
    if not _typed(people):
        return {"previous_transplants": earlier}
    hla = drawn_hla(people)
    typing = level(people, "typing")
    texts = hla.texts()
    partly = np.flatnonzero(typing.has("partial"))
    texts[partly] = hla.of(partly).texts(SCORED)
    texts[typing.has("none")] = None
    found = antibodies(people, area, repeat, hla.carried())
    return {
        "hla": texts.tolist(),
        "unacceptable_antigens": found.unacceptable.tolist(),
        "cpra_percent": found.cpra_percent,
        "previous_transplants": earlier,
    }


def _typed(people: People) -> bool:
    return any(column.name == "hla" and people.organ in column.organs for column in columns_of(Table.REGISTRATION))


def _since(day: np.datetime64, days: NDArray[np.int64]) -> NDArray[np.datetime64]:
    return np.where(days < 0, np.datetime64("NaT"), day - days)
