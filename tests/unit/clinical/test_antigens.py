"""The dictionary of antigens and the layout of the bits."""

from __future__ import annotations

import pytest

from bequest.clinical.antigens import (
    BITS,
    WORD_A,
    WORD_B,
    WORD_DR,
    Locus,
    Relation,
    antigen,
    bearer,
    broad_of,
    descendants,
    dictionary,
    lineage,
    locus_bits,
    splits,
)


def test_every_parent_is_itself_an_entry_of_the_same_locus() -> None:
    assert all(
        antigen(entry.parent).locus is entry.locus for entry in dictionary().values() if entry.parent is not None
    )


def test_no_two_entries_share_a_bit() -> None:
    bits = [entry.bit for entry in dictionary().values() if entry.bit is not None]
    assert len(bits) == len(set(bits))
    assert max(bits) < BITS


@pytest.mark.parametrize(("locus", "word"), [(Locus.A, WORD_A), (Locus.B, WORD_B), (Locus.DR, WORD_DR)])
def test_all_antigens_of_a_counted_locus_lie_in_one_word(locus: Locus, word: int) -> None:
    bits = {
        entry.bit // 64
        for entry in dictionary().values()
        if entry.locus is locus and entry.relation is not Relation.ALLELE and entry.bit is not None
    }
    assert bits == {word}


def test_an_allele_that_nobody_may_list_counts_as_its_antigen() -> None:
    assert antigen("A*02:17").bit is None
    assert bearer("A*02:17") == antigen("A2")
    assert bearer("A*02:01") == antigen("A*02:01")


def test_the_line_of_an_allele_leads_to_its_broad_antigen() -> None:
    assert [entry.name for entry in lineage("A*24:03")] == ["A*24:03", "A2403", "A24", "A9"]
    assert broad_of("A*24:03").name == "A9"
    assert broad_of("A1").name == "A1"


def test_a_broad_antigen_has_splits_and_an_associated_antigen_is_none() -> None:
    assert splits("A9") == ("A23", "A24")
    assert splits("A2") == ()
    assert {"A23", "A24", "A2403", "A*24:02"} <= descendants("A9")
    assert not descendants("A203") & {"A2"}


def test_dr51_to_dr53_are_no_dr_antigens() -> None:
    assert {antigen(name).locus for name in ("DR51", "DR52", "DR53")} == {Locus.DRB345}


def test_the_bits_of_the_loci_do_not_overlap() -> None:
    together = sum(locus_bits(locus) for locus in Locus)
    assert together.bit_count() == sum(locus_bits(locus).bit_count() for locus in Locus)
