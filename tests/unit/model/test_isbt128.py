from __future__ import annotations

import pytest

from bequest.model.errors import InputError
from bequest.model.isbt128 import check_character, check_value, donation_number, flag_characters

NUMBER = "G123498654321"
SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def test_the_printed_number_has_the_printed_check():
    # JPAC Red Book, annex 2.
    assert (check_value(NUMBER), check_character(NUMBER), flag_characters(NUMBER)) == (17, "H", "77")


def test_a_label_gives_its_number_whatever_its_blanks():
    assert donation_number("G1234 98 654321 H") == NUMBER


@pytest.mark.parametrize("place", range(13))
def test_any_other_sign_in_any_place_is_caught(place):
    changed = [NUMBER[:place] + sign + NUMBER[place + 1 :] for sign in SIGNS if sign != NUMBER[place]]
    assert [other for other in changed if check_character(other) == "H"] == []


@pytest.mark.parametrize("place", range(12))
def test_two_neighbours_exchanged_are_caught(place):
    signs = list("G1234ABCDEFGH")
    exchanged = [*signs[:place], signs[place + 1], signs[place], *signs[place + 2 :]]
    assert check_value("".join(exchanged)) != check_value("".join(signs))


def test_a_wrong_check_is_told_without_the_right_one():
    with pytest.raises(InputError, match="read the label again") as caught:
        donation_number("G123498654312H")
    assert "J" not in str(caught.value).split("'G123498654312'")[1]


def test_every_check_character_can_occur():
    found = {check_character(f"G1234986{number:05}") for number in range(2000)}
    assert found == {*SIGNS, "*"}


@pytest.mark.parametrize("written", ["G12349865432", "g123498654321", "G12349865432*", "G1234986543215"])
def test_what_is_no_number_is_refused(written):
    with pytest.raises(InputError, match="is not 13 digits and capital letters"):
        check_value(written)


def test_a_number_without_its_check_character_is_refused():
    with pytest.raises(InputError, match="has 13 characters; give the 13 of the number and the check character"):
        donation_number(NUMBER)
