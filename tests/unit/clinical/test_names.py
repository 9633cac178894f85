"""The ways in which people write antigens and alleles."""

from __future__ import annotations

import pytest

from bequest.clinical.antigens import Locus
from bequest.clinical.names import Reading, common_antigen, listed_names, nearest, read_name
from bequest.model.errors import InputError


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A1", "A1"),
        ("a01", "A1"),
        ("HLA-A1", "A1"),
        ("hla-a*01:01", "A*01:01"),
        ("Cw7", "Cw7"),
        ("C7", "Cw7"),
        ("C07", "Cw7"),
        ("DR17", "DR17"),
        ("DR103", "DR103"),
        ("DR0103", "DR103"),
        ("A0203", "A203"),
        ("bw4", "Bw4"),
        ("DR52", "DR52"),
        ("A*6601", "A*66:01"),
        ("B7801", "B*78:01"),
        ("DRB1*03:01", "DRB1*03:01"),
        ("DRB1*03:01:01:02", "DRB1*03:01"),
        ("A*02:01P", "A*02:01"),
        ("A*02:01:01G", "A*02:01"),
        ("C*04:09L", "C*04:09"),
        ("DQA-05", "DQA1*05"),
        ("DQA1*05", "DQA1*05"),
        ("DPA-01", "DPA1*01"),
        ("DP-0401", "DPB1*04:01"),
        ("DPB0401", "DPB1*04:01"),
        ("DP-01", "DPB1*01:01"),
        ("DRB4*01", "DRB4*01"),
    ],
)
def test_a_name_is_read_in_all_its_spellings(text: str, name: str) -> None:
    assert read_name(text).names == (name,)


def test_a_group_of_alleles_stands_for_each_of_them() -> None:
    assert read_name("A*01").names == ("A*01:01", "A*01:02", "A*01:03")
    assert read_name("A*01:XX") == read_name("A*01")


@pytest.mark.parametrize("text", ["A*24:09N", "A*01:01:01:02N"])
def test_a_null_allele_is_silent(text: str) -> None:
    assert read_name(text) == Reading(Locus.A, (), silent=True)


@pytest.mark.parametrize("text", ["DRB3*NNNN", "DRB5*NNNN"])
def test_an_absent_gene_is_silent(text: str) -> None:
    assert read_name(text) == Reading(Locus.DRB345, (), silent=True)


def test_an_allele_of_doubtful_expression_may_be_silent() -> None:
    assert read_name("A*24:02Q") == Reading(Locus.A, ("A*24:02",), silent=True)


@pytest.mark.parametrize(("text", "locus"), [("B?", Locus.B), ("DRB345?", Locus.DRB345), ("bw?", Locus.BW)])
def test_a_question_mark_says_only_the_locus(text: str, locus: Locus) -> None:
    assert read_name(text) == Reading(locus, (), unknown=True)


@pytest.mark.parametrize(
    "text",
    [
        *("", "A", "A4", "A0", "A9?", "A1,A2", "A-1", "A*2:1", "A*77", "A*02:999", "A\u0661", "A1\x00", "\u0391" + "1"),
        *("B90", "DR99", "DR9999", "DQA9", "DPA-", "DP-99", "DPB1*9999", "DRB2*NNNN", "X1", "X?", "X*01", "X*01:01"),
    ],
)
def test_a_name_that_is_not_known_is_refused_with_the_nearest(text: str) -> None:
    with pytest.raises(InputError, match=r"is no HLA antigen or allele of the dictionary; did you mean \S+\?"):
        read_name(text)


@pytest.mark.parametrize(("written", "known"), [("A204", "A24"), ("DR171", "DR17"), ("DQ22", "DQ2")])
def test_the_nearest_name_is_one_of_the_dictionary(written: str, known: str) -> None:
    assert nearest(written) == known


@pytest.mark.parametrize(
    ("names", "shared"),
    [
        (("A*02:01", "A*02:05"), "A2"),
        (("A*02:01", "A*02:03"), "A2"),
        (("A*23:01", "A*24:02"), "A9"),
        (("A24", "A2403"), "A24"),
        (("DR17", "DR18"), "DR3"),
        (("B62", "B72"), None),
        (("DPB1*04:01", "DPB1*350:01"), "DPB1*04:01"),
        (("DPB1*04:01", "DPB1*04:02"), None),
    ],
)
def test_alternatives_agree_on_the_nearest_antigen_above_them(names: tuple[str, ...], shared: str | None) -> None:
    assert common_antigen(names) == shared


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A02", ("A2",)),
        ("A*02:01", ("A*02:01",)),
        ("A*01", ("A1",)),
        ("C*03", ("Cw3",)),
        ("B*40", ("B60", "B61", "B4005", "B40")),
    ],
)
def test_a_list_may_hold_an_antigen_a_listable_allele_or_a_group(text: str, names: tuple[str, ...]) -> None:
    assert sorted(listed_names(text)) == sorted(names)


def test_a_list_cannot_hold_an_allele_that_no_table_lists() -> None:
    with pytest.raises(InputError, match=r"'A\*02:17' is an allele that no table lists as unacceptable; list its anti"):
        listed_names("A*02:17")


@pytest.mark.parametrize("text", ["A*24:09N", "A?", "A*24:02Q"])
def test_a_list_cannot_hold_what_no_donor_surely_carries(text: str) -> None:
    with pytest.raises(InputError, match="names no antigen that a donor could carry"):
        listed_names(text)
