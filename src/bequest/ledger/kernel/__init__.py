"""Knows the compiled loop of the ledger; the only module of this room that needs numba, loaded when rows are many."""
