"""Knows how the table of places is filled, before the first match run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.ledger.canonical import canonical_bytes
from bequest.ledger.facts import facts_digest
from bequest.model.column import Table
from bequest.model.errors import InputError
from bequest.registry.facts_check import check_facts
from bequest.registry.models import Centre, MatchRun
from bequest.registry.rows import add_all, durable, every, first, lock_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bequest.registry.office import Office


def add_centres(office: Office, places: Iterable[Mapping[str, str]]) -> int:
    """Add transplant centres and hospitals, given as facts of the table of centres; return how many are new.

    One that is there with the same facts stays; with other facts it is a mistake. Every run commits to the table of
    places, and a bundle holds one such table; so places are added before the first run, and `InputError` is raised
    after it.
    """
    given = [dict(place) for place in places]
    check_facts(given, Table.CENTRE)
    with durable(office.using):
        lock_name(office.using, "table of places")
        known = {each.id: each.digest for each in every(office.using, Centre)}
        rows = [
            Centre(id=place["centre"], facts=canonical_bytes(place).decode(), digest=facts_digest(place))
            for place in given
        ]
        other = [row.id for row in rows if known.get(row.id, row.digest) != row.digest]
        if other:
            raise InputError(f"Place {min(other)} is there with other facts; a place of this log stays as it is.")
        new = [row for row in rows if row.id not in known]
        if new and first(office.using, MatchRun, 1):
            raise InputError("Match runs have committed to the table of places; it cannot grow any more in this log.")
        add_all(office.using, Centre, new)
    return len(new)
