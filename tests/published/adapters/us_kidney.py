"""Knows the file of kidney points of the United States: each row is one candidate, run by the real policy."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import bequest
from adapters.comparison import BadFileError, Compared, Difference, agrees, rows_of
from bequest.matching.case_file import Case, Expected
from bequest.matching.cases import case_donor, case_pool
from bequest.model.errors import BequestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_AT = datetime(2026, 11, 1, tzinfo=UTC)
_DONOR = {"blood_group": "O", "age_years": 40, "weight_kg": 80, "hcv_positive": False, "kdpi_percent": 50}
_CANDIDATE = {
    "status": "active", "blood_group": "O", "age_years": 40, "listed_age_years": 40, "epts_percent": 50,
    "crossmatch": "negative", "zero_abdr_mismatch": False, "waiting_days": 1, "prior_living_donor": False,
    "safety_net_qualified": False, "accepts_circulatory_donor": False, "accepts_hcv_positive_donor": False,
    "accepts_high_kdpi_donor": True, "willing_both_kidneys": False,
}  # fmt: skip
_OF_CANDIDATE = {
    "days": "counted_waiting_days", "cpra": "cpra_whole_percent", "dr_mm": "equivalence_mismatches_dr",
    "nm": "distance_nm", "age": "age_years", "mm0": "zero_abdr_mismatch", "pld": "prior_living_donor",
}  # fmt: skip
_OF_DONOR = {"kdpi": "kdpi_percent"}


def has_points(content: Mapping[str, object]) -> bool:
    """Return whether a file is one of these."""
    return str(content.get("score")).startswith("kidney allocation points")


def compare(content: Mapping[str, object]) -> Iterator[Compared]:
    """Return each row of a file, compared."""
    for name, row in rows_of(content, "examples"):
        given, expected = row.get("inputs"), row.get("expected_points")
        if not isinstance(given, dict) or not isinstance(expected, int | Decimal):
            raise BadFileError(f"row {name} has no table 'inputs' or no number 'expected_points'.")
        unread = sorted(set(given) - set(_OF_CANDIDATE) - set(_OF_DONOR))
        if unread:
            raise BadFileError(f"row {name} has an input '{unread[0][:40]}', which the policy does not read.")
        got = _points(given, name)
        differences = () if agrees(expected, got) else (Difference("expected_points", expected, got),)
        yield Compared(name, given, differences)


def _points(given: Mapping[str, object], name: str) -> float | None:
    """Return the points of the candidate of one row, None where the policy ranks nobody; the rest is ordinary."""
    policy = bequest.policy("us/kidney@optn-2025-12-10")
    case = Case(
        name=name,
        why="a published value",
        policy=policy.name,
        at=_AT,
        centres={},
        donor=_DONOR | _named(given, _OF_DONOR),
        candidates={"candidate": _CANDIDATE | _named(given, _OF_CANDIDATE)},
        inputs=None,
        lottery_seed=None,
        expect=Expected((), {}, {}, {}),
        place=f"row {name}",
    )
    try:
        pool, donor = case_pool(case, policy), case_donor(case, policy)
        result = bequest.run(policy, donor, organ=policy.organ, pool=pool, at=_AT, allow_unverified=True)
    except BequestError as error:
        raise BadFileError(f"row {name}: {error}") from None
    return next((float(entry.points) for entry in result.ranked()), None)


def _named(given: Mapping[str, object], names: Mapping[str, str]) -> dict[str, object]:
    return {
        names[field]: float(value) if isinstance(value, Decimal) else value
        for field, value in given.items()
        if field in names
    }
