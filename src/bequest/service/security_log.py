"""Knows what is written down of sign-ins and denials: one line of JSON each on standard error, and no name in it."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from allauth.account.signals import password_changed, user_logged_in
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_out, user_login_failed

from bequest.ledger.leaf import instant_text
from bequest.service.office import now

if TYPE_CHECKING:
    from django.dispatch import Signal

LOGGER = "bequest.security"
_OF_SIGNALS: tuple[tuple[Signal, str], ...] = (
    (user_logged_in, "signed_in"),
    (user_logged_out, "signed_out"),
    (user_login_failed, "sign_in_failed"),
    (password_changed, "password_changed"),
    (authenticator_added, "factor_added"),
    (authenticator_removed, "factor_removed"),
)


def write_event(event: str, account: int | None, **more: str) -> None:
    """Write an event of safety down: an account by its number, never a name that somebody typed, and no address."""
    line = {"at": instant_text(now()), "event": event, "account": account, **more}
    logging.getLogger(LOGGER).info(json.dumps(line))


def connect() -> None:
    """Have what sign-in tells of itself written down."""
    for signal, event in _OF_SIGNALS:
        signal.connect(_writer(event), weak=False, dispatch_uid=f"bequest {event}")


def _writer(event: str) -> object:
    def write(**told: object) -> None:
        number = getattr(told.get("user"), "pk", None)
        write_event(event, number if isinstance(number, int) else None)

    return write
