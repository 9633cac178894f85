"""Knows whether a word that somebody gives is a code of the closed lists of leaves."""

from __future__ import annotations

from bequest.ledger.leaf_kinds import codes
from bequest.model.errors import InputError


def check_code(listed: str, word: str, *, called: str) -> str:
    """Return a code of a list; raise `InputError` with the whole list for a word that is none."""
    allowed = codes(listed)
    if word not in allowed:
        raise InputError(f"{called} '{word[:40]}' is no code; give one of: {', '.join(sorted(allowed))}.")
    return word
