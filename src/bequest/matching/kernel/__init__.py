"""Knows the compiled loops; the only modules that need numba, loaded when the numba evaluator is asked for."""
