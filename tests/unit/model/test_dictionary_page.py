"""The page of the data dictionary is made from the dictionary, and the one in the repository is up to date."""

import runpy
from pathlib import Path

import pytest

from bequest.model import dictionary_page as module
from bequest.model.columns import COLUMNS
from bequest.model.dictionary_page import dictionary_page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "data-dictionary.md"


def test_the_committed_page_is_the_generated_one():
    assert PAGE.read_text(encoding="utf-8") == dictionary_page()


@pytest.mark.parametrize("name", sorted({entry.name for entry in COLUMNS}))
def test_every_column_stands_on_the_page(name: str):
    assert f"| `{name}` |" in dictionary_page()


@pytest.mark.parametrize(
    "row",
    [
        (
            "| `blood_group` | one of `O`, `A`, `A1`, `A2`, `B`, `AB`, `A1B`, `A2B` |  | all | yes | "
            "`candidate.blood_group` |"
        ),
        "| `weight_kg` | number 0.3 to 400, 1 decimal | kg | all |  | `donor.weight_kg` |",
        "| `hla` | HLA typing |  | all but cornea |  |  |",
        "| `meld` | whole number 6 to 40 | points | liver, liver-intestine |  | `candidate.meld` |",
        "| `distance_km` | number 0 to 20100, 4 decimals | km | all | `registration.centre`, `donor.hospital`, ",
    ],
)
def test_a_row_says_what_a_column_holds_where_it_belongs_and_what_a_policy_calls_it(row: str):
    assert row in dictionary_page()


def test_run_as_a_program_it_writes_the_page(capsys: pytest.CaptureFixture[str]):
    runpy.run_path(str(module.__file__), run_name="__main__")

    assert capsys.readouterr().out == dictionary_page()
