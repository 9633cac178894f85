"""Knows how a synthetic list gets the columns that published policies read and the demo country is not drawn with.

The values describe no people: they serve to measure. Nearly everybody agrees to what is asked of them, so that a run
works out classes and points of as many as of a real list.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from bequest.matching.pool import Pool, build_pool
from bequest.model.column import Column, Kind, Table
from bequest.model.columns import columns_of
from bequest.model.donor import Donor, donor_from_facts
from bequest.model.enums import Organ
from bequest.simulation.population import make_population

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SEED = 1
_MOST, _FEW = 0.98, 0.02
_FEW_HAVE = frozenset({
    "acceptable_mismatch_programme", "previous_transplant_paediatric", "safety_net_qualified", "prior_living_donor",
    "medically_urgent_since_on", "previous_transplant_on",
})  # fmt: skip
_DAYS = 3000
_KDPI_PERCENT = 40


def drawn(organ: Organ, size: int, at: datetime) -> tuple[Pool, Donor]:
    """Return a synthetic list of that size with every column of its organ, and its first donor."""
    made = make_population(country="demo", organ=organ, candidates=size, donors=1, seed=SEED, at=at)
    rng = np.random.default_rng(SEED)
    lacking = [entry for entry in _of(Table.REGISTRATION, organ) if entry.name not in made.registrations]
    columns = {**made.registrations, **{entry.name: _cells(entry, rng, size=size, at=at) for entry in lacking}}
    pool = build_pool(organ, as_of=at, registrations=columns, centres=made.centres)
    unremarkable = {entry.name: False for entry in _of(Table.DONOR, organ) if entry.kind is Kind.TRUTH}
    facts = {name: value for name, values in made.donors.items() if (value := _plain(values[0])) is not None}
    known = {"kdpi_percent": _KDPI_PERCENT} if organ is Organ.KIDNEY else {}
    return pool, donor_from_facts({**unremarkable, **known, **facts}, place="the first donor")


def _of(table: Table, organ: Organ) -> list[Column]:
    return [entry for entry in columns_of(table) if not entry.organs or organ in entry.organs]


def _cells(
    entry: Column, rng: np.random.Generator, *, size: int, at: datetime
) -> Sequence[object] | NDArray[np.generic]:
    has = rng.random(size) < (_FEW if entry.name in _FEW_HAVE else _MOST)
    if entry.kind is Kind.TRUTH:
        return has.tolist()
    if entry.kind is Kind.CODE:
        return rng.choice(entry.codes, size).tolist()
    if entry.kind in {Kind.WHOLE, Kind.DECIMAL}:
        assert entry.low is not None, "numbers have bounds"
        return np.full(size, float(entry.low))
    if entry.kind in {Kind.DATE, Kind.INSTANT}:
        days = np.datetime64(at.date()) - rng.integers(0, _DAYS, size).astype("timedelta64[D]")
        days[~has] = np.datetime64("NaT")
        return days if entry.kind is Kind.DATE else days.astype("datetime64[s]")
    return [None] * size


def _plain(value: object) -> object:
    """Return a NumPy scalar as the Python value that a donor is made of; None when it is missing."""
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else value.astype("datetime64[s]").item().replace(tzinfo=UTC)
    found = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(found, float) and np.isnan(found) else found
