"""Knows the office that this process serves: its clock, its entropy, its database and its waiting lists in memory."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from functools import cache
from typing import cast

from django.conf import settings

from bequest.model.errors import InputError
from bequest.registry.models import Version
from bequest.registry.office import Office
from bequest.service.models import Account


def now() -> datetime:
    """Return the instant by the clock of this machine."""
    return datetime.now(UTC)


KEPT: list[Office] = []
"""An office that was put together elsewhere, for this process to serve; none where settings say all."""


@cache
def office() -> Office:
    """Return the one office of this process."""
    if KEPT:
        return KEPT[0]
    return Office(
        jurisdiction=cast("str", settings.BEQUEST_COUNTRY),
        wrapping_key=cast("bytes", settings.BEQUEST_WRAPPING_KEY),
        clock=now,
        entropy=secrets.token_bytes,
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
