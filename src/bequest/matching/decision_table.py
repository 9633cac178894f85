"""Knows how a program becomes integer decision tables, which one compiled kernel interprets for every policy.

Every comparison of a candidate's value with constants is an *atom* and owns one bit. A column's atoms change only at a
few integers, its edges; between two edges lies a region, and a region knows which atoms it makes true and which
false. A missing value makes neither. A condition is a list of conjunctions of atoms (bequest.policy.normal_form);
what depends on the donor alone is folded into the conjunctions once a run.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bequest.matching.program import conditions, difference_of, is_candidate
from bequest.matching.quantise import quantise_one
from bequest.policy.exact import GUARD_DECIMALS
from bequest.policy.expression import Compare, Literal, Member, Op, Reference, Truth
from bequest.policy.normal_form import normal_form

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.matching.program import Program
    from bequest.policy.expression import Atom
    from bequest.policy.normal_form import Conjunction
    from bequest.policy.policy import Policy

    Intervals = tuple[tuple[int, int], ...]

NEVER = np.uint64(1)
"""Bit 0 of word 0: an atom that is false for everybody."""
UNKNOWN = np.uint64(2)
"""Bit 1 of word 0: an atom that is unknown for everybody."""
_RESERVED = 2
_LEAST, _MOST = -(2**63) + 1, 2**63 - 1


class TermTable(NamedTuple):
    """Hold the terms; rows are rows of the fact matrix."""

    column: NDArray[np.int64]  # (terms,), -1 for a constant bonus
    condition: NDArray[np.int64]  # (terms,), -1 for none
    times: NDArray[np.int64]  # (terms, most factors), -1 for none
    missing: NDArray[np.int64]  # (terms,)
    relative: NDArray[np.bool_]  # (terms,)
    segment_start: NDArray[np.int64]  # (terms + 1,)
    edges: NDArray[np.int64]  # (segments,), least x of the segment; the first of a term is never read
    a: NDArray[np.int64]  # (segments,)
    b: NDArray[np.int64]  # (segments,)
    q: NDArray[np.int64]  # (segments,)
    unit: int  # 10**(GUARD_DECIMALS - decimals)
    round_each: bool


class KeyTable(NamedTuple):
    """Hold the order: which keys each class has, in turn."""

    column: NDArray[np.int64]  # (keys,), rows of the fact matrix or POINTS_KEY
    descending: NDArray[np.bool_]  # (keys,)
    missing_first: NDArray[np.bool_]  # (keys,)
    of_class: NDArray[np.int64]  # (classes of all listings, deepest order), -1 where a class has fewer keys
    position: NDArray[np.int64]  # (classes of all listings,)


class DecisionTable(NamedTuple):
    """Hold one program for the kernel: W words of 64 atoms; a column is a row of the fact matrix that is judged."""

    column_rows: NDArray[np.int64]  # (columns,), rows of the fact matrix
    edge_start: NDArray[np.int64]  # (columns + 1,)
    edges: NDArray[np.int64]  # (edges,), rising within a column
    region_true: NDArray[np.uint64]  # (edges + columns, W)
    region_false: NDArray[np.uint64]  # (edges + columns, W)
    condition_start: NDArray[np.int64]  # (conditions + 1,), screens, then classes listing by listing, then terms
    screens: int
    listing_start: NDArray[np.int64]  # (listings + 1,), first class condition of each listing
    terms: TermTable
    keys: KeyTable


class Conjunctions(NamedTuple):
    """Hold the conjunctions of all conditions, and the run's own atoms that still decide them."""

    true: NDArray[np.uint64]  # (conjunctions, W), atoms that must be true
    false: NDArray[np.uint64]  # (conjunctions, W), atoms that must be false
    run_atoms: tuple[Atom, ...]
    run_true: NDArray[np.bool_]  # (conjunctions, run atoms), run atoms that must be true
    run_false: NDArray[np.bool_]  # (conjunctions, run atoms)


def decision_table(policy: Policy, program: Program) -> tuple[DecisionTable, Conjunctions]:
    """Return the tables of one program; they depend on no donor."""
    forms = [normal_form(condition) for condition in conditions(policy, program.sequence)]
    screens = (
        len(forms) - sum(len(listing.classes) for listing in program.sequence.listings) - _term_conditions(program)
    )
    bits = _bits(policy, forms)
    columns = _columns(policy, program, bits)
    ordered = sorted(columns)
    words = (len(bits) + _RESERVED + 63) // 64
    edge_start, edges, region_true, region_false = _regions([columns[row] for row in ordered], bits, words)
    table = DecisionTable(
        column_rows=np.array(ordered, dtype=np.int64),
        edge_start=edge_start,
        edges=edges,
        region_true=region_true,
        region_false=region_false,
        condition_start=np.cumsum([0, *(len(form) for form in forms)], dtype=np.int64),
        screens=screens,
        listing_start=np.cumsum(
            [screens, *(len(entry.classes) for entry in program.sequence.listings)], dtype=np.int64
        ),
        terms=_terms(program, len(forms) - _term_conditions(program)),
        keys=_keys(program),
    )
    return table, _conjunctions(forms, bits, words)


def _term_conditions(program: Program) -> int:
    return sum(term.when is not None for term in program.terms)


def _is_run_atom(policy: Policy, atom: Atom) -> bool:
    return _row_reference(policy, atom) is None


def _row_reference(policy: Policy, atom: Atom) -> Reference | Compare | None:
    """Return what an atom's column is: a reference, the comparison itself for a difference, None for the run."""
    if isinstance(atom, Compare) and difference_of(policy, atom) is not None:
        return atom
    reference = atom.of if isinstance(atom, Truth) else atom.left
    return reference if is_candidate(policy, reference) else None


def _row(policy: Policy, program: Program, atom: Atom) -> int:
    found = _row_reference(policy, atom)
    if isinstance(found, Compare):
        difference = difference_of(policy, found)
        assert difference is not None, "_row_reference looked"
        return len(program.columns) + program.differences.index(difference)
    assert found is not None, "run atoms have no column"
    return program.row_of(found)


def _bits(policy: Policy, forms: list[tuple[Conjunction, ...]]) -> dict[Atom, int]:
    """Return the bit of every atom that is judged for each candidate, in order of first use."""
    atoms = dict.fromkeys(atom for form in forms for conjunction in form for atom, _ in conjunction)
    judged = [atom for atom in atoms if not _is_run_atom(policy, atom)]
    return {atom: place + _RESERVED for place, atom in enumerate(judged)}


def _columns(policy: Policy, program: Program, bits: dict[Atom, int]) -> dict[int, list[tuple[Atom, Intervals]]]:
    columns: dict[int, list[tuple[Atom, Intervals]]] = {}
    for atom in bits:
        columns.setdefault(_row(policy, program, atom), []).append((atom, _intervals(atom)))
    return columns


def _intervals(atom: Atom) -> Intervals:
    """Return the closed integer intervals in which an atom is true."""
    if isinstance(atom, Truth):
        return ((1, 1),)
    if isinstance(atom, Member):
        values = sorted({quantise_one(literal.value, atom.left.column) for literal in atom.values})
        return tuple((value, value) for value in values)
    if not isinstance(atom.right, Literal):
        return _compared(atom.op, Fraction(0))
    literal, column = atom.right.value, atom.left.column
    if isinstance(literal, bool) or column.codes:
        return _compared(atom.op, Fraction(quantise_one(literal, column)))
    return _compared(atom.op, Fraction(str(literal)) * 10**column.decimals)


def _compared(op: Op, wanted: Fraction) -> Intervals:
    below, above = ceil(wanted) - 1, floor(wanted) + 1
    whole = ((int(wanted), int(wanted)),) if wanted.denominator == 1 else ()
    return {
        Op.LT: ((_LEAST, below),),
        Op.LE: ((_LEAST, floor(wanted)),),
        Op.GT: ((above, _MOST),),
        Op.GE: ((ceil(wanted), _MOST),),
        Op.EQ: whole,
        Op.NE: ((_LEAST, below), (above, _MOST)),
    }[op]


def _regions(
    columns: list[list[tuple[Atom, Intervals]]], bits: dict[Atom, int], words: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint64], NDArray[np.uint64]]:
    starts: list[int] = [0]
    edges: list[int] = []
    true_rows: list[list[int]] = []
    false_rows: list[list[int]] = []
    for atoms in columns:
        own = sorted(
            {edge for _, spans in atoms for low, high in spans for edge in (low, high + 1) if _LEAST < edge <= _MOST}
        )
        for least in (_LEAST, *own):
            true = {bits[atom] for atom, spans in atoms if any(low <= least <= high for low, high in spans)}
            true_rows.append(_mask(true, words))
            false_rows.append(_mask({bits[atom] for atom, _ in atoms} - true, words))
        edges += own
        starts.append(len(edges))
    shape = (len(true_rows), words)
    return (
        np.array(starts, dtype=np.int64),
        np.array(edges, dtype=np.int64),
        np.array(true_rows, dtype=np.uint64).reshape(shape),
        np.array(false_rows, dtype=np.uint64).reshape(shape),
    )


def _mask(places: set[int], words: int) -> list[int]:
    whole = sum(1 << place for place in places)
    return [(whole >> (64 * word)) & (2**64 - 1) for word in range(words)]


def _conjunctions(forms: list[tuple[Conjunction, ...]], bits: dict[Atom, int], words: int) -> Conjunctions:
    listed = [conjunction for form in forms for conjunction in form]
    run_atoms = tuple(
        dict.fromkeys(atom for conjunction in listed for atom, _ in conjunction if atom not in bits)
    )  # fmt: skip
    true = [_mask({bits[atom] for atom, sign in each if sign and atom in bits}, words) for each in listed]
    false = [_mask({bits[atom] for atom, sign in each if not sign and atom in bits}, words) for each in listed]
    shape, run_shape = (len(listed), words), (len(listed), len(run_atoms))
    return Conjunctions(
        true=np.array(true, dtype=np.uint64).reshape(shape),
        false=np.array(false, dtype=np.uint64).reshape(shape),
        run_atoms=run_atoms,
        run_true=np.array([[(atom, True) in each for atom in run_atoms] for each in listed], dtype=np.bool_).reshape(
            run_shape
        ),
        run_false=np.array([[(atom, False) in each for atom in run_atoms] for each in listed], dtype=np.bool_).reshape(
            run_shape
        ),
    )


def _terms(program: Program, first_condition: int) -> TermTable:
    numbers: list[int] = []
    for term in program.terms:
        numbers.append(-1 if term.when is None else first_condition + sum(number >= 0 for number in numbers))
    most = max((len(term.times) for term in program.terms), default=0)
    times = [[*term.times, *[-1] * (most - len(term.times))] for term in program.terms]
    return TermTable(
        column=np.array([term.column for term in program.terms], dtype=np.int64),
        condition=np.array(numbers, dtype=np.int64),
        times=np.array(times, dtype=np.int64).reshape((len(program.terms), most)),
        missing=np.array([term.missing for term in program.terms], dtype=np.int64),
        relative=np.array([term.relative_to_class for term in program.terms], dtype=np.bool_),
        segment_start=np.cumsum([0, *(len(term.q) for term in program.terms)], dtype=np.int64),
        edges=_joined([np.concatenate(([_LEAST], term.edges)).astype(np.int64) for term in program.terms]),
        a=_joined([term.a for term in program.terms]),
        b=_joined([term.b for term in program.terms]),
        q=_joined([term.q for term in program.terms]),
        unit=10 ** (GUARD_DECIMALS - program.decimals),
        round_each=program.round_each_term,
    )


def _joined(parts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _keys(program: Program) -> KeyTable:
    orders = [keys for of_listing in program.class_keys for keys in of_listing]
    depth = max((len(keys) for keys in orders), default=0)
    padded = [[*keys, *[-1] * (depth - len(keys))] for keys in orders]
    positions = [position for listing in program.sequence.listings for position in listing.positions]
    return KeyTable(
        column=np.array([key.column for key in program.keys], dtype=np.int64),
        descending=np.array([key.descending for key in program.keys], dtype=np.bool_),
        missing_first=np.array([key.missing_first for key in program.keys], dtype=np.bool_),
        of_class=np.array(padded, dtype=np.int64).reshape((len(orders), depth)),
        position=np.array(positions, dtype=np.int64),
    )
