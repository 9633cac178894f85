"""Problems come all at once, in the order of the file, the first 200 in words."""

import numpy as np
import pytest

from bequest.files.problems import Origin, Problems, quoted, raise_problems, suggestion
from bequest.model.column import Table
from bequest.model.columns import column
from bequest.model.errors import InputError, RefusedError

ORIGIN = Origin("t.csv", "line", range(2, 1002), ["R-1", None] * 500)


def test_a_row_is_named_by_file_line_and_identifier():
    assert ORIGIN.place(0) == "t.csv, line 2 (R-1)"
    assert ORIGIN.place(1) == "t.csv, line 3"


def test_nothing_wrong_raises_nothing():
    raise_problems(Problems(ORIGIN))


def test_problems_of_the_whole_file_come_before_those_of_rows():
    problems = Problems(ORIGIN)
    problems.add("of row 5", row=5)
    problems.add_cells(np.array([False, True]), column(Table.DONOR, "age_years"), lambda row: f"wrong {row}")
    problems.add("of the file")

    with pytest.raises(InputError) as caught:
        raise_problems(problems)

    assert caught.value.problems == ("of the file", "t.csv, line 3, column 'age_years': wrong 1", "of row 5")


def test_refusals_come_first_and_give_the_error_its_kind():
    problems, others = Problems(ORIGIN), Problems(ORIGIN)
    problems.add("bad")
    others.refuse("must never be", row=3)
    others.add("bad too")

    with pytest.raises(RefusedError) as caught:
        raise_problems(problems, others)

    assert caught.value.problems == ("must never be", "bad", "bad too")


def test_beyond_200_problems_are_counted():
    problems = Problems(ORIGIN)
    problems.add_cells(np.ones(1000, dtype=np.bool_), column(Table.DONOR, "age_years"), lambda _: "wrong")

    with pytest.raises(InputError) as caught:
        raise_problems(problems)

    assert len(caught.value.problems) == 201
    assert caught.value.problems[-1] == "These are the first 200 of 1000 problems; nothing was loaded."


def test_a_sentence_of_unreasonable_length_is_cut():
    problems = Problems(ORIGIN)
    problems.add("x" * 5000)

    with pytest.raises(InputError) as caught:
        raise_problems(problems)

    assert caught.value.problems == ("x" * 1000 + "...",)


def test_the_nearest_known_word_is_suggested_whatever_its_case():
    assert suggestion("Wieght_KG", ["height_cm", "weight_kg"]) == "; did you mean 'weight_kg'?"
    assert suggestion("zzz", ["height_cm"]) == ""


def test_a_quoted_text_is_short_and_printable():
    assert quoted("a\x1b[31m") == r"'a\x1b[31m'"
    assert quoted("x" * 50) == "'" + "x" * 40 + "...'"
