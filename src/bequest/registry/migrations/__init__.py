"""The steps that make the tables of the registry, on SQLite and PostgreSQL alike."""
