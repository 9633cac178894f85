"""Knows the endpoints of sealed reports: anybody leaves one without signing in, and the office cannot read it."""

from __future__ import annotations

import base64
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import StringConstraints

from bequest.ledger.sealed_report import LONGEST_BYTES
from bequest.registry.sealed_reports import ReportLeft, kept_reports, leave_report
from bequest.service.inquiry_key import InquiryKey
from bequest.service.office import office
from bequest.service.problem import ProblemError
from bequest.service.rest.common import (
    ERRORS,
    Cursor,
    Done,
    In,
    Limit,
    Problem,
    cursor_of,
    made,
    number_of,
    pointed,
)

router = Router(tags=["public"])
_LARGEST = 1 << 62
_LONGEST_BASE64 = -(-LONGEST_BYTES // 3) * 4


class InquiryKeyOut(Schema):
    """Tell to which key reports are sealed: a public key as PEM, its SHA-256, and who holds the private part."""

    held_by: str
    public_key: str
    sha256: str


class SealedReportIn(In):
    """Leave a report that `bequest report seal` made, in base64."""

    report: Annotated[str, StringConstraints(min_length=1, max_length=_LONGEST_BASE64, pattern=r"^[A-Za-z0-9+/]+=*$")]


class SealedReportOut(Schema):
    """Hand out a sealed report, in base64; only the holder of the inquiry key opens it."""

    leaf: int
    event: str
    inquiry_key: str
    report: str


class SealedReportPage(Schema):
    """Hold a page of sealed reports, the newest first."""

    reports: list[SealedReportOut]
    next: str | None


@router.get("/inquiry-key", auth=None, response={200: InquiryKeyOut, ERRORS: Problem})
def read_key(request: HttpRequest) -> dict[str, object]:
    """Read to which key outside the office a report is sealed."""
    del request
    key = _key()
    return {"held_by": key.held_by, "public_key": key.pem, "sha256": key.sha256.hex()}


@router.post("/sealed-reports", auth=None, response={201: Done, ERRORS: Problem})
def leave(request: HttpRequest, response: HttpResponse, body: SealedReportIn) -> object:
    """Leave a sealed report; no name is asked for, and the same report sent twice is one."""
    del request
    try:
        report = base64.b64decode(body.report, validate=True)
    except ValueError:
        raise ProblemError(
            422, "input", "The report is no base64; send the file as bequest report send does."
        ) from None
    entered = leave_report(office(), ReportLeft(report, _key().sha256))
    pointed(response, "/sealed-reports")
    return made(entered)


@router.get("/sealed-reports", auth=None, response={200: SealedReportPage, ERRORS: Problem})
def list_reports(request: HttpRequest, cursor: Cursor = None, limit: Limit = 20) -> dict[str, object]:
    """List the sealed reports, so that the holder of the inquiry key needs nobody's leave to have them."""
    del request
    before = number_of(cursor)
    kept = kept_reports(office().using, before=_LARGEST if before is None else before, most=limit + 1)
    return {
        "reports": [
            {
                "leaf": each.leaf,
                "event": each.event_id,
                "inquiry_key": each.inquiry_key,
                "report": base64.b64encode(each.report).decode(),
            }
            for each in kept[:limit]
        ],
        "next": cursor_of(str(kept[limit - 1].leaf)) if len(kept) > limit else None,
    }


def _key() -> InquiryKey:
    key = settings.BEQUEST_INQUIRY_KEY
    if not isinstance(key, InquiryKey):
        raise ProblemError(
            404, "not-found", "This office names no inquiry key; ask its operator, and report to the inquiry directly."
        )
    return key
