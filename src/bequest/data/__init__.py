"""Knows the packaged data tables; every file has its source note beside it."""
