"""Knows how the people of a demo night sign in to an office that runs already: by name and password."""

from __future__ import annotations

import json
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from bequest.cli.http_client import UnreachableError, ask
from bequest.cli.text_file import read_text
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bequest.cli.http_client import Reply

_LOGIN = "/accounts/login/"
_CSRF = "bequest-csrf"
_FOUND = 302
_LONGEST = 100_000
_SECONDS = 30.0
_FEWEST_WORDS = 2


class SignedIn:
    """Hold who has signed in to an office, and with which cookies."""

    def __init__(self, address: str, accounts: Path) -> None:
        """Take the office, and the file in which `bequest serve --demo` keeps names and passwords."""
        self._address, self._accounts = address, accounts
        self._passwords = passwords(read_text(accounts, longest=_LONGEST))
        self._headers: dict[str, Mapping[str, str]] = {}

    def headers(self, account: str) -> Mapping[str, str]:
        """Return what signs an account in."""
        if account not in self._headers:
            self._headers[account] = self._sign_in(account)
        return self._headers[account]

    def _sign_in(self, account: str) -> Mapping[str, str]:
        if account not in self._passwords:
            raise InputError(
                f"{self._accounts}: there is no account '{account}'; give the file of the office that runs."
            )
        jar: SimpleCookie = SimpleCookie()
        self._asked(None, jar)
        form = {"csrfmiddlewaretoken": _csrf(jar), "login": account, "password": self._passwords[account]}
        reply = self._asked(urlencode(form).encode(), jar)
        if reply.status != _FOUND:
            raise InputError(f"'{account}' cannot sign in with the password of {self._accounts}; give the right file.")
        return {"Cookie": _sent(jar), "X-CSRFToken": _csrf(jar)}

    def _asked(self, body: bytes | None, jar: SimpleCookie) -> Reply:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": _sent(jar),
            "Referer": self._address + _LOGIN,
        }
        reply = asked(self._address, _LOGIN, body=body, headers=headers)
        for cookie in reply.cookies:
            jar.load(cookie)
        return reply


def asked(address: str, path: str, *, body: bytes | None, headers: Mapping[str, str]) -> Reply:
    """Return what an office answers; raise `InputError` where none does."""
    try:
        return ask(f"{address}{path}", body=body, seconds=_SECONDS, headers=headers)
    except UnreachableError as error:
        raise InputError(f"The office at {address} does not answer ({error}); see whether it runs.") from None


def check_invented(address: str) -> None:
    """Raise `InputError` unless an office holds invented people only: nothing is played beside real ones."""
    reply = asked(address, "/api/v1/", body=None, headers={})
    try:
        told = cast("object", json.loads(reply.body))
    except ValueError:
        told = None
    if not isinstance(told, dict) or cast("dict[str, object]", told).get("synthetic") is not True:
        raise InputError(f"{address} is no demo office; a night is played among invented people only.")


def passwords(text: str) -> dict[str, str]:
    """Return the password of each name in a file of demo accounts: name, password, place, with spaces between."""
    lines = (line.split() for line in text.splitlines())
    return {words[0]: words[1] for words in lines if len(words) >= _FEWEST_WORDS}


def _csrf(jar: SimpleCookie) -> str:
    return next((morsel.value for name, morsel in jar.items() if name.endswith(_CSRF)), "")


def _sent(jar: SimpleCookie) -> str:
    return "; ".join(f"{name}={morsel.value}" for name, morsel in sorted(jar.items()))
