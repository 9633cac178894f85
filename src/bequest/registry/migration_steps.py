"""Knows which statements the migrations run, on SQLite and on PostgreSQL, and what they tell Django of the tables.

Before the first release the migrations make what the room `schema` says today, and describe it as `models` do. With
that release both are written out; a later change of a table is a migration of its own, which also makes the triggers of
that table anew. The check at a start compares the outcome with the room `schema`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import migrations
from django.db.migrations.state import ModelState

from bequest.ledger import store_schema
from bequest.ledger.store_schema import Dialect
from bequest.registry.schema.allocation import ALLOCATION
from bequest.registry.schema.bedside import BEDSIDE
from bequest.registry.schema.donation import DONATION
from bequest.registry.schema.downtimes import DOWNTIMES
from bequest.registry.schema.exchange import EXCHANGE
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
    from django.db.migrations.state import ProjectState

_MODELS = "bequest.registry.models"
_GROUPS: Mapping[str, Mapping[str, str]] = MappingProxyType({
    "people": PEOPLE, "reviews": REVIEWS, "donation": DONATION, "papers": PAPERS, "bedside": BEDSIDE,
    "allocation": ALLOCATION, "offers": OFFERS, "downtimes": DOWNTIMES,
    "exchange": EXCHANGE,
})  # fmt: skip


class _Group(migrations.SeparateDatabaseAndState):
    """Make one group of tables by hand, and tell Django what they look like, all of them at once."""

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Describe the tables; the classes built of earlier ones go first, or each table would build all anew."""
        if "apps" in vars(state):
            del state.apps
        super().state_forwards(app_label, state)


def group(name: str) -> migrations.SeparateDatabaseAndState:
    """Return the operation that makes one group of tables by hand, and tells Django what they look like."""
    return _Group(database_operations=[making(name)], state_operations=_described(name))


def _described(name: str) -> list[migrations.CreateModel]:
    models = apps.get_app_config("registry").get_models()
    states = [ModelState.from_model(each) for each in models if each.__module__ == f"{_MODELS}.{name}"]
    return [
        migrations.CreateModel(each.name, list(each.fields.items()), each.options, each.bases, each.managers)
        for each in states
    ]


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
