"""What one piece of a typing says, ambiguity kept explicit."""

from __future__ import annotations

import pytest

from bequest.clinical.antigens import Locus, antigen, dictionary, locus_bits
from bequest.clinical.genotype import TokenMark, mark, without_repetition
from bequest.model.errors import InputError


def carried(piece: str) -> set[str]:
    packed = mark(piece).packed
    return {name for name, entry in dictionary().items() if entry.bit is not None and packed >> entry.bit & 1}


def left_open(piece: str) -> set[str]:
    bits = mark(piece).open
    return {name for name, entry in dictionary().items() if entry.bit is not None and bits >> entry.bit & 1}


@pytest.mark.parametrize(
    ("piece", "names"),
    [
        ("A1", {"A1"}),
        ("A*24:02", {"A*24:02"}),
        ("A*02:17", {"A2"}),
        ("B8", {"B8", "Bw6"}),
        ("B12", {"B12"}),
        ("A*02:01/A*02:05", {"A2"}),
        ("A*02:01/02:05", {"A2"}),
        ("A*23:01/A*24:02", {"A9"}),
        ("A*01:01+A*24:02", {"A*01:01", "A*24:02"}),
        ("A*01:01+24:02", {"A*01:01", "A*24:02"}),
        ("A1+A1", {"A1"}),
        ("A*02:01+A*01:01|A*02:05+A*01:02", {"A1", "A2"}),
        ("A*23:01+A*01:01|A*24:02+A*01:01", {"A1", "A9"}),
        ("A*24:09N+A*01:01", {"A*01:01"}),
        ("A*24:09N", set()),
        ("DRB3*01:01+DRB4*01:03", {"DRB3*01:01", "DRB4*01:03"}),
    ],
)
def test_a_piece_carries_what_all_its_alternatives_agree_on(piece: str, names: set[str]) -> None:
    assert carried(piece) == names


@pytest.mark.parametrize(
    "piece",
    ["B*15:01/B*15:03", "A*01:01+A*02:01|A*03:01+A*11:01", "A*24:02Q", "A*24:02/A*24:09N", "A?", "A1+A?", "A1/A?"],
)
def test_what_the_alternatives_do_not_agree_on_is_not_resolved(piece: str) -> None:
    found = mark(piece)
    assert found.packed == 0
    assert found.unresolved


@pytest.mark.parametrize(
    ("piece", "names"),
    [
        ("A24", {"A2403", "A*24:02", "A*24:03"}),
        ("A*24:02", set()),
        ("A*23:01/A*24:02", {"A*24:02", "A23"}),
        ("B*15:01/B*15:03", {"B*15:01", "B*15:03"}),
        ("A*24:02/A*24:09N", {"A*24:02"}),
    ],
)
def test_what_a_piece_may_turn_out_to_be_is_kept(piece: str, names: set[str]) -> None:
    assert left_open(piece) == names


def test_an_unknown_antigen_leaves_its_whole_locus_open() -> None:
    assert mark("DQ?").open == locus_bits(Locus.DQ)


def test_a_broad_hla_b_antigen_leaves_bw4_and_bw6_open() -> None:
    assert mark("B12").epitope_open
    assert mark("B?").epitope_open
    assert not mark("B8").epitope_open
    assert not mark("A?").epitope_open


def test_dr17_is_matched_as_dr3_and_dr2_without_a_split() -> None:
    assert mark("DR17").packed >> 1 != mark("DR3").packed >> 1
    assert split_of("DR17") == split_of("DR18") == split_of("DR3") != 0
    assert split_of("DR2") == 0
    assert split_of("DR1403") == split_of("DR14") != split_of("DR6") == 0
    assert split_of("DR103") == split_of("DR1") != 0


def split_of(piece: str) -> int:
    return mark(piece).packed >> (64 * 12)


@pytest.mark.parametrize("piece", ["A1/B8", "A1+B8", "A1|B8", "A*01:01/DRB1*03:01"])
def test_a_piece_speaks_of_one_locus(piece: str) -> None:
    with pytest.raises(InputError, match="joins different loci; separate loci by a blank"):
        mark(piece)


def test_a_haplotype_is_refused() -> None:
    with pytest.raises(InputError, match="is a haplotype; write each locus by itself"):
        mark("A*01:01~B*08:01")


@pytest.mark.parametrize("piece", ["A*01:01+", "+", "A*01:01/", "A*01:01||A*02:01", "|", "/", "02:01", "*02:01"])
def test_a_piece_that_is_cut_off_is_refused(piece: str) -> None:
    with pytest.raises(InputError, match="is no HLA antigen or allele"):
        mark(piece)


@pytest.mark.parametrize(
    ("pieces", "kept"),
    [
        (["A2", "A9", "A24"], ("A2", "A24")),
        (["A24", "A*24:02", "A2", "A*02:01"], ("A*24:02", "A*02:01")),
        (["A2", "A02", "A3"], ("A2", "A3")),
        (["A2", "A3", "A24"], ("A2", "A3", "A24")),
        (["A*02", "A2", "A3"], ("A*02", "A3")),
        (["A1+A2", "A3"], ("A1+A2", "A3")),
        (["A?", "A2", "A3"], ("A?", "A2", "A3")),
    ],
)
def test_an_antigen_named_again_more_finely_counts_once(pieces: list[str], kept: tuple[str, ...]) -> None:
    assert without_repetition(pieces) == kept


def test_a_mark_is_read_once() -> None:
    assert mark("A1") is mark("A1")
    assert isinstance(mark("A1"), TokenMark)
    assert mark("A1").locus is antigen("A1").locus
