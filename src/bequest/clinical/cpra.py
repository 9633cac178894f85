"""Knows cPRA and vPRA: which share of donors carries something that a candidate must not receive.

cPRA by haplotypes: per population the share h of haplotypes that hold a listed antigen gives donors 1 - (1 - h)^2,
weighted by the population's share of donors. Source: OPTN method before January 2023 with its frequency table; see
data/hla/cpra_haplotypes.csv.source.md. The populations are those of the published table; they describe the donors, and
nothing about the candidate enters.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, cast

import numpy as np

from bequest.clinical.antigens import BITS, antigen, bearer
from bequest.clinical.equivalences import Edition, covered
from bequest.clinical.names import listed_names
from bequest.clinical.planes import Planes, holders_of_any, holders_of_each, planes_of
from bequest.model.errors import InputError
from bequest.model.tables import read_json, read_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bequest.clinical.typing import TypingColumns


def cpra_percent(unacceptable: Sequence[str], edition: Edition = Edition.OPTN_2017) -> Decimal | None:
    """Return cPRA in percent with 4 decimals; None where no antigen is listed, which is not 0.

    An antigen at a locus the table does not hold (DR51 to DR53, Bw4, Bw6, DQA, DP, DPA) raises InputError.
    """
    return cpra_percents([unacceptable], edition)[0]


def cpra_percents(lists: Sequence[Sequence[str]], edition: Edition = Edition.OPTN_2017) -> list[Decimal | None]:
    """Return cPRA in percent for each list of unacceptable antigens; each distinct set is computed once."""
    sets = [_covered(names, edition) for names in lists]
    distinct = list(dict.fromkeys(one for one in sets if one))
    percent_of: dict[int, Decimal | None] = dict(zip(distinct, _percents(distinct), strict=True))
    return [percent_of.get(one) for one in sets]


def vpra(unacceptable: Sequence[str], donors: TypingColumns) -> Decimal | None:
    """Return the share of a pool of donors that surely carries something listed, 0 to 1; None where nothing is listed.

    Listed antigens cover what stands below them, and a broad antigen counts as listed when all its splits are.
    """
    names = [name for text in unacceptable for name in listed_names(text)]
    if not names:
        return None
    if not len(donors):
        message = "The pool of donors is empty; a vPRA needs typed donors."
        raise InputError(message)
    hit = holders_of_any(donors.antigens, covered(names, Edition.WHO))
    return Decimal(int(np.bitwise_count(hit).sum())) / Decimal(len(donors))


@lru_cache(maxsize=1 << 16)
def counted_names(text: str) -> tuple[str, ...]:
    """Return the canonical names that one entry of a list stands for, at a locus of the haplotype table.

    Raises InputError for what is no antigen, and for one at a locus that the table does not hold.
    """
    names = listed_names(text)
    if antigen(names[0]).locus.value not in COUNTED_LOCI:
        message = (
            f"The haplotype table holds HLA-A, -B, -C, -DR and -DQ only, so cPRA cannot count {names[0]}; "
            "give the cPRA that the laboratory reports."
        )
        raise InputError(message)
    return names


@dataclass(frozen=True, slots=True)
class _Haplotypes:
    """Hold the frequency table: which haplotype holds which antigen, and how frequent each is."""

    antigens: Planes  # one "person" a haplotype
    frequencies: NDArray[np.float64]  # (haplotypes, populations), whole multiples of 1 / _UNIT
    weights: NDArray[np.float64]  # (populations,), share of donors


_UNIT = 10**12
"""Frequencies are whole numbers of 10**-12, so that a sum of them in floats is exact in any order."""
_POPULATIONS = ("CAU", "AFA", "HIS", "API")
_GENES = (("A", "A"), ("B", "B"), ("C", "Cw"), ("DR", "DR"), ("DQ", "DQ"))
COUNTED_LOCI = frozenset(gene for gene, _ in _GENES)
"""The loci of the haplotype table."""
_BLOCK = 32
"""Lists computed at once: so many that the haplotypes they hit stay in the cache."""
_TEN_THOUSANDTH = Decimal("0.0001")


def _percents(sets: Sequence[int]) -> list[Decimal]:
    """Return cPRA in percent for distinct sets of covered antigens."""
    table = _haplotypes()
    percents: list[Decimal] = []
    for start in range(0, len(sets), _BLOCK):
        block = sets[start : start + _BLOCK]
        planes = holders_of_each(table.antigens, block).astype("<u8", copy=False)
        hit = np.unpackbits(planes.view(np.uint8), axis=1, count=table.antigens.people, bitorder="little")
        share = (hit.astype(np.float64) @ table.frequencies) / _UNIT
        percent = 100.0 * ((1.0 - np.square(1.0 - share)) * table.weights).sum(axis=1)
        percents.extend(Decimal(value).quantize(_TEN_THOUSANDTH, ROUND_HALF_UP) for value in percent.tolist())
    return percents


def _covered(names: Sequence[str], edition: Edition) -> int:
    """Return all that a list covers, as a set; 0 where nothing is listed."""
    return covered([name for text in names for name in counted_names(text)], edition)


@cache
def _haplotypes() -> _Haplotypes:
    rows = read_rows("hla/cpra_haplotypes.csv")
    antigens = planes_of([_haplotype([row[gene] for gene, _ in _GENES]) for row in rows], BITS)
    counts = np.array([[float(row[population]) for population in _POPULATIONS] for row in rows], dtype=np.float64)
    frequencies = np.rint(counts / counts.sum(axis=0) * _UNIT)
    # The shape of the packaged file is fixed by its test.
    weights = cast("dict[str, dict[str, float]]", read_json("hla/cpra_weights.json"))["weights"]
    return _Haplotypes(antigens, frequencies, np.array([weights[population] for population in _POPULATIONS]))


def _haplotype(numbers: Sequence[str]) -> int:
    """Return the antigens of one haplotype as a set; 6601 at A is the allele A*66:01."""
    bits = 0
    for (_, prefix), number in zip(_GENES, numbers, strict=True):
        (name,) = listed_names(f"{prefix}{number}")
        bit = bearer(name).bit
        assert bit is not None, "the bearer of a name has a bit"
        bits |= 1 << bit
    return bits
