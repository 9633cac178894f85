"""Knows what a policy is: the language, loading and checking, the library of versions, comparing and showing."""

from __future__ import annotations

from bequest.policy.library import policy
from bequest.policy.policy import Policy

__all__ = ["Policy", "policy"]
