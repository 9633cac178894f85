"""Knows what a clinical score is: its version, its inputs with their ranges, and how one or many people are scored."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

import numpy as np

from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from numpy.typing import NDArray

    Columns = Mapping[str, NDArray[np.float64]]

_NO_UNITS: Mapping[str, float] = MappingProxyType({})
_LARGEST = sys.float_info.max


@dataclass(frozen=True, slots=True)
class ScoreInput:
    """Hold one input: a number, a flag (no unit, `low` 0, `high` 1, `flag` true), a choice or several of `choices`.

    A choice is the index of its text. An input of several, such as a list of antigens, has `several`, which returns the
    choices that one written word stands for; its column has the shape (people, choices), 1 where a choice is listed.
    Values below `low` or above `high` are refused; those outside `usual` are accepted and flagged. `other_units` gives
    names under which the value may come in another unit, each with the factor that brings it to `unit`. A score that
    has a rule for a missing input says `required=False`; without a required one there is no score.
    """

    name: str
    meaning: str
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    usual: tuple[float, float] | None = None
    required: bool = True
    flag: bool = False
    choices: tuple[str, ...] = ()
    several: Callable[[str], tuple[str, ...]] | None = None
    other_units: Mapping[str, float] = field(default_factory=lambda: _NO_UNITS)


@dataclass(frozen=True, slots=True)
class Output:
    """Hold one value that a score gives: its name, meaning and unit."""

    name: str
    meaning: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """Hold one edition of a score.

    `compute` takes every input by its name, float64 of shape (people,) with NaN where there is none (several choices:
    a row a person), and returns every output in the shape (people,). `source` cites the publication. `verified` is
    false where no second source confirms the formula; `caution` says what a reader has to know. `of_donor` tells
    whose score it is. `sensitive` names inputs that no policy may read outside this score (sex, race), for those who
    audit what a policy depends on. `whom` says who has this score where not everybody has it, such as "people of 18
    and older".
    """

    name: str
    edition: str
    title: str
    effective: date | None
    until: date | None
    source: str
    inputs: tuple[ScoreInput, ...]
    outputs: tuple[Output, ...]
    compute: Callable[[Columns], dict[str, NDArray[np.float64]]]
    verified: bool = True
    caution: str = ""
    of_donor: bool = False
    sensitive: tuple[str, ...] = ()
    whom: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """Hold the outputs for one person, None where the score has no value, and what is unusual about the inputs.

    `missing` names the required inputs that are not there. `outside` says whom the score is for where this person is
    none of them, "" otherwise.
    """

    values: Mapping[str, float | None]
    unusual: tuple[str, ...]
    missing: tuple[str, ...]
    outside: str = ""


def score_one(score: Score, given: Mapping[str, object]) -> Scored:
    """Return the score of one person from inputs by name (numbers, true/false, or texts of a choice).

    Raises InputError, all findings at once, for an unknown input, one given twice in two units, or one out of range.
    """
    numbers, lists = _read(score, given)
    columns = {name: np.array([value]) for name, value in (*numbers.items(), *lists.items())}
    found = score_columns(score, columns)
    values = {name: None if math.isnan(column[0]) else float(column[0]) for name, column in found.items()}
    missing = tuple(entry.name for entry in score.inputs if entry.required and entry.name not in columns)
    nowhere = not missing and all(value is None for value in values.values())
    return Scored(
        values=MappingProxyType(values),
        unusual=tuple(_unusual(entry, numbers) for entry in score.inputs if _is_unusual(entry, numbers)),
        missing=missing,
        outside=f"This score is for {score.whom}." if score.whom and nowhere else "",
    )


def score_columns(score: Score, given: Columns) -> dict[str, NDArray[np.float64]]:
    """Return every output for many people from columns of shape (people,), NaN where a value is missing.

    A column that is not given is missing for everybody. Where a required input is missing, every output is NaN. Raises
    InputError, all findings at once, for an unknown column, one given in two units, or values out of range.
    """
    names = _names(score)
    findings = _misnamed(score, given)
    columns: dict[str, NDArray[np.float64]] = {}
    for name in sorted(set(given) & set(names)):
        entry = names[name]
        columns[entry.name] = values = given[name] * entry.other_units.get(name, 1.0)
        beyond = (values < entry.low) | (values > entry.high)
        if beyond.any():
            place = tuple(np.argwhere(beyond)[0].tolist())
            findings.append(
                f"score {score.name}, input '{name}', row {place[0]}: {given[name][place]:g} is out of range "
                f"({int(beyond.sum())} in all); accepted are {accepted(entry)}."
            )
    if findings:
        raise InputError(*findings)
    people = max((len(values) for values in columns.values()), default=1)
    complete = {entry.name: columns.get(entry.name, nothing(entry, people)) for entry in score.inputs}
    lacking = np.array([_unknown(complete[entry.name]) for entry in score.inputs if entry.required]).any(axis=0)
    return {name: np.where(lacking, math.nan, values) for name, values in score.compute(complete).items()}


def nothing(entry: ScoreInput, people: int) -> NDArray[np.float64]:
    """Return the column of an input that nobody has."""
    return np.full(people if entry.several is None else (people, len(entry.choices)), math.nan)


def half_up(values: NDArray[np.float64], decimals: int = 0) -> NDArray[np.float64]:
    """Return values rounded half up, away from what binary fractions make of a half: 2.5 becomes 3, -2.5 becomes -2."""
    scale = 10.0**decimals
    return np.floor(np.round(values * scale, 9) + 0.5) / scale


def accepted(entry: ScoreInput) -> str:
    """Return in words the range that a number may have, with its unit."""
    low = "" if math.isinf(entry.low) else f"{entry.low:g}"
    high = "" if math.isinf(entry.high) else f"{entry.high:g}"
    words = f"{low} to {high}" if low and high else f"at least {low}" if low else f"at most {high}" if high else "any"
    return f"{words} {entry.unit}".rstrip()


def _unknown(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return for whom a column holds nothing, shape (people,)."""
    width = values.shape[1] if values.ndim > 1 else 1
    return np.logical_or.reduce(np.isnan(values).reshape(len(values), width), axis=1, dtype=np.bool_)


def _read(score: Score, given: Mapping[str, object]) -> tuple[dict[str, float], dict[str, list[float]]]:
    """Return the inputs of one person in the score's units: the numbers, and 0 or 1 for each of several choices.

    Raises InputError for whatever is wrong, all at once.
    """
    names = _names(score)
    stated = {name: value for name, value in given.items() if value is not None}
    findings = _misnamed(score, stated)
    numbers: dict[str, float] = {}
    lists: dict[str, list[float]] = {}
    for name in sorted(set(stated) & set(names)):
        entry = names[name]
        read = _listed(entry, stated[name]) if entry.several else _number(entry, stated[name])
        if isinstance(read, list):
            lists[entry.name] = read
            continue
        if isinstance(read, str):
            findings.append(f"score {score.name}, input '{name}': {read}")
            continue
        number = read * entry.other_units.get(name, 1.0)
        if not entry.low <= number <= entry.high:
            means = "" if name == entry.name else f", which is {number:g} {entry.unit},"
            findings.append(
                f"score {score.name}, input '{name}': {_written(stated[name])}{means} is out of range; "
                f"accepted are {accepted(entry)}."
            )
        numbers[entry.name] = number
    if findings:
        raise InputError(*findings)
    return numbers, lists


def _names(score: Score) -> dict[str, ScoreInput]:
    """Return every name under which an input may come."""
    return {name: entry for entry in score.inputs for name in (entry.name, *entry.other_units)}


def _misnamed(score: Score, given: Mapping[str, object]) -> list[str]:
    """Return one sentence for each name that the score does not read, or reads twice."""
    names = _names(score)
    readable = ", ".join(sorted(names))
    findings = [
        f"score {score.name}: it has no input '{name}'; it reads {readable}."
        for name in sorted(set(given) - set(names))
    ]
    findings += [
        f"score {score.name}: '{entry.name}' is given in two units; give one."
        for entry in score.inputs
        if len({entry.name, *entry.other_units} & set(given)) > 1
    ]
    return findings


def _number(entry: ScoreInput, value: object) -> float | str:
    """Return the number that a value stands for, or what is wrong with it."""
    if entry.choices:
        if isinstance(value, str) and value in entry.choices:
            return float(entry.choices.index(value))
        return f"{_written(value)} is none of {', '.join(entry.choices)}."
    if entry.flag:
        if isinstance(value, int | float) and value in {0, 1}:
            return float(value)
        return f"{_written(value)} is neither true nor false."
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_LARGEST <= value <= _LARGEST:
        return f"{_written(value)} is no number."
    return float(value)


def _listed(entry: ScoreInput, value: object) -> list[float] | str:
    """Return 1 for each choice that is listed and 0 for the others, or what is wrong; a text holds words."""
    assert entry.several is not None, "asked for an input of several only"
    words = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(words, list):
        return f"{_written(value)} is no list; write names with blanks between them."
    listed: set[str] = set()
    problems: list[str] = []
    # What json gives back has no type of its own.
    for word in cast("list[object]", words):
        try:
            listed.update(entry.several(str(word)))
        except InputError as error:
            problems.extend(error.problems)
    return " ".join(problems) or [float(choice in listed) for choice in entry.choices]


def _is_unusual(entry: ScoreInput, numbers: Mapping[str, float]) -> bool:
    """Return whether an input is stated and lies outside what is usual."""
    return (
        entry.usual is not None
        and entry.name in numbers
        and not entry.usual[0] <= numbers[entry.name] <= entry.usual[1]
    )


def _unusual(entry: ScoreInput, numbers: Mapping[str, float]) -> str:
    assert entry.usual is not None, "only an input with a usual range is unusual"
    written = f"{entry.name} = {numbers[entry.name]:g} {entry.unit}".rstrip()
    return f"{written} is unusual; usual are {entry.usual[0]:g} to {entry.usual[1]:g}."


def _written(value: object) -> str:
    if isinstance(value, int) and abs(value) > _LARGEST:
        return "a whole number of that size"
    return f"'{str(value)[:40]}'"
