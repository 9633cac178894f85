"""Checks that the glossary holds every closed set of the field and its key nouns, in order."""

import inspect
import re
from enum import Enum
from pathlib import Path

import pytest

from bequest.model import enums

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "glossary.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (?!term \| meaning|---)(?P<term>[^|]+) \| (?P<meaning>[^|]+) \|$", PAGE, flags=re.MULTILINE)
TERMS = [term for term, _ in ROWS]
CLOSED_SETS = [kind for _, kind in inspect.getmembers(enums, inspect.isclass) if kind.__module__ == enums.__name__]
VALUES = sorted({member.value for kind in CLOSED_SETS if issubclass(kind, Enum) for member in kind})
KEY_NOUNS = [
    "acceptance", "allocation gate", "candidate", "cannot be judged", "centre", "class", "cold ischaemia", "consent",
    "cPRA", "custody check", "data dictionary", "DBD", "DCD", "death declaration", "digest", "donor", "donor hospital",
    "donor plan", "edition", "EPTS", "evaluator", "factor", "golden case", "graft", "HLA", "KDPI",
    "linked registrations", "lottery", "match run", "MELD", "missing", "mismatch", "offer", "offer kind", "order key",
    "organ", "part", "points", "policy", "pool", "preservation hours", "procurement organisation", "rank", "recipient",
    "recovery gate", "referral", "registration", "screen", "sequence", "status", "synthetic", "term",
    "unacceptable antigen", "urgency", "virtual crossmatch", "vPRA", "waiting list",
]  # fmt: skip


def test_the_glossary_is_alphabetical():
    assert sorted(TERMS, key=str.casefold) == TERMS


def test_no_term_stands_twice():
    assert len(set(TERMS)) == len(TERMS)


def test_every_line_of_the_table_is_a_term_with_a_meaning():
    assert len(ROWS) == PAGE.count("\n| ") - 2


@pytest.mark.parametrize("noun", KEY_NOUNS)
def test_a_key_noun_has_an_entry(noun):
    assert noun in TERMS


@pytest.mark.parametrize("organ", [organ.value for organ in enums.Organ])
def test_an_organ_has_an_entry(organ):
    assert organ in TERMS


@pytest.mark.parametrize("value", VALUES)
def test_a_value_of_a_closed_set_is_explained(value):
    assert f"`{value}`" in PAGE
