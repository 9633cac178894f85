from __future__ import annotations

import re
from functools import cache
from itertools import chain

import pytest
from generate_cross_table import PAGE, citations, joined, main

from bequest.policy import library
from bequest.policy.document import read_document
from bequest.policy.plans import plan_names, plan_versions
from bequest.policy.show import cited
from bequest.policy.sources import packaged_sources
from unit.policy.policy_text import policy_text

PLANS = [version for name in plan_names() for version in plan_versions(name)]
VERSIONS = [version for name in library.names() for version in library.versions(name)]


def document(**changes):
    """Return the small policy file with some keys changed, one key a line."""
    return read_document(policy_text(**changes), label="heart.yaml")


def told(**changes):
    """Return place and rules of each entry of the changed file."""
    return [(f"{one.source} {one.place}".strip(), one.told) for one in joined(citations(document(**changes)))]


def classes(*places):
    """Return a list of classes a, b, c ... that cite these places, one a line."""
    rows = zip("abcdefgh", places, strict=False)
    return "".join(f"\n- {{id: {id_}, when: urgency == 1, say: so, cite: {place}}}" for id_, place in rows)


def test_the_shipped_page_is_what_the_script_writes(tmp_path, monkeypatch):
    monkeypatch.setattr("generate_cross_table.PAGE", tmp_path / "page.md")
    main()
    written = PAGE.read_text(encoding="utf-8") == (tmp_path / "page.md").read_text(encoding="utf-8")
    assert written, "a policy was changed; run `python tools/generate_cross_table.py`"


@cache
def citations_of(version):
    """Return the citations of a policy of the library."""
    return citations(read_document(version.written, label=version.place))


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.place)
def test_every_citation_of_a_policy_is_found_once(version):
    found = citations_of(version)
    assert sorted((one.source, one.place) for one in found) == sorted(
        (one.key, one.locator) for one in cited(library.loaded(version))
    )


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.place)
def test_the_lines_of_a_rule_hold_its_name_and_its_source(version):
    lines = version.written.splitlines()
    for one in citations_of(version):
        block = "\n".join(lines[one.lines[0] - 1 : one.lines[1]])
        assert one.ids[0] in block
        assert one.source in block


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.place)
def test_joining_loses_no_rule(version):
    single = citations_of(version)
    spans = joined(single)
    rules = chain.from_iterable(range(one.positions[0], one.positions[1] + 1) for one in spans)
    assert len(list(rules)) == len(single)


def test_every_source_and_every_policy_is_on_the_page():
    page = PAGE.read_text(encoding="utf-8")
    assert {key for key in packaged_sources() if f"| `{key}` |" not in page} == set()
    assert re.findall(r"^## (\S+ \S+)$", page, re.MULTILINE) == [
        f"{one.name} {one.edition}" for one in VERSIONS + PLANS
    ]


def test_a_rule_is_told_with_its_lines():
    assert told() == [
        ("core 1", "parameter `limit_hours` (7)"),
        ("core 2", "screen `blood-group` (9)"),
        ("core 3", "class `urgent` (11)"),
        ("core 4", "class `others` (12)"),
    ]


def test_rules_that_cite_one_place_one_after_the_other_are_one_entry():
    rows = told(classes=classes("core x", "core x", "core y", "core x"), parameters=None, screens=None)
    assert rows == [
        ("core x", "classes `a` to `b` (9-10)"),
        ("core x", "class `d` (12)"),
        ("core y", "class `c` (11)"),
    ]


def test_rows_of_a_table_join_where_they_follow_each_other_only():
    rows = told(classes=classes(*(f"core row {number}" for number in (1, 2, 4, 4, 5))), parameters=None, screens=None)
    assert rows == [
        ("core row 1 to 2", "classes `a` to `b` (9-10)"),
        ("core row 4", "classes `c` to `d` (11-12)"),
        ("core row 5", "class `e` (13)"),
    ]


def test_a_list_of_citations_stands_in_several_entries():
    rows = told(classes=classes("[core 1, memory]"), parameters=None, screens=None)
    assert rows == [("core 1", "class `a` (9)"), ("memory", "class `a` (9)")]


def test_the_offers_have_no_name_of_their_own():
    rows = told(offers="{reply_minutes: 60, remind_minutes: [10], at_once: 1, cite: core 9}", parameters=None)
    assert ("core 9", "offers (13)") in rows
