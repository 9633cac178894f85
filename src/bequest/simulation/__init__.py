"""Knows synthetic people and what happens to them: invented populations, and later arrivals, outcomes and runs."""
