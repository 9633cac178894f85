"""The page of what must be impossible names enforcement and tests that exist, for every clause and every rule."""

from __future__ import annotations

import ast
import importlib
import sys
from functools import cache
from pathlib import Path

import pytest

from bequest.safeguards.registry import ALLOCATION, OFFER, RECOVERY
from bequest.safeguards.rule_text import rule_texts

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
generate = importlib.import_module("generate_forbidden_page")

CLAUSES, RULES = generate.rows_of("clauses.csv"), generate.rows_of("rules.csv")
WAYS = ("rest", "files", "orm", "sql")
ASKED_NOWHERE = {"PAY-03", "PAY-04", "PAY-05", "VIG-01", "VIG-02", "PUB-01", "PUB-02", "TIP-02"}
"""Rules of steps that an allocation office does not take: claims, invoices, gifts, vigilance, publication."""


@cache
def names_in(path):
    """Return the names of the tests of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}


def exists(test):
    """Tell whether a test that a table names is there."""
    path, _, name = test.partition("::")
    file = ROOT / path if path.startswith("tests/") else Path(__file__).parent / path
    return file.is_file() and name in names_in(file)


def test_the_committed_page_is_the_generated_one():
    assert generate.PAGE.read_text(encoding="utf-8") == generate.page()


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda row: row["clause"][:40])
@pytest.mark.parametrize("way", WAYS)
def test_every_clause_is_attempted_in_every_way_or_says_why_not(clause, way):
    told = clause[way]
    assert told.startswith("- ") or exists(told), told


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda row: row["clause"][:40])
def test_every_clause_is_enforced_somewhere_and_attempted_twice_at_least(clause):
    assert clause["enforced_by"]
    assert sum(not clause[way].startswith("- ") for way in WAYS) >= 2


def test_every_rule_stands_in_the_table_once():
    assert [row["rule"] for row in RULES] == list(rule_texts())


@pytest.mark.parametrize("row", RULES, ids=lambda row: row["rule"])
def test_every_rule_is_asked_by_code_that_is_there_and_its_test_exists(row):
    module, _, name = row["asked_in"].partition(":")
    assert callable(getattr(importlib.import_module(module), name))
    assert exists(row["test"]), row["test"]


def test_every_rule_of_donation_allocation_payment_and_traceability_is_asked_at_a_step():
    nowhere = {row["rule"] for row in RULES if row["step"].startswith("none: ")}
    assert nowhere == ASKED_NOWHERE
    assert {rule for rule in nowhere if rule.startswith(("DON", "ALC", "TRC"))} == set()


@pytest.mark.parametrize("row", RULES, ids=lambda row: row["rule"])
def test_the_rules_of_a_gate_are_told_to_be_asked_there(row):
    told = row["step"]
    assert ("every opening" in told) == (row["rule"] in ALLOCATION and row["rule"] != "DON-09")
    if row["rule"] in OFFER:
        assert "every offer; every acceptance" in told
    if row["rule"] in RECOVERY and row["rule"] != "DON-09":
        assert "recovery" in told or row["rule"] == "DON-05"
