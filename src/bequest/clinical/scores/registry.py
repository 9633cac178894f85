"""Knows every score that Bequest has, by name and edition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.clinical.scores.score import Score

MODULES = (
    "au_kidney_proposed",
    "ch_liver",
    "cpra",
    "epts",
    "et_mismatch_probability",
    "exceptions",
    "kdri",
    "lung_cas",
    "lung_las",
    "lung_las_2015",
    "meld",
    "meld3",
    "peld",
    "remeld",
    "uk_kidney_risk",
    "uk_tbs",
    "ukeld",
)
"""Every module with scores, each in its constant `SCORES`; they are loaded when the first score is asked for."""


@dataclass(frozen=True, slots=True)
class NotOffered:
    """Hold an edition that people ask for and that cannot be worked out here, with the reason."""

    name: str
    edition: str
    title: str
    why: str


NOT_OFFERED = (
    NotOffered(
        "cpra",
        "optn-2023",
        "cPRA by the method since January 2023",
        "its frequency tables are under a licence that does not let them be handed on",
    ),
)
"""What is missing on purpose, by name."""


@cache
def scores() -> Mapping[str, Score]:
    """Return each edition as `name@edition`, and its newest edition under the bare name; names in order."""
    found: dict[str, Score] = {}
    for score in sorted(_all(), key=_age):
        key = f"{score.name}@{score.edition}"
        assert key not in found, f"two scores are called {key}"
        found[key] = found[score.name] = score
    return MappingProxyType(dict(sorted(found.items())))


def editions() -> tuple[Score, ...]:
    """Return every edition once, by name, the oldest first."""
    return tuple(sorted(_all(), key=_age))


def score_named(name: str) -> Score:
    """Return the score of a name, or of `name@edition`; raise InputError with the names there are."""
    known = scores()
    refused = next((one for one in NOT_OFFERED if f"{one.name}@{one.edition}" == name), None)
    if refused is not None:
        raise InputError(f"The score '{name}' is not offered: {refused.why}; `bequest score list` has the others.")
    if name not in known:
        of_name = [key for key in known if key.startswith(f"{name.partition('@')[0]}@")]
        raise InputError(f"There is no score '{name[:80]}'; there are {', '.join(of_name or sorted(known))}.")
    return known[name]


def _all() -> tuple[Score, ...]:
    # A test holds every module against this: each has the constant.
    modules = [import_module(f"bequest.clinical.scores.{module}") for module in MODULES]
    return tuple(score for module in modules for score in cast("tuple[Score, ...]", module.SCORES))


def _age(score: Score) -> tuple[str, date, str]:
    """Return the key of the order in time: an edition of unknown beginning is older than one with a date."""
    return score.name, score.effective or date.min, score.edition
