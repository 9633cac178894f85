"""Knows how plain SQL is attempted against a registry, and undone."""

from __future__ import annotations

from django.db import connections, transaction

from bequest.registry.rows import store_of


class UndoneError(Exception):
    """End an attempt that the database let pass, so that nothing of it stays."""


def attempt(office, statement, parameters=()):
    """Run a statement and undo it; what refuses it is raised."""
    with transaction.atomic(using=office.using, durable=True):
        with connections[office.using].cursor() as cursor:
            cursor.execute(statement, parameters)
        raise UndoneError


def insertion(table, values, verb="INSERT"):
    """Return the statement that inserts a row."""
    places = ", ".join(["%s"] * len(values))
    return f"{verb} INTO {table} ({', '.join(values)}) VALUES ({places})"


def insert(office, table, values):
    """Try to insert a row."""
    attempt(office, insertion(table, values), list(values.values()))


def inserted(office, cursor, table, values):
    """Try to insert a row inside a transaction that goes on."""
    with transaction.atomic(using=office.using):
        cursor.execute(insertion(table, values), list(values.values()))


def row(office, table, **where):
    """Return a row of a table by its columns' names."""
    condition = " AND ".join(f"{name} = %s" for name in where) or "1 = 1"
    with connections[office.using].cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE {condition}", list(where.values()))
        return dict(zip([each[0] for each in cursor.description], cursor.fetchone(), strict=True))


def leaves(office, kind):
    """Return the numbers of all leaves of a kind."""
    found = store_of(office.using).run("SELECT idx FROM ledger_entry WHERE kind = ? ORDER BY idx", (kind,))
    return [index for (index,) in found.fetchall()]
