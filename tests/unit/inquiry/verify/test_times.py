"""I9: a leaf's time lies between the cosignatures before and after it, whatever the log's own key signs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bequest.inquiry.verify.bundle import verify_bundle
from bequest.inquiry.verify.evidence import MemoryEvidence
from bequest.inquiry.verify.log import SignedState, check_times
from bequest.inquiry.verify.notes import Checkpoint, Key
from bequest.inquiry.verify.report import Verdict
from bequest.ledger.bundle import BundleKind, Kept, bundle
from bequest.ledger.leaf import leaf_bytes
from bequest.ledger.merkle import Frontier
from bequest.simulation.demo_year.record import checkpoint_by, grown, witnesses_at
from demo_years import small_year

BOTH = (BundleKind.PUBLIC, BundleKind.REPLAY)
SKEW = timedelta(seconds=2)
MIDNIGHT = datetime(2026, 1, 8, tzinfo=UTC)


def seams():
    """Return the size of the first checkpoint of the year and the instant at which its witnesses sign it."""
    events = [each.event for each in small_year().state.journal.recorded]
    size = next(number for number, event in enumerate(events) if event.at >= MIDNIGHT)
    return size, max(MIDNIGHT - timedelta(minutes=1), events[size - 1].at)


def watched(change, kind=BundleKind.REPLAY):
    """Return what the check of times says of a year that the log tells otherwise, before witnesses who see it happen.

    The log's own key signs what it likes; the witnesses sign what they are shown, at the time that it is.
    """
    year, (size, seen) = small_year(), seams()
    events = [each.event for each in year.state.journal.recorded]
    change(events)
    secrets = year.state.journal.secrets
    keys = [secrets.key("event", number) for number in range(len(events))]
    leaves = [leaf_bytes(event, key) for event, key in zip(events, keys, strict=True)]
    checkpoints = [
        checkpoint_by([year.signer, *witnesses_at(secrets, at)], grown(Frontier(), leaves[:count]))
        for count, at in ((size, seen), (len(leaves), year.state.journal.recorded[-1].event.at))
    ]
    kept = [Kept(key, event.committed()) for event, key in zip(events, keys, strict=True)]
    record = replace(year.record, leaves=leaves, kept=kept, checkpoints=checkpoints)
    report = verify_bundle(MemoryEvidence(bundle(record, kind, signer=year.signer, case=year.case))).report
    (found,) = [each for each in report.checks if each.name == "times"]
    return found


def moved(number, at):
    """Return a change that tells of one event as if it had been at another time."""

    def change(events):
        events[number] = replace(events[number], at=at)

    return change


@pytest.mark.parametrize("kind", BOTH)
def test_an_honest_year_lies_between_its_witnesses(kind):
    found = watched(lambda _: None, kind)
    assert (found.verdict, "between what witnesses saw at 2 checkpoints" in found.words) == (Verdict.OK, True)


@pytest.mark.parametrize("kind", BOTH)
def test_a_leaf_that_the_log_dates_after_its_witnesses_is_found(kind):
    size, seen = seams()
    found = watched(moved(size - 1, seen + timedelta(seconds=5) + SKEW + timedelta(seconds=60)), kind)
    assert f"leaf {size - 1} states a time that does not lie between what the witnesses saw" in found.details[0]


def test_where_the_second_is_opened_it_is_bounded_by_the_second():
    size, seen = seams()
    latest = seen + timedelta(seconds=5) + SKEW
    assert watched(moved(size - 1, latest)).verdict is Verdict.OK
    found = watched(moved(size - 1, latest + timedelta(microseconds=1)))
    assert f"leaf {size - 1} states a time that does not lie between what the witnesses saw" in found.details[0]


@pytest.mark.parametrize("kind", BOTH)
def test_a_leaf_that_the_log_dates_back_before_its_witnesses_is_found(kind):
    size, seen = seams()
    found = watched(moved(size, seen - timedelta(seconds=62)), kind)
    assert f"leaf {size} states a time that does not lie between what the witnesses saw" in " ".join(found.details)


def said(minutes, *states):
    """Return which leaves, each of a minute of one hour, are found under states of a size and seconds of the hour."""
    hour = datetime(2026, 3, 1, 12, tzinfo=UTC)
    leaves = [_Leaf(number, hour + timedelta(minutes=minute)) for number, minute in enumerate(minutes)]
    signed = [
        SignedState(
            Checkpoint("a.example/log", size, bytes(32), ""),
            {Key(f"w{place}", 4, b""): int(hour.timestamp()) + second for place, second in enumerate(seconds)},
        )
        for size, seconds in states
    ]
    found: list[str] = []
    check_times(leaves, signed, found.append)
    return [int(each.split()[1]) for each in found]


class _Leaf:
    """Stand for a leaf of which nothing is open."""

    def __init__(self, number, at):
        self.number, self.at, self.stated_at = number, at, at


@pytest.mark.parametrize(("second", "found"), [(598, []), (597, [0])])
def test_a_minute_may_begin_two_seconds_after_the_witness_and_no_more(second, found):
    assert said([10], (1, [second])) == found


@pytest.mark.parametrize(("second", "found"), [(661, []), (662, [1])])
def test_a_minute_may_end_two_seconds_before_the_witness_of_the_state_before_and_no_more(second, found):
    assert said([9, 10], (1, [second]), (2, [700])) == found


def test_one_witness_who_signed_early_bounds_a_leaf_whatever_another_says():
    assert said([10], (1, [7200, 540])) == [0]


def test_one_witness_who_signed_an_old_state_late_bounds_no_later_leaf():
    assert said([9, 10], (1, [545, 3000]), (2, [605])) == []
