"""Knows the match run: pool, factors, two evaluators, explanations and golden cases."""

from bequest.matching.ranking import run

__all__ = ["run"]
