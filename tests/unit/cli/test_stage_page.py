"""What `match` and `explain` show of a stage of a policy."""

from __future__ import annotations

import pytest

from bequest.cli.ranked_table import ranked_lines
from bequest.cli.stage_page import stage_page
from bequest.matching.reorder import reorder
from bequest.policy.load import load_policy
from bequest.policy.sources import read_sources

SOURCES = read_sources("core: {title: Core, issuer: Bequest, date: 2026, certainty: own}", label="sources.yaml")
STAGED = """policy: my/heart
organ: heart
title: A heart
edition: mine-1
effective: 2026-01-01
status: own
classes:
  - {id: urgent, when: urgency == 1, say: urgent, cite: core 1}
  - {id: others, when: always, say: everybody else, cite: core 1, stage: rescue}
order: [waiting_days desc]
stages:
  - id: rescue
    say: those who remain
    begins: When nobody took the heart.
    cite: core 2
    screens: [{id: adult, when: age_years >= 18, say: an adult, cite: core 2}]
    classes:
      - {id: heavy, when: weight_kg >= 90, say: heavy, cite: core 3}
      - {id: light, when: weight_kg < 60, say: light, cite: core 3}
    otherwise: not listed
"""
PEOPLE = (
    "Anna: {weight_kg: 95}, Ben: {weight_kg: 50, waiting_days: 900}, Cleo: {age_years: 10}, Dan: {weight_kg: null}, "
    "Eva: {weight_kg: 70}, Fay: {weight_kg: 96}"
)
POLICY = load_policy(STAGED, label="heart.yaml", sources=SOURCES)


@pytest.fixture
def rescue(rank):
    return reorder(rank(PEOPLE, policy=POLICY), "rescue", without=["R-Fay"])


def page(stage, *, top=20, width=None):
    return [line.text for line in stage_page(stage, top=top, width=width)]


def test_the_page_of_a_stage_shows_order_classes_and_those_left_out(rescue):
    lines = page(rescue)
    assert lines[0] == "Heart of donor D-CASE, stage rescue: those who remain"
    assert "heavy: heavy" in lines
    assert lines.index("heavy: heavy") < lines.index("light: light")
    assert "   1  adult: an adult" in lines
    assert "   1  no-class cannot be judged: fits a class of the stage" in lines
    assert "   1  already-offered: was not offered the organ before" in lines


def test_the_page_of_a_stage_shows_as_many_rows_as_asked_for(rescue):
    assert "Listed: 2, the first 1:" in page(rescue, top=1)
    assert "Listed: 2." in page(rescue, top=0)


def test_a_stage_with_nobody_says_so(rank):
    empty = reorder(rank("Eva: {weight_kg: 70}", policy=POLICY), "rescue")
    assert "Listed: nobody." in page(empty)


def test_a_stage_with_everybody_names_nobody_left_out(rank):
    full = reorder(rank("Anna: {weight_kg: 95}", policy=POLICY), "rescue")
    assert not any(line.startswith("Not listed") for line in page(full, width=60))


def test_the_page_of_a_run_says_which_class_waits_for_a_stage(rank):
    lines = [line.text for line in ranked_lines(rank(PEOPLE, policy=POLICY), top=9, width=None)]
    assert "others: everybody else [offered only from stage rescue on]" in lines


def test_match_and_explain_take_a_stage(ask, hearts, tmp_path):
    (tmp_path / "heart.yaml").write_text(STAGED, encoding="utf-8")
    (tmp_path / "sources.yaml").write_text(
        "core: {title: Core, issuer: Bequest, date: 2026, certainty: own}\n", encoding="utf-8"
    )
    words = [hearts, "--donor", "D-0001", "--organ", "heart", "--policy", tmp_path / "heart.yaml"]
    words += ["--at", "2026-11-01T00:00:00Z", "--stage", "rescue"]
    answer = ask("match", *words)
    assert (answer.code, answer.err) == (0, "")
    assert "stage rescue: those who remain" in answer.out
    listed = ask("match", *words, "--json", "-").json()["ranked"]
    less = ask("match", *words, "--offered", listed[0]["registration"], "--json", "-").json()
    assert len(less["ranked"]) == len(listed) - 1
    told = ask("explain", *words, "--registration", listed[0]["registration"])
    assert "Rank 1 of" in told.out


def test_those_offered_belong_to_a_stage(ask, match_words):
    answer = ask("match", *match_words, "--offered", "R-1")
    assert answer.code == 2
    assert "give the stage with --stage" in answer.err


def test_the_page_of_a_stage_says_when_offers_are_conditional(rank):
    stage = reorder(rank(PEOPLE, policy=POLICY, donor="death_criteria: circulatory"), "rescue")
    assert any(line.startswith("offers  CONDITIONAL: death is not declared") for line in page(stage))
