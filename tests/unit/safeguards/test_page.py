"""The page of the safeguards is made from the data, and the one in the repository is up to date."""

import runpy
from pathlib import Path

import pytest

from bequest.safeguards import page as module
from bequest.safeguards.page import safeguards_page
from bequest.safeguards.rule_text import annex_a, rule_texts

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "safeguards.md"


def test_the_committed_page_is_the_generated_one():
    assert PAGE.read_text(encoding="utf-8") == safeguards_page()


@pytest.mark.parametrize("rule", sorted(rule_texts()))
def test_every_rule_stands_on_the_page_once(rule):
    assert safeguards_page().count(f"\n| {rule} |") == 1


@pytest.mark.parametrize("field", sorted(annex_a()))
def test_every_field_of_annex_a_stands_on_the_page(field):
    assert f"(`{field}`)" in safeguards_page()


@pytest.mark.parametrize(
    "words",
    [
        "| magistrate or coroner, of no health or prison service |",
        "| procurement doctor and accepting surgeon |",
        "| IT | `no_touch_minutes` | 20 | Italian decree of 2008 | M **unverified** |",
        " | months before the referral that the custody check covers | months | 12 | DON-12 |",
    ],
)
def test_the_page_says_who_lifts_what_and_what_is_unverified(words):
    assert words in safeguards_page()


def test_run_as_a_program_it_writes_the_page(capsys: pytest.CaptureFixture[str]):
    runpy.run_path(str(module.__file__), run_name="__main__")

    assert capsys.readouterr().out == safeguards_page()
