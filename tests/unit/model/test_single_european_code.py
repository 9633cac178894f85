from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bequest.model.errors import InputError
from bequest.model.single_european_code import SingleEuropeanCode, code_text, read_code

WRITTEN = "ES00012300000S1234250E000005900120271231"
CODE = SingleEuropeanCode("ES", "000123", "00000S1234250", "E", "0000059", "001", date(2027, 12, 31))


def test_a_code_is_read_field_by_field():
    assert read_code(WRITTEN) == CODE


def test_a_code_is_written_as_it_was_read():
    assert code_text(CODE) == WRITTEN


def test_the_acronym_and_the_blank_of_a_label_are_left_out():
    assert read_code(f"SEC {WRITTEN[:21]} {WRITTEN[21:]}") == CODE


def test_a_swedish_code_that_begins_like_the_acronym_keeps_its_country():
    assert read_code(f"SEC{WRITTEN[3:]}").iso_country == "SE"


def test_no_expiry_date_is_eight_noughts():
    endless = replace(CODE, expires_on=None)
    assert code_text(endless).endswith("00000000")
    assert read_code(code_text(endless)) == endless


def test_a_code_of_another_length_is_refused():
    with pytest.raises(InputError, match="has 39 characters; a whole code has 40"):
        read_code(WRITTEN[:-1])


def test_every_field_that_is_wrong_is_told():
    with pytest.raises(InputError) as caught:
        read_code("E500012300000S1234250e00000590012027123x")
    assert [problem.partition(": ")[2] for problem in caught.value.problems] == [
        "iso country 'E5' is not 2 capital letters.",
        "coding system 'e' is not 1 capital letter.",
        "expiry '2027123x' is not 8 digits.",
    ]


def test_a_day_that_no_calendar_has_is_refused():
    with pytest.raises(InputError, match="expiry '20270231' is no day"):
        read_code(f"{WRITTEN[:-8]}20270231")


def test_fields_of_wrong_lengths_are_refused_even_where_they_make_up_a_code():
    with pytest.raises(InputError, match="a field has another length"):
        code_text(replace(CODE, tissue_establishment="00012", unique_donation_number="300000S1234250"))
