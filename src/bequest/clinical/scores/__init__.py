"""Knows the published clinical scores: one module a score, pure functions over columns."""
