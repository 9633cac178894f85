"""Knows the public figures of the log: how often each thing happened in each month, and how many were transplanted.

Every entry says its kind to everybody; here they are counted. A day is counted once it is over.
"""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from django.http import HttpRequest
from ninja import Router, Schema

from bequest.registry.rows import store_of
from bequest.service.office import office
from bequest.service.rest.common import ERRORS, Problem

router = Router(tags=["public"])
_EVENTS = "SELECT substr(at, 1, 7), kind, count(*) FROM registry_event WHERE at < ? GROUP BY 1, 2 ORDER BY 1, 2"
_TRANSPLANTS = (
    "SELECT substr(e.at, 1, 7), g.organ, count(*) FROM registry_transplant t"
    " JOIN registry_event e ON e.id = t.event_id JOIN registry_offer o ON o.event_id = t.offer_id"
    " JOIN registry_matchrun r ON r.event_id = o.run_id JOIN registry_organ g ON g.event_id = r.organ_id"
    " WHERE e.at < ? GROUP BY 1, 2 ORDER BY 1, 2"
)


class MonthOut(Schema):
    """Tell of one month how many entries of each kind the log has, and transplants by the organ that was ranked."""

    month: str
    entries: dict[str, int]
    transplants: dict[str, int]


class StatisticsOut(Schema):
    """Hold the figures by month; `before` is the day on which, and after which, nothing is counted yet."""

    before: str
    months: list[MonthOut]


@router.get("/public/stats", auth=None, response={200: StatisticsOut, ERRORS: Problem})
def public_statistics(request: HttpRequest) -> dict[str, object]:
    """Read how often each thing happened, month by month, up to the end of yesterday (UTC)."""
    del request
    today = office().clock().date().isoformat()
    counted = counted_before(office().using, today)
    return {
        "before": today,
        "months": [
            {"month": month, "entries": entries, "transplants": transplants}
            for month, (entries, transplants) in counted.items()
        ],
    }


@lru_cache(maxsize=4)
def counted_before(using: str, day: str) -> dict[str, tuple[dict[str, int], dict[str, int]]]:
    """Return the counts of each month of what was entered before a day, which nothing changes later."""
    found: dict[str, tuple[dict[str, int], dict[str, int]]] = {}
    for place, question in enumerate((_EVENTS, _TRANSPLANTS)):
        for month, name, count in store_of(using).run(question, (day,)).fetchall():
            found.setdefault(str(month), ({}, {}))[place][str(name)] = cast("int", count)
    return found
