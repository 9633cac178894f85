"""Knows how a machine is asked over HTTP: with a time limit, not redirected, in the clear on this machine only."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import Message

LONGEST_BYTES = 1_000_000
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Reply:
    """Hold the status and the body of an answer, and the cookies that it sets, each as its header says."""

    status: int
    body: bytes
    cookies: tuple[str, ...] = ()


class UnreachableError(Exception):
    """Say why there was no answer, in some words."""


def check_address(address: str, *, called: str) -> str:
    """Return an address without its last slash; raise `InputError` unless it is https, or http on this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        raise InputError(f"{called}: {address!r} is no address; write https://...") from None
    if not host or parts.query or parts.fragment or parts.username is not None:
        raise InputError(f"{called}: {address!r} is no plain address; write https://host/path.")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _HERE):
        raise InputError(f"{called}: {address!r} is neither https nor this machine; nothing else is asked.")
    return address.rstrip("/")


def ask(address: str, *, body: bytes | None, seconds: float, headers: Mapping[str, str] | None = None) -> Reply:
    """Return what an address that was checked answers: to POST where there is a body, to GET otherwise.

    `headers` are sent beside, or in place of, the type of a plain text.

    Raises `UnreachableError` where no whole answer of at most a million bytes comes.
    """
    sent = {"Content-Type": "text/plain; charset=utf-8", **(headers or {})}
    request = Request(address, data=body, headers=sent)  # noqa: S310  checked
    try:
        with _opener(address).open(request, timeout=seconds) as answer:
            return Reply(answer.status, _whole(answer.read(LONGEST_BYTES + 1)), _cookies(answer.headers))
    except HTTPError as error:
        with error:
            return Reply(error.code, _whole(error.read(LONGEST_BYTES + 1)), _cookies(error.headers))
    except URLError as error:
        raise UnreachableError(str(error.reason)) from error
    except (OSError, http.client.HTTPException) as error:
        raise UnreachableError(str(error) or type(error).__name__) from error


def _opener(address: str) -> OpenerDirector:
    """Return what follows no redirection, since none of the handlers does, and asks no proxy about this machine."""
    proxies: dict[str, str] | None = {} if urlsplit(address).hostname in _HERE else None
    made = OpenerDirector()
    for handler in (
        ProxyHandler(proxies), HTTPHandler(), HTTPSHandler(), HTTPDefaultErrorHandler(), HTTPErrorProcessor(),
    ):  # fmt: skip
        made.add_handler(handler)
    return made


def _cookies(headers: Message) -> tuple[str, ...]:
    return tuple(headers.get_all("Set-Cookie", []))


def _whole(body: bytes) -> bytes:
    if len(body) > LONGEST_BYTES:
        raise UnreachableError("the answer is too long")
    return body
