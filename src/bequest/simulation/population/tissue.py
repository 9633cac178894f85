"""Knows what a bank has written down about a released cornea."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bequest.simulation.population.people import level, number, truths
from bequest.simulation.population.sizes import rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.simulation.population.people import Coded, People

_DAY_MINUTES = 1440


def preserved_at(people: People, at: np.datetime64, *, storage: Coded) -> NDArray[np.datetime64]:
    """Return when each cornea entered its medium, within the limit of the method of storage."""
    minutes = np.floor(number(people, "storage days", storage=storage) * _DAY_MINUTES)
    return at - minutes.astype(np.int64).astype("timedelta64[m]").astype("timedelta64[s]")


def tissue_columns(people: People, age_years: NDArray[np.float64], *, sex: Coded, storage: Coded) -> dict[str, object]:
    """Return the columns that only corneas have, but for the instant of preservation."""
    cells = (
        number(people, "endothelial cells")
        - people.constant("endothelial cells lost a year") * age_years
        - people.constant("endothelial cells lost an hour") * number(people, "hours from death to preservation")
        + people.constant("endothelial cells more in women") * sex.has("female")
    )
    return {
        "storage_method": storage.texts().tolist(),
        "endothelial_cells_per_mm2": rounded(cells, 0),
        "serology_negative": truths(level(people, "serology negative")),
    }
