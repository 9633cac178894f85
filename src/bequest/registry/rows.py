"""Knows how rows are read, locked and added: the one door from the use cases to Django's queries."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar, cast

from django.db import connections, transaction

from bequest.ledger.store import Store
from bequest.ledger.store_schema import Dialect
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from bequest.registry.fields import Row

_R = TypeVar("_R", bound="Row")
_DIALECTS: Mapping[str, Dialect] = MappingProxyType({"sqlite": Dialect.SQLITE, "postgresql": Dialect.POSTGRESQL})
_AT_ONCE = 1000


def store_of(using: str) -> Store:
    """Return the log in a database of Django's settings, on the connection that Django itself uses."""
    connection = connections[using]
    connection.ensure_connection()
    return Store(connection.connection, _DIALECTS[connection.vendor])


def durable(using: str) -> AbstractContextManager[None]:
    """Begin a transaction that commits at its end; it may not be inside another one."""
    return cast("AbstractContextManager[None]", cast("object", transaction.atomic(using=using, durable=True)))


def added(using: str, row: _R) -> _R:
    """Add a row and return it; never write over one that is there."""
    row.save(using=using, force_insert=True)
    return row


def add_all(using: str, table: type[Row], rows: Iterable[Row]) -> None:
    """Add many rows of a table."""
    table.objects.using(using).bulk_create(rows, batch_size=_AT_ONCE)


def change(using: str, table: type[Row], values: Mapping[str, object], **where: object) -> None:
    """Change the rows with these values, in the one way that the table's triggers allow."""
    table.objects.using(using).filter(**where).update(**values)


def remove(using: str, table: type[Row], **where: object) -> None:
    """Remove the rows with these values, where the table's triggers allow it."""
    table.objects.using(using).filter(**where).delete()


def found(using: str, table: type[_R], **where: object) -> _R | None:
    """Return the row with these values, None where there is none."""
    return cast("_R | None", table.objects.using(using).filter(**where).first())


def every(using: str, table: type[_R], *order: str, **where: object) -> list[_R]:
    """Return the rows with these values, in the order of the named columns."""
    return cast("list[_R]", list(table.objects.using(using).filter(**where).order_by(*order)))


def first(using: str, table: type[_R], most: int, *order: str, **where: object) -> list[_R]:
    """Return the rows with these values that come first in the order of the named columns, so many at most."""
    return cast("list[_R]", list(table.objects.using(using).filter(**where).order_by(*order)[:most]))


def count(using: str, table: type[Row]) -> int:
    """Return how many rows a table has."""
    return table.objects.using(using).count()


def needed(using: str, table: type[_R], sentence: str, **where: object) -> _R:
    """Return the row with these values; raise `InputError` with the sentence where there is none."""
    row = found(using, table, **where)
    if row is None:
        raise InputError(sentence)
    return row


def locked(using: str, table: type[_R], sentence: str, **where: object) -> _R:
    """Return the row with these values, which nobody else gets before this transaction ends.

    On SQLite the whole transaction is alone already. Raises `InputError` with the sentence where there is no such row.
    """
    # `pk` is not always one column, and the order is only to keep `first` from making one.
    row = cast("_R | None", table.objects.using(using).select_for_update().filter(**where).order_by().first())
    if row is None:
        raise InputError(sentence)
    return row


def share_row(using: str, table: str, **where: str) -> None:
    """Keep a row of a table, given by its name, from whoever wants it alone; others may share it meanwhile.

    On SQLite the whole transaction is alone already.
    """
    store = store_of(using)
    if store.dialect is Dialect.POSTGRESQL:
        condition = " AND ".join(f"{name} = ?" for name in where)
        # The names are our own.
        store.run(f"SELECT 1 FROM {table} WHERE {condition} FOR SHARE", tuple(where.values()))  # noqa: S608


def lock_name(using: str, name: str) -> None:
    """Have a name for this transaction alone; whoever asks for it meanwhile waits. On SQLite all is alone already."""
    store = store_of(using)
    if store.dialect is Dialect.POSTGRESQL:
        store.run("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", (name,))


def share_name(using: str, name: str) -> None:
    """Keep a name from whoever wants it alone, until this transaction ends; others may share it meanwhile."""
    store = store_of(using)
    if store.dialect is Dialect.POSTGRESQL:
        store.run("SELECT pg_advisory_xact_lock_shared(hashtextextended(?, 0))", (name,))


def leaf_of(using: str, event_id: str) -> int:
    """Return the number of an event's leaf."""
    row = store_of(using).run("SELECT idx FROM ledger_entry WHERE event_id = ?", (event_id,)).fetchone()
    assert row is not None, "an event has a leaf"
    return cast("int", row[0])


def leaves_of(using: str, events: Sequence[str]) -> dict[str, int]:
    """Return the numbers of the leaves of events, by event, in one question."""
    marks = ", ".join("?" * len(events))
    asked = f"SELECT event_id, idx FROM ledger_entry WHERE event_id IN ({marks})"  # noqa: S608  question marks
    rows = store_of(using).run(asked, events).fetchall() if events else []
    return {str(event): cast("int", index) for event, index in rows}


def size_of_log(using: str) -> int:
    """Return how many leaves the log has."""
    row = store_of(using).run("SELECT size FROM ledger_head").fetchone()
    return 0 if row is None else cast("int", row[0])


def last_leaf_of(using: str, case_name: str) -> int | None:
    """Return the last leaf of a case, None before its first."""
    row = store_of(using).run(_LAST_OF_CASE, (case_name,)).fetchone()
    return None if row is None else cast("int | None", row[0])


_LAST_OF_CASE = "SELECT max(l.idx) FROM registry_event e JOIN ledger_entry l ON l.event_id = e.id WHERE e.case_name = ?"


def last_leaves_of(using: str, cases: Sequence[str]) -> dict[str | None, int]:
    """Return the last leaf of cases that have one, by case, in one question."""
    marks = ", ".join("?" * len(cases))
    rows = store_of(using).run(_LAST_OF_CASES.format(marks=marks), cases).fetchall() if cases else []
    return {str(case): cast("int", index) for case, index in rows}


_LAST_OF_CASES = (
    "SELECT e.case_name, max(l.idx) FROM registry_event e JOIN ledger_entry l ON l.event_id = e.id"
    " WHERE e.case_name IN ({marks}) GROUP BY e.case_name"
)
