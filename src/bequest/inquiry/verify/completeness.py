"""Knows how it is shown that nothing is missing: every day closed, numbers without gaps, counts that agree."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bequest.inquiry.verify.leaves import Leaf

    Say = Callable[[str], None]


_ONE_DAY = timedelta(days=1)
_LATEST_CLOSING = 2 * _ONE_DAY
_OF_HOSPITALS = frozenset({"donor.referred", "referral.day_closed"})


def check_days(leaves: list[Leaf], say: Say) -> int:
    """Return how many days are closed; say a day between the first and the last that is not, or not by as many."""
    closed = Counter(leaf.text("day") for leaf in leaves if leaf.kind == "referral.day_closed")
    if not closed:
        if any(leaf.kind == "donor.referred" for leaf in leaves):
            say("no day was closed, so that referrals cannot be counted")
        return 0
    for leaf in leaves:
        if leaf.kind == "referral.day_closed" and leaf.at.date().isoformat() < leaf.text("day"):
            say(f"leaf {leaf.number} closes the day {leaf.text('day')} before it was over")
    last, end = date.fromisoformat(max(closed)), leaves[-1].at.date()
    if end - last > _LATEST_CLOSING:
        say(f"no day after {last} is closed, and the log goes on to {end}")
    most, before = 0, None
    for day in sorted(map(date.fromisoformat, closed)):
        hospitals = closed[day.isoformat()]
        if before is not None and day - before > _ONE_DAY:
            say(f"no hospital closed {_days(before, day)}, so that {_whose(before, day)} referrals cannot be counted")
        if hospitals < most:
            say(f"{hospitals} hospitals closed the day {day}, and {most} the days before it")
        most, before = max(most, hospitals), day
    return len(closed)


def _days(before: date, after: date) -> str:
    """Return in words the days that lie between two."""
    first, last = before + _ONE_DAY, after - _ONE_DAY
    return f"the day {first}" if first == last else f"the days {first} to {last}"


def _whose(before: date, after: date) -> str:
    return "its" if after - before == 2 * _ONE_DAY else "their"


def check_counts(leaves: list[Leaf], say: Say) -> int:
    """Return how many runs have counts that agree; say each that has not."""
    count = 0
    for leaf in leaves:
        if leaf.kind != "match.run":
            continue
        listed, left, judged = (leaf.integer(name) for name in ("registrations", "not_ranked", "not_judged"))
        if left > listed or judged > left or leaf.integer("ranked") < listed - left:
            say(
                f"the counts of the run of leaf {leaf.number} do not agree: somebody is neither ranked nor told why not"
            )
        else:
            count += 1
    return count


def check_referrals(leaves: list[Leaf], say: Say) -> int | None:
    """Return how many referrals were counted hospital by hospital; None where the bundle keeps hospitals closed."""
    told = [leaf for leaf in leaves if leaf.kind in _OF_HOSPITALS]
    if not told or not all("hospital" in leaf.fields for leaf in told):
        return None
    since: dict[str, int] = {}
    numbers: dict[str, int] = {}
    days: dict[str, date] = {}
    count = 0
    for leaf in told:
        hospital = leaf.text("hospital")
        if leaf.kind == "donor.referred":
            count += 1
            since[hospital] = since.get(hospital, 0) + 1
            numbers[hospital] = numbers.get(hospital, 0) + 1
            if leaf.integer("referral_number") != numbers[hospital]:
                say(f"the referral of leaf {leaf.number} has a number that leaves a gap or comes twice")
            continue
        if leaf.integer("referrals") != since.get(hospital, 0) or leaf.integer("last_number") != numbers.get(
            hospital, 0
        ):
            say(f"the day that leaf {leaf.number} closes has another number of referrals than were recorded")
        since[hospital] = 0
        day = date.fromisoformat(leaf.text("day"))
        if hospital in days and day - days[hospital] != _ONE_DAY:
            say(f"leaf {leaf.number} closes the day {day}, which does not follow the last day of its hospital")
        days[hospital] = day
    return count
