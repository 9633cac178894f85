"""What was granted by exception gives way, at its instant, to the registration's own level, and then to 9."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from bequest.matching.case_people import case_donor
from bequest.matching.factors import factor_column
from bequest.matching.pair import pair_of
from bequest.matching.pool import build_pool
from bequest.model.column import MISSING
from bequest.model.columns import candidate_column
from bequest.model.enums import Organ
from small_runs import small_case, small_policy

END = datetime(2026, 3, 10, 12, tzinfo=UTC)
OWN_END = END + timedelta(days=5)
SECOND = timedelta(seconds=1)
CENTRES = {
    "centre": ["CENTRE", "HOSPITAL"], "country": ["AT", "AT"], "region": ["east", "west"],
    "latitude_deg": [48.2, 47.0], "longitude_deg": [16.4, 15.4],
}  # fmt: skip


def stored(at):
    """Return an instant as a column of instants holds it."""
    return np.datetime64(at.replace(tzinfo=None), "s")


def at_instant(name, at, **changed):
    """Return a factor of one registration: level 1 by exception until END, level 4 of its own until OWN_END."""
    facts = {
        "registration": "R-1", "centre": "CENTRE", "synthetic": True,
        "urgency_granted": 1, "urgency_since_on": np.datetime64("2026-03-04"), "urgency_valid_until": stored(END),
        "urgency_own": 4, "urgency_own_since_on": np.datetime64("2026-02-28"),
        "urgency_own_valid_until": stored(OWN_END),
        **changed,
    }  # fmt: skip
    registrations = {column: [held] for column, held in facts.items()}
    pool = build_pool(Organ.HEART, as_of=at, registrations=registrations, centres=CENTRES)
    donor = case_donor(small_case({}, {"age_years": 40}), small_policy())
    found = int(factor_column(pair_of(donor, pool, at=at), candidate_column(name))[0])
    return None if found == MISSING else found


@pytest.mark.parametrize(
    ("at", "level", "days"),
    [
        (END - SECOND, 1, 6),
        (END, 1, 6),
        (END + SECOND, 4, 10),
        (OWN_END, 4, 15),
        (OWN_END + SECOND, 9, None),
    ],
    ids=str,
)
def test_the_level_falls_at_the_instant_and_neither_before_nor_after(at, level, days):
    assert (at_instant("urgency", at), at_instant("urgency_days", at)) == (level, days)
    assert at_instant("urgency_confirmed_days", at) == days


def test_without_a_level_of_its_own_a_registration_falls_to_the_base_level():
    assert at_instant("urgency", END + SECOND, urgency_own=None) == 9
    assert at_instant("urgency", END + SECOND, urgency_own=9) == 9


def test_an_own_level_that_is_more_urgent_than_the_exception_holds_before_it():
    worse = {"urgency_granted": 4, "urgency_own": 1}
    assert [at_instant("urgency", at, **worse) for at in (END, END + SECOND, OWN_END + SECOND)] == [1, 1, 9]
    assert at_instant("urgency_days", END, **worse) == 10


def test_a_confirmation_is_of_the_granted_level_and_not_of_the_lower_one():
    assert at_instant("urgency_confirmed_days", END, urgency_confirmed_on=np.datetime64("2026-03-09")) == 1
    assert at_instant("urgency_confirmed_days", END + SECOND, urgency_confirmed_on=np.datetime64("2026-03-09")) == 10
