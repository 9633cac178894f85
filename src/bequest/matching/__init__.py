"""Knows the match run: pool, factors, two evaluators, explanations, stages after a run, and golden cases."""

from bequest.matching.ranking import run
from bequest.matching.reorder import reorder

__all__ = ["reorder", "run"]
