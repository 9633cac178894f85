"""Knows vectors of canonical JSON (RFC 8785); they go beyond a leaf's profile, so the standard's library is asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import rfc8785
from adapters.comparison import Compared, Difference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def has_cases(content: Mapping[str, object]) -> bool:
    """Return whether a file holds JSON texts and their canonical form."""
    cases = content.get("cases")
    return isinstance(cases, list) and all({"input_utf8", "output_utf8"} <= set(case) for case in cases)


def compare_cases(content: Mapping[str, object]) -> Iterator[Compared]:
    """Return each case, compared."""
    for case in content["cases"]:
        got = rfc8785.dumps(json.loads(case["input_utf8"])).decode()
        wrong = () if got == case["output_utf8"] else (Difference("output", case["output_utf8"], got),)
        yield Compared(case["name"], None, wrong)
