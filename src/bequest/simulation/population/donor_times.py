"""Knows the instants of a donor in their lawful order: the first gate, consent, custody check and death."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bequest.model.enums import Organ
from bequest.simulation.population.people import number, yes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.simulation.population.people import People

_MINUTE, _HOUR = 60, 3600
_NEVER = np.datetime64("NaT")


def donor_times(
    people: People, at: np.datetime64, *, circulatory: NDArray[np.bool_], preserved_at: NDArray[np.datetime64] | None
) -> dict[str, object]:
    """Return the instants of the gates.

    The first gate is death by neurological criteria, or the opening of the circulatory pathway; consent and custody
    check follow before now, or, for tissue, before it was preserved. Who is on the circulatory pathway may still live.
    """
    if preserved_at is None:
        end = np.full(len(people), at)
        hours = number(people, "hours since the first gate")
    else:
        end = preserved_at
        hours = number(people, "hours from death to preservation")
    first = end - _whole_minutes(hours * _HOUR)
    consent = _between(first, end, number(people, "consent fraction"))
    # Tissue is taken of people who died before anybody asked about it: no pathway was opened for them.
    pathway = circulatory & (people.organ is not Organ.CORNEA)
    declared = yes(people, "circulatory death declared")
    death = _between(consent, end, number(people, "circulatory death fraction"))
    return {
        "consent_recorded_at": consent,
        "custody_checked_at": _between(first, end, number(people, "custody fraction")),
        "death_declared_at": np.where(~pathway, first, np.where(declared, death, _NEVER)),
        "pathway_opened_at": np.where(pathway, first, _NEVER),
    }


def _between(
    start: NDArray[np.datetime64], end: NDArray[np.datetime64], fraction: NDArray[np.float64]
) -> NDArray[np.datetime64]:
    return start + _whole_minutes((end - start).astype(np.int64) * fraction)


def _whole_minutes(seconds: NDArray[np.float64]) -> NDArray[np.timedelta64]:
    return (np.floor(seconds / _MINUTE).astype(np.int64) * _MINUTE).astype("timedelta64[s]")
