"""Knows the endpoints of downtimes: that the service was down, and that it works again."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from bequest.registry.downtimes import Degraded, Restored, begin_downtime, end_downtime
from bequest.service.office import office
from bequest.service.rest.common import ERRORS, Code, Done, Hex32, In, Instant, Key, Problem, asking, made, permitted
from bequest.service.roles import Action

router = Router(tags=["downtimes"])


class DowntimeIn(In):
    """Say which part of the service was down (a code), and since when."""

    part: Code
    begun_at: Instant


class RestoredIn(In):
    """Say since when it works again."""

    restored_at: Instant


@router.post("/downtimes", response={201: Done, ERRORS: Problem})
def begin(request: HttpRequest, body: DowntimeIn, idempotency_key: Key) -> object:
    """Record that the service is down, or was; what was done on paper since then may be entered with `Happened-At`."""
    permit = permitted(request, Action.DOWNTIMES_RECORD)
    return made(begin_downtime(office(), asking(permit, idempotency_key), Degraded(body.part, body.begun_at)))


@router.post("/downtimes/{downtime}/end", response={201: Done, ERRORS: Problem})
def end(request: HttpRequest, downtime: Hex32, body: RestoredIn, idempotency_key: Key) -> object:
    """Record that the service works again."""
    permit = permitted(request, Action.DOWNTIMES_RECORD)
    return made(end_downtime(office(), asking(permit, idempotency_key), Restored(downtime, body.restored_at)))
