"""Knows how invented people of a published row are run by a real policy, and what the run says of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import bequest
from adapters.comparison import BadFileError
from bequest.matching.case_file import Case, Expected
from bequest.matching.cases import case_donor, case_pool
from bequest.model.errors import BequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from adapters.comparison import Difference
    from bequest.matching.explanation import PlaceNote
    from bequest.matching.match_run import MatchRun

    Facts = Mapping[str, object]
    Row = Mapping[str, object]

_AT = datetime(2026, 11, 1, tzinfo=UTC)
_DONOR = {"blood_group": "O", "age_years": 50}
_CANDIDATE = {"status": "active", "blood_group": "O", "crossmatch": "negative", "urgency": 9, "waiting_days": 1}


@dataclass(frozen=True)
class OneRun:
    """Hold the run of a row; people are named as in the file."""

    result: MatchRun

    @property
    def order(self) -> list[str]:
        """Return who is ranked, first offer first."""
        return [entry.registration.removeprefix("R-") for entry in self.result.ranked()]

    def class_of(self, name: str) -> str | None:
        """Return the class of a person, None where the policy does not rank them."""
        place = self._place(name)
        return None if place is None else place.class_id

    def points_of(self, name: str) -> float | None:
        """Return the points of a person, None where the policy does not rank them."""
        place = self._place(name)
        return None if place is None else float(str(place.points))

    def terms_of(self, name: str, *terms: str) -> float | None:
        """Return what some terms give a person together, None where the policy does not rank them."""
        place = self._place(name)
        return None if place is None else float(sum(Decimal(note.points) for note in place.terms if note.id in terms))

    def applying(self, name: str) -> set[str]:
        """Return the terms of a person whose condition holds."""
        place = self._place(name)
        return set() if place is None else {note.id for note in place.terms if note.applies}

    def _place(self, name: str) -> PlaceNote | None:
        places = self.result.explain(f"R-{name}").places
        return places[0] if places else None


def one_run(
    policy: str,
    donor: Facts,
    people: Mapping[str, Facts],
    *,
    where: str,
    at: datetime = _AT,
    centres: Mapping[str, Facts] | None = None,
) -> OneRun:
    """Return the run of a row by a policy of the library; what the row does not state is ordinary."""
    found = bequest.policy(policy)
    case = Case(
        name=where,
        why="a published value",
        policy=found.name,
        at=at,
        centres=centres or {},
        donor=_plain(_DONOR | dict(donor)),
        candidates={name: _plain(_CANDIDATE | dict(facts)) for name, facts in people.items()},
        inputs=None,
        lottery_seed=None,
        expect=Expected((), {}, {}, {}),
        place=f"row {where}",
    )
    try:
        pool, person = case_pool(case, found), case_donor(case, found)
        result = bequest.run(found, person, organ=found.organ, pool=pool, at=at, allow_unverified=True)
    except BequestError as error:
        raise BadFileError(f"row {where}: {error}") from None
    return OneRun(result)


def told(compared: Callable[[Row, str], Iterator[Difference]]) -> Callable[[Row, str], list[Difference]]:
    """Return the comparison that says in a sentence which field a row does not have."""

    def careful(row: Row, where: str) -> list[Difference]:
        try:
            return list(compared(row, where))
        except KeyError as error:
            raise BadFileError(f"row {where} has no field {error}, or no value there that is known here.") from None

    return careful


def table_of(row: Row, field: str, *, where: str) -> Row:
    """Return a table that a row must have."""
    found = row.get(field)
    if not isinstance(found, dict):
        raise BadFileError(f"row {where} has no table '{field}'.")
    return found


def _plain(facts: Facts) -> dict[str, object]:
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in facts.items()}
