"""What is watched afterwards."""

from dataclasses import replace

import pytest

from bequest.safeguards.jurisdiction import Parameter
from bequest.safeguards.oversight import (
    AdverseEvent,
    CrossBorderReport,
    GraftSeen,
    PublicTable,
    YearlyReport,
    adverse_event_told,
    final_report_sent,
    graft_registered,
    nobody_shown,
    report_published,
)
from donor_files import CENTRE, ELSEWHERE, HOSPITAL, hours, law_without, said

EVENT = AdverseEvent(hours(1), hours(2), (CENTRE, HOSPITAL), (CENTRE, HOSPITAL))


def test_an_event_that_everybody_was_told_of_passes():
    assert adverse_event_told(EVENT, ELSEWHERE) == ()


@pytest.mark.parametrize(
    ("changes", "who"),
    [
        ({"centres_told": (CENTRE,)}, "H-1"),
        ({"authority_told_at": None}, "the competent authority"),
        ({"authority_told_at": hours(13)}, "the competent authority"),
    ],
)
def test_unused_organs_wait_until_everybody_is_told(changes, who):
    alarm, block = adverse_event_told(replace(EVENT, **changes), ELSEWHERE)
    assert (alarm.verdict.value, alarm.by, block.verdict.value) == ("flagged", hours(25), "blocked")
    assert f"tell {who} now" in alarm.sentence


def test_an_alarm_without_a_known_time_is_an_alarm():
    law = law_without(Parameter.VIGILANCE_NOTICE_HOURS)
    alarm, _ = adverse_event_told(replace(EVENT, authority_told_at=None), replace(ELSEWHERE, law=law))
    assert alarm.by is None


@pytest.mark.parametrize(
    ("report", "law", "count"),
    [
        (CrossBorderReport(hours(0), hours(10)), ELSEWHERE.law, 0),
        (CrossBorderReport(hours(0), None), ELSEWHERE.law, 0),
        (CrossBorderReport(hours(-91 * 24), None), ELSEWHERE.law, 1),
        (CrossBorderReport(hours(-91 * 24), hours(13)), ELSEWHERE.law, 1),
        (CrossBorderReport(hours(0), None), law_without(Parameter.FINAL_REPORT_MONTHS), 1),
    ],
)
def test_a_final_report_that_is_overdue_is_flagged(report, law, count):
    assert len(final_report_sent(report, replace(ELSEWHERE, law=law))) == count


@pytest.mark.parametrize(("due", "published", "count"), [(13, None, 0), (11, 10, 0), (11, None, 1), (10, 11, 1)])
def test_a_yearly_report_that_is_late_is_flagged(due, published, count):
    report = YearlyReport(hours(due), None if published is None else hours(published))
    assert len(report_published(report, ELSEWHERE)) == count


@pytest.mark.parametrize(
    ("table", "law", "count"),
    [
        (PublicTable(5, linkable=False), ELSEWHERE.law, 0),
        (PublicTable(4, linkable=False), ELSEWHERE.law, 1),
        (PublicTable(None, linkable=False), ELSEWHERE.law, 1),
        (PublicTable(5, linkable=None), ELSEWHERE.law, 1),
        (PublicTable(4, linkable=True), ELSEWHERE.law, 2),
        (PublicTable(500, linkable=False), law_without(Parameter.SMALLEST_CELL), 1),
    ],
)
def test_a_public_table_shows_nobody(table, law, count):
    assert [verdict for verdict, _ in said(nobody_shown(table, replace(ELSEWHERE, law=law)))] == ["blocked"] * count


@pytest.mark.parametrize(("registered", "count"), [(True, 0), (False, 1), (None, 1)])
def test_a_graft_that_no_register_knows_is_flagged_and_the_patient_treated(registered, count):
    found = said(graft_registered(GraftSeen(registered), ELSEWHERE))
    assert [verdict for verdict, _ in found] == ["flagged"] * count
