"""Knows how a fact of a person is drawn: by the person's own number, from the table that serves the quantity."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bequest.matching.draws import uniform
from bequest.simulation.population.distributions import chosen, constant, curve, quantile, share_below, shares

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from bequest.model.enums import Organ
    from bequest.simulation.population.distributions import Choice

DAYS_IN_YEAR = 365.25
AGE_BANDS = ("0-17", "18-49", "50-64", "65+")


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """Hold one level for each person: `codes` are places in `levels`."""

    levels: tuple[str, ...]
    codes: NDArray[np.intp]  # (people,)

    def has(self, level: str) -> NDArray[np.bool_]:
        """Tell who has this level."""
        return self.codes == self.levels.index(level)

    def texts(self) -> NDArray[np.object_]:
        """Return the levels as text, shape (people,)."""
        return np.array(self.levels, dtype=np.object_)[self.codes]


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Hold whose facts are drawn.

    A draw depends on the seed, the country, the organ, the question and the person's own number, and on nothing else:
    not on how many people there are.
    """

    who: str
    country: str
    organ: Organ
    seed: int
    numbers: NDArray[np.uint64]  # (people,), the person's own number

    def __len__(self) -> int:
        """Return the number of people."""
        return len(self.numbers)

    def choice(self, quantity: str) -> Choice:
        """Return which table serves a quantity of these people."""
        return chosen(self.who, quantity, country=self.country, organ=self.organ)

    def constant(self, quantity: str) -> float:
        """Return a quantity that is one number for all of them."""
        return constant(self.choice(quantity).label.replace("{organ}", self.organ.value))

    def some(self, rows: NDArray[np.intp]) -> People:
        """Return the people of these rows."""
        return replace(self, numbers=self.numbers[rows])

    def chance(self, question: str) -> NDArray[np.float64]:
        """Return one number in [0, 1) for each person."""
        return uniform(self.seed, f"{self.who}, {question}", f"{self.country}, {self.organ.value}", self.numbers)


def level(people: People, quantity: str, **groups: Coded) -> Coded:
    """Return a level for each person; `groups` fill the places of the label, such as area=..."""
    chance = people.chance(quantity)
    levels: tuple[str, ...] = ()
    codes = np.zeros(len(people), dtype=np.intp)
    for label, rows in labels(people, quantity, groups):
        table = shares(label)
        assert levels in {(), table.levels}, f"the tables of {quantity} have the same levels"
        levels = table.levels
        codes[rows] = np.minimum(np.searchsorted(table.upper, chance[rows], side="right"), len(levels) - 1)
    return Coded(levels, codes)


def yes(people: People, quantity: str, **groups: Coded) -> NDArray[np.bool_]:
    """Return for each person whether something holds."""
    return level(people, quantity, **groups).has("yes")


def number(people: People, quantity: str, **groups: Coded) -> NDArray[np.float64]:
    """Return a number for each person."""
    return number_below(people, quantity, np.full(len(people), np.inf), **groups)


def number_below(people: People, quantity: str, highest: NDArray[np.float64], **groups: Coded) -> NDArray[np.float64]:
    """Return a number for each person from the part of the distribution up to `highest`."""
    chance = people.chance(quantity)
    drawn = np.zeros(len(people))
    for label, rows in labels(people, quantity, groups):
        table = curve(label)
        part = share_below(table, highest[rows])
        drawn[rows] = np.minimum(quantile(table, chance[rows] * part), highest[rows])
    return drawn


def truths(coded: Coded) -> list[bool | None]:
    """Return yes as True, no as False and every other level as missing."""
    meaning = np.array([{"yes": True, "no": False}.get(name) for name in coded.levels], dtype=np.object_)
    return meaning[coded.codes].tolist()


def banded(values: NDArray[np.float64], bands: tuple[str, ...]) -> Coded:
    """Return in which band a number lies; a band such as `18-49` or `65+` begins with its lowest number."""
    starts = np.array([float(re.split(r"[-+]", band)[0]) for band in bands])
    return Coded(bands, np.maximum(np.searchsorted(starts, values, side="right") - 1, 0))


def identifiers(letter: str, numbers: NDArray[np.uint64], count: int, *, width: int) -> list[str]:
    """Return identifiers such as R-000001 for numbers that begin at 0; wider where `count` of them need it."""
    digits = max(width, len(str(count)))
    return [f"{letter}-{number + 1:0{digits}d}" for number in numbers.tolist()]


_PLACE = re.compile(r"\{(\w+)\}")


def labels(people: People, quantity: str, groups: Mapping[str, Coded]) -> Iterator[tuple[str, NDArray[np.intp]]]:
    """Yield each label that serves a quantity, its place filled in, and the rows of the people it is for."""
    label = people.choice(quantity).label
    place = _PLACE.search(label)
    if place is None:
        yield label, np.arange(len(people))
        return
    group = groups[place[1]]
    for code, name in enumerate(group.levels):
        rows = np.flatnonzero(group.codes == code)
        # Nobody at all still has levels: those of the first table.
        if len(rows) or (not len(people) and not code):
            yield _PLACE.sub(name, label), rows
