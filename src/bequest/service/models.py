"""Knows the tables of the service: accounts, tokens, opened break-glasses, and who looked at what.

Instants are text as leaves write them, as in the registry.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User

from bequest.registry.fields import Row, of, of_or_nothing, one_of, text, text_or_nothing, truth


class Account(Row):
    """Keep what a person who signs in is here: one role, and one centre, hospital or candidate at most."""

    user: User = one_of(settings.AUTH_USER_MODEL, key=True)
    user_id: int
    role = text()
    centre = text_or_nothing()
    candidate = text_or_nothing()
    demo = truth()
    given_password = truth()  # set by whoever runs the machine; the person chooses another one at the next sign-in


class Token(Row):
    """Keep the SHA-256 of a token with which a program signs in as an account, and until when it holds."""

    digest = text(key=True)
    account = of(Account)
    account_id: int
    expires_at = text()


class BreakGlass(Row):
    """Keep that somebody opened files in an emergency: why, in a leaf and in words, and until when."""

    event_id = text(key=True)
    account = of(Account)
    account_id: int
    reason = text()
    words = text()
    opened_at = text()
    expires_at = text()


class Read(Row):
    """Keep that an account looked at a row about a person; nobody alters or deletes one."""

    id: int
    account = of(Account)
    account_id: int
    at = text()
    action = text()
    subject = text()
    break_glass = of_or_nothing(BreakGlass)
    break_glass_id: str | None
