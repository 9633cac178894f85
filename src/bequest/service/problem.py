"""Knows how an error is told to a program: problem+json (RFC 9457), with a sentence for the person behind it."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

PROBLEM_JSON = "application/problem+json"


class ProblemError(Exception):
    """Refuse a request: a status, a short name of the kind of problem, and one or more sentences."""

    def __init__(self, status: int, kind: str, sentence: str, **more: object) -> None:
        """Keep what the answer will say; `more` are further members of it."""
        super().__init__(sentence)
        self.status, self.kind, self.sentence, self.more = status, kind, sentence, more


def problem(status: int, kind: str, sentence: str, more: Mapping[str, object] | None = None) -> HttpResponse:
    """Return the answer; `kind` names the problem in its type, and its title is that of the status."""
    body = {
        "type": f"urn:bequest:problem:{kind}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence,
        **(more or {}),
    }
    return HttpResponse(json.dumps(body).encode(), status=status, content_type=PROBLEM_JSON)


def told(error: ProblemError) -> HttpResponse:
    """Return the answer to a refused request."""
    return problem(error.status, error.kind, error.sentence, error.more)
