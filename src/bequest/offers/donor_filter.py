"""Knows a programme's own filter for donors: a condition in the language of policies, true where no offer is wanted.

It reads facts of the donor and the distance to the programme's centre, nothing of a candidate. What cannot be judged
filters nobody out: a missing fact never costs anybody an offer in silence.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.matching.pair import donor_fact
from bequest.matching.quantise import quantise_one
from bequest.matching.run_atoms import plain_value
from bequest.model.errors import InputError, PolicyError
from bequest.policy.expression import Space, judge, references, render, spelled
from bequest.policy.names import Names
from bequest.policy.parse import parse

if TYPE_CHECKING:
    from bequest.model.donor import Donor
    from bequest.policy.expression import Condition, Plain, Reference

DISTANCE = "distance_km"
_NO_NAMES = Names(
    None, MappingProxyType({}), MappingProxyType({}), MappingProxyType({}), MappingProxyType({}), frozenset()
)


@cache
def filter_condition(text: str) -> Condition:
    """Return the condition of a filter; raise InputError for what the language or a filter does not allow."""
    try:
        condition = parse(text, _NO_NAMES)
    except PolicyError as error:
        raise InputError(f"The filter cannot be read: {error}") from None
    read = references(condition)
    if not read:
        raise InputError("A filter asks something of the donor, such as `donor.age_years > 70`.")
    for reference in read:
        if reference.space is not Space.DONOR and spelled(reference) != DISTANCE:
            raise InputError(
                f"A filter reads the donor and {DISTANCE}, and '{spelled(reference)}' is neither; write `donor.` and a"
                " fact of the data dictionary."
            )
    return condition


def filter_text(text: str) -> str:
    """Return a filter in the one spelling in which it is kept."""
    return render(filter_condition(text))


def filters_out(text: str, donor: Donor, distance_km: float | None) -> bool:
    """Tell whether a filter passes its programme over for a donor; what is unknown filters nobody out."""

    def value_of(reference: Reference) -> Plain | None:
        if reference.space is Space.DONOR:
            return plain_value(donor_fact(donor, reference.column), reference)
        return plain_value(quantise_one(distance_km, reference.column), reference)

    return judge(filter_condition(text), value_of) is True
