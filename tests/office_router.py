"""Knows that the databases of an office in tests hold the tables of the registry alone."""


class OfficeRouter:
    """Say which tables a database has."""

    def allow_migrate(self, db, app_label, **_):
        return app_label == "registry" if db.startswith("office_") else None
