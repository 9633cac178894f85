"""A level falls at its instant, never before and never after, whatever was granted and measured in which order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bequest.ledger.facts import pool_columns
from bequest.matching.case_people import case_donor
from bequest.matching.factors import factor_column
from bequest.matching.pair import pair_of
from bequest.matching.pool import build_pool
from bequest.model.column import Table
from bequest.model.columns import candidate_column
from bequest.model.enums import Organ
from bequest.registry.dated import BASE, datum_named, granted, is_above, recertified, standing
from bequest.registry.versions import merged
from small_runs import small_case, small_policy

BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)
URGENCY = datum_named("urgency", "heart")
FIRST = {"registration": "R-1", "centre": "CENTRE", "synthetic": "yes", "organ": "heart"}
CENTRES = {
    "centre": ["CENTRE", "HOSPITAL"], "country": ["AT", "AT"], "region": ["east", "west"],
    "latitude_deg": [48.2, 47.0], "longitude_deg": [16.4, 15.4],
}  # fmt: skip
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["measured", "exception"]),
        st.sampled_from(["1", "2", "3", "5"]),
        st.integers(1, 100_000),  # seconds since the step before
        st.integers(1, 200_000),  # seconds for which it holds
    ),
    max_size=7,
)


class Told:
    """Know what must hold, in the plainest way: one exception and one own level, each with its end."""

    def __init__(self):
        self.exception = self.own = (BASE, BEGIN - timedelta(days=1))

    def level(self, at):
        """Return the level at an instant."""
        return min((level for level, end in (self.exception, self.own) if at <= end), default=BASE)


def lived(steps):
    """Return the facts after some steps, what must hold, and the instant of the last step."""
    facts, told, at = dict(FIRST), Told(), BEGIN
    for kind, level, after, span in steps:
        at += timedelta(seconds=after)
        until = at + timedelta(seconds=span)
        if kind == "measured":
            facts = merged(facts, recertified(facts, URGENCY, level, at=at, until=until))
            told.own = (level, until)
        elif is_above(URGENCY, level, standing(facts, URGENCY, at).level):
            facts = merged(facts, granted(facts, URGENCY, level, at=at, until=until))
            told.exception = (level, until)
    return facts, told, at


def of_engine(facts, at):
    """Return the urgency that a run at an instant reads from the facts."""
    pool = build_pool(
        Organ.HEART, as_of=at, registrations=pool_columns([facts], Table.REGISTRATION), centres=CENTRES
    )  # fmt: skip
    donor = case_donor(small_case({}, {"age_years": 40}), small_policy())
    return int(factor_column(pair_of(donor, pool, at=at), candidate_column("urgency"))[0])


@given(STEPS)
def test_a_level_holds_until_its_end_and_what_is_behind_it_from_the_next_second_on(steps):
    facts, told, at = lived(steps)
    second = timedelta(seconds=1)
    ends = [end for _, end in (told.exception, told.own) if end >= at]
    for instant in sorted(
        {at, *(end + shift for end in ends for shift in (-second, 0 * second, second))} - {at - second}
    ):
        assert (standing(facts, URGENCY, instant).level or BASE) == told.level(instant)


@given(STEPS)
def test_a_run_reads_the_same_level_as_a_person_is_told(steps):
    facts, told, at = lived(steps)
    if "urgency_granted" not in facts:
        return
    for end in (told.exception[1], told.own[1]):
        for shift in (-1, 0, 1):
            instant = max(at, end + timedelta(seconds=shift))
            assert of_engine(facts, instant) == int(told.level(instant))


def test_the_levels_of_a_pool_are_read_row_by_row():
    rows = [
        lived([("measured", "2", 1, 60), ("exception", "1", 1, 30)])[0] | {"registration": f"R-{n}"} for n in (1, 2)
    ]
    rows[1] |= {"urgency_valid_until": "2026-03-01T07:00:00Z"}
    at = BEGIN + timedelta(seconds=2)
    pool = build_pool(Organ.HEART, as_of=at, registrations=pool_columns(rows, Table.REGISTRATION), centres=CENTRES)
    donor = case_donor(small_case({}, {"age_years": 40}), small_policy())
    column = factor_column(pair_of(donor, pool, at=at), candidate_column("urgency"))
    assert np.array_equal(column, [1, 2])
