"""Knows where an organ came from, as far as somebody vouches for it."""

from __future__ import annotations

from enum import Enum


class Provenance(Enum):
    """Name how far the origin of an organ is known; None in a record is as good as `unknown`."""

    VERIFIED = "verified"
    UNKNOWN = "unknown"
    ILLICIT = "illicit"
