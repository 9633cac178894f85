"""What the loader says of points is what matching finds: a policy that loads is never too large for a run."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bequest.matching.program import program_of
from bequest.model.errors import PolicyError
from bequest.policy.exact import extremes, missing_units, segments
from unit.policy.policy_text import load

COLUMNS = ("waiting_days", "cpra_percent", "travel_hours", "distance_km", "input.fund")
INPUTS = "{fund: {by: centre, decimals: 9, low: -3, high: 4000000000, why: so, cite: core}}"


def numbers():
    """Return a strategy for numbers from fine to large, as a policy writes them."""
    found = st.builds(
        lambda digits, places: Decimal(digits).scaleb(-places), st.integers(0, 10**12), st.integers(0, 20)
    )
    return found.map(lambda value: format(value, "f"))


@st.composite
def written(draw):
    """Return a strategy for the text of one term."""
    if draw(st.booleans()):
        return f"value: {draw(numbers())}"
    parts = [f"of: {draw(st.sampled_from(COLUMNS))}", f"weight: {draw(numbers())}", f"missing: {draw(numbers())}"]
    shape = draw(st.sampled_from(("curve", "steps", "none", "share")))
    if shape in ("curve", "steps"):
        corners = draw(st.lists(st.integers(-500, 40_000), min_size=2, max_size=4, unique=True))
        parts.append(f"{shape}: [{', '.join(f'[{x}, {draw(numbers())}]' for x in sorted(corners))}]")
    parts += ["relative_to: class"] if shape == "share" else []
    times = draw(st.lists(st.sampled_from(COLUMNS), max_size=2, unique=True))
    return ", ".join([*parts, *([f"times: [{', '.join(times)}]"] if times else [])])


@given(st.lists(written(), min_size=1, max_size=3))
def test_a_policy_that_loads_is_computed_in_the_same_whole_numbers(terms):
    listed = ", ".join(f"{{id: t{place}, cite: core, {each}}}" for place, each in enumerate(terms))
    block = f"{{decimals: 2, rounding: total half up, terms: [{listed}]}}"
    try:
        policy = load(points=block, inputs=INPUTS)
    except PolicyError:
        return
    for term, plan in zip(policy.points.terms, program_of(policy, policy.sequences[0]).terms, strict=True):
        assert (plan.missing, plan.worst, plan.best) == (missing_units(term), *extremes(term))
        pieces = segments(term)
        for name in ("edges", "a", "b", "q"):
            assert np.array_equal(getattr(plan, name), np.array(getattr(pieces, name), dtype=np.int64))
