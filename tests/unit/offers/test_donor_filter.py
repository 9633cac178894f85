"""A programme's filter reads the donor and the distance, and what is unknown filters nobody out."""

from __future__ import annotations

import pytest

from bequest.ledger.facts import donor_facts
from bequest.model.donor import donor_from_facts
from bequest.model.errors import InputError
from bequest.offers.donor_filter import filter_text, filters_out
from registry_offices import people

DONOR = donor_from_facts(donor_facts(people().donors[0]), place="a donor")
AGE = float(people().donors[0]["age_years"])


@pytest.mark.parametrize(("text", "km", "out"), [
    (f"donor.age_years > {int(AGE) - 1}", None, True),
    (f"donor.age_years > {int(AGE) + 1}", None, False),
    ("distance_km > 500", 501.0, True),
    ("distance_km > 500", 499.0, False),
    ("distance_km > 500", None, False),
    ("donor.age_years > 0 and distance_km > 500", None, False),
    ("donor.age_years > 0 or distance_km > 500", None, True),
])  # fmt: skip
def test_a_condition_decides_and_what_is_unknown_filters_nobody_out(text, km, out):
    assert filters_out(text, DONOR, km) is out


def test_a_filter_is_kept_in_one_spelling():
    assert filter_text("(donor.age_years>70)  or distance_km>500") == filter_text(
        "donor.age_years > 70 or distance_km > 500"
    )


@pytest.mark.parametrize(("text", "said"), [
    ("donor.age_years >", "cannot be read"),
    ("candidate.age_years > 70", "reads the donor and distance_km"),
    ("1 < 2", "cannot be read"),
    ("always", "asks something of the donor"),
    ("import os", "cannot be read"),
])  # fmt: skip
def test_what_is_no_filter_is_told(text, said):
    with pytest.raises(InputError, match=said):
        filter_text(text)
