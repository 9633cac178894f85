"""A report that the office cannot read is kept for ever, with its digest in the log and nobody's name."""

import hashlib
from dataclasses import replace

import pytest
from django.db import DatabaseError

from bequest.ledger.sealed_report import BLOCK_BYTES, joined
from bequest.model.errors import InputError
from bequest.registry.models import Event, SealedReport
from bequest.registry.rows import every, found
from bequest.registry.sealed_reports import NOBODY, ReportLeft, kept_reports, leave_report
from registry_attempts import attempt
from registry_offices import kinds, new_office

KEY = bytes(range(32))
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
LEFT = ReportLeft(joined(KEY, bytes(32 + 16 + BLOCK_BYTES)), KEY)
EVERYTHING = 1 << 62


@pytest.fixture(params=DATABASES)
def office(request):
    with new_office(request.param) as given:
        yield given


def test_a_report_is_kept_as_it_came_and_once(office):
    entered = leave_report(office, LEFT)
    assert leave_report(office, LEFT) == entered
    assert kinds(office) == ["report.sealed"]
    (kept,) = kept_reports(office.using, before=EVERYTHING, most=10)
    assert (kept.leaf, kept.event_id, kept.report, kept.inquiry_key) == (
        entered.index, entered.event_id, LEFT.report, KEY.hex()
    )  # fmt: skip
    assert found(office.using, Event, id=entered.event_id).actor == NOBODY


def test_the_newest_report_comes_first(office):
    other = replace(LEFT, report=joined(KEY, b"x" * (32 + 16 + BLOCK_BYTES)))
    first, second = leave_report(office, LEFT), leave_report(office, other)
    assert [each.leaf for each in kept_reports(office.using, before=EVERYTHING, most=10)] == [
        second.index, first.index
    ]  # fmt: skip
    assert [each.leaf for each in kept_reports(office.using, before=second.index, most=10)] == [first.index]
    assert len(kept_reports(office.using, before=EVERYTHING, most=1)) == 1


@pytest.mark.parametrize(("left", "said"), [
    (replace(LEFT, report=b"a letter"), "no sealed report"),
    (replace(LEFT, report=LEFT.report[:-1]), "no whole sealed report"),
    (replace(LEFT, inquiry_key=bytes(32)), "sealed to another key"),
])  # fmt: skip
def test_what_the_inquiry_could_not_open_is_refused(office, left, said):
    with pytest.raises(InputError, match=said):
        leave_report(office, left)
    assert every(office.using, SealedReport) == []


@pytest.mark.parametrize("statement", [
    "UPDATE registry_sealedreport SET inquiry_key = inquiry_key", "DELETE FROM registry_sealedreport",
])  # fmt: skip
def test_nobody_alters_or_removes_a_report(office, statement):
    leave_report(office, LEFT)
    with pytest.raises(DatabaseError, match="never altered or deleted"):
        attempt(office, statement)
    (kept,) = kept_reports(office.using, before=EVERYTHING, most=10)
    assert hashlib.sha256(kept.report).digest() == hashlib.sha256(LEFT.report).digest()
