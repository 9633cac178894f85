"""Knows the classes of reasons for which somebody was passed over, and how each reason is told to people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.tables import read_rows
from bequest.offers.skip import Departure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.offers.verdict import Verdict


class SkipClass(Enum):
    """Name what kind of cause passed somebody over."""

    POLICY_PERMITTED = "policy_permitted"
    PATIENT_CAUSE = "patient_cause"
    LOGISTICS = "logistics"
    ORGAN_ABOUT_TO_BE_LOST = "organ_about_to_be_lost"
    DATA_ERROR = "data_error"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True)
class SkipReason:
    """Hold one reason: the code of leaves, its class, and the words for people."""

    code: str
    skip_class: SkipClass
    say: str


@cache
def skip_reasons() -> Mapping[str, SkipReason]:
    """Return every reason by its code, in the order of data/offers/skip_reasons.csv."""
    return MappingProxyType({
        row["code"]: SkipReason(row["code"], SkipClass(row["class"]), row["say"])
        for row in read_rows("offers/skip_reasons.csv")
    })  # fmt: skip


def skip_code(reason: Verdict | Departure, override: str | None) -> str:
    """Return the ledger's code of a reason; `override` is what two people answer for, where they depart from the order.

    A departure that nobody gave a reason for is unexplained.
    """
    if reason is not Departure.OVERRIDE:
        return reason.value
    return Departure.UNEXPLAINED.value if override is None else f"{Departure.OVERRIDE.value}_{override}"
