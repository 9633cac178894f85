"""Knows the references of tables that get very many rows in one statement, which are looked up of all rows together.

PostgreSQL looks a foreign key up row by row: for the places of one run of a nation's list, 40,000 times three. There a
trigger asks once a statement instead, of each value once. That does for what the registry never deletes, so that a row
to which another one refers does not go; on SQLite the keys are foreign keys like all others.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.ledger.store_schema import Dialect

if TYPE_CHECKING:
    from collections.abc import Mapping

MANY_ROWS: Mapping[str, Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "registry_matchrow": MappingProxyType(
            {
                "run_id": ("registry_matchrun", "event_id"),
                "registration_id": ("registry_registration", "id"),
                "centre_id": ("registry_centre", "id"),
            }
        )
    }
)
"""The columns of each such table that refer to another one: its name, and the column there."""


def references(dialect: Dialect) -> dict[str, str]:
    """Return what stands for `{to_COLUMN}` in the columns of the tables."""
    return {
        f"to_{column}": f" REFERENCES {table} ({key})" if dialect is Dialect.SQLITE else ""
        for columns in MANY_ROWS.values()
        for column, (table, key) in columns.items()
    }


def function_name(table: str) -> str:
    """Return the name of the function, and of the trigger, that looks up what the new rows of a table refer to."""
    return f"{table}_refers"


def reference_functions() -> list[str]:
    """Return the functions of PostgreSQL, one a table."""
    return [_function(table, columns) for table, columns in MANY_ROWS.items()]


def reference_triggers() -> list[str]:
    """Return the triggers of PostgreSQL, as it writes them down itself."""
    return [
        f"CREATE TRIGGER {function_name(table)} AFTER INSERT ON {table} REFERENCING NEW TABLE AS added"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {function_name(table)}()"
        for table in MANY_ROWS
    ]


def _function(table: str, columns: Mapping[str, tuple[str, str]]) -> str:
    refused = "".join(
        # The names are our own.
        f"""
  IF EXISTS (SELECT 1 FROM (SELECT DISTINCT {column} FROM added) n
      WHERE NOT EXISTS (SELECT 1 FROM {other} o WHERE o.{key} = n.{column})) THEN
    RAISE EXCEPTION 'a row of {table} refers to one of {other}, which is not there'
      USING ERRCODE = 'foreign_key_violation';
  END IF;"""  # noqa: S608
        for column, (other, key) in columns.items()
    )
    return f"""CREATE FUNCTION {function_name(table)}() RETURNS trigger LANGUAGE plpgsql AS $registry$
BEGIN{refused}
  RETURN NULL;
END
$registry$"""
