"""Knows why an offer may be declined: codes by organ, what each covers, and which need words and a second person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.enums import Organ
from bequest.model.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALL = "all"


@dataclass(frozen=True, slots=True)
class DeclineReason:
    """Hold one reason; `covers_organ` where it answers every offer of the organ, else this kind of offer only."""

    code: str
    leaf_code: str
    organs: frozenset[Organ]
    covers_organ: bool
    needs_second_person: bool
    say: str


@cache
def decline_reasons() -> Mapping[str, DeclineReason]:
    """Return every reason by its code, in the order of data/offers/decline_reasons.csv."""
    return MappingProxyType({row["code"]: _reason(row) for row in read_rows("offers/decline_reasons.csv")})


def reasons_for(organ: Organ) -> tuple[DeclineReason, ...]:
    """Return the reasons that may be given on one organ's list, in the order in which a screen shows them."""
    return tuple(reason for reason in decline_reasons().values() if organ in reason.organs)


def _reason(row: Mapping[str, str]) -> DeclineReason:
    named = row["organs"]
    return DeclineReason(
        code=row["code"],
        leaf_code=row["leaf_code"],
        organs=frozenset(Organ if named == _ALL else map(Organ, named.split())),
        covers_organ=row["covers"] == "organ",
        needs_second_person=row["second_person"] == "yes",
        say=row["say"],
    )
