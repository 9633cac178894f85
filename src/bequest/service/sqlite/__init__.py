"""The database SQLite as the service needs it."""
