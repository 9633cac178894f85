"""Knows the version of the engine, which every match run states."""

__version__ = "0.1.0"
