"""Knows how a person's HLA is drawn: two haplotypes of one reference population, written as antigens."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.antigens import dictionary
from bequest.clinical.names import expressed, read_name
from bequest.model.tables import read_rows
from bequest.simulation.population.people import level

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bequest.simulation.population.people import People

GENES = ("A", "B", "C", "DRB1", "DQB1")
SCORED = (0, 1, 3)
"""Places in `GENES` of the three loci by which mismatches are counted."""
WORD = 64


@dataclass(frozen=True, slots=True, eq=False)
class Hla:
    """Hold what people carry: two places in `antigen_names()` a locus, the lower first, -1 for a null allele."""

    antigens: NDArray[np.int16]  # (people, loci, 2)

    def of(self, rows: NDArray[np.intp]) -> Hla:
        """Return what the people of these rows carry."""
        return Hla(self.antigens[rows])

    def carried(self) -> NDArray[np.uint64]:
        """Return the antigens carried as bit sets over `antigen_names()`, shape (people, words)."""
        words = np.zeros((len(self.antigens), word_count()), dtype=np.uint64)
        rows = np.arange(len(words))
        for place in self.antigens.reshape(len(words), -1).T:
            known = place >= 0
            bit = np.where(known, np.uint64(1) << (place % WORD).astype(np.uint64), np.uint64(0))
            words[rows, np.where(known, place // WORD, 0)] |= bit
        return words

    def texts(self, loci: tuple[int, ...] = tuple(range(len(GENES)))) -> NDArray[np.object_]:
        """Return the typings as text, an antigen that both copies carry written once, shape (people,)."""
        columns = [_pair_texts(self.antigens[:, locus]) for locus in loci]
        # A loop over people: text is put together piece by piece.
        return np.array([" ".join(filter(None, pieces)) for pieces in zip(*columns, strict=True)], dtype=np.object_)


def drawn_hla(people: People) -> Hla:
    """Return two haplotypes for each person, both of one reference population."""
    table = _haplotypes()
    population = level(people, "haplotype population")
    copies = np.zeros((2, len(people)), dtype=np.intp)
    for copy in range(2):
        chance = people.chance(f"haplotype {copy + 1}")
        for name in population.levels:
            rows = np.flatnonzero(population.has(name))
            first, upper = table.upper[name]
            copies[copy, rows] = first + np.minimum(np.searchsorted(upper, chance[rows], side="right"), len(upper) - 1)
    return Hla(np.sort(table.antigens[copies].transpose(1, 2, 0), axis=2))


def antigen_names() -> tuple[str, ...]:
    """Return the antigens that occur on the haplotypes, in the order of the antigen dictionary."""
    return _haplotypes().names


def word_count() -> int:
    """Return how many words of 64 bits hold a set of these antigens."""
    return -(-len(antigen_names()) // WORD)


@dataclass(frozen=True, slots=True, eq=False)
class _Haplotypes:
    names: tuple[str, ...]
    antigens: NDArray[np.int16]  # (haplotypes, loci), places in `names`
    upper: Mapping[str, tuple[int, NDArray[np.float64]]]  # population -> its first row, upper ends of its rows


@cache
def _haplotypes() -> _Haplotypes:
    rows = sorted(read_rows("population/nmdp2007_haplotypes_5locus.csv"), key=lambda row: row["population"])
    found = [[_antigen(gene, row[gene]) for gene in GENES] for row in rows]
    carried = {name for antigens in found for name in antigens if name is not None}
    names = tuple(name for name in dictionary() if name in carried)
    place = {name: number for number, name in enumerate(names)}
    antigens = np.array([[-1 if name is None else place[name] for name in one] for one in found], dtype=np.int16)
    population_of = [row["population"] for row in rows]
    upper: dict[str, tuple[int, NDArray[np.float64]]] = {}
    for population in sorted(set(population_of)):
        first, size = population_of.index(population), population_of.count(population)
        running = np.cumsum([float(row["freq"]) for row in rows[first : first + size]])
        upper[population] = (first, running / running[-1])
    return _Haplotypes(names, antigens, MappingProxyType(upper))


@cache
def _antigen(gene: str, allele: str) -> str | None:
    """Return the antigen that an allele expresses; None for a null allele."""
    reading = read_name(f"{gene}*{allele}")
    return expressed(reading.names[0]) if reading.names else None


def _pair_texts(pairs: NDArray[np.int16]) -> list[str]:
    """Return the antigens of one locus as text, shape (people,)."""
    names = antigen_names()
    size = len(names) + 1
    codes = (pairs[:, 0].astype(np.int64) + 1) * size + pairs[:, 1] + 1
    distinct, place = np.unique(codes, return_inverse=True)
    texts = [_pair_text((code // size - 1, code % size - 1)) for code in distinct.tolist()]
    return np.array(texts, dtype=np.object_)[place].tolist()


def _pair_text(pair: tuple[int, int]) -> str:
    return " ".join(antigen_names()[place] for place in sorted(set(pair)) if place >= 0)
