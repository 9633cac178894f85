"""Knows cPRA as a score: the share of donors who carry an antigen that a candidate must not receive, by edition."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.antigens import dictionary
from bequest.clinical.cpra import COUNTED_LOCI, counted_names, cpra_percents
from bequest.clinical.equivalences import Edition
from bequest.clinical.scores.score import Output, Score, ScoreInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.clinical.scores.score import Columns

_ANTIGENS = tuple(name for name, entry in dictionary().items() if entry.locus.value in COUNTED_LOCI)


def _compute(edition: Edition, given: Columns) -> dict[str, NDArray[np.float64]]:
    # One list a person: the names have to be read as antigens and alleles.
    lists = [[_ANTIGENS[place] for place in np.flatnonzero(row == 1)] for row in given["unacceptable_antigens"]]
    percents = cpra_percents(lists, edition)
    return {"cpra_percent": np.array([math.nan if one is None else float(one) for one in percents])}


_UNACCEPTABLE = ScoreInput(
    "unacceptable_antigens",
    "antigens and alleles of HLA-A, -B, -C, -DR and -DQ that the candidate must not receive",
    low=0,
    high=1,
    choices=_ANTIGENS,
    several=counted_names,
)
_FREQUENCIES = "OPTN method and haplotype table before 2023, as in lgragert/cpra-shiny@3d07dfd"
_TODAY = "The calculator of the OPTN counts more loci by other frequencies since January 2023 and gives other values."


def _edition(name: str, edition: Edition, source: str, *, caution: str, verified: bool) -> Score:
    return Score(
        name="cpra",
        edition=name,
        title="Calculated panel reactive antibody (cPRA)",
        effective=None,
        until=None,
        source=f"{_FREQUENCIES}; {source}",
        inputs=(_UNACCEPTABLE,),
        outputs=(Output("cpra_percent", "share of donors who carry something listed, 4 decimals", "%"),),
        compute=partial(_compute, edition),
        verified=verified,
        caution=caution,
        whom="candidates with an unacceptable antigen",
    )


SCORES: tuple[Score, ...] = (
    _edition(
        "optn-2017",
        Edition.OPTN_2017,
        "equivalences of OPTN Policy 4 of 2017, as in lgragert/hla-who-to-unos@de499cdf",
        caution=_TODAY,
        verified=True,
    ),
    _edition(
        "equivalences-2025-12-10",
        Edition.OPTN_2025,
        "equivalences of OPTN Policy 4.11 in force 2025-12-10",
        caution=f"No calculator joins these equivalences to those frequencies. {_TODAY}",
        verified=False,
    ),
    _edition(
        "equivalences-who",
        Edition.WHO,
        "relations of the WHO nomenclature alone",
        caution="For comparison: no programme counts by the nomenclature alone.",
        verified=False,
    ),
)
