"""Tests how very many rows are added: on both databases each value arrives as it is, whatever signs are in it."""

import pytest
from django.db import connections, transaction

from bequest.registry.rows import add_columns
from registry_offices import new_office

COLUMNS = {
    "number": range(7),
    "name": ["plain", "\\N", "a\tb", "two\nlines", "back\\slash\r", "", "é'\""],
    "perhaps": [None, "\\.", None, "x", "\\t", "NULL", "\\"],
}


@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgres), "sqlite"])
def test_very_many_rows_arrive_as_they_are(database):
    with new_office(database) as office, transaction.atomic(using=office.using):
        with connections[office.using].cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE told (number bigint, name text, perhaps text)")
        add_columns(office.using, "told", COLUMNS)
        with connections[office.using].cursor() as cursor:
            cursor.execute("SELECT number, name, perhaps FROM told ORDER BY number")
            assert cursor.fetchall() == list(zip(*COLUMNS.values(), strict=True))
