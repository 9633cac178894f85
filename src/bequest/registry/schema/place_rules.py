"""Knows what holds an offer to its place in the order of a run, and how one asks whether a place is accounted for.

The order of a run is one row (registry_runplaces): a nation's list has tens of thousands of places, and a row for each
would cost every run more than its ranking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.registry.schema.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

_OFFERED = ("registry_offer", "registry_offerseat", "registry_promotion", "registry_promotionseat")


def left_out(below: str, acts: Iterable[str]) -> str:
    """Return what asks whether a place of NEW.run_id below a rank has neither an offer nor a word why not.

    Nothing is asked of each place: the first that is left out, if there is one, is the first of all, or comes right
    behind one that is accounted for.
    """
    named = ", ".join(f"'{act}'" for act in acts)
    passed = f"p.run_id = NEW.run_id AND p.act IN ({named})"
    # The names are our own.
    offered_after = " ".join(f"UNION SELECT o.rank + 1 {_of_this_run(table)}" for table in _OFFERED)
    not_offered = " ".join(f"AND NOT EXISTS (SELECT 1 {_of_this_run(table)} AND o.rank = r.rank)" for table in _OFFERED)
    return f"""EXISTS (SELECT 1 FROM (SELECT 1 AS rank
    {offered_after}
    UNION SELECT p.last_rank + 1 FROM registry_passedover p WHERE {passed}) r
    WHERE r.rank < {below}
    {not_offered}
    AND NOT EXISTS (SELECT 1 FROM registry_passedover p WHERE {passed}
      AND r.rank BETWEEN p.first_rank AND p.last_rank))"""  # noqa: S608


def _of_this_run(table: str) -> str:
    return f"FROM {table} o WHERE o.run_id = NEW.run_id"


def _has_place(rank: str) -> str:
    return f"EXISTS (SELECT 1 FROM registry_runplaces q WHERE q.run_id = NEW.run_id AND {rank} <= q.places)"  # noqa: S608


def _packed(name: str) -> str:
    """Return the value of a packed column at NEW.rank; substr counts from 1, in whole numbers of 32 bits."""
    begin, width = f"CAST((NEW.rank - 1) * q.{name}_width + 1 AS integer)", f"CAST(q.{name}_width AS integer)"
    return f"trim(substr(q.{name}, {begin}, {width}))"


def _own_place(table: str) -> Rule:
    return Rule(
        f"{table}_own_place",
        "INSERT",
        table,
        "NOT EXISTS (SELECT 1 FROM registry_runplaces q WHERE q.run_id = NEW.run_id"  # noqa: S608  our own names
        " AND NEW.rank BETWEEN 1 AND q.places"
        f" AND {_packed('registrations')} = NEW.registration_id"
        f" AND {_packed('tree_rows')} = CAST(NEW.row AS text))",
        "a place that is offered something is the row, and the registration, of that rank of its run",
    )


def _in_run(table: str, rank: str) -> Rule:
    return Rule(
        f"{table}_in_run", "INSERT", table, f"NOT {_has_place(f'NEW.{rank}')}",
        "a place that is spoken of is one of its run",
    )  # fmt: skip


PLACE_RULES = (
    *(_own_place(table) for table in _OFFERED),
    _in_run("registry_override", "rank"),
    _in_run("registry_passedover", "last_rank"),
)
