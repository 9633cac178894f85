from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bequest.cli.words import column_words, status_words, table_value
from bequest.model.column import MISSING, Column, Kind, Table
from bequest.model.enums import PolicyStatus
from bequest.policy import policy
from bequest.policy.policy import Adoption

KM = Column(Table.FACTOR, "distance_km", Kind.DECIMAL, "", "", decimals=4)
YES = Column(Table.FACTOR, "same_centre", Kind.TRUTH, "", "")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cpra_percent", "cPRA %"),
        ("abo_identical", "ABO identical"),
        ("hla_mismatches_dr", "HLA mismatches DR"),
        ("waiting_days", "waiting days"),
    ],
)
def test_names_are_read_as_the_field_writes_them(name, words):
    assert column_words(name) == words


@pytest.mark.parametrize(("value", "text"), [(1234567, "123.5"), (1234499, "123.4"), (-1234500, "-123.4"), (0, "0.0")])
def test_a_table_shows_one_decimal_rounded_half_up(value, text):
    assert table_value(value, KM) == text


def test_a_missing_value_is_called_missing():
    assert table_value(MISSING, KM) == "missing"


def test_a_truth_is_yes_or_no():
    assert (table_value(1, YES), table_value(0, YES)) == ("yes", "no")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (PolicyStatus.OWN, "adopted by nobody yet"),
        (PolicyStatus.UNVERIFIED, "Never for a live offer"),
        (PolicyStatus.REFERENCE, "not the issuer's own system"),
        (PolicyStatus.PUBLISHED, "the text that its issuer published"),
    ],
)
def test_each_status_is_told_with_what_it_means(status, words):
    assert words in status_words(replace(policy("core/heart"), status=status))


def test_whoever_adopted_a_policy_is_named():
    adopted = Adoption("the council", date(2026, 2, 1), "https://example.org/reasons")
    assert status_words(replace(policy("core/heart"), adopted=adopted)) == "own, adopted by the council on 2026-02-01."


def test_an_adopted_policy_that_is_unverified_says_so_first():
    adopted = Adoption("the council", date(2026, 2, 1), "https://example.org/reasons")
    words = status_words(replace(policy("core/heart"), adopted=adopted, status=PolicyStatus.UNVERIFIED))
    assert words.startswith("UNVERIFIED")
