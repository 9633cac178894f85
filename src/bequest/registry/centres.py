"""Knows how the table of places is filled, before the first match run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.ledger.canonical import canonical_bytes
from bequest.ledger.facts import facts_digest
from bequest.model.column import Table
from bequest.model.errors import InputError
from bequest.registry.facts_check import check_facts
from bequest.registry.models import Centre, MatchRun
from bequest.registry.rows import add_all, durable, every

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bequest.registry.office import Office


def add_centres(office: Office, places: Iterable[Mapping[str, str]]) -> None:
    """Add transplant centres and hospitals, given as facts of the table of centres.

    Every run commits to the table of places, and a bundle holds one such table; so places are added before the first
    run, and `InputError` is raised after it.
    """
    known = [dict(place) for place in places]
    check_facts(known, Table.CENTRE)
    with durable(office.using):
        if every(office.using, MatchRun):
            raise InputError("Match runs have committed to the table of places; it cannot grow any more in this log.")
        rows = [
            Centre(id=place["centre"], facts=canonical_bytes(place).decode(), digest=facts_digest(place))
            for place in known
        ]
        add_all(office.using, Centre, rows)
