"""Knows the file of mismatch probabilities of Eurotransplant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from adapters.comparison import BadFileError, Compared, Difference, agrees, number_of, rows_of, text_of
from bequest.clinical.scores.et_mismatch_probability import BLOOD_GROUPS, mismatch_probability
from bequest.clinical.typing import typing_columns
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bequest.clinical.scores.et_mismatch_probability import MismatchProbability

_VALUES = {
    "mmp_broad": "broad",
    "mmp_split": "split",
    "mismatchfreq_broad": "frequency_broad",
    "mismatchfreq_split": "frequency_split",
}


def has_probabilities(content: Mapping[str, object]) -> bool:
    """Return whether a file holds typings with their mismatch probability."""
    cases = content.get("cases")
    first = cases[0] if isinstance(cases, list) and cases else None
    return isinstance(first, dict) and {"typing", *_VALUES} <= set(first)


def compare(content: Mapping[str, object]) -> Iterator[Compared]:
    """Return each typing, compared."""
    for name, case in rows_of(content, "cases"):
        typing, group = text_of(case, "typing", where=name), text_of(case, "bg", where=name)
        vpra = number_of(case, "vpra", where=name)
        found = _found(typing, group, float(vpra), name)
        expected = {field: number_of(case, field, where=name) for field in _VALUES}
        got = {field: float(getattr(found, ours)[0]) for field, ours in _VALUES.items()}
        differing = [
            Difference(field, expected[field], got[field])
            for field in expected
            if not agrees(expected[field], got[field])
        ]
        yield Compared(name, {"typing": typing, "bg": group, "vpra": vpra}, tuple(differing))


def _found(typing: str, group: str, vpra: float, where: str) -> MismatchProbability:
    if group not in BLOOD_GROUPS:
        raise BadFileError(f"row {where}: '{group[:40]}' is none of {', '.join(BLOOD_GROUPS)}.")
    try:
        columns = typing_columns([typing])
    except InputError as error:
        raise BadFileError(f"row {where}: {error}") from None
    return mismatch_probability(columns, np.array([float(BLOOD_GROUPS.index(group))]), np.array([100 * vpra]))
