"""Knows what guards every answer: headers, the rate of requests, the second factor, and where the source is."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, cast

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from bequest.service.office import now
from bequest.service.problem import problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    Answer = Callable[[HttpRequest], HttpResponse]

API = "/api/v1"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{styles}; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
_MOST_CALLERS = 10_000
_NOT_FOUND, _METHOD, _OK, _NOT_MODIFIED = 404, 405, 200, 304
_BEGUN_AT, _USED_AT, _NOTED_SECONDS = "begun_at", "used_at", 60
_BEFORE_THE_FACTOR = (
    "/accounts/2fa/", "/accounts/logout/", "/accounts/password/change/", "/accounts/reauthenticate/", "/static/",
)  # fmt: skip
READS_A_MINUTE, WRITES_A_MINUTE = 600, 240


class Rate:
    """Count the requests of each caller in this process; a caller gets tokens at an even rate, up to a minute's."""

    def __init__(self, a_minute: int) -> None:
        """Begin with nobody."""
        self.a_minute = a_minute
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def seconds_to_wait(self, caller: str, at: float) -> int:
        """Return 0 and take a token, or how many seconds until there is one."""
        with self._lock:
            left, since = self._left.pop(caller, (float(self.a_minute), at))
            left = min(float(self.a_minute), left + (at - since) * self.a_minute / 60)
            wait = 0 if left >= 1 else int((1 - left) * 60 / self.a_minute) + 1
            self._left[caller] = (left - 1 if wait == 0 else left, at)
            if len(self._left) > _MOST_CALLERS:
                self._left.popitem(last=False)
        return wait

    def forget(self) -> None:
        """Forget every caller."""
        with self._lock:
            self._left.clear()


READS, WRITES = Rate(READS_A_MINUTE), Rate(WRITES_A_MINUTE)


class ProtectionMiddleware:
    """Refuse callers who ask too often, and put on every answer what guards it."""

    def __init__(self, get_response: Answer) -> None:
        """Take what answers."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the answer."""
        api = request.path.startswith(f"{API}/") or request.path == API
        wait = _wait(request) if api else 0
        if api and settings.SECURE_SSL_REDIRECT and not request.is_secure():
            # No redirect: a program would go on sending its token in the open, and nobody would notice.
            answer = problem(403, "plain-http", "This is answered over https only; what was sent may have been read.")
        elif wait:
            answer = problem(429, "too-many-requests", f"Too many requests; ask again in {wait} seconds.")
            answer["Retry-After"] = str(wait)
        else:
            answer = self._get_response(request)
        if api:
            answer = _of_api(request, answer)
        _guard(request, answer)
        return answer


def _wait(request: HttpRequest) -> int:
    rate = READS if is_reading(request) else WRITES
    return rate.seconds_to_wait(_caller(request), time.monotonic())


def is_reading(request: HttpRequest) -> bool:
    """Return whether a request changes nothing, by its method."""
    return str(request.method) in {"GET", "HEAD", "OPTIONS"}


def _caller(request: HttpRequest) -> str:
    """Return who asks, as far as is known before anybody signed in: the address the connection came from.

    uvicorn puts the address that a trusted proxy names into REMOTE_ADDR; no header is believed here.
    """
    return str(request.META.get("REMOTE_ADDR", ""))


def _of_api(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Return an answer of the API: every error is problem+json, every whole answer has an ETag."""
    plain = not str(answer.get("Content-Type", "")).startswith("application/problem+json")
    if plain and answer.status_code == _NOT_FOUND:
        answer = problem(404, "not-found", "There is nothing at this address; the API's own page lists what there is.")
    elif plain and answer.status_code == _METHOD:
        allowed = str(answer.get("Allow", ""))
        answer = problem(405, "method", f"This address answers {allowed} only." if allowed else "Not answered here.")
        answer["Allow"] = allowed
    if is_reading(request) and answer.status_code == _OK and not answer.streaming:
        if "ETag" not in answer:
            answer["ETag"] = f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
        if answer["ETag"] in _etags(request.headers.get("If-None-Match", "")):
            kept = HttpResponse(status=_NOT_MODIFIED)
            kept["ETag"] = answer["ETag"]
            answer = kept
    return answer


def _etags(header: str) -> frozenset[str]:
    return frozenset(each.strip().removeprefix("W/") for each in header.split(","))


def _guard(request: HttpRequest, answer: HttpResponse) -> None:
    # The page of the API's documentation brings styles of its own inside its scripts.
    styles = " 'unsafe-inline'" if request.path == f"{API}/docs" else ""
    answer["Content-Security-Policy"] = _POLICY.format(styles=styles)
    answer["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["X-Source"] = source_of(request)
    if not request.path.startswith(cast("str", settings.STATIC_URL)):
        answer["Cache-Control"] = "no-store, private"


def source_of(request: HttpRequest) -> str:
    """Return the address of the source of the running version, which the AGPL promises to everybody who is served."""
    written = cast("str", settings.BEQUEST_SOURCE)
    if "://" in written:
        return written
    return f"{request.scheme}://{_host(request)}{written}"


def _host(request: HttpRequest) -> str:
    allowed = cast("list[str]", settings.ALLOWED_HOSTS)
    host = str(request.META.get("HTTP_HOST", ""))
    # A name that is none of ours goes into no answer.
    return host if host.rpartition(":")[0] in allowed or host in allowed else allowed[0]


class SecondFactorMiddleware:
    """Lead who signed in with a password alone to the page where a second factor is set up, and nowhere else."""

    def __init__(self, get_response: Answer) -> None:
        """Take what answers."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the answer, or the way to the second factor."""
        user = request.user
        if not settings.BEQUEST_SECOND_FACTOR or not user.is_authenticated or is_mfa_enabled(user):
            return self._get_response(request)
        path = request.path
        if path.startswith(_BEFORE_THE_FACTOR):
            return self._get_response(request)
        if path.startswith(API):
            return problem(403, "second-factor", "Set up a second factor first: sign in to the pages of the service.")
        return HttpResponseRedirect(reverse("mfa_index"))


class IdleMiddleware:
    """End a session that nobody used for as long as the settings say, and one that is as old as one may become.

    The latest use is noted once a minute, which by itself would let the session live for ever.
    """

    def __init__(self, get_response: Answer) -> None:
        """Take what answers."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the answer, to nobody in particular where the session had ended."""
        if request.user.is_authenticated:
            self._note(request, int(now().timestamp()))
        return self._get_response(request)

    def _note(self, request: HttpRequest, at: int) -> None:
        begun = cast("int", request.session.setdefault(_BEGUN_AT, at))
        used = cast("int", request.session.setdefault(_USED_AT, at))
        idle, oldest = cast("int", settings.BEQUEST_IDLE_SECONDS), settings.SESSION_COOKIE_AGE
        if at - used >= idle or at - begun >= oldest:
            logout(request)
        elif at - used >= _NOTED_SECONDS:
            request.session[_USED_AT] = at
