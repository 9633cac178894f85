"""Typings of one person and of a pool."""

from __future__ import annotations

import pytest

from bequest.clinical.antigens import Locus, antigen, locus_bits
from bequest.clinical.planes import holders, one_a_person
from bequest.clinical.typing import columns_of, parse_antigen_list, parse_typing, typing_columns
from bequest.model.errors import InputError

FULL = "A1 A2 B8 B44 Cw7 Cw5 DR4 DR17 DR52 DR53 DQ2 DQ8 DQA1*05 DQA1*03 DPA1*01 DPB1*04:01"
GL = "A*01:01+A*02:01^B*08:01+B*44:02^DRB1*03:01+DRB1*04:01"


def test_a_typing_in_antigens_knows_its_broads_and_splits() -> None:
    typing = parse_typing("A24 A9 B44 DR17 DR15")
    assert typing.broad_a == 1 << antigen("A9").bit
    assert typing.broad_a.bit_count() == 1
    assert typing.broad_dr.bit_count() == typing.split_dr.bit_count() == 2
    assert typing.typed_abdr


def test_a_gl_string_and_its_blank_separated_form_say_the_same() -> None:
    assert parse_typing(GL) == parse_typing(GL.replace("^", " "))
    assert parse_typing(GL) == parse_typing("DRB1*04:01 DRB1*03:01 B*44:02 B*08:01 A*02:01 A*01:01")


def test_one_antigen_at_a_locus_is_read_as_both_copies() -> None:
    assert parse_typing("A1 B8 DR17") == parse_typing("A1 A1 B8 B8 DR17 DR17")


@pytest.mark.parametrize("text", [None, "", "   ", "^"])
def test_nothing_written_is_nothing_typed(text: str | None) -> None:
    typing = parse_typing(text)
    assert typing.carried == 0
    assert typing.open == sum(locus_bits(locus) for locus in Locus)
    assert not typing.typed_abdr


@pytest.mark.parametrize("text", ["A1 B8", "A1 DR4", "B8 DR4", "A? B8 DR4", "A1 B*15:01/B*15:03 DR4", "A1 A? B8 DR4"])
def test_a_locus_that_is_not_resolved_is_not_typed(text: str) -> None:
    assert not parse_typing(text).typed_abdr


def test_a_locus_left_out_is_open_and_a_locus_given_is_closed() -> None:
    typing = parse_typing(FULL)
    assert not typing.open & locus_bits(Locus.BW)
    assert parse_typing("A1 A2").open & locus_bits(Locus.BW) == locus_bits(Locus.BW)
    assert parse_typing("A1 A2").open & locus_bits(Locus.DQ) == locus_bits(Locus.DQ)
    assert not parse_typing("DQ2").open & 1 << antigen("DQ8").bit


def test_bw4_and_bw6_are_open_with_a_broad_b_antigen_unless_they_are_named() -> None:
    assert parse_typing("B12 B8").open & locus_bits(Locus.BW) == 1 << antigen("Bw4").bit
    assert not parse_typing("B12 B8 Bw4 Bw6").open & locus_bits(Locus.BW)


@pytest.mark.parametrize("text", ["A1 A2 A3", "DR1 DR4 DR7 DR8", "A*01:01+A*02:01 A3", "A1+A2+A3", "DR51 DR52 DR53"])
def test_more_than_two_antigens_at_a_locus_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="names more than two antigens at a locus"):
        parse_typing(text)
    with pytest.raises(InputError, match="names more than two antigens at a locus"):
        typing_columns([text])


def test_a_broad_beside_its_split_does_not_make_three_antigens() -> None:
    assert parse_typing("A2 A9 A24") == parse_typing("A2 A24")
    assert typing_columns(["A2 A9 A24 B8 DR4"]).antigens.used == typing_columns(["A2 A24 B8 DR4"]).antigens.used


def test_an_older_list_of_antigens_may_hold_any_number() -> None:
    assert parse_antigen_list("A1 A2 A3 B8 DR4").broad_a.bit_count() == 3


def test_the_columns_of_texts_are_the_columns_of_their_typings() -> None:
    texts = [FULL, None, GL, "A1 B8 DR2", "", FULL, "A? A1 B8 DR4"]
    by_text, by_typing = typing_columns(texts), columns_of([parse_typing(text) for text in texts])
    assert (by_text.antigens.planes == by_typing.antigens.planes).all()
    assert (by_text.not_scored == by_typing.not_scored).all()
    assert (by_text.split_not_known == by_typing.split_not_known).all()
    assert len(by_text) == len(texts)


def test_the_columns_know_who_is_typed_and_who_lacks_a_split() -> None:
    columns = typing_columns([FULL, None, "A1 B8 DR2", "A1 B8 DR15"])
    assert one_a_person(columns.not_scored, 4).tolist() == [0, 1, 0, 0]
    assert one_a_person(columns.split_not_known, 4).tolist() == [0, 0, 1, 0]
    assert one_a_person(holders(columns.antigens, antigen("A2").bit), 4).tolist() == [1, 0, 0, 0]


def test_every_wrong_row_is_reported_at_once() -> None:
    with pytest.raises(InputError) as error:
        typing_columns(["A1", "A4 B8", None, "A1 A2 A3"])
    assert [problem[:24] for problem in error.value.problems] == [
        "HLA typing in row 2: 'A4",
        "HLA typing in row 4: 'A1",
    ]


def test_columns_cannot_be_changed() -> None:
    columns = typing_columns([FULL])
    assert not columns.not_scored.flags.writeable
    assert not columns.split_not_known.flags.writeable


def test_a_pool_of_nobody_has_columns() -> None:
    assert len(typing_columns([])) == 0
