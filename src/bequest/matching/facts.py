"""Knows how one run's values are laid out: the columns that the program reads, and the donor's own values."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bequest.matching.coded import OWN, Coded
from bequest.matching.draws import bits
from bequest.matching.factors import factor, registration_column
from bequest.matching.geography import candidate_geography, geography_column, hospital_number
from bequest.matching.inputs import input_column, single_input
from bequest.matching.pair import donor_fact
from bequest.model.column import MISSING, Table
from bequest.policy.expression import Space

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bequest.matching.inputs import Inputs
    from bequest.matching.pair import Pair
    from bequest.matching.pool import Pool
    from bequest.matching.program import Difference, Program
    from bequest.policy.expression import Reference
    from bequest.policy.policy import Policy


class Facts:
    """Hold the integers that one run reads.

    `columns` are the program's: candidate columns, differences, lottery. `codes` is the pool's matrix of codes.
    `run_values` holds what is the same for every candidate: the donor's facts and the inputs that are one number.
    """

    __slots__ = ("_matrix", "codes", "columns", "run_values")

    def __init__(
        self, columns: Sequence[Coded], codes: NDArray[np.uint32], run_values: Mapping[Reference, int]
    ) -> None:
        """Hold columns, one or more, that have the same registrations."""
        self.columns = tuple(columns)
        self.codes = codes
        self.run_values = run_values
        self._matrix: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        """Return the number of registrations."""
        return len(self.columns[0])

    @property
    def matrix(self) -> NDArray[np.int64]:
        """Return all values, shape (program.rows, registrations); made when first asked for, then kept."""
        if self._matrix is None:
            self._matrix = np.array([column.whole() for column in self.columns])
        return self._matrix

    def value(self, row: int, registration: int) -> int:
        """Return what one row of the matrix holds for one registration, without making the matrix."""
        return self.columns[row].at(registration)

    def of(self, registrations: NDArray[np.int64]) -> Facts:
        """Return the facts of some registrations, given by their rows in the pool."""
        some = [Coded(column.values, column.codes[registrations], OWN) for column in self.columns]
        return Facts(some, self.codes[:, registrations], self.run_values)


def facts_of(policy: Policy, program: Program, pair: Pair, *, inputs: Inputs, lottery_seed: str | None) -> Facts:
    """Return the facts of one run; `lottery_seed` must be given where the program draws lots."""
    run_values = _run_values(policy, program, pair, inputs=inputs)
    columns = [
        _column(policy, reference, pair, inputs=inputs, run_values=run_values) if settled is None else settled
        for reference, settled in zip(program.columns, _settled(program, pair.pool), strict=True)
    ]
    read = dict(zip(program.columns, columns, strict=True)) if program.differences else {}
    columns += [pair.pool.each(_difference(difference, read, run_values)) for difference in program.differences]
    if program.lottery:
        assert lottery_seed is not None, "run() asks for the seed"
        columns.append(pair.pool.each(_lots(pair, lottery_seed)))
    return Facts(columns, pair.pool.codes, run_values)


@lru_cache(maxsize=4)
def _settled(program: Program, pool: Pool) -> tuple[Coded | None, ...]:
    """Return the program's columns that pool and policy settle alone, None for what depends on donor or run."""
    return tuple(_settled_column(program, reference, pool) for reference in program.columns)


def _settled_column(program: Program, reference: Reference, pool: Pool) -> Coded | None:
    if reference.space is Space.CANDIDATE and reference.column.table is Table.REGISTRATION:
        return registration_column(pool, reference.column)
    table = program.geography[reference.name] if reference.space is Space.GEOGRAPHY else None
    return None if table is None or not table.of_candidate_alone else candidate_geography(table, pool)


def _column(
    policy: Policy, reference: Reference, pair: Pair, *, inputs: Inputs, run_values: Mapping[Reference, int]
) -> Coded:
    if reference.space is Space.CANDIDATE:
        return factor(pair, reference.column)
    found = run_values.get(reference)
    if found is None and reference.space is Space.GEOGRAPHY:
        return geography_column(policy.geography[reference.name], pair)
    return input_column(inputs, policy.inputs[reference.name], pair) if found is None else pair.pool.alike(found)


def _run_values(policy: Policy, program: Program, pair: Pair, *, inputs: Inputs) -> Mapping[Reference, int]:
    values: dict[Reference, int] = {}
    for reference in program.run_reads:
        if reference.space is Space.DONOR:
            values[reference] = donor_fact(pair.donor, reference.column)
        elif reference.space is Space.INPUT:
            values[reference] = single_input(inputs, policy.inputs[reference.name], pair)
        else:
            values[reference] = hospital_number(program.geography[reference.name], pair)
    return MappingProxyType(values)


def _difference(
    difference: Difference, columns: Mapping[Reference, Coded], run_values: Mapping[Reference, int]
) -> NDArray[np.int64]:
    def values(reference: Reference) -> NDArray[np.int64] | int:
        found = run_values.get(reference)
        return columns[reference].whole() if found is None else found

    left, right = np.asarray(values(difference.left)), np.asarray(values(difference.right))
    known = (left != MISSING) & (right != MISSING)
    less = np.where(known, left, 0) * difference.left_scale - np.where(known, right, 0) * difference.right_scale
    return np.where(known, less, MISSING)


def _lots(pair: Pair, seed: str) -> NDArray[np.int64]:
    """Return each candidate's lot, 53 bits, that anyone can draw again from the seed (simulation.md section 6)."""
    subject = f"{pair.donor.donor}|{pair.pool.organ.value}"
    drawn = bits(seed, "lottery", subject, pair.pool.numbers)
    return (drawn >> np.uint64(11)).astype(np.int64)
