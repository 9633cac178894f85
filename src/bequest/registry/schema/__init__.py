"""Makes the tables of the registry, with their constraints and triggers, on SQLite and on PostgreSQL."""
