"""Knows the inputs of a run that come from outside the pool: balances, roster turns, medians."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from bequest.matching.geography import place_of_donor
from bequest.matching.quantise import decimal_text, quantise_one
from bequest.model.column import MISSING
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from bequest.matching.coded import Coded
    from bequest.matching.pair import Pair
    from bequest.model.column import Column
    from bequest.policy.policy import InputDeclaration, Policy


@dataclass(frozen=True, slots=True)
class Inputs:
    """Hold the inputs a policy names, as integers in units of 10**-`decimals`.

    `tables` are those of which a fact of the donor picks one, by the code of that fact.
    """

    values: Mapping[str, int | Mapping[str, int]]
    tables: Mapping[str, Mapping[str, Mapping[str, int]]]
    decimals: Mapping[str, int]

    @property
    def digest(self) -> str:
        """Return the SHA-256 of all inputs, written as decimal numbers."""
        text = json.dumps(_as_text(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def inputs_of(policy: Policy, given: Mapping[str, object] | None) -> Inputs:
    """Return the inputs of a run in the policy's own units.

    `given` maps each declared name to a number, or to a mapping from the text of its `by` column to a number; with
    `per`, to a mapping from the codes of that fact to such mappings. Raises InputError for an input that is missing,
    unknown or no number.
    """
    if given is not None and not isinstance(cast("object", given), Mapping):
        raise InputError(f"inputs: '{given}' is no table; write it as {{\"balance\": 3}}.")
    given = given or {}
    own = {name: each for name, each in policy.inputs.items() if each.same_table is None}
    unknown = sorted(set(given) - set(own))
    if unknown and not policy.inputs:
        raise InputError(f"inputs: {policy.name} reads no inputs; leave --inputs or inputs= out.")
    if unknown:
        raise InputError(*(f"inputs: '{name}' is no input of {policy.name}; remove it." for name in unknown))
    values: dict[str, int | Mapping[str, int]] = {}
    tables: dict[str, Mapping[str, Mapping[str, int]]] = {}
    for name, declaration in sorted(own.items()):
        if name not in given:
            raise InputError(
                f"inputs: {policy.name} needs '{name}' ({declaration.why}); give it with --inputs or inputs=."
            )
        if declaration.per is None:
            values[name] = _read(declaration, given[name], place=f"inputs, '{name}'")
        else:
            tables[name] = _read_each(declaration, declaration.per, given[name])
    decimals = {name: declaration.column.decimals for name, declaration in policy.inputs.items()}
    return Inputs(MappingProxyType(values), MappingProxyType(tables), MappingProxyType(decimals))


def single_input(inputs: Inputs, declaration: InputDeclaration, pair: Pair) -> int:
    """Return an input that is one number for the whole run, MISSING where the donor's place has none."""
    value = inputs.values[declaration.given_as]
    if declaration.by is None:
        assert isinstance(value, int), "an input without `by` is one number"
        return value
    assert isinstance(value, Mapping), "an input with `by` is a table"
    _check_places(declaration, value, pair)
    name = place_of_donor(declaration.by, pair)
    otherwise = MISSING if declaration.otherwise_units is None else declaration.otherwise_units
    return otherwise if name is None else value.get(name, otherwise)


def input_column(inputs: Inputs, declaration: InputDeclaration, pair: Pair) -> Coded:
    """Return an input as a column: each candidate's number by the text of the declared column.

    Who has none has the number that holds otherwise, or MISSING; everybody is MISSING where the donor's fact is.
    """
    assert declaration.by is not None, "an input with `by` names its column"
    places, pool = pair.pool.places, pair.pool
    table = _table(inputs, declaration, pair)
    if table is None:
        return pool.alike(MISSING)
    _check_places(declaration, table, pair)
    # A row may be kept by a register elsewhere: whose balance it is, the candidate's centre says.
    otherwise = MISSING if declaration.otherwise_units is None else declaration.otherwise_units
    return places.picked(declaration.by.value, pool.centre, table, otherwise=otherwise)


def _check_places(declaration: InputDeclaration, table: Mapping[str, int], pair: Pair) -> None:
    assert declaration.by is not None, "an input with `by` names its column"
    kind = declaration.by.value.removeprefix("donor.").replace("hospital", "centre")
    known = pair.pool.places.known(kind)
    unknown = sorted(name for name in table if name not in known)
    if unknown:
        # A slip in a name must not move anybody.
        raise InputError(*(
            f"inputs, '{declaration.given_as}': no {kind} is called '{key}'; correct the name, or add it to the "
            "centres."
            for key in unknown
        ))  # fmt: skip


def _table(inputs: Inputs, declaration: InputDeclaration, pair: Pair) -> Mapping[str, int] | None:
    if declaration.per is None:
        table = inputs.values[declaration.given_as]
        assert isinstance(table, Mapping), "an input with `by` is a table"
        return table
    written = pair.donor.facts.get(declaration.per.name)
    return None if written is None else inputs.tables[declaration.name].get(str(written), {})


def _read_each(declaration: InputDeclaration, per: Column, value: object) -> Mapping[str, Mapping[str, int]]:
    where = f"inputs, '{declaration.name}'"
    if not isinstance(value, Mapping):
        raise InputError(
            f"{where}: expected a table for each donor.{per.name}, such as "
            f'{{"{declaration.name}": {{"{per.codes[0]}": {{"AT": 3}}}}}}.'
        )
    given = cast("Mapping[object, object]", value)
    unknown = sorted(str(key) for key in given if key not in per.codes)
    if unknown:
        raise InputError(*(
            f"{where}: '{key}' is no donor.{per.name}; write one of {', '.join(per.codes)}." for key in unknown
        ))  # fmt: skip
    found: dict[str, Mapping[str, int]] = {}
    for key in sorted(given, key=str):
        table = _read(declaration, given[key], place=f"{where}, '{key}'")
        assert isinstance(table, Mapping), "an input with `per` has `by`"
        found[str(key)] = table
    return MappingProxyType(found)


def _read(declaration: InputDeclaration, value: object, *, place: str) -> int | Mapping[str, int]:
    if declaration.by is None:
        return _number(declaration, value, place=place)
    if not isinstance(value, Mapping):
        raise InputError(
            f"{place}: expected a table from {declaration.by.value} to a number, such as "
            f'{{"{declaration.name}": {{"AT": 3}}}}.'
        )
    table = cast("Mapping[str, object]", value)
    return MappingProxyType({
        str(key): _number(declaration, table[key], place=f"{place}, '{key}'")
        for key in sorted(table, key=str)
    })  # fmt: skip


def _number(declaration: InputDeclaration, value: object, *, place: str) -> int:
    column = declaration.column
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite():
        raise InputError(f"{place}: '{value}' is no number; give a number.")
    low, high = column.low, column.high
    if (low is not None and number < low) or (high is not None and number > high):
        raise InputError(f"{place}: {value} lies outside {low} to {high}; correct it.")
    return quantise_one(number, column)


def _as_text(inputs: Inputs) -> dict[str, object]:
    texts: dict[str, object] = {}
    for name, value in inputs.values.items():
        decimals = inputs.decimals[name]
        texts[name] = (
            {key: decimal_text(number, decimals) for key, number in sorted(value.items())}
            if isinstance(value, Mapping)
            else decimal_text(value, decimals)
        )
    for name, tables in inputs.tables.items():
        decimals = inputs.decimals[name]
        texts[name] = {
            code: {key: decimal_text(number, decimals) for key, number in sorted(table.items())}
            for code, table in sorted(tables.items())
        }
    return texts
