"""Checks that every link between the pages of this repository leads to a file."""

import re
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
PAGES = sorted([*TOP.glob("*.md"), *TOP.glob("docs/**/*.md"), *TOP.glob("changelog.d/*.md")])
LINKS = sorted(
    {
        (page.relative_to(TOP).as_posix(), target)
        for page in PAGES
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
    }
)


@pytest.mark.parametrize(("page", "target"), LINKS)
def test_a_link_leads_to_a_file(page, target):
    assert (TOP / page).parent.joinpath(target).exists()
