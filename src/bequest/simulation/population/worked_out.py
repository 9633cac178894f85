"""Knows the columns that follow from other facts of a person, so that the facts of one person fit each other."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

import numpy as np

from bequest.model.enums import Organ
from bequest.simulation.population.people import DAYS_IN_YEAR, Coded, number, number_below, yes
from bequest.simulation.population.sensitisation import listable
from bequest.simulation.population.sizes import rounded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from bequest.simulation.population.people import People
    from bequest.simulation.population.places import Place

ADULT_YEARS = 18
_CENTIMETRES_IN_METRE = 100


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Hold what is known of people while further columns are added: columns, groups, places and times."""

    people: People
    entries: People  # the registration of each row; of donors the people themselves
    day: np.datetime64
    listed_days: NDArray[np.int64]  # (people,), 0 for donors
    places: Sequence[Place]  # the place of each person
    columns: dict[str, object]
    groups: Mapping[str, Coded]

    def numbers(self, name: str, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return a column of numbers of these rows."""
        return np.asarray(self.columns[name], dtype=np.float64)[rows]

    def dates(self, name: str, rows: NDArray[np.intp]) -> NDArray[np.datetime64]:
        """Return a column of dates of these rows."""
        return np.asarray(self.columns[name], dtype="datetime64[D]")[rows]

    def texts(self, name: str) -> Sequence[object]:
        """Return a column of text, codes or yes and no."""
        # Such a column of a population is a list.
        return cast("list[object]", self.columns[name])


def _waiting_since(known: Known, rows: NDArray[np.intp]) -> NDArray[np.datetime64]:
    """Return the day of listing, or of the first dialysis where that came earlier."""
    listed = known.dates("listed_on", rows)
    return np.fmin(listed, known.dates("dialysis_since_on", rows)) if known.people.organ in _RENAL else listed


_RENAL = frozenset({Organ.KIDNEY, Organ.KIDNEY_PANCREAS})


def _earlier_transplant(known: Known, rows: NDArray[np.intp]) -> NDArray[np.datetime64]:
    """Return a day between birth and the beginning of the waiting."""
    since = _waiting_since(known, rows)
    before = (since - known.dates("born_on", rows)).astype(np.int64)
    years = number_below(known.people.some(rows), "years from transplant to waiting", before / DAYS_IN_YEAR)
    return since - np.floor(years * DAYS_IN_YEAR).astype(np.int64)


def _child_at_earlier_transplant(known: Known, rows: NDArray[np.intp]) -> NDArray[np.object_]:
    days = (known.dates("previous_transplant_on", rows) - known.dates("born_on", rows)).astype(np.int64)
    return (days < ADULT_YEARS * DAYS_IN_YEAR).astype(np.object_)


def _urgency_began(known: Known, rows: NDArray[np.intp]) -> NDArray[np.datetime64]:
    return known.dates("urgency_since_on", rows)


def _last_renewal(known: Known, rows: NDArray[np.intp]) -> NDArray[np.datetime64]:
    """Return when the period of urgency that runs, or ran last, began; NaT where it is the first one."""
    since = known.dates("urgency_since_on", rows)
    began = known.dates("urgency_valid_until", rows) - int(known.people.constant("urgency renewal days"))
    # Of the base level the end is NaT, and no comparison with it holds.
    first = since + int(known.people.constant("urgency validity days"))
    renewed = known.dates("urgency_valid_until", rows) > first
    return np.where(renewed, began, np.datetime64("NaT"))


def _exception_ends(known: Known, rows: NDArray[np.intp]) -> NDArray[np.datetime64]:
    ends = (known.day + int(known.people.constant("exception valid days"))).astype("datetime64[s]")
    return np.full(len(rows), ends, dtype="datetime64[s]")


def _heart_status_ends(known: Known, rows: NDArray[np.intp]) -> NDArray[np.datetime64]:
    return _status_ends(known, rows, status="heart_status_granted", called="heart status")


def _status_ends(known: Known, rows: NDArray[np.intp], *, status: str, called: str) -> NDArray[np.datetime64]:
    """Return the end of the running period of a status, or for a few the end of the one before."""
    people, since = known.people.some(rows), known.dates(status.replace("granted", "since_on"), rows)
    held = np.array(known.texts(status), dtype=np.object_)[rows]
    levels = tuple(sorted(set(held.tolist())))
    coded = Coded(levels, np.searchsorted(np.array(levels), held.astype(np.str_)))
    period = number(people, f"{called} valid days", **{status: coded}).astype(np.int64)
    periods = (known.day - since).astype(np.int64) // period + 1
    lapsed = yes(people, f"{called} lapsed") & (periods > 1)
    return (since + (periods - lapsed) * period).astype("datetime64[s]")


def _priority_below_12(known: Known, rows: NDArray[np.intp]) -> NDArray[np.object_]:
    """Return the priority of those below 12 years; None for the older ones."""
    lived = (known.day - known.dates("born_on", rows)).astype(np.int64)
    priority = np.where(yes(known.people.some(rows), "priority 1 below 12 years"), "1", "2").astype(np.object_)
    priority[lived >= _PRIORITY_BELOW_YEARS * DAYS_IN_YEAR] = None
    return priority


_PRIORITY_BELOW_YEARS = 12


def _liver_status_ends(known: Known, rows: NDArray[np.intp]) -> NDArray[np.datetime64]:
    return _status_ends(known, rows, status="liver_status_granted", called="liver status")


def _meld(known: Known, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    return known.numbers("meld", rows)


def _liver_score_before(known: Known, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return a score somewhat below the one that is listed; MELD has a least one, PELD has none."""
    score = known.numbers("liver_score", rows)
    lower = score - np.floor(number(known.people.some(rows), "liver score below before"))
    return np.where(np.isnan(known.numbers("meld", rows)), lower, np.maximum(lower, _LEAST_MELD))


_LEAST_MELD = 6


def _liver_score_ends(known: Known, rows: NDArray[np.intp]) -> NDArray[np.datetime64]:
    """Return an instant some weeks ahead, for a few one that has passed."""
    people = known.people.some(rows)
    days = np.floor(number(people, "liver score days to go")).astype(np.int64)
    return (known.day + np.where(yes(people, "liver score lapsed"), -days, days)).astype("datetime64[s]")


def _approved_antigens(known: Known, rows: NDArray[np.intp]) -> NDArray[np.object_]:
    """Return for a few one antigen that is neither their own nor on their list of unacceptable ones."""
    people, table = known.people.some(rows), listable()
    approved = yes(people, "approved antigen")
    place = np.searchsorted(table.upper, people.chance("which antigen is approved"), side="right")
    drawn: list[int] = np.minimum(place, len(table.names) - 1).tolist()
    found: list[str | None] = []
    # A loop over people: text is compared with text, and few are meant.
    for row, is_approved, antigen in zip(rows.tolist(), approved.tolist(), drawn, strict=True):
        named = {*_words(known.texts("hla")[row]), *_words(known.texts("unacceptable_antigens")[row])}
        name = table.names[antigen]
        # Who is not typed, or whose antibodies are not known, has nothing approved either.
        fits = known.texts("hla")[row] is not None and name not in named
        found.append(name if is_approved and fits else None)
    return np.array(found, dtype=np.object_)


def _words(text: object) -> Sequence[str]:
    return [] if text is None else str(text).split()


def _body_mass_index(known: Known, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    metres = known.numbers("height_cm", rows) / _CENTIMETRES_IN_METRE
    return rounded(known.numbers("weight_kg", rows) / (metres * metres), 4)


def _city(known: Known, rows: NDArray[np.intp]) -> NDArray[np.object_]:
    meant: list[int] = rows.tolist()
    return np.array([known.places[row].city for row in meant], dtype=np.object_)


def _subregion(known: Known, rows: NDArray[np.intp]) -> NDArray[np.object_]:
    meant: list[int] = rows.tolist()
    return np.array([known.places[row].subregion for row in meant], dtype=np.object_)


WORKED_OUT: Mapping[str, Callable[[Known, NDArray[np.intp]], object]] = MappingProxyType({
    "listing or first dialysis": _waiting_since,
    "earlier transplant": _earlier_transplant,
    "child at earlier transplant": _child_at_earlier_transplant,
    "urgency began": _urgency_began,
    "last renewal of the urgency": _last_renewal,
    "exception ends": _exception_ends,
    "heart status ends": _heart_status_ends,
    "priority below 12 years": _priority_below_12,
    "liver status ends": _liver_status_ends,
    "meld as listed": _meld,
    "liver score before": _liver_score_before,
    "liver score ends": _liver_score_ends,
    "approved antigens": _approved_antigens,
    "body mass index": _body_mass_index,
    "city": _city,
    "subregion": _subregion,
})  # fmt: skip
"""What columns.csv may call `worked out`: a function of what is known and the rows that are meant."""
