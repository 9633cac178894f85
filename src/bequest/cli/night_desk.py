"""Knows how the people of a demo night ask the office: over its REST interface, each with an account of their own."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from bequest.cli.http_client import UnreachableError, ask
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Headers = Callable[[str], Mapping[str, str]]

_SECONDS = 60.0
_KEY_BYTES = 8


@dataclass(frozen=True, slots=True)
class Person:
    """Hold who acts: the account by which they sign in, and who they are in plain words."""

    account: str
    words: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold what the office answered: the status, and the content of the JSON."""

    status: int
    content: Mapping[str, object]

    def text(self, name: str) -> str:
        """Return a member of the answer as text."""
        return str(self.content.get(name, ""))

    @property
    def leaf(self) -> int | None:
        """Return the number of the leaf in which the answer stands, None for no leaf."""
        leaf = self.content.get("leaf")
        return leaf if isinstance(leaf, int) else None


class Desk:
    """Ask an office at an address; `headers` gives what signs an account in."""

    def __init__(self, address: str, headers: Headers) -> None:
        """Take where the office is, and how people sign in."""
        self._address, self._headers = address, headers
        self._night, self._asked = secrets.token_hex(_KEY_BYTES), 0

    def post(self, who: Person, path: str, body: Mapping[str, object] | None = None) -> Answer:
        """Return what the office answers to somebody who wants something done."""
        self._asked += 1
        key = f"demo-night-{self._night}-{self._asked}"
        return self._ask(who, path, json.dumps(body or {}).encode(), {"Idempotency-Key": key})

    def get(self, who: Person, path: str) -> Answer:
        """Return what the office answers to somebody who looks at something."""
        return self._ask(who, path, None, {})

    def _ask(self, who: Person, path: str, body: bytes | None, more: Mapping[str, str]) -> Answer:
        headers = {"Content-Type": "application/json", **self._headers(who.account), **more}
        try:
            reply = ask(f"{self._address}/api/v1{path}", body=body, seconds=_SECONDS, headers=headers)
        except UnreachableError as error:
            raise InputError(f"The office at {self._address} does not answer ({error}); see whether it runs.") from None
        try:
            content = cast("object", json.loads(reply.body))
        except ValueError:
            content = {}
        found = cast("dict[str, object]", content) if isinstance(content, dict) else {"list": content}
        return Answer(reply.status, found)
