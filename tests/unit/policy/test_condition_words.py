from __future__ import annotations

import pytest

from bequest.policy import library, policy
from bequest.policy.condition_words import Piece, condition_words, plain
from unit.policy.policy_text import load

GEOGRAPHY = (
    "{in_the_north: {by: country, values: {AT: 1}, otherwise: 0, why: w, cite: core}, "
    "zone: {by: country, values: {AT: 2}, otherwise: 0, why: w, cite: core}, "
    "in_the_south: {by: country, values: {AT: 1}, why: w, cite: core}}"
)
INPUTS = "{turn: {decimals: 0, low: 0, high: 9, why: w, cite: core}}"
PARAMETERS = (
    "{limit_hours: {value: 4, unit: h, why: w, cite: core 1}, groups: {value: [A, B], why: w, cite: core}, "
    "strict: {value: true, why: w, cite: core}}"
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("always", "everybody"),
        ("never", "nobody"),
        ("abo_compatible", "ABO compatible"),
        ("not abo_compatible", "not ABO compatible"),
        ("abo_compatible == true", "ABO compatible is yes"),
        ("abo_compatible == strict", "ABO compatible is yes"),
        ("urgency == 1", "urgency is 1"),
        ("urgency != 1", "urgency is not 1"),
        ("age_years < 18", "age below 18 years"),
        ("18 > age_years", "age below 18 years"),
        ("candidate.age_years >= 18", "age at least 18 years"),
        ("donor.age_years > 65", "donor age above 65 years"),
        ("preservation_hours <= limit_hours", "expected preservation time at most 4 h"),
        ("distance_km <= 0.12345678901234567890", "distance at most 0.1234567890123456789 km"),
        ("input.turn > - 1", "turn above -1"),
        ("input.turn == 3", "turn is 3"),
        ("geography.zone == 2", "zone is 2"),
        ("geography.zone == 1", "zone is 1"),
        ("geography.in_the_north == 1", "in the north"),
        ("geography.in_the_north == 0", "not in the north"),
        ("geography.in_the_north >= 1", "in the north at least 1"),
        ("geography.in_the_south == 1", "in the south is 1"),
        ('blood_group in ["A", "B", "AB"]', "blood group is A, B or AB"),
        ('blood_group not in ["A"]', "blood group is none of A"),
        ("blood_group in groups", "blood group is A or B"),
        ("abo_compatible and (urgency == 1 or same_region)", "ABO compatible, and (urgency is 1, or same region)"),
        ("not (urgency == 1 or same_region)", "not (urgency is 1, or same region)"),
        ("reachable and\n  urgency == 1", "reachable, and urgency is 1"),
        ("age_years < donor.age_years", "age below donor age"),
    ],
)
def test_a_condition_is_said_in_words(text, words):
    read = load(geography=GEOGRAPHY, inputs=INPUTS, parameters=PARAMETERS)
    assert plain(condition_words(text, read)) == words


def test_a_named_condition_is_a_piece_that_can_be_looked_up():
    assert condition_words("reachable and urgency == 1", load()) == (
        Piece("reachable", "reachable"),
        Piece(", and "),
        Piece("urgency is 1"),
    )


@pytest.mark.parametrize("name", library.names())
def test_every_condition_of_the_library_can_be_said(name):
    read = policy(name)
    entries = [entry for one in read.sequences for each in one.listings for entry in each.classes]
    texts = [*read.conditions.values(), *(rule.text for rule in (*read.screens, *read.sequences, *entries))]
    texts += [term.text for term in (read.points.terms if read.points else ()) if term.when is not None]
    assert [text for text in texts if "_" in plain(condition_words(text, read))] == []
