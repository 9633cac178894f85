"""Knows what medicine says, as pure functions: blood group, HLA, crossmatch, cPRA, distance and travel time."""
