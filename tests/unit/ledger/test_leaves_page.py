"""The page of the kinds of leaves is made from the tables, and the one in the repository is up to date."""

import runpy
from pathlib import Path

import pytest

from bequest.ledger import leaves_page as module
from bequest.ledger.leaf_kinds import fields_of, forms, kinds
from bequest.ledger.leaves_page import leaves_page
from bequest.model.tables import read_rows

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "ledger-leaves.md"
TYPES = sorted({entry.type.removesuffix("[]") for kind in kinds() for entry in fields_of(kind).values()})


def test_the_committed_page_is_the_generated_one():
    assert PAGE.read_text(encoding="utf-8") == leaves_page()


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_stands_on_the_page(kind):
    assert f"\n### {kind}\n" in leaves_page()


@pytest.mark.parametrize("name", [each for each in TYPES if not each.startswith("code:")])
def test_every_type_of_a_field_is_explained(name):
    assert f"\n- `{name}`: " in leaves_page()


@pytest.mark.parametrize(("name", "form"), sorted(forms().items()))
def test_every_form_stands_on_the_page_as_it_is(name, form):
    assert f"; `{form}`\n" in leaves_page().split(f"\n- `{name}`: ")[1]


def test_every_code_stands_on_the_page():
    codes = leaves_page().split("\n## Codes\n")[1]
    assert [row["code"] for row in read_rows("ledger/leaf_codes.csv") if f"`{row['code']}`" not in codes] == []


@pytest.mark.parametrize(
    "row",
    [
        "| `happened_at` | `instant` |  | yes | when it happened, to the microsecond |",
        "| `organs` | `code:organ[]` |  | yes | what it covers |",
        "| `rows_root` | `hash` | yes | yes | root over one row a registration |",
        "| `lottery_seed` | `hash` |  |  | seed of the draws |",
        "| `severity` | `minor`, `major`, `critical` |",
    ],
)
def test_a_row_says_what_a_field_holds_who_sees_it_and_whether_it_is_needed(row):
    assert f"\n{row}\n" in leaves_page()


def test_run_as_a_program_it_writes_the_page(capsys: pytest.CaptureFixture[str]):
    runpy.run_path(str(module.__file__), run_name="__main__")

    assert capsys.readouterr().out == leaves_page()
