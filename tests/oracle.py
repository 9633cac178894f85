"""Knows a match run a second time, one candidate after the other and in exact fractions, to judge the evaluators by.

It reads the Policy record and the quantised factors, and shares no code with the rooms it checks: not their programs,
tables or kernels, nor their three-valued logic, their draws or their rounding.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key
from itertools import pairwise
from math import floor

from bequest.matching.factors import factor_column
from bequest.model.column import MISSING, Kind
from bequest.model.columns import candidate_column
from bequest.policy.expression import And, Compare, Constant, Literal, Member, Not, Op, Or, Space, Truth
from bequest.policy.policy import KeyKind, Rounding

FALSE, UNKNOWN, TRUE = 0, 1, 2
"""Kleene's values in an order in which `and` is the least, `or` the greatest, and `not` turns them round."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hold what a run must give: per registration its reasons, per listing class, unknown earlier class and points."""

    sequence: str
    failed: list[list[str]]
    unknown: list[list[str]]
    classes: list[list[str | None]]
    class_unknown: list[list[bool]]
    points: list[list[int]]
    terms: list[list[list[Fraction] | None]]
    order: list[tuple[int, int]]


class Undecided(Exception):  # noqa: N818  no error: a fact that decides the list is missing
    """Say that the donor's list cannot be chosen."""


def outcome(policy, pair, *, inputs=None, seed=None):
    """Return what a run of the policy must give for a donor beside a pool."""
    asked = _Asked(policy, pair, inputs or {}, seed)
    people = [_Candidate(asked, row) for row in range(len(pair.pool))]
    sequence = _sequence(policy, _Candidate(asked, None))
    screens = [[("active", TRUE if each.raw("active") == 1 else FALSE)] for each in people]
    for of_one, each in zip(screens, people, strict=True):
        of_one += [(screen.id, truth(screen.when, each)) for screen in policy.screens]
    placed = [[_place(each, of_one, listing) for each, of_one in zip(people, screens, strict=True)]
              for listing in sequence.listings]  # fmt: skip
    terms = [_all_terms(policy, people, [place for place, _ in of_listing]) for of_listing in placed]
    points = [[0 if given is None else _total(policy, given) for given in of_listing] for of_listing in terms]
    return Outcome(
        sequence=sequence.id,
        failed=[[name for name, held in of_one if held == FALSE] for of_one in screens],
        unknown=[[name for name, held in of_one if held == UNKNOWN] for of_one in screens],
        classes=[[None if place is None else listing.classes[place].id for place, _ in of_listing]
                 for listing, of_listing in zip(sequence.listings, placed, strict=True)],
        class_unknown=[[open_ for _, open_ in of_listing] for of_listing in placed],
        points=points,
        terms=terms,
        order=_order(policy, sequence, people, placed, points),
    )  # fmt: skip


def truth(condition, candidate):  # noqa: PLR0911  one answer a kind of condition
    """Return whether a condition is TRUE, FALSE or UNKNOWN for a candidate."""
    match condition:
        case Constant(value):
            return TRUE if value else FALSE
        case Not(of):
            return TRUE - truth(of, candidate)
        case And(parts):
            return min(truth(part, candidate) for part in parts)
        case Or(parts):
            return max(truth(part, candidate) for part in parts)
        case Truth(of):
            return _known(candidate.value(of), lambda held: held)
        case Member(left, values):
            return _known(candidate.value(left), lambda held: any(held == _plain(each.value) for each in values))
        case Compare(left, op, right):
            other = _plain(right.value) if isinstance(right, Literal) else candidate.value(right)
            if other is None:
                return UNKNOWN
            return _known(candidate.value(left), lambda held: _compares(held, op, other))


class _Asked:
    """Knows what one run is asked, and every factor's quantised column once it has been looked at."""

    def __init__(self, policy, pair, inputs, seed):
        self.policy, self.pair, self.inputs, self.seed = policy, pair, inputs, seed
        self._columns = {}

    def column(self, entry):
        if entry.name not in self._columns:
            self._columns[entry.name] = factor_column(self.pair, entry).tolist()
        return self._columns[entry.name]


class _Candidate:
    """Knows the values that one registration has in one run; row None: the values of donor and run alone."""

    def __init__(self, asked, row):
        self.asked, self.row = asked, row

    def raw(self, name):
        return self.asked.column(candidate_column(name))[self.row]

    def value(self, reference):
        """Return what a reference reads, in its own unit as a fraction, text or truth value; None when missing."""
        column = reference.column
        if reference.space is Space.DONOR:
            held = self.asked.pair.donor.facts.get(reference.name)
            return None if held is None else _rounded(held, column)
        if reference.space is Space.INPUT:
            return self._input(reference)
        if reference.space is Space.GEOGRAPHY:
            return self._of_place(reference)
        held = self.asked.column(column)[self.row]
        if held == MISSING:
            return None
        if column.kind is Kind.TRUTH:
            return held == 1
        return column.codes[held] if column.kind is Kind.CODE else Fraction(held, 10**column.decimals)

    def lot(self):
        """Return the candidate's lot: 53 bits of SplitMix64, started from the hash of what is asked."""
        name = str(self.asked.pair.pool.registrations[self.row]).encode()
        what = f"{self.asked.seed}|lottery|{self.asked.pair.donor.donor}|{self.asked.pair.pool.organ.value}".encode()
        start = int.from_bytes(hashlib.sha256(what).digest()[:8], "big")
        number = int.from_bytes(hashlib.sha256(name).digest()[:8], "big")
        mixed = (number * 0x9E3779B97F4A7C15 + start) % 2**64
        mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB % 2**64
        return (mixed ^ mixed >> 31) >> 11

    def _input(self, reference):
        declaration = self.asked.policy.inputs[reference.name]
        given = self.asked.inputs[declaration.given_as]
        if declaration.per is not None:
            picked = self.asked.pair.donor.facts.get(declaration.per.name)
            if picked is None:
                return None
            given = given.get(picked, {})
        if declaration.by is not None:
            given = given.get(self._place(declaration.by.value))
            if given is None and declaration.otherwise_units is not None:
                return Fraction(declaration.otherwise_units, 10**declaration.column.decimals)
        return None if given is None else _rounded(given, declaration.column)

    def _of_place(self, reference):
        """Return the number that the policy's geography gives the place of the candidate or of the donor hospital."""
        table = self.asked.policy.geography[reference.name]
        found = table.values.get(self._place(table.by.value), table.otherwise)
        return None if found is None else Fraction(found)

    def _place(self, by):
        """Return the centre, region or country of the candidate, or of the donor hospital where `by` says donor."""
        pair = self.asked.pair
        kind = by.removeprefix("donor.")
        row = pair.pool.places.row_of[pair.donor.hospital if by != kind else pair.pool.texts["centre"][self.row]]
        names = {"region": pair.pool.places.regions, "country": pair.pool.places.countries}
        return names.get(kind, pair.pool.places.centres)[row]


def _known(held, holds):
    if held is None:
        return UNKNOWN
    return TRUE if holds(held) else FALSE


def _plain(value):
    return value if isinstance(value, (bool, str)) else Fraction(value)


def _rounded(value, column):
    if isinstance(value, (bool, str)):
        return value
    return Fraction(half_up(Fraction(value) * 10**column.decimals), 10**column.decimals)


def half_up(value):
    """Return the nearest whole number, the upper one when two are equally near."""
    return floor(value + Fraction(1, 2))


def _compares(held, op, other):
    return {
        Op.LT: lambda: held < other,
        Op.LE: lambda: held <= other,
        Op.GT: lambda: held > other,
        Op.GE: lambda: held >= other,
        Op.EQ: lambda: held == other,
        Op.NE: lambda: held != other,
    }[op]()


def _sequence(policy, nobody):
    for sequence in policy.sequences:
        held = truth(sequence.when, nobody)
        if held == UNKNOWN:
            raise Undecided
        if held == TRUE:
            return sequence
    raise Undecided


def _place(candidate, of_one, listing):
    """Return the class of a candidate on a list, and whether an earlier class could not be judged."""
    if any(held != TRUE for _, held in of_one):
        return None, False
    unknown = False
    for index, entry in enumerate(listing.classes):
        held = truth(entry.when, candidate)
        if held == TRUE:
            return index, unknown
        unknown = unknown or held == UNKNOWN
    return None, unknown


def _all_terms(policy, people, places):
    """Return the exact points of every term, rounded to nine decimals, for everyone who has a class."""
    if policy.points is None:
        return [None if place is None else [] for place in places]
    mates = {}
    for each, place in zip(people, places, strict=True):
        mates.setdefault(place, []).append(each)
    return [
        None if place is None else [_term(term, each, mates[place]) for term in policy.points.terms]
        for each, place in zip(people, places, strict=True)
    ]


def _term(term, candidate, mates):
    if term.when is not None and truth(term.when, candidate) != TRUE:
        return Fraction(0)
    x = Fraction(0) if term.of is None else candidate.value(term.of)
    factors = [candidate.value(reference) for reference in term.times]
    if x is None or None in factors:
        return Fraction(half_up(Fraction(term.missing) * 10**9), 10**9)
    if term.relative_to_class:
        largest = max([each.value(term.of) or Fraction(0) for each in mates] + [Fraction(0)])
        x = Fraction(half_up(max(x, Fraction(0)) / largest * 10**6), 10**6) if largest > 0 else Fraction(0)
    points = Fraction(term.weight) * _rating(term, x)
    for factor in factors:
        points *= factor
    return Fraction(half_up(points * 10**9), 10**9)


def _rating(term, x):
    if term.of is None:
        return Fraction(1)
    if term.steps is not None:
        reached = [Fraction(value) for edge, value in term.steps if Fraction(edge) <= x]
        return reached[-1] if reached else Fraction(0)
    if term.curve is None:
        return x
    corners = [(Fraction(edge), Fraction(value)) for edge, value in term.curve]
    if x <= corners[0][0]:
        return corners[0][1]
    for (left, low), (right, high) in pairwise(corners):
        if x <= right:
            return low + (high - low) * (x - left) / (right - left)
    return corners[-1][1]


def _total(policy, given):
    if policy.points is None:
        return 0
    scale = 10**policy.points.decimals
    if policy.points.rounding is Rounding.PER_TERM_HALF_UP:
        return sum(half_up(each * scale) for each in given)
    return half_up(sum(given, Fraction(0)) * scale)


def _order(policy, sequence, people, placed, points):
    entries = [
        (at, row)
        for at, of_listing in enumerate(placed)
        for row, (place, _) in enumerate(of_listing)
        if place is not None
    ]

    def ahead(one, other):
        return _ahead(policy, sequence, people, placed, points, one, other)

    return sorted(entries, key=cmp_to_key(ahead))


def _ahead(policy, sequence, people, placed, points, one, other):
    """Return a negative number where the first entry comes first."""
    places = [placed[at][row][0] for at, row in (one, other)]
    listings = [sequence.listings[at] for at, _ in (one, other)]
    positions = [listing.positions[place] for listing, place in zip(listings, places, strict=True)]
    if positions[0] != positions[1]:
        return positions[0] - positions[1]
    entry = listings[0].classes[places[0]]
    for key in policy.order if entry.order is None else entry.order:
        if key.classes is not None and entry.id not in key.classes:
            continue
        held = [_key(key, people[row], points[at][row]) for at, row in (one, other)]
        if held[0] != held[1]:
            return _first(key, *held)
    return one[1] - other[1]


def _key(key, candidate, points):
    if key.kind is KeyKind.POINTS:
        return points
    return candidate.lot() if key.kind is KeyKind.LOTTERY else candidate.value(key.of)


def _first(key, one, other):
    if one is None or other is None:
        return -1 if (one is None) == key.missing_first else 1
    return -1 if (one > other) == key.descending else 1
