"""Knows what a loaded policy is: the records that matching reads, with every name resolved."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from bequest.model.pickled import reduced

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from bequest.model.column import Column
    from bequest.model.enums import OfferKind, Organ, PolicyStatus
    from bequest.policy.document import Value
    from bequest.policy.expression import Condition, Plain, Reference

Knots: TypeAlias = tuple[tuple[Decimal, Decimal], ...]
"""Pairs (x, y) with rising x: the corners of a curve, or the lower edges of bands and their values."""


class Rounding(Enum):
    """Name where points are rounded half up to the declared decimals."""

    TOTAL_HALF_UP = "total half up"
    PER_TERM_HALF_UP = "per term"


class KeyKind(Enum):
    """Name what an order key compares."""

    COLUMN = "column"
    POINTS = "points"
    LOTTERY = "lottery"


@dataclass(frozen=True, slots=True)
class Citation:
    """Hold where a rule comes from: a key of sources.yaml and the place in that source."""

    key: str
    locator: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """Hold a value that a committee sets, with its reason."""

    name: str
    value: Plain | tuple[Plain, ...]
    unit: str | None
    why: str
    cite: tuple[Citation, ...]


class PlaceOf(Enum):
    """Name whose place picks a number of a table: the candidate's centre or the donor hospital."""

    CENTRE = "centre"
    REGION = "region"
    COUNTRY = "country"
    DONOR_HOSPITAL = "donor.hospital"
    DONOR_REGION = "donor.region"
    DONOR_COUNTRY = "donor.country"


OF_CANDIDATE = frozenset({PlaceOf.CENTRE, PlaceOf.REGION, PlaceOf.COUNTRY})


@dataclass(frozen=True, slots=True)
class InputDeclaration:
    """Hold a number that comes from outside the pool (a balance, a roster turn).

    `by` names what picks the number: the candidate's centre, its country or its region, or the same of the donor
    hospital; None for one number for all. `same_table` names the input whose table it reads; None: it has its own.
    `per` is a fact of the donor that picks a table of such numbers, None where one table holds for every donor.
    `otherwise_units` is the number of a place without one; None: it has none.
    """

    name: str
    column: Column
    by: PlaceOf | None
    same_table: str | None
    why: str
    cite: tuple[Citation, ...]
    per: Column | None
    otherwise_units: int | None

    @property
    def given_as(self) -> str:
        """Return the name under which a run is given its numbers."""
        return self.name if self.same_table is None else self.same_table

    @property
    def varies(self) -> bool:
        """Tell whether candidates can have different numbers."""
        return self.by in OF_CANDIDATE


@dataclass(frozen=True, slots=True)
class Geography:
    """Hold a table of the policy from places to numbers, such as the zone of each region.

    `otherwise` holds for places that are not listed; None: they have no number. `donor_by`: the donor's place that
    comes before the candidate's in a table of pairs of places, whose keys are then made by `pair_of_places`.
    """

    name: str
    column: Column
    by: PlaceOf
    donor_by: PlaceOf | None
    values: Mapping[str, Decimal]
    otherwise: Decimal | None
    values_units: Mapping[str, int]
    otherwise_units: int | None
    why: str
    cite: tuple[Citation, ...]

    @property
    def varies(self) -> bool:
        """Tell whether candidates can have different numbers."""
        return self.by in OF_CANDIDATE

    @property
    def of_candidate_alone(self) -> bool:
        """Tell whether the candidate's place picks the number, whoever the donor is."""
        return self.varies and self.donor_by is None

    def units(self, place: str | None) -> int | None:
        """Return the number of a place in units of 10**-decimals, which hold every number exactly; None for none."""
        return self.otherwise_units if place is None else self.values_units.get(place, self.otherwise_units)


def pair_of_places(donor: str, candidate: str) -> str:
    """Return the key of a geography table for the donor's place and the candidate's."""
    return f"{donor} to {candidate}"


@dataclass(frozen=True, slots=True)
class Screen:
    """Hold a condition without which nobody is ranked; `text` is the condition as written."""

    id: str
    when: Condition
    text: str
    say: str
    cite: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class OrderKey:
    """Hold one key of an order; `classes` None means it holds in every class."""

    name: str
    of: Reference | None  # None for points and lottery
    kind: KeyKind
    descending: bool
    missing_first: bool
    classes: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class PolicyClass:
    """Hold one class of a list; `order` None means the order of the policy.

    `stage`: the stage of the policy before which nobody of this class is offered the organ; None for the run itself.
    """

    id: str
    when: Condition
    text: str
    say: str
    cite: tuple[Citation, ...]
    order: tuple[OrderKey, ...] | None
    shadowed_in_source: Citation | None
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Hold an ordered list of classes for one offer kind.

    `positions` is the place of each class in the one overall order of its sequence, which runs through the main
    list and the second listings together.
    """

    offer_kind: OfferKind
    classes: tuple[PolicyClass, ...]
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    """Hold the lists used for the donors that `when` describes; the first listing is the main one.

    `otherwise` is "not ranked" when candidates may fit no class, "" when the last class of each list takes everyone.
    """

    id: str
    when: Condition
    text: str
    listings: tuple[Listing, ...]
    otherwise: str


@dataclass(frozen=True, slots=True)
class Term:
    """Hold one term of the points.

    `of` None: a constant bonus of `weight` points. `curve` is linear between its corners and flat outside them;
    `steps` gives the value of the last band whose lower edge is reached, 0 below the first; with neither the value
    counts in its own unit. `missing`: the points when `of` or a factor of `times` is missing. When `when` is not
    true the term gives 0.
    """

    id: str
    of: Reference | None
    weight: Decimal
    curve: Knots | None
    steps: Knots | None
    times: tuple[Reference, ...]
    when: Condition | None
    text: str
    missing: Decimal
    relative_to_class: bool
    say: str
    cite: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Points:
    """Hold the points block: decimals kept, where rounding happens, and the terms."""

    decimals: int
    rounding: Rounding
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Offers:
    """Hold how offers are made: minutes to reply, minutes before the end to remind, how many at once."""

    reply_minutes: int
    remind_minutes: tuple[int, ...]
    at_once: int
    cite: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """Hold a stage after the run, such as rescue allocation, in which those who remain are put into another order.

    All `screens` must hold; the first class that holds counts, and inside a class the order of the run stays. `begins`
    says in words when the stage begins. `otherwise` is "not listed" when candidates may fit no class, else "".
    """

    id: str
    say: str
    begins: str
    screens: tuple[Screen, ...]
    classes: tuple[PolicyClass, ...]
    otherwise: str
    cite: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Adoption:
    """Hold who adopted the policy, when, and where the reasons are published."""

    by: str
    on: date
    justification: str


@dataclass(frozen=True, slots=True, repr=False)
class Policy:
    """Hold one version of one policy.

    `reads`: the dictionary columns its rules read (screen `active`, which the engine adds, aside). `tables`: the
    packaged tables it names, covered by `hash`. `place`: the file, as messages name it. `content`: the parsed file.
    """

    name: str
    organ: Organ
    title: str
    edition: str
    effective: date
    status: PolicyStatus
    adopted: Adoption | None
    parameters: Mapping[str, Parameter]
    conditions: Mapping[str, str]
    screens: tuple[Screen, ...]
    sequences: tuple[Sequence, ...]
    stages: tuple[Stage, ...]
    points: Points | None
    order: tuple[OrderKey, ...]
    offers: Offers | None
    inputs: Mapping[str, InputDeclaration]
    geography: Mapping[str, Geography]
    reads: frozenset[Column]
    tables: tuple[str, ...]
    hash: str
    place: str
    content: Mapping[str, Value]

    __reduce__ = reduced

    def __repr__(self) -> str:
        """Return one line: name, edition, status, and the start of the hash."""
        return f"Policy({self.name} {self.edition}, {self.status.value}, {self.hash[:12]})"
