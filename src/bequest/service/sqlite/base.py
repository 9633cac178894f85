"""Knows how Django reaches SQLite with `trusted_schema=OFF`, as the log of the same database demands.

SQLite then refuses a CHECK that calls JSON_VALID, which Django puts on every column of JSON; the sign-in tables have
one. It is left out: nothing but Django itself writes those columns.
"""

from __future__ import annotations

from typing import ClassVar

from django.db.backends.sqlite3 import base

Database = base.Database


class DatabaseWrapper(base.DatabaseWrapper):
    """Be SQLite, without the CHECK of columns of JSON."""

    data_type_check_constraints: ClassVar[dict[str, str]] = {
        name: check for name, check in base.DatabaseWrapper.data_type_check_constraints.items() if name != "JSONField"
    }
