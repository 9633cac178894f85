"""Knows what a loaded donor plan is: the order between the runs of one donor, and who is offered a second organ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.model.pickled import reduced

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from bequest.model.column import Column
    from bequest.model.enums import Organ, PolicyStatus
    from bequest.policy.document import Value
    from bequest.policy.expression import Condition
    from bequest.policy.policy import Adoption, Citation, Parameter


@dataclass(frozen=True, slots=True)
class RunOfPlan:
    """Hold one match run that the plan needs: its id in the plan and the policy that ranks its list."""

    id: str
    policy: str
    organ: Organ


@dataclass(frozen=True, slots=True)
class ClassRange:
    """Hold the part of one run's list that a step offers, from a class through a class, both included.

    `first` and `last` name one class of each list that the policy may choose for a donor; empty: from the beginning,
    to the end. Where the list chosen has none of the classes named, it has no part. `points_at_least` ends the part
    with those who have fewer points. `stage`: the part is that of a stage of the policy.
    """

    run: str
    first: tuple[str, ...]
    last: tuple[str, ...]
    points_at_least: Parameter | None
    stage: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """Hold one step: the parts of lists that are offered now.

    One part goes by the order of its run. Several are one list, class by class where their classes have equal ids, and
    inside a class by points.
    """

    id: str
    parts: tuple[ClassRange, ...]
    say: str
    cite: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class PlanOrder:
    """Hold the steps for the donors that `when` describes."""

    id: str
    when: Condition
    text: str
    say: str
    cite: tuple[Citation, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class SecondOrgan:
    """Hold when somebody offered an organ of the run `beside` is offered that of the run `pulls` with it.

    `first` and `last` limit it to classes of the run, as in a step. `one_centre`: both registrations must be of one
    centre. `when` reads the registration in the run `beside`.
    """

    id: str
    beside: str
    pulls: str
    first: tuple[str, ...]
    last: tuple[str, ...]
    one_centre: bool
    points_at_least: Parameter | None
    when: Condition
    text: str
    say: str
    cite: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class DividedOrgan:
    """Hold when the organ of a run may be divided: one part for whoever accepts it, the other for the next on the list.

    `when` reads the donor only.
    """

    id: str
    run: str
    when: Condition
    text: str
    say: str
    cite: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, repr=False)
class DonorPlan:
    """Hold one version of one donor plan; `reads` are the columns of candidates and donors that its rules read."""

    name: str
    title: str
    edition: str
    effective: date
    status: PolicyStatus
    adopted: Adoption | None
    parameters: Mapping[str, Parameter]
    conditions: Mapping[str, str]
    runs: tuple[RunOfPlan, ...]
    orders: tuple[PlanOrder, ...]
    second_organs: tuple[SecondOrgan, ...]
    divided_organs: tuple[DividedOrgan, ...]
    reads: frozenset[Column]
    hash: str
    place: str
    content: Mapping[str, Value]

    __reduce__ = reduced

    def __repr__(self) -> str:
        """Return one line: name, edition, status, and the start of the hash."""
        return f"DonorPlan({self.name} {self.edition}, {self.status.value}, {self.hash[:12]})"
