"""Knows one donor beside one pool at one instant, and what several factors of the two share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.distance import kilometres_between
from bequest.clinical.mismatch import mismatch_numbers
from bequest.clinical.typing import parse_typing
from bequest.matching.quantise import quantise_one
from bequest.model.column import MISSING
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from bequest.clinical.typing import HlaTyping
    from bequest.matching.coded import Coded
    from bequest.matching.pool import Pool
    from bequest.model.column import Column
    from bequest.model.donor import Donor

DAY_SECONDS = 86_400


@dataclass(frozen=True, eq=False)
class Pair:
    """Hold one donor beside one pool at one instant: what every factor is a function of.

    Not slotted, because it keeps what several factors read: each is worked out once, when the first asks.
    """

    donor: Donor
    pool: Pool
    at_seconds: int
    at_days: int
    at_birthday: int
    hospital_row: int
    typing: HlaTyping

    @cached_property
    def centre_km(self) -> NDArray[np.float64]:
        """Return the distance from the donor hospital to the place of each value of pool.centre."""
        vectors = self.pool.places.vectors
        return kilometres_between(vectors[self.hospital_row], vectors[self.pool.centre.values])

    @cached_property
    def mismatch_numbers(self) -> NDArray[np.uint8]:
        """Return the number of the HLA mismatches of the donor with every registration (clinical/mismatch.py)."""
        return mismatch_numbers(self.typing, self.pool.typing)


def pair_of(donor: Donor, pool: Pool, *, at: datetime) -> Pair:
    """Return donor and pool as a pair; raise InputError if the donor hospital is not among the pool's places."""
    hospital = pool.places.row_of.get(donor.hospital)
    if hospital is None:
        raise InputError(
            f"donor '{donor.donor}', column 'hospital': '{donor.hospital}' is not in the centres table; add the place."
        )
    seconds = int(at.timestamp())
    text = donor.facts.get("hla")
    return Pair(
        donor=donor,
        pool=pool,
        at_seconds=seconds,
        at_days=seconds // DAY_SECONDS,
        at_birthday=at.year * 512 + at.month * 32 + at.day,
        hospital_row=hospital,
        typing=_typing(None if text is None else str(text)),
    )


def days_since(pair: Pair, dates: Coded) -> Coded:
    """Return the days since dates of the pool, missing before them and without them."""
    begun = (dates.values != MISSING) & (dates.values <= pair.at_days)
    return dates.having(np.where(begun, pair.at_days - np.where(begun, dates.values, 0), MISSING))


def age_years(pair: Pair) -> Coded:
    """Return completed years since birth; missing before it."""
    born = pair.pool.birthdays
    # In place, because nearly everybody has a birthday of their own.
    years = pair.at_birthday - born.values
    years >>= 9
    years[(born.values == MISSING) | (born.values > pair.at_birthday)] = MISSING
    return born.having(years)


def donor_fact(donor: Donor, entry: Column) -> int:
    """Return one donor fact as an integer with MISSING."""
    return quantise_one(donor.facts.get(entry.name), entry)


@lru_cache(maxsize=256)
def _typing(text: str | None) -> HlaTyping:
    """Return a donor's typing; kept, because a donor is ranked once for each organ."""
    return parse_typing(text)
