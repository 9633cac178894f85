"""Knows two parts of the kidney scheme proposed for Australia: how far HLA types differ, and when a kidney travels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.scores.coefficients import number
from bequest.clinical.scores.score import Output, Score, ScoreInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.clinical.scores.score import Columns

FILE = "scores/au_kidney_proposed.json"
_LOCI = ("hla_a", "hla_b", "hla_dr", "hla_dq")


def _mismatch(given: Columns) -> dict[str, NDArray[np.float64]]:
    terms = [number(FILE, f"mismatch.{locus}") * given[f"{locus}_mismatches"] for locus in _LOCI]
    return {"mismatch_score": np.sum(terms, axis=0)}


def _threshold(given: Columns) -> dict[str, NDArray[np.float64]]:
    owed = given["kidneys_owed_to_recipient_state"]
    score = number(FILE, "threshold.constant") + number(FILE, "threshold.per_kidney_owed") * owed
    return {"least_score": np.minimum(score, number(FILE, "threshold.max"))}


_SOURCE = "kidneyallocationaustralia.com, technical specifications of the proposed scheme, 2025"
_CAUTION = "Proposed and not in force; the other parts of the scheme are not known in numbers."

SCORES: tuple[Score, ...] = (
    Score(
        name="au-kidney-mismatch",
        edition="proposed-2025",
        title="HLA mismatch score proposed for kidneys in Australia",
        effective=None,
        until=None,
        source=_SOURCE,
        inputs=tuple(
            ScoreInput(f"{locus}_mismatches", f"mismatches at {locus.upper().replace('_', '-')}", low=0, high=2)
            for locus in _LOCI
        ),
        outputs=(Output("mismatch_score", "mismatch score, 0 to 17", "points"),),
        compute=_mismatch,
        verified=False,
        caution=_CAUTION,
    ),
    Score(
        name="au-kidney-sharing",
        edition="proposed-2025",
        title="Score from which a kidney leaves its state, proposed for Australia",
        effective=None,
        until=None,
        source=_SOURCE,
        inputs=(
            ScoreInput(
                "kidneys_owed_to_recipient_state",
                "kidneys that the donor's state owes the recipient's, net; negative where it is owed them",
                low=-1000,
                high=1000,
                usual=(-50, 50),
            ),
        ),
        outputs=(Output("least_score", "least allocation score with which the kidney travels", "points"),),
        compute=_threshold,
        verified=False,
        caution=_CAUTION,
    ),
)
