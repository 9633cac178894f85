"""Knows who signed off a file of golden cases: a clinician with a name and a day, or nobody yet."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from ruamel.yaml import YAML

from bequest.model.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def signed_off(path: Path) -> str | None:
    """Return who signed a readable file of cases and when, in words; None where nobody did.

    Raises InputError for a signature that is half a one.
    """
    content = cast("dict[str, object]", YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))
    signature = content.get("signed_off")
    given = cast("dict[str, object]", signature) if isinstance(signature, dict) else {"by": signature, "on": None}
    by, on = given.get("by"), given.get("on")
    if by is None and on is None and set(given) <= {"by", "on"}:
        return None
    if not (isinstance(by, str) and by.strip() and type(on) is date and set(given) == {"by", "on"}):
        raise InputError(
            f"{path.name}: 'signed_off' names nobody and no day; write {{by: NAME, on: 2026-11-01}}, and null for both "
            "until a clinician has signed."
        )
    return f"{by} on {on.isoformat()}"
