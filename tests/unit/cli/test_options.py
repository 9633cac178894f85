from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from bequest.cli.options import read_inputs
from bequest.model.errors import InputError


@pytest.fixture
def file(tmp_path):
    def written(text: str):
        path = tmp_path / "inputs.json"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_inputs_may_be_a_plain_table(file):
    assert read_inputs(file('{"balance": {"AT": 3}}')) == {"balance": {"AT": 3}}


def test_inputs_may_stand_under_their_own_key(file):
    assert read_inputs(file('{"synthetic": true, "inputs": {"balance": 3}}')) == {"balance": 3}


def test_numbers_stay_exact(file):
    assert read_inputs(file('{"median": 0.1}')) == {"median": Decimal("0.1")}


def test_the_inputs_of_a_made_population_are_read(hearts):
    assert read_inputs(hearts / "inputs.json") == {}


def test_an_input_beside_the_table_of_inputs_is_refused(file):
    with pytest.raises(InputError, match="'balance' stands beside 'inputs'; move it"):
        read_inputs(file('{"inputs": {}, "balance": 3}'))


@pytest.mark.parametrize("text", ["[]", "3", '{"inputs": 3}'])
def test_what_is_no_table_is_refused(file, text):
    with pytest.raises(InputError, match="expected a table of inputs"):
        read_inputs(file(text))


def test_an_input_that_stands_twice_is_refused(file):
    with pytest.raises(InputError, match="'a' stands twice"):
        read_inputs(file('{"a": 1, "a": 2}'))


def test_what_is_no_json_is_refused_with_its_line(file):
    with pytest.raises(InputError, match=r"inputs\.json, line 2: this is no JSON"):
        read_inputs(file('{"a": 1,\n'))


def test_a_file_of_another_encoding_is_refused(tmp_path):
    path = tmp_path / "inputs.json"
    path.write_bytes(b'{"\xff": 1}')
    with pytest.raises(InputError, match="not UTF-8"):
        read_inputs(path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_inputs(tmp_path / "nothing.json")


@pytest.mark.parametrize("text", ['{"a": ' + "[" * 100_000, '{"a": 1e9999999999999999999999}'])
def test_what_is_nested_too_deeply_or_has_a_number_too_long_is_refused(file, text):
    with pytest.raises(InputError, match="the file is nested too deeply, or a number is too long"):
        read_inputs(file(text))


def test_a_number_of_many_digits_stays_exact(file):
    assert read_inputs(file('{"a": ' + "9" * 5000 + "}")) == {"a": Decimal("9" * 5000)}


@pytest.mark.parametrize("written", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused(file, written):
    with pytest.raises(InputError, match=f"'{written}' is no number"):
        read_inputs(file(f'{{"a": {written}}}'))


def test_an_endless_file_is_not_read():
    with pytest.raises(InputError, match="/dev/zero: this is no plain file; name a file"):
        read_inputs(Path("/dev/zero"))


def test_a_long_file_is_refused(file):
    with pytest.raises(InputError, match="the file is longer than 2000000 characters"):
        read_inputs(file(" " * 2_000_001))
