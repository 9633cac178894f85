"""Knows how the verifier says that something is not what it must be."""

from __future__ import annotations


class BrokenError(Exception):
    """Be evidence that fails: one sentence, for a reader who knows nothing of the format."""
