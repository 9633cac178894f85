"""Knows the mismatch probability of Eurotransplant: how likely 1000 donors hold no match with at most one mismatch.

A donor fits who has a compatible blood group, no unacceptable antigen, and at most one mismatch at HLA-A, -B and -DR.
Source: public code of hansdeferrante/Eurotransplant_ETKidney_simulator @2638c31; txopen/histoc holds the same formula.
`split` counts DR by splits, as ETKAS does, `broad` by broads; A and B are counted by broads in both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.antigens import WORD_A, WORD_B, WORD_DR, Locus, Relation, dictionary
from bequest.clinical.genotype import field_start
from bequest.clinical.planes import holders, one_a_person
from bequest.clinical.scores.coefficients import number
from bequest.clinical.scores.score import Output, Score, ScoreInput, half_up
from bequest.clinical.scores.terms import by_choice, choice
from bequest.clinical.typing import TypingColumns, typing_columns
from bequest.model.tables import read_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.clinical.scores.score import Columns

    Column = NDArray[np.float64]  # (people,)

FILE = "scores/et_mismatch_probability.json"
BLOOD_GROUPS = ("O", "A", "B", "AB")


@dataclass(frozen=True, slots=True)
class MismatchProbability:
    """Hold percentages with 4 decimals; NaN where a candidate is not typed to the level that counts.

    `frequency_...` are the same on HLA alone, without blood group and unacceptable antigens.
    """

    broad: Column  # (candidates,)
    split: Column  # (candidates,)
    frequency_broad: Column  # (candidates,)
    frequency_split: Column  # (candidates,)


def mismatch_probability(typings: TypingColumns, blood_group: Column, vpra_percent: Column) -> MismatchProbability:
    """Return the mismatch probability of candidates; `blood_group` is the place in BLOOD_GROUPS, NaN where missing."""
    of_group = by_choice(blood_group, [_blood_group_frequency()[group] for group in BLOOD_GROUPS])
    reachable = of_group * (1 - vpra_percent / 100)
    broad, split = _fitting_share(typings, "broad"), _fitting_share(typings, "split")
    return MismatchProbability(
        broad=_percent_without(reachable * broad),
        split=_percent_without(reachable * split),
        frequency_broad=_percent_without(broad),
        frequency_split=_percent_without(split),
    )


def _percent_without(share: Column) -> Column:
    """Return in how many percent of cases none of the donors is among a share of them."""
    none = (1 - share) ** number(FILE, "donors")
    return half_up(100 * none, int(number(FILE, "decimals")))


def _fitting_share(typings: TypingColumns, level: str) -> Column:
    """Return the share of donors with no or one mismatch, by chance alone."""
    (none_a, one_a), (none_b, one_b), (none_dr, one_dr) = (_at_locus(typings, field, level) for field in _FIELDS[level])
    none = none_a * none_b * none_dr
    one = one_a * none_b * none_dr + none_a * one_b * none_dr + none_a * none_b * one_dr
    unknown = typings.not_scored | typings.split_not_known if level == "split" else typings.not_scored
    return np.where(one_a_person(unknown, len(typings)) == 1, np.nan, none + one)


def _at_locus(typings: TypingColumns, field: str, level: str) -> tuple[Column, Column]:
    """Return the shares of donors with no and with one mismatch at a locus; a donor of one antigen has it twice."""
    carried, squares_carried, squares = np.zeros(len(typings)), np.zeros(len(typings)), 0.0
    for place, frequency, square in _frequencies(field, level):
        holds = one_a_person(holders(typings.antigens, field_start(field) + place), len(typings))
        carried += frequency * holds
        squares_carried += square * holds
        squares += square
    return carried**2, 2 * carried * (1 - carried) + (squares - squares_carried)


@cache
def _frequencies(field: str, level: str) -> tuple[tuple[int, float, float], ...]:
    """Return for each antigen its place in a field, its frequency and the share of donors who carry it twice.

    An antigen outside the table counts a little where a candidate has it, and nothing as a donor's.
    """
    word, locus = _PLACES[field]
    table = {
        row["antigen"]: float(row["frequency"])
        for row in read_rows("scores/et_hla_antigen_frequencies.csv")
        if row["table"] == level and row["locus"] == locus.value
    }
    outside = number(FILE, "frequency_of_an_antigen_outside_the_table")
    return tuple(
        (entry.bit - 64 * word, table.get(entry.name, outside), table.get(entry.name, 0.0) ** 2)
        for entry in dictionary().values()
        if entry.locus is locus and entry.relation is not Relation.ALLELE and entry.bit is not None
    )


@cache
def _blood_group_frequency() -> dict[str, float]:
    """Return the frequency of each blood group among donors; they are not made to sum to 1, as in the source."""
    rows = read_rows("scores/et_blood_group_frequencies.csv")
    return {row["blood_group"]: float(row["frequency"]) for row in rows}


def _compute(given: Columns) -> dict[str, Column]:
    # One text a person: the names have to be read as a typing; antigens that do not state the level stay unknown.
    antigens = np.stack([given[name] for name in _NAMES], axis=1)
    texts = [
        " ".join(_NAMES[name][int(place)] for name, place in zip(_NAMES, places, strict=True) if not math.isnan(place))
        for places in antigens.tolist()
    ]
    found = mismatch_probability(typing_columns(texts), given["blood_group"], given["vpra_percent"])
    return {
        "mmp_split": found.split,
        "mmp_broad": found.broad,
        "mismatch_frequency_split": found.frequency_split,
        "mismatch_frequency_broad": found.frequency_broad,
    }


_FIELDS = {"broad": ("broad_a", "broad_b", "broad_dr"), "split": ("broad_a", "broad_b", "split_dr")}
_PLACES = {
    "broad_a": (WORD_A, Locus.A),
    "broad_b": (WORD_B, Locus.B),
    "broad_dr": (WORD_DR, Locus.DR),
    "split_dr": (WORD_DR, Locus.DR),
}


def _antigens(locus: Locus) -> tuple[str, ...]:
    return tuple(
        name for name, entry in dictionary().items() if entry.locus is locus and entry.relation is not Relation.ALLELE
    )


def _typing_inputs() -> tuple[ScoreInput, ...]:
    """Return two inputs a locus."""
    return tuple(
        choice(
            f"{locus.value.lower()}_{copy}",
            f"HLA-{locus.value} antigen {copy}" + ("" if copy == 1 else "; empty where both copies carry the same"),
            _antigens(locus),
            required=copy == 1,
        )
        for locus in (Locus.A, Locus.B, Locus.DR)
        for copy in (1, 2)
    )


_TYPING = _typing_inputs()
_NAMES = {entry.name: entry.choices for entry in _TYPING}

SCORES: tuple[Score, ...] = (
    Score(
        name="et-mmp",
        edition="etkas-2021",
        title="Mismatch probability of Eurotransplant (MMP)",
        effective=None,
        until=None,
        source="hansdeferrante/Eurotransplant_ETKidney_simulator@2638c31; txopen/histoc (MIT)",
        inputs=(
            *_TYPING,
            choice("blood_group", "ABO group", BLOOD_GROUPS),
            ScoreInput(
                "vpra_percent",
                "virtual panel reactive antibody: share of donors with an unacceptable antigen",
                unit="%",
                low=0,
                high=100,
                other_units=MappingProxyType({"vpra_fraction": 100.0}),
            ),
        ),
        outputs=(
            Output("mmp_split", "mismatch probability, DR by splits; ETKAS counts this one", "%"),
            Output("mmp_broad", "mismatch probability, DR by broads", "%"),
            Output("mismatch_frequency_split", "the same on HLA alone, DR by splits", "%"),
            Output("mismatch_frequency_broad", "the same on HLA alone, DR by broads", "%"),
        ),
        compute=_compute,
        caution="Frequencies are those of a public programme, not of the official manual. Where a DR split is not "
        "known there is no value by splits. DR17 and DR18 count as DR3.",
    ),
)
