from __future__ import annotations

import pytest

from bequest.model.column import Column, Kind, Table
from bequest.model.columns import candidate_column, column
from bequest.policy.expression import Reference, Space
from bequest.policy.spoken import column_text, name_text


def candidate(name):
    return Reference(Space.CANDIDATE, name, candidate_column(name))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("waiting_days", "waiting time"),
        ("height_cm", "height"),
        ("cpra_percent", "cPRA"),
        ("abo_compatible", "ABO compatible"),
        ("hla_mismatches_dr", "HLA-DR mismatches"),
        ("distance_nm", "distance"),
        ("urgency", "urgency"),
        ("previous_transplants", "previous transplants"),
    ],
)
def test_a_column_has_a_name_in_words_without_its_unit(name, words):
    assert name_text(candidate(name)) == words


def test_the_donors_column_says_so():
    entry = column(Table.DONOR, "endothelial_cells_per_mm2")
    assert name_text(Reference(Space.DONOR, entry.name, entry)) == "donor endothelial cells"


def test_an_input_says_so():
    entry = Column(Table.FACTOR, "balance", Kind.WHOLE, "a balance", "own")
    assert name_text(Reference(Space.INPUT, "balance", entry)) == "input balance"


def test_a_column_may_be_named_with_whose_it_is():
    assert column_text(column(Table.DONOR, "weight_kg"), before="donor ") == "donor weight"
