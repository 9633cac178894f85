"""Knows the tables of the registry in SQLite and PostgreSQL, and the statements that make them.

Django's own migrations make no foreign keys over two columns, and defer those that they make. So the tables are
written in this room, and the models only describe them. What refers to the event that made a row is deferred, because
the event is written after it; an event refers to its leaf, deferred as well: no transaction ends with an event and no
leaf. All other references are immediate.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.ledger.store_schema import Dialect
from bequest.model.enums import Organ
from bequest.registry.schema.allocation import ALLOCATION
from bequest.registry.schema.bedside import BEDSIDE
from bequest.registry.schema.donation import DONATION
from bequest.registry.schema.downtimes import DOWNTIMES
from bequest.registry.schema.exchange import EXCHANGE
from bequest.registry.schema.offers import OFFERS
from bequest.registry.schema.papers import PAPERS
from bequest.registry.schema.people import PEOPLE
from bequest.registry.schema.reviews import REVIEWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TABLES: Mapping[str, str] = MappingProxyType(
    {**PEOPLE, **REVIEWS, **DOWNTIMES, **DONATION, **PAPERS, **BEDSIDE, **ALLOCATION, **OFFERS, **EXCHANGE}
)
"""The columns and constraints of each table, after those of the tables that it refers to."""

INDEXES = (
    "CREATE UNIQUE INDEX registry_one_live_acceptance ON registry_acceptance (part_id) WHERE ended_by_id IS NULL",
    "CREATE INDEX registry_vault_erased ON registry_vault (id) WHERE destroyed_at IS NOT NULL",
    "CREATE INDEX registry_event_of_case ON registry_event (case_name)",
    "CREATE INDEX registry_version_of_registration ON registry_version (registration_id)",
    "CREATE INDEX registry_version_at_centre ON registry_version (centre_id, registration_id)",
    "CREATE INDEX registry_registration_on_list ON registry_registration (waiting_list_id, id)",
    "CREATE INDEX registry_registration_of_candidate ON registry_registration (candidate_id)",
    "CREATE INDEX registry_review_of_case ON registry_review (case_id)",
    "CREATE INDEX registry_reviewer_of_person ON registry_reviewer (person)",
    "CREATE INDEX registry_reviewcase_of_registration ON registry_reviewcase (registration_id)",
    "CREATE INDEX registry_passedover_of_run ON registry_passedover (run_id)",
    "CREATE INDEX registry_offernote_of_offer ON registry_offernote (offer_id)",
    "CREATE INDEX registry_filter_of_registration ON registry_filter (registration_id)",
    "CREATE INDEX registry_offer_of_run ON registry_offer (run_id)",
    "CREATE INDEX registry_offer_of_registration ON registry_offer (registration_id)",
    "CREATE INDEX registry_offerpart_of_part ON registry_offerpart (part_id)",
)

_NAMES: Mapping[Dialect, Mapping[str, str]] = MappingProxyType({
    Dialect.SQLITE: {"text": "TEXT", "bigint": "INTEGER", "bytes": "BLOB", "truth": "INTEGER"},
    # Texts sort as their bytes do, whatever the language of the database.
    Dialect.POSTGRESQL: {"text": 'text COLLATE "C"', "bigint": "bigint", "bytes": "bytea", "truth": "boolean"},
})  # fmt: skip

_LONG_TEXTS = tuple(
    f"ALTER TABLE registry_runplaces ALTER COLUMN {name} SET STORAGE EXTERNAL"
    for name in ("registrations", "candidates", "tree_rows", "sort_numbers")
)
"""Has PostgreSQL keep the order of a run as it is: a place is read without its making out all those before it."""


def columns_of(table: str, dialect: Dialect) -> str:
    """Return the columns and constraints of a table in one database."""
    return TABLES[table].format(**_NAMES[dialect])


def table_statements(dialect: Dialect, tables: Iterable[str] = tuple(TABLES)) -> tuple[str, ...]:
    """Return the statements that make tables, with their indexes and the rows of the waiting lists, in their order."""
    strict = " STRICT" if dialect is Dialect.SQLITE else ""
    wanted = tuple(tables)
    made = (f"CREATE TABLE {name} {columns_of(name, dialect)}{strict}" for name in wanted)
    indexes = (index for index in INDEXES if any(f" ON {name} " in index for name in wanted))
    # The names of organs are our own.
    lists = (f"INSERT INTO registry_waitinglist (organ) VALUES ('{organ.value}')" for organ in Organ)  # noqa: S608
    long_texts = _LONG_TEXTS if dialect is Dialect.POSTGRESQL and "registry_runplaces" in wanted else ()
    return (*made, *long_texts, *indexes, *(lists if "registry_waitinglist" in wanted else ()))
