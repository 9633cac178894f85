"""Knows the office that this process serves: its clock, its entropy, its database and its waiting lists in memory."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, cast

from django.conf import settings

from bequest.model.errors import InputError
from bequest.registry.models import Event, Version
from bequest.registry.office import Office
from bequest.service.models import Account

if TYPE_CHECKING:
    from collections.abc import Callable


def now() -> datetime:
    """Return the instant by the clock of this machine."""
    return datetime.now(UTC)


KEPT: list[Office] = []
"""An office that was put together elsewhere, for this process to serve; none where settings say all."""


@cache
def office() -> Office:
    """Return the one office of this process."""
    return KEPT[0] if KEPT else _office(now)


def play_time(clock: Callable[[], datetime]) -> None:
    """Keep the office of this process by a clock that is played; refused where people may be real, or events are.

    A played clock dates leaves as it likes, so that it runs in an empty database of invented people only.
    """
    played = _office(clock)
    if not played.synthetic:
        raise InputError("Time is played in a database of invented people (ZZ) only.")
    if Event.objects.exists():
        raise InputError("Time is played in an empty database only; this one has events by another clock.")
    KEPT[:] = [played]
    office.cache_clear()


def _office(clock: Callable[[], datetime]) -> Office:
    return Office(
        jurisdiction=cast("str", settings.BEQUEST_COUNTRY),
        wrapping_key=cast("bytes", settings.BEQUEST_WRAPPING_KEY),
        clock=clock,
        entropy=secrets.token_bytes,
        next_wrapping_key=cast("bytes | None", getattr(settings, "BEQUEST_NEXT_WRAPPING_KEY", None)),
    )


def check_people(kept: Office) -> None:
    """Raise `InputError` where invented people stand beside real ones, or may sign in to them."""
    other = '"synthetic":"no"' if kept.synthetic else '"synthetic":"yes"'
    if Version.objects.using(kept.using).filter(facts__contains=other).exists():
        people = "real people, and the service is one of invented people" if kept.synthetic else "invented people"
        raise InputError(
            f"The database holds registrations of {people}; serve them from databases of their own, never from one."
        )
    if not kept.synthetic and Account.objects.using(kept.using).filter(demo=True).exists():
        raise InputError(
            "The database holds demo accounts, whose passwords are printed; serve real people from a database of their"
            " own."
        )
