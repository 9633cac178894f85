"""Knows which values decided a condition for one registration, and the places behind a value that is made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.clinical.distance import kilometres_between, nautical_miles
from bequest.matching.scalar import holds
from bequest.model.column import Table
from bequest.policy.expression import And, Not, Or, Space, references
from bequest.policy.policy import PlaceOf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bequest.matching.match_run import MatchRun
    from bequest.model.column import Column
    from bequest.policy.expression import Condition, Reference

_OF_CENTRE = "centre.latitude_deg"
_TELLS_DISTANCE = frozenset({"distance_km", "distance_nm"})


def decisive(condition: Condition, run: MatchRun, row: int, *, verdict: bool) -> tuple[Reference, ...]:
    """Return the values that made a condition true, or false, as `verdict` says it is; each once, as first read.

    Of `or` that holds, and of `and` that does not, the first part that settles it is enough.
    """
    return tuple(dict.fromkeys(_deciding(condition, run, row, verdict=verdict)))


def _deciding(condition: Condition, run: MatchRun, row: int, *, verdict: bool) -> Iterator[Reference]:
    match condition:
        case Not(of):
            yield from _deciding(of, run, row, verdict=not verdict)
        case And(parts) | Or(parts):
            for part in parts if isinstance(condition, And) is verdict else _first(parts, run, row, verdict=verdict):
                yield from _deciding(part, run, row, verdict=verdict)
        case _:
            yield from references(condition)


def _first(parts: Iterable[Condition], run: MatchRun, row: int, *, verdict: bool) -> tuple[Condition, ...]:
    return next((part,) for part in parts if holds(part, run, row) is verdict)


def places_behind(run: MatchRun, reference: Reference, *, row: int) -> tuple[tuple[str, str | None], ...]:
    """Return in words the places from which a value was made: those a table of the policy looks up, or the distance."""
    if reference.space is Space.GEOGRAPHY:
        return tuple(_looked_up(run, reference, row=row))
    if _by_distance(reference.column):
        distance = _distance_text(run, row=row)
        return () if distance is None else (("distance", distance),)
    return ()


def _by_distance(entry: Column) -> bool:
    return entry.table is Table.FACTOR and _OF_CENTRE in entry.inputs and entry.name not in _TELLS_DISTANCE


def _looked_up(run: MatchRun, reference: Reference, *, row: int) -> Iterator[tuple[str, str | None]]:
    table, places = run.policy.geography[reference.name], run.pool.places
    names = {
        PlaceOf.CENTRE: places.centres, PlaceOf.REGION: places.regions, PlaceOf.COUNTRY: places.countries,
        PlaceOf.DONOR_HOSPITAL: places.centres, PlaceOf.DONOR_REGION: places.regions,
        PlaceOf.DONOR_COUNTRY: places.countries,
    }  # fmt: skip
    for by in (table.donor_by, table.by):
        if by is not None:
            of_donor = by.value.startswith("donor.")
            words = by.value.removeprefix("donor.")
            place = _hospital_row(run) if of_donor else _centre_row(run, row)
            yield (f"donor {words}" if of_donor and words != "hospital" else words), names[by][place]


def _distance_text(run: MatchRun, *, row: int) -> str | None:
    vectors = run.pool.places.vectors
    kilometres = kilometres_between(vectors[_hospital_row(run)], vectors[[_centre_row(run, row)]])
    if kilometres[0] != kilometres[0]:
        return None
    return f"{kilometres[0]:.1f} km, {nautical_miles(kilometres)[0]:.1f} NM"


def _centre_row(run: MatchRun, row: int) -> int:
    return run.pool.places.row_of[str(run.pool.texts["centre"][row])]


def _hospital_row(run: MatchRun) -> int:
    return run.pool.places.row_of[run.donor.hospital]
