"""Knows how rows of scores are compared: their fields by our names, each expected value within its tolerance."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from adapters.comparison import BadFileError, Difference, agrees
from bequest.clinical.scores.registry import score_named
from bequest.clinical.scores.score import score_one
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Expected:
    """Hold which output an expected value is; `tolerance` None: equal when rounded to the decimals that are printed."""

    output: str
    tolerance: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Hold how rows state one score: our names of the inputs and outputs, and our texts of coded values."""

    score: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, Expected]
    texts: Mapping[str, Mapping[object, str]] = field(default_factory=dict)


def compared(sheet: Sheet, row: Row, *, where: str) -> Iterator[Difference]:
    """Return where our values are not those of a row; an input that we refuse is a difference in every field."""
    values, refused = outputs(sheet, inputs_of(row, where=where), where=where)
    for name, expected in sheet.outputs.items():
        if name in row and (refused or not within(number(row[name], where, name), values[expected.output], expected)):
            yield Difference(name, row[name], refused or values[expected.output])


def outputs(sheet: Sheet, inputs: Row, *, where: str) -> tuple[Mapping[str, float | None], str]:
    """Return the outputs of the score and "", or none and why the inputs were refused."""
    score = score_named(sheet.score)
    readable = {name for entry in score.inputs for name in (entry.name, *entry.other_units)}
    given = {sheet.inputs[name]: _value(sheet, name, value, where) for name, value in _known(sheet, inputs, where)}
    try:
        return score_one(score, {name: value for name, value in given.items() if name in readable}).values, ""
    except InputError as error:
        return {}, f"refused: {error}"


def inputs_of(row: Row, *, where: str) -> Row:
    """Return the inputs of a row."""
    inputs = row.get("inputs")
    if not isinstance(inputs, dict):
        raise BadFileError(f"row {where} has no table 'inputs'.")
    return inputs


def within(expected: int | Decimal | None, got: float | None, how: Expected) -> bool:
    """Return whether a value is the expected one."""
    if how.tolerance is None or expected is None or got is None:
        return agrees(expected, got)
    return abs(Decimal(got) - expected) <= how.tolerance


def number(value: object, where: str, name: str) -> int | Decimal | None:
    """Return a value that must be a number or nothing."""
    if not isinstance(value, int | Decimal | None) or (isinstance(value, Decimal) and not value.is_finite()):
        raise BadFileError(f"row {where}, '{name}': {str(value)[:40]} is no number.")
    return value


def _known(sheet: Sheet, inputs: Row, where: str) -> Iterator[tuple[str, object]]:
    for name, value in inputs.items():
        if name not in sheet.inputs:
            raise BadFileError(f"row {where} has an input '{name[:40]}', which no score of this file reads.")
        yield name, value


def _value(sheet: Sheet, name: str, value: object, where: str) -> object:
    """Return a value as the score takes it: a coded value as our text, a number as a float."""
    if value is not None and name in sheet.texts:
        return sheet.texts[name].get(value if isinstance(value, str | int) else None, str(value))
    if isinstance(value, str):
        return value
    read = number(value, where, name)
    return float(read) if isinstance(read, Decimal) else read
