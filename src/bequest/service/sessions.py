"""Knows which sessions are over: they are forgotten, with the address and the browser that they came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

if TYPE_CHECKING:
    from datetime import datetime


def forget_ended_sessions(using: str, at: datetime) -> int:
    """Remove the sessions that ended before an instant, and what was kept of those and of others that are gone.

    Return of how many nothing is left.
    """
    Session.objects.using(using).filter(expire_date__lt=at).delete()
    going = set(Session.objects.using(using).values_list("session_key", flat=True))
    kept = UserSession.objects.using(using).values_list("pk", "session_key")
    ended = sorted(number for number, key in kept if key not in going)
    UserSession.objects.using(using).filter(pk__in=ended).delete()
    return len(ended)
