"""Knows how a policy becomes integers: the columns it reads, its terms as exact fractions, its order keys.

A program depends on the policy and one of its sequences alone, never on a donor or a pool, and is made once.
Both evaluators take their columns, terms and keys from here; what differs is how conditions, sums and orders
are worked out.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.matching.terms import TermPlan, term_plan
from bequest.model.column import Table
from bequest.model.columns import column
from bequest.policy.expression import And, Compare, Condition, Not, Or, Reference, Space, Truth, references
from bequest.policy.policy import Citation, KeyKind, Rounding, Screen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bequest.policy.policy import Geography, OrderKey, Policy, PolicyClass, Sequence

POINTS_KEY = -2
"""Stands for the points where an order key names its column."""
MAX_CONDITIONAL_TERMS = 64
"""One 64-bit word holds a bit for each term that has a condition."""


def _active() -> Screen:
    entry = column(Table.FACTOR, "active")
    assert entry is not None, "the dictionary has the factor active"
    return Screen(
        id="active",
        when=Truth(Reference(Space.CANDIDATE, "active", entry)),
        text="active",
        say="the registration is active, listed and consented to at the instant of the run",
        cite=(Citation("bequest-design", "section 3"),),
    )


_ACTIVE = _active()


@dataclass(frozen=True, slots=True)
class Difference:
    """Name a comparison of one candidate column with another column: left * left_scale - right * right_scale."""

    left: Reference
    right: Reference
    left_scale: int
    right_scale: int


@dataclass(frozen=True, slots=True)
class KeyPlan:
    """Hold one order key: a column's place, or POINTS_KEY; ascending unless `descending`."""

    name: str
    column: int
    descending: bool
    missing_first: bool


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Hold one sequence of one policy in integers.

    `columns` and `differences` fill the rows of the fact matrix, in this order, and `lottery` one more row. Besides
    candidate columns `columns` holds what a term reads of the donor or the inputs, the same for every candidate.
    `class_keys[listing][class]` names the keys of that class, in order, as places in `keys`. `places` finds the row of
    a column. `run_reads` are what the policy reads that is the same for every candidate; `geography` are its tables.
    """

    sequence: Sequence
    columns: tuple[Reference, ...]
    differences: tuple[Difference, ...]
    lottery: bool
    terms: tuple[TermPlan, ...]
    decimals: int
    round_each_term: bool
    keys: tuple[KeyPlan, ...]
    class_keys: tuple[tuple[tuple[int, ...], ...], ...]
    places: Mapping[Reference, int]
    run_reads: tuple[Reference, ...]
    geography: Mapping[str, Geography]

    @property
    def rows(self) -> int:
        """Return the number of rows of the fact matrix."""
        return len(self.columns) + len(self.differences) + int(self.lottery)

    def row_of(self, reference: Reference) -> int:
        """Return the row of the fact matrix that holds a column."""
        return self.places[reference]


def program_of(policy: Policy, sequence: Sequence) -> Program:
    """Return the program of one sequence of a policy."""
    columns = _columns(policy, sequence)
    differences = tuple(dict.fromkeys(_differences(policy, sequence)))
    keys_named = tuple(dict.fromkeys(key for _, key in _keys(policy, sequence)))
    lottery = any(key.kind is KeyKind.LOTTERY for key in keys_named)
    lottery_row = len(columns) + len(differences)
    points = policy.points
    return Program(
        sequence=sequence,
        columns=columns,
        differences=differences,
        lottery=lottery,
        terms=tuple(term_plan(term, columns=columns) for term in (points.terms if points else ())),
        decimals=0 if points is None else points.decimals,
        round_each_term=points is not None and points.rounding is Rounding.PER_TERM_HALF_UP,
        keys=tuple(_key(key, columns, lottery_row=lottery_row) for key in keys_named),
        class_keys=_class_keys(policy, sequence, keys=keys_named),
        places=MappingProxyType({reference: row for row, reference in enumerate(columns)}),
        run_reads=tuple(_run_reads(policy)),
        geography=policy.geography,
    )


def screens_of(policy: Policy) -> tuple[Screen, ...]:
    """Return the screens of a policy behind the one the engine adds to every policy: `active`."""
    return (_ACTIVE, *policy.screens)


def is_candidate(policy: Policy, reference: Reference) -> bool:
    """Tell whether a reference has a value for each candidate, not one for the whole run."""
    if reference.space is Space.INPUT:
        return policy.inputs[reference.name].varies
    if reference.space is Space.GEOGRAPHY:
        return policy.geography[reference.name].varies
    return reference.space is Space.CANDIDATE


def conditions(policy: Policy, sequence: Sequence) -> Iterator[Condition]:
    """Yield every condition that is judged for each candidate: screens, then classes, then terms."""
    for screen in screens_of(policy):
        yield screen.when
    for listing in sequence.listings:
        for entry in listing.classes:
            yield entry.when
    if policy.points is not None:
        for term in policy.points.terms:
            if term.when is not None:
                yield term.when


def difference_of(policy: Policy, compare: Compare) -> Difference | None:
    """Return how a comparison of two columns is worked out, or None where one value holds for the whole run alone."""
    if not isinstance(compare.right, Reference):
        return None
    left, right = compare.left, compare.right
    if not (is_candidate(policy, left) or is_candidate(policy, right)):
        return None
    finest = max(left.column.decimals, right.column.decimals)
    return Difference(left, right, 10 ** (finest - left.column.decimals), 10 ** (finest - right.column.decimals))


def _run_reads(policy: Policy) -> Iterator[Reference]:
    for entry in sorted(policy.reads, key=lambda entry: entry.name):
        if entry.table is Table.DONOR:
            yield Reference(Space.DONOR, entry.name, entry)
    for name, declaration in policy.inputs.items():
        if not declaration.varies:
            yield Reference(Space.INPUT, name, declaration.column)
    for name, table in policy.geography.items():
        if not table.varies:
            yield Reference(Space.GEOGRAPHY, name, table.column)


def _comparisons(condition: Condition) -> Iterator[Compare]:
    if isinstance(condition, Compare):
        yield condition
    elif isinstance(condition, Not):
        yield from _comparisons(condition.of)
    elif isinstance(condition, And | Or):
        for part in condition.parts:
            yield from _comparisons(part)


def _differences(policy: Policy, sequence: Sequence) -> Iterator[Difference]:
    for condition in conditions(policy, sequence):
        for compare in _comparisons(condition):
            difference = difference_of(policy, compare)
            if difference is not None:
                yield difference


def _columns(policy: Policy, sequence: Sequence) -> tuple[Reference, ...]:
    """Return the columns of the fact matrix in the order of first use, so that those of the screens come first."""
    found: list[Reference] = []
    for condition in conditions(policy, sequence):
        found.extend(reference for reference in references(condition) if is_candidate(policy, reference))
    for term in policy.points.terms if policy.points is not None else ():
        # A term may multiply by the donor's or the run's own value, so those fill rows too.
        found.extend(reference for reference in (term.of, *term.times) if reference is not None)
    found.extend(key.of for _, key in _keys(policy, sequence) if key.of is not None)
    return tuple(dict.fromkeys(found))


def _keys(policy: Policy, sequence: Sequence) -> Iterator[tuple[PolicyClass, OrderKey]]:
    for listing in sequence.listings:
        for entry in listing.classes:
            for key in entry.order if entry.order is not None else policy.order:
                if key.classes is None or entry.id in key.classes:
                    yield entry, key


def _class_keys(
    policy: Policy, sequence: Sequence, *, keys: tuple[OrderKey, ...]
) -> tuple[tuple[tuple[int, ...], ...], ...]:
    place = {key: index for index, key in enumerate(keys)}
    wanted: dict[str, list[int]] = {}
    for entry, key in _keys(policy, sequence):
        wanted.setdefault(entry.id, []).append(place[key])
    return tuple(tuple(tuple(wanted.get(entry.id, ())) for entry in listing.classes) for listing in sequence.listings)


def _key(key: OrderKey, columns: tuple[Reference, ...], *, lottery_row: int) -> KeyPlan:
    if key.kind is KeyKind.POINTS:
        row = POINTS_KEY
    elif key.kind is KeyKind.LOTTERY:
        row = lottery_row
    else:
        assert key.of is not None, "a column key names its column"
        row = columns.index(key.of)
    return KeyPlan(key.name, row, key.descending, key.missing_first)
