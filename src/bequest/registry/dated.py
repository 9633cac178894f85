"""Knows the data of a registration that hold until an instant: what holds when, and how a new value is written.

Which data these are, and for how long they hold, stands in data/upkeep. What holds is a function of the facts and the
instant alone: nothing has to run for a level to fall.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from bequest.model.errors import InputError
from bequest.model.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.ledger.facts import Facts

EVERY = "*"
BASE = "9"
URGENCY = "urgency"
_NO_LEVEL = frozenset({BASE, "none"})


@dataclass(frozen=True, slots=True)
class Datum:
    """Hold the columns of one datum; an empty name is a column that it does not have."""

    name: str
    organs: frozenset[str]
    level: str
    since: str
    until: str
    confirmed: str
    lower: str
    lower_since: str
    lower_until: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Return every column that it has."""
        names = (
            self.level, self.since, self.until, self.confirmed, self.lower, self.lower_since, self.lower_until,
        )  # fmt: skip
        return tuple(name for name in names if name)


@dataclass(frozen=True, slots=True)
class Validity:
    """Hold for how many days a level holds, new or confirmed, and how old its measurement may be when entered."""

    first_days: int
    renewed_days: int
    evidence_days: int
    cite: str
    status: str


@dataclass(frozen=True, slots=True)
class ExceptionRule:
    """Hold how many reviewers grant an exception, and for how many days at the most."""

    reviewers: int
    longest_days: int
    cite: str
    status: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Hold what a datum is at an instant; None: the base level. `by_exception`: a level of its own stands behind it."""

    level: str | None
    until: datetime | None
    by_exception: bool


def datum_named(name: str, organ: str) -> Datum:
    """Return a datum of a list; raise `InputError` where the list has none of that name."""
    known = {datum.name: datum for datum in data_of(organ)}
    if name not in known:
        raise InputError(f"'{name[:40]}' is no dated datum of the {organ} list; these are: {', '.join(sorted(known))}.")
    return known[name]


@cache
def data_of(organ: str) -> tuple[Datum, ...]:
    """Return every dated datum of a list."""
    found = tuple(
        Datum(
            row["datum"], frozenset(row["organs"].split()), row["level"], row["since"], row["until"], row["confirmed"],
            row["lower"], row["lower_since"], row["lower_until"],
        )
        for row in read_rows("upkeep/data.csv")
    )  # fmt: skip
    return tuple(datum for datum in found if datum.organs & {organ, EVERY})


def validity_of(datum: Datum, level: str, *, country: str, organ: str) -> Validity:
    """Return for how long a level holds; raise `InputError` where no rule of the country says it."""
    found = validity_if_any(datum, level, country=country, organ=organ)
    if found is None:
        raise InputError(
            f"No rule says how long '{level[:20]}' of {datum.name} holds on the {organ} list in {country}; write it"
            " into data/upkeep/validity.csv with its source."
        )
    return found


def validity_if_any(datum: Datum, level: str, *, country: str, organ: str) -> Validity | None:
    """Return for how long a level holds; None where no rule of the country says it."""
    for row in _applying("upkeep/validity.csv", datum.name, country=country, organ=organ):
        if level in row["levels"].split() or (row["low"] and _within(level, row)):
            return Validity(
                int(row["first_days"]), int(row["renewed_days"]), int(row["evidence_days"]), row["cite"], row["status"]
            )  # fmt: skip
    return None


def exception_rule(datum: str, *, country: str, organ: str) -> ExceptionRule:
    """Return the rule of an exception; raise `InputError` where the datum is granted by no exception."""
    rows = _applying("upkeep/exceptions.csv", datum, country=country, organ=organ)
    if not rows:
        raise InputError(f"'{datum[:40]}' is granted by no exception on the {organ} list in {country}.")
    row = rows[0]
    return ExceptionRule(max(2, int(row["reviewers"])), int(row["longest_days"]), row["cite"], row["status"])


def waiting_rule(rule: str, *, country: str) -> str:
    """Return what a country does with the waiting of who withdrew; empty where it sets nothing."""
    rows = [
        row for row in read_rows("upkeep/waiting.csv") if row["rule"] == rule and row["country"] in {country, EVERY}
    ]
    return min(rows, key=lambda row: row["country"] == EVERY)["value"]


def standing(facts: Facts, datum: Datum, at: datetime) -> Standing:
    """Return what holds of a datum at an instant: of its level and the own one behind it the most urgent in force.

    At the very second of its end a level still holds; from the next one on it does not.
    """
    found: list[Standing] = []
    behind = datum.lower_until != "" and datum.lower in facts
    for level, until in ((datum.level, datum.until), (datum.lower, datum.lower_until)):
        if level and until and level in facts and facts[level] not in _NO_LEVEL and until in facts:
            end = instant_of_fact(facts[until])
            if at.replace(microsecond=0) <= end:
                found.append(Standing(facts[level], end, behind and level == datum.level))
    if len(found) > 1 and is_above(datum, str(found[1].level), found[0].level):
        return found[1]
    return found[0] if found else Standing(None, None, by_exception=False)


def exception_holds(facts: Facts, datum: Datum, at: datetime) -> bool:
    """Tell whether a level granted by exception is in force, be the registration's own more urgent or not."""
    if not datum.lower_until or datum.lower not in facts or datum.until not in facts:
        return False
    return at.replace(microsecond=0) <= instant_of_fact(facts[datum.until])


def granted(facts: Facts, datum: Datum, level: str, *, at: datetime, until: datetime) -> dict[str, str | None]:
    """Return the changes by which an exception holds from an instant until another, its own level kept behind it."""
    now = standing(facts, datum, at)
    changes: dict[str, str | None] = {datum.level: level, datum.until: fact_of_instant(until)}
    if not datum.lower_until:
        return changes
    renewed = now.by_exception and now.level == level
    if datum.since and not renewed:
        changes[datum.since] = day_of(at)
    if datum.confirmed:
        changes[datum.confirmed] = day_of(at) if renewed else None
    if datum.lower not in facts:
        own = now.level or BASE
        kept = now.level is not None
        changes |= {
            datum.lower: own,
            datum.lower_since: facts.get(datum.since) if kept else None,
            datum.lower_until: facts.get(datum.until) if kept else None,
        }
    return changes


def recertified(facts: Facts, datum: Datum, level: str, *, at: datetime, until: datetime) -> dict[str, str | None]:
    """Return the changes by which a registration's own level holds until an instant; an exception stays before it."""
    now = standing(facts, datum, at)
    if exception_holds(facts, datum, at):
        same = facts.get(datum.lower) == level
        since = facts.get(datum.lower_since) if same and datum.lower_since in facts else day_of(at)
        return {datum.lower: level, datum.lower_since: since, datum.lower_until: fact_of_instant(until)}
    changes: dict[str, str | None] = {datum.level: level, datum.until: fact_of_instant(until)}
    renewed = now.level == level
    if datum.since and not renewed:
        changes[datum.since] = day_of(at)
    if datum.since and renewed and datum.lower_since and datum.lower in facts:
        # The exception has lapsed, and the level behind it goes on: since when, its own date says.
        changes[datum.since] = facts.get(datum.lower_since)
    if datum.confirmed:
        changes[datum.confirmed] = day_of(at) if renewed else None
    if datum.lower_until:
        changes |= {datum.lower: None, datum.lower_since: None, datum.lower_until: None}
    elif datum.lower:
        changes[datum.lower] = _lower_score(facts, datum, level)
    return changes


def ends(facts: Facts, datum: Datum) -> tuple[tuple[str, datetime], ...]:
    """Return the levels of a datum that have an end, with it: the one granted, and the one behind it."""
    found = ((datum.level, datum.until), (datum.lower, datum.lower_until))
    return tuple(
        (facts[level], instant_of_fact(facts[until]))
        for level, until in found
        if level and until and level in facts and until in facts and facts[level] not in _NO_LEVEL
    )


def is_above(datum: Datum, level: str, other: str | None) -> bool:
    """Tell whether a level is more urgent than another, None being the base level: of urgency the smaller number."""
    if other is None:
        return level not in _NO_LEVEL
    return float(level) < float(other) if datum.name == URGENCY else float(level) > float(other)


def instant_of_fact(text: str) -> datetime:
    """Return the instant that a fact holds."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def fact_of_instant(at: datetime) -> str:
    """Return an instant as facts write it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day_of(at: datetime) -> str:
    """Return the day of an instant as facts write it."""
    return at.astimezone(UTC).date().isoformat()


def days(count: int) -> timedelta:
    """Return a span of days."""
    return timedelta(days=count)


def _applying(name: str, datum: str, *, country: str, organ: str) -> list[Mapping[str, str]]:
    """Return the rows of a table for a datum: a country's own, or those of every country where it has none."""
    rows = [row for row in read_rows(name) if row["datum"] == datum and {organ, EVERY} & set(row["organs"].split())]
    own = [row for row in rows if row["country"] == country]
    return own or [row for row in rows if row["country"] == EVERY]


def _within(level: str, row: Mapping[str, str]) -> bool:
    try:
        return int(row["low"]) <= int(level) <= int(row["high"])
    except ValueError:
        return False


def _lower_score(facts: Facts, datum: Datum, level: str) -> str | None:
    """Return the score that holds when a new one lapses: the nearest earlier one below it, if any."""
    earlier = [facts[name] for name in (datum.level, datum.lower) if name in facts]
    return next((score for score in earlier if float(score) < float(level)), None)
