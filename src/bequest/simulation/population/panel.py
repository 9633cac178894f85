"""Knows a fixed panel of donors, drawn once and for all from the haplotypes by which cPRA is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from bequest.clinical.antigens import BITS, bearer
from bequest.clinical.names import listed_names
from bequest.clinical.planes import planes_of
from bequest.matching.draws import uniform
from bequest.model.tables import read_json, read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bequest.clinical.planes import Planes

_PREFIXES = (("A", "A"), ("B", "B"), ("C", "Cw"), ("DR", "DR"), ("DQ", "DQ"))


def panel_of_donors(size: int) -> Planes:
    """Return so many donors: two haplotypes each, of a population drawn by its share of donors."""
    donors = np.arange(size, dtype=np.uint64)
    # The shape of the packaged file is fixed by its test.
    weights = cast("dict[str, dict[str, float]]", read_json("hla/cpra_weights.json"))["weights"]
    population = _places(np.array(list(weights.values())), uniform("panel", "population", "cpra", donors))
    rows = read_rows("hla/cpra_haplotypes.csv")
    sets = [_antigens(row) for row in rows]
    carried = [0] * size
    for copy in (1, 2):
        chance = uniform("panel", f"haplotype {copy}", "cpra", donors)
        for place, name in enumerate(weights):
            who = np.flatnonzero(population == place)
            drawn = _places(np.array([float(row[name]) for row in rows]), chance[who])
            for donor, haplotype in zip(who.tolist(), drawn.tolist(), strict=True):
                carried[donor] |= sets[haplotype]
    return planes_of(carried, BITS)


def _places(weights: NDArray[np.float64], chance: NDArray[np.float64]) -> NDArray[np.intp]:
    running = np.cumsum(weights)
    return np.minimum(np.searchsorted(running / running[-1], chance, side="right"), len(weights) - 1)


def _antigens(row: Mapping[str, str]) -> int:
    bits = 0
    for gene, prefix in _PREFIXES:
        (name,) = listed_names(f"{prefix}{row[gene]}")
        bit = bearer(name).bit
        assert bit is not None, "the bearer of a name has a bit"
        bits |= 1 << bit
    return bits
