"""Facts as text: what is written is read again as the same list and the same donor."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bequest.ledger.errors import LedgerError
from bequest.ledger.facts import donor_facts, fact_rows, facts_digest, list_digest, pool_columns
from bequest.matching.pool import build_pool
from bequest.model.column import Table
from bequest.model.donor import donor_from_facts
from bequest.model.enums import Organ
from bequest.simulation.population import make_population

AT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize("organ", list(Organ))
def test_a_list_written_and_read_again_is_the_same_list(organ):
    made = make_population(country="demo", organ=organ, candidates=40, donors=2, seed=1, at=AT)
    rows = fact_rows(made.registrations, Table.REGISTRATION)
    centres = fact_rows(made.centres, Table.CENTRE)
    again = build_pool(
        organ,
        as_of=AT,
        registrations=pool_columns(rows, Table.REGISTRATION),
        centres=pool_columns(centres, Table.CENTRE),
    )
    first = build_pool(organ, as_of=AT, registrations=made.registrations, centres=made.centres)
    assert {name: column.whole().tolist() for name, column in again.columns.items()} == {
        name: column.whole().tolist() for name, column in first.columns.items()
    }
    assert again.texts == first.texts
    assert fact_rows(pool_columns(rows, Table.REGISTRATION), Table.REGISTRATION) == rows


def test_a_donor_written_and_read_again_is_the_same_donor():
    made = make_population(country="demo", organ=Organ.KIDNEY, candidates=1, donors=30, seed=1, at=AT)
    for facts in fact_rows(made.donors, Table.DONOR):
        donor = donor_from_facts(donor_facts(facts), place="test")
        assert str(donor.facts["blood_group"]) == facts["blood_group"]
        assert (
            donor.death.declared_at is None
            or f"{donor.death.declared_at:%Y-%m-%dT%H:%M:%SZ}" == facts["death_declared_at"]
        )


def test_digests_depend_on_every_fact_and_on_the_order_of_the_list():
    assert facts_digest({"a": "1"}) != facts_digest({"a": "2"})
    one, other = facts_digest({"a": "1"}), facts_digest({"a": "2"})
    assert list_digest([one, other]) != list_digest([other, one])


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"wealth": "1"}, "'wealth' is no column"),
        ({"weight_kg": "64"}, "'weight_kg' is not written as its column"),
        ({"weight_kg": "many"}, "'weight_kg' is not written"),
        ({"synthetic": "maybe"}, "'synthetic' is not written"),
        ({"born_on": "yesterday"}, "'born_on' is not written"),
        ({"born_on": "20010101"}, "'born_on' is not written"),
        ({"born_on": "2001-1-1"}, "'born_on' is not written"),
    ],
)
def test_a_fact_that_is_none_is_refused(facts, sentence):
    with pytest.raises(LedgerError, match=sentence):
        pool_columns([facts], Table.REGISTRATION)


def test_a_fact_of_a_donor_that_is_none_is_refused():
    with pytest.raises(LedgerError, match="'wealth' is no column"):
        donor_facts({"wealth": "1"})
