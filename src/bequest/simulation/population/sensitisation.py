"""Knows which antigens a sensitised candidate cannot receive: drawn one by one until their share of donors is met.

While drawing, that share is counted in a panel of donors made of the haplotypes by which cPRA is computed; what is
written is the cPRA itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.antigens import Relation, antigen, bearer, lineage
from bequest.clinical.cpra import cpra_percents
from bequest.clinical.equivalences import Edition, covered_by_one
from bequest.clinical.planes import holders_of_any
from bequest.matching.draws import uniform
from bequest.simulation.population.distributions import constant, shares
from bequest.simulation.population.haplotypes import WORD, antigen_names, word_count
from bequest.simulation.population.panel import panel_of_donors
from bequest.simulation.population.people import Coded, labels, number, yes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.simulation.population.people import People

PANEL = 1024
"""Donors of the panel."""
_STEPS = 160
_SLACK = 60
"""Donors of the panel by which a list may overshoot its target."""
_BLOCK = 16_384
"""People drawn for at once, so that their panels stay in the cache."""
_MARGIN = 0.13
"""Distance kept from a bound of a band, as a part of what lies above it: about two standard errors of the panel."""


@dataclass(frozen=True, slots=True, eq=False)
class Antibodies:
    """Hold what is written of each person's antibodies."""

    unacceptable: NDArray[np.object_]  # (people,), text or None where not known
    cpra_percent: NDArray[np.float64]  # (people,), 0 where none was found, NaN where not known


def antibodies(people: People, area: Coded, repeat: NDArray[np.bool_], carried: NDArray[np.uint64]) -> Antibodies:
    """Return the antibodies of each person; `carried` are the own antigens, which are never unacceptable."""
    band = cpra_bands(people, area, repeat)
    texts = np.full(len(people), "none", dtype=np.object_)
    percent = np.zeros(len(people))
    rows = np.flatnonzero(~band.has("0"))
    if len(rows):
        lists = drawn_lists(people.some(rows), Coded(band.levels, band.codes[rows]), carried[rows])
        texts[rows], percent[rows] = _written(lists)
    unknown = yes(people, "antibody status unknown")
    texts[unknown] = None
    percent[unknown] = np.nan
    return Antibodies(texts, percent)


def cpra_bands(people: People, area: Coded, repeat: NDArray[np.bool_]) -> Coded:
    """Return the band of cPRA of each person.

    The shares of the table hold for all together; inside them the highest band is more frequent after a transplant.
    """
    chance = people.chance("cpra band")
    ratio = people.constant("ratio of high cpra after a transplant")
    repeated = np.zeros(len(people))
    for label, rows in labels(people, "repeat transplant", {"area": area}):
        repeated[rows] = 1.0 - shares(label).upper[0]
    levels: tuple[str, ...] = ()
    codes = np.zeros(len(people), dtype=np.intp)
    for label, rows in labels(people, "cpra band", {"area": area}):
        table = shares(label)
        levels = table.levels
        below = float(table.upper[-2])
        first = (1.0 - below) / (1.0 + (ratio - 1.0) * repeated[rows])
        highest = np.where(repeat[rows], ratio * first, first)
        rest = chance[rows] / (1.0 - highest) * below
        lower = np.searchsorted(table.upper, rest, side="right")
        codes[rows] = np.where(chance[rows] >= 1.0 - highest, len(levels) - 1, np.minimum(lower, len(levels) - 2))
    return Coded(levels, codes)


def drawn_lists(people: People, band: Coded, carried: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Return for each person which of `listable()` are unacceptable, shape (people, antigens)."""
    target = number(people, "cpra target", cpra_band=band) / 100
    bounds = np.array([[float(bound) for bound in name.split("-")] if "-" in name else [0, 0] for name in band.levels])
    lowest, highest = (bounds[band.codes] / 100).T
    target = np.where(lowest > 0, np.maximum(target, lowest + _MARGIN * (1 - lowest)), target)
    ceiling = np.where(highest < 1, highest - _MARGIN * (1 - highest), 1.0)
    goal = np.ceil(target * PANEL).astype(np.int64)
    limit = np.floor(ceiling * PANEL).astype(np.int64)
    goal, limit = np.minimum(goal, limit), np.where(highest < 1, np.minimum(limit, goal + _SLACK), limit)
    chosen = np.zeros((len(people), len(listable().names)), dtype=np.bool_)
    for start in range(0, len(people), _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, len(people)))
        chosen[rows] = _drawn(people.some(rows), goal[rows], limit[rows], carried[rows])
    return chosen


def _drawn(
    people: People, goal: NDArray[np.int64], limit: NDArray[np.int64], carried: NDArray[np.uint64]
) -> NDArray[np.bool_]:
    table = listable()
    chosen = np.zeros((len(people), len(table.names)), dtype=np.bool_)
    hit = np.zeros((len(people), PANEL // WORD), dtype=np.uint64)
    rows = np.arange(len(people))
    subject = f"{people.country}, {people.organ.value}"
    # A loop over the pieces of a list, not over people: one antigen is offered to everybody who still needs one.
    for step in range(_STEPS):
        if not len(rows):
            break
        chance = uniform(people.seed, f"candidate, unacceptable antigen {step + 1}", subject, people.numbers[rows])
        offered = np.minimum(np.searchsorted(table.upper, chance, side="right"), len(table.names) - 1)
        joined = hit[rows] | table.panel[offered]
        count = np.bitwise_count(joined).sum(axis=1, dtype=np.int64)
        taken = ((carried[rows] & table.own[offered]) == 0).all(axis=1) & (count <= limit[rows])
        hit[rows[taken]] = joined[taken]
        chosen[rows[taken], offered[taken]] = True
        rows = rows[~(taken & (count >= goal[rows]))]
    return chosen


@dataclass(frozen=True, slots=True, eq=False)
class Listable:
    """Hold the antigens that may be listed, how they are drawn, whom of the panel they hit, whose own they are."""

    names: tuple[str, ...]
    upper: NDArray[np.float64]  # (antigens,), upper ends of the shares by which an antigen is offered
    panel: NDArray[np.uint64]  # (antigens, words of the panel)
    own: NDArray[np.uint64]  # (antigens, words): the antigens whose bearers must not list this one


@cache
def listable() -> Listable:
    """Return the antigens that may be listed as unacceptable."""
    names = tuple(name for name in antigen_names() if antigen(name).relation in {Relation.SINGLE, Relation.SPLIT})
    donors = panel_of_donors(PANEL)
    panel = np.array([holders_of_any(donors, covered_by_one(name, Edition.OPTN_2017)) for name in names])
    share = np.bitwise_count(panel).sum(axis=1) / PANEL
    kept = np.flatnonzero(share > 0)
    # Antibodies follow exposure, so frequent antigens are offered more often; the rare ones are not left out.
    running = np.cumsum(share[kept] + constant("antigen-floor"))
    names = tuple(names[place] for place in kept.tolist())
    own = np.array([_own(name) for name in names])
    return Listable(names, running / running[-1], panel[kept], own)


def _own(name: str) -> NDArray[np.uint64]:
    """Return whose own antigen a listed one would hit, as a set over `antigen_names()`, shape (words,)."""
    hits = covered_by_one(name, Edition.OPTN_2017) | covered_by_one(name, Edition.OPTN_2025)
    words = np.zeros(word_count(), dtype=np.uint64)
    for place, other in enumerate(antigen_names()):
        bit = bearer(other).bit
        assert bit is not None, "the bearer of a name has a bit"
        if name in _above(other) or other in _above(name) or hits >> bit & 1:
            words[place // WORD] |= np.uint64(1) << np.uint64(place % WORD)
    return words


def _above(name: str) -> frozenset[str]:
    return frozenset(entry.name for entry in lineage(name))


def _written(chosen: NDArray[np.bool_]) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """Return the lists as text and their cPRA; each distinct list is computed once."""
    packed = np.packbits(chosen, axis=1)
    _, first, place = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    rows, antigens = np.nonzero(chosen[first])
    ends = np.searchsorted(rows, np.arange(1, len(first)))
    names = np.array(listable().names, dtype=np.object_)[antigens]
    lists: list[list[str]] = [part.tolist() for part in np.split(names, ends)]
    percent = np.array([float(value or 0) for value in cpra_percents(lists)])
    texts = np.array([" ".join(part) for part in lists], dtype=np.object_)
    return texts[place.reshape(-1)], percent[place.reshape(-1)]
