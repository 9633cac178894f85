"""Knows the nouns of the field: records, closed sets, identifiers and the data dictionary."""
