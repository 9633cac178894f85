"""The adapters of identifiers and of waiting-list flows."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import check  # noqa: E402  the check is a script beside this test, and its adapters are found from its folder


def content(name):
    return json.loads((HERE / "data" / "world" / f"{name}.json").read_text(encoding="utf-8"))


def answer(tmp_path, capsys, published):
    """Return the exit code of a file and what is printed about it."""
    path = tmp_path / "file.json"
    path.write_text(json.dumps(published), encoding="utf-8")
    code = check.main([str(path)])
    printed = capsys.readouterr()
    return code, printed.out + printed.err


@pytest.mark.parametrize(
    ("name", "told"),
    [("identifiers", "4/4 (explained 0)"), ("waiting_list_flows", "18/18 (explained 0)")],
)
def test_every_row_agrees(tmp_path, capsys, name, told):
    code, printed = answer(tmp_path, capsys, content(name))
    assert code == 0
    assert told in printed


@pytest.mark.parametrize(
    ("row", "changed", "told"),
    [
        (0, {"check_value": 18}, "check_value: expected 18, got 17"),
        (0, {"check_char": "J"}, 'check_char: expected "J", got "H"'),
        (0, {"flag_chars": "78"}, 'flag_chars: expected "78", got "77"'),
        (0, {"din": "G12349865432"}, 'din: expected "G12349865432", got "refused: '),
        (2, {"correct": "K"}, 'correct: expected "K", got "J"'),
        (2, {"check_char_given": "J"}, 'got "accept"'),
        (2, {"expect": "accept"}, 'expect: expected "accept", got "reject"'),
    ],
)
def test_a_number_that_differs_is_told(tmp_path, capsys, row, changed, told):
    published = content("identifiers")
    published["isbt128"][row] |= changed
    code, printed = answer(tmp_path, capsys, published)
    assert code == 1
    assert told in printed


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"sec": "ES00012300000S1234250E0000059001"}, "has 32 characters"),
        ({"sec": "ES00012300000S1234250E000005900220271231"}, 'parts.split: expected "001", got "002"'),
        ({"sec": "ES 00012300000S1234250 E000005900120271231"}, "sec: expected "),
        ({"length": 41}, "length: expected 41, got 40"),
        ({"parts": {"colour": "blue"}}, 'parts.colour: expected "blue", got null'),
    ],
)
def test_a_code_that_differs_is_told(tmp_path, capsys, changed, told):
    published = content("identifiers")
    published["sec"][0] |= changed
    code, printed = answer(tmp_path, capsys, published)
    assert code == 1
    assert told in printed


def test_a_code_without_its_parts_is_a_bad_file(tmp_path, capsys):
    published = {"sec": [{"sec": content("identifiers")["sec"][0]["sec"]}]}
    assert answer(tmp_path, capsys, published) == (2, f"{tmp_path}/file.json: row sec.0 has no table 'parts'.\n")


def test_numbers_may_stand_alone(tmp_path, capsys):
    published = content("identifiers")
    del published["sec"]
    assert answer(tmp_path, capsys, published)[0] == 0


def test_a_balance_that_does_not_hold_is_told(tmp_path, capsys):
    published = content("waiting_list_flows")
    published["flows"]["rows"][5]["end"] = 317
    code, printed = answer(tmp_path, capsys, published)
    assert code == 1
    assert "flows.5: end: expected 317, got 316" in printed


def test_a_year_that_does_not_begin_where_the_last_one_ended_is_told(tmp_path, capsys):
    published = content("waiting_list_flows")
    published["flows"]["rows"][0]["end"] += 1
    published["flows"]["rows"][0]["new"] += 1
    code, printed = answer(tmp_path, capsys, published)
    assert code == 1
    assert "heart 2013: it starts with 321, and 2012 ended with 322" in printed


def test_a_count_with_a_fraction_is_a_bad_file(tmp_path, capsys):
    published = content("waiting_list_flows")
    published["flows"]["rows"][0]["new"] = 530.5
    code, printed = answer(tmp_path, capsys, published)
    assert code == 2
    assert "row flows.0 has a count that is no whole number." in printed
