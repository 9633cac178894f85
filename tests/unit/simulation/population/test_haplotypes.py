"""Checks how typings are drawn and written."""

import numpy as np
import pytest

from bequest.clinical.typing import parse_typing
from bequest.simulation.population.haplotypes import SCORED, Hla, antigen_names, drawn_hla, word_count


def place(name):
    return antigen_names().index(name)


def test_an_antigen_that_both_copies_carry_is_written_once():
    hla = Hla(np.array([[[place("A1"), place("A2")], [place("B8"), place("B8")]]], dtype=np.int16))

    assert hla.texts((0, 1)).tolist() == ["A1 A2 B8"]


def test_a_null_allele_is_not_written_and_not_carried():
    hla = Hla(np.array([[[-1, place("A2")]]], dtype=np.int16))

    assert hla.texts((0,)).tolist() == ["A2"]
    assert np.bitwise_count(hla.carried()).sum() == 1


def test_a_locus_of_two_null_alleles_is_not_written():
    hla = Hla(np.array([[[-1, -1], [place("B8"), place("B8")]]], dtype=np.int16))

    assert hla.texts((0, 1)).tolist() == ["B8"]


def test_an_incomplete_typing_has_the_scored_loci(people):
    text = drawn_hla(people(1)).texts(SCORED).tolist()[0]

    assert {name.rstrip("0123456789") for name in text.split()} == {"A", "B", "DR"}


def test_everybody_can_be_read_by_the_typing_room(people):
    texts = drawn_hla(people(200)).texts().tolist()

    assert all(parse_typing(text).typed_abdr for text in texts)


def test_the_carried_antigens_are_the_written_ones(people):
    hla = drawn_hla(people(1))
    names = hla.texts().tolist()[0].split()
    bits = sum(int(word) << 64 * number for number, word in enumerate(hla.carried()[0]))

    assert bits == sum(1 << place(name) for name in names)


def test_a_set_of_antigens_takes_two_words():
    assert word_count() == 2


def test_a2_is_as_frequent_as_in_the_reference_population(people):
    texts = drawn_hla(people(20_000)).texts().tolist()

    assert sum("A2" in text.split() for text in texts) / 20_000 == pytest.approx(0.49, abs=0.03)


def test_the_haplotype_a1_b8_dr17_stays_together(people):
    texts = [set(text.split()) for text in drawn_hla(people(20_000)).texts().tolist()]
    together = sum({"A1", "B8", "DR17"} <= text for text in texts)

    assert together > 3 * sum("A1" in text for text in texts) * sum("B8" in text for text in texts) * sum(
        "DR17" in text for text in texts
    ) / (20_000**2)
