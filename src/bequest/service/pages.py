"""Knows the pages that are not the API: the start page, the source, and what is shown when something is wrong."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import bequest
from bequest.ledger.store import head
from bequest.model.version import __version__
from bequest.registry.rows import store_of
from bequest.service.office import office
from bequest.service.problem import problem
from bequest.service.protection import API, source_of
from bequest.service.quorum import quorum_notice
from bequest.service.roles import Role, role_words
from bequest.service.sign_in import account_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

_EPOCH = (1980, 1, 1, 0, 0, 0)
_BESIDE = ("pyproject.toml", "Makefile", "requirements.lock", "requirements-dev.lock", "README.md", "LICENSE", "NOTICE")


def about(request: HttpRequest) -> dict[str, object]:
    """Return what every page says around itself: version, source, whether people are invented, a missing quorum."""
    return {
        "version": __version__,
        "source": source_of(request),
        "synthetic": office().synthetic,
        "notice": quorum_notice(),
    }


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Return the start page."""
    account = account_of(request.user)
    shown = {
        "account": account,
        "role": None if account is None else role_words()[Role(account.role)],
        "entries": head(store_of(office().using)).size,
    }
    return render(request, "bequest/start.html", shown)


@require_safe
def source(request: HttpRequest) -> HttpResponse:
    """Return the source of the version that runs here, as a zip file."""
    del request
    answer = HttpResponse(_source(), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="bequest-{__version__}-source.zip"'
    return answer


@cache
def _source() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in _files():
            archive.writestr(zipfile.ZipInfo(f"bequest-{__version__}/{name}", _EPOCH), path.read_bytes())
    return packed.getvalue()


def _files() -> Iterator[tuple[str, Path]]:
    """Yield every file of the package as it runs here, and what builds it where that lies beside it."""
    room = Path(bequest.__file__).parent
    for path in sorted(room.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield f"src/bequest/{path.relative_to(room).as_posix()}", path
    top = room.parents[1]
    if (top / "pyproject.toml").is_file():
        for name in _BESIDE:
            if (top / name).is_file():
                yield name, top / name


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the answer to a form that was not ours, or whose page is old."""
    del reason
    sentence = "The page was open for too long, or cookies are switched off; load it again."
    if request.path.startswith(API):
        return problem(403, "forged", sentence)
    return render(request, "bequest/wrong.html", {"title": "This form was not accepted", "says": sentence}, status=403)


def no_reset(request: HttpRequest) -> HttpResponse:
    """Return the page that says how a forgotten password is set anew."""
    says = "Ask whoever runs this service to set a new one: bequest user password. Nothing is sent by mail."
    return render(request, "bequest/wrong.html", {"title": "Forgotten password", "says": says})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the answer to a request that cannot be read."""
    del exception
    return _wrong(request, 400, "This request cannot be read", "Go back to the start page.")


def not_here(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the answer to an address where nothing is."""
    del exception
    return _wrong(request, 404, "There is nothing here", "Check the address, or go back to the start page.")


def our_mistake(request: HttpRequest) -> HttpResponse:
    """Return the answer where we are wrong; nothing is said of what happened, because it may name a person."""
    return _wrong(request, 500, "Something went wrong here", "What was not confirmed was not done; try again.")


def _wrong(request: HttpRequest, status: int, title: str, says: str) -> HttpResponse:
    if request.path.startswith(API):
        return problem(status, "request", f"{title}. {says}")
    return render(request, "bequest/wrong.html", {"title": title, "says": says}, status=status)
