"""Knows the command line: one module a verb, one place for errors, one for what reaches the terminal."""
