"""Knows which statements the migrations run, on SQLite and on PostgreSQL.

Before the first release the migrations make what the room `schema` says today. A later change of a table is a
migration of its own, which also makes the triggers of that table anew; the check at a start compares the outcome with
it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from django.db import migrations

from bequest.ledger import store_schema
from bequest.ledger.store_schema import Dialect
from bequest.registry.schema.allocation import ALLOCATION
from bequest.registry.schema.bedside import BEDSIDE
from bequest.registry.schema.donation import DONATION
from bequest.registry.schema.downtimes import DOWNTIMES
from bequest.registry.schema.offers import OFFERS
from bequest.registry.schema.papers import PAPERS
from bequest.registry.schema.people import PEOPLE
from bequest.registry.schema.reviews import REVIEWS
from bequest.registry.schema.tables import table_statements
from bequest.registry.schema.triggers import trigger_statements

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_GROUPS: Mapping[str, Mapping[str, str]] = MappingProxyType({
    "people": PEOPLE, "reviews": REVIEWS, "donation": DONATION, "papers": PAPERS, "bedside": BEDSIDE,
    "allocation": ALLOCATION, "offers": OFFERS, "downtimes": DOWNTIMES,
})  # fmt: skip


def making(what: str) -> migrations.RunPython:
    """Return the operation that makes the log (`ledger`), one group of tables, or the `triggers`; never undone."""

    def make(_: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in _statements(what, Dialect(editor.connection.vendor)):
            editor.execute(statement, params=None)

    return migrations.RunPython(make)


def _statements(what: str, dialect: Dialect) -> tuple[str, ...]:
    if what == "ledger":
        return store_schema.statements(dialect)
    if what == "triggers":
        return trigger_statements(dialect)
    return table_statements(dialect, tuple(_GROUPS[what]))
