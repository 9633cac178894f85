from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bequest.cli.match_page import match_page
from bequest.cli.options import Asked, Evaluator
from bequest.model.enums import Organ, PolicyStatus
from bequest.policy import policy
from small_runs import points, small_policy, small_run

ASKED = Asked(
    directory=Path("my folder"),
    donor="D-CASE",
    organ=Organ.HEART,
    policy="core/heart",
    at="2026-11-01T00:00:00Z",
    evaluator=Evaluator.NUMPY,
    inputs=None,
    lottery_seed=None,
    allow_unverified=False,
)
TWO = "Anna: {urgency: 1}, Ben: {urgency: 2}"


def page(run, *, asked: Asked = ASKED, width: int | None = None) -> str:
    return "\n".join(line.text for line in match_page(run, asked, top=20, width=width))


def test_the_page_begins_with_organ_donor_and_instant(rank):
    assert page(rank(TWO)).startswith("Heart of donor D-CASE, 2026-11-01 00:00:00 UTC\n")


def test_the_page_says_which_policy_ranked_and_that_nobody_adopted_it(rank):
    told = page(rank(TWO))
    assert "(core/heart, edition core-2026-1)" in told
    assert "status  own: written by the authors of Bequest, adopted by nobody yet." in told


def test_the_page_says_what_an_unverified_policy_may_not_do(rank):
    told = page(rank(TWO, policy=replace(policy("core/heart"), status=PolicyStatus.UNVERIFIED)))
    assert "UNVERIFIED: " in told
    assert "Never for a live offer." in told


def test_the_page_describes_the_donor(rank):
    assert "blood group O, 40.5 years, hospital HOSPITAL, death by neurological criteria" in page(rank(TWO))


def test_the_page_says_when_offers_are_conditional(rank):
    told = page(rank(TWO, donor="death_criteria: circulatory"))
    assert "CONDITIONAL: death is not declared" in told


def test_the_page_does_not_call_offers_conditional_after_death(rank):
    assert "CONDITIONAL" not in page(rank(TWO))


def test_the_page_says_that_invented_people_are_invented(rank):
    assert "synthetic: true" in page(rank(TWO))


def test_the_page_counts_who_is_ranked_and_who_is_not(rank):
    assert "list    3 registrations: 2 ranked, 1 not ranked" in page(rank(f"{TWO}, Cleo: {{status: suspended}}"))


def test_the_page_shows_the_beginning_of_the_digests(rank):
    run = rank(TWO)
    assert f"run {run.digest[:16]}, policy {run.policy.hash[:16]}" in page(run)


def test_the_page_counts_each_reason_in_words(rank):
    told = page(rank(f"{TWO}, Cleo: {{status: suspended}}, Dora: {{status: suspended, preservation_hours: 9}}"))
    assert "Not ranked, ruled out: 2. Some fail more than one requirement." in told
    assert "\n   2  active: the registration is active, listed and consented to at the instant of the run\n" in told
    assert "\n   1  reachable: the heart is expected to arrive in time" in told


def test_the_page_leaves_out_what_nobody_needs(rank):
    told = page(rank(TWO))
    assert "ruled out" not in told
    assert "cannot be judged" not in told
    assert "too low" not in told


def test_the_page_names_whose_facts_are_missing_and_what_is_missing(rank):
    told = page(rank(f"{TWO}, Cleo: {{urgency: 1, waiting_days: 900, weight_kg: null}}"))
    assert "Not ranked, cannot be judged: 1. Facts are missing.\nMissing: weight kg 1.\n" in told
    assert "\n    1  R-Cleo        CENTRE  weight kg\n" in told


def test_the_page_names_the_most_hopeful_only_and_counts_the_others(rank):
    many = ", ".join(f"C{number:02}: {{weight_kg: null}}" for number in range(12))
    told = page(rank(many))
    assert "R-C09" in told
    assert "R-C10" not in told
    assert "... and 2 more; --json FILE has every one." in told


def test_the_page_names_who_may_be_ranked_too_low(rank):
    told = page(rank(f"{TWO}, Cleo: {{urgency_granted: null}}"))
    assert "Ranked, perhaps too low: 1." in told
    assert "\n     3  R-Cleo        CENTRE  urgency granted\n" in told


def test_the_page_says_where_a_missing_fact_would_change_nothing(rank):
    (sequence,) = policy("core/heart").sequences
    listing = replace(sequence.listings[0], classes=sequence.listings[0].classes[:1], positions=(0,))
    narrow = replace(sequence, listings=(listing,), otherwise="not ranked")
    only_children = replace(policy("core/heart"), sequences=(narrow,), hash="0" * 64)
    told = page(rank("Anna: {weight_kg: null, urgency: 1}, Ben: {}", policy=only_children))
    assert "No class of the list would take any of them, whatever the missing facts are." in told
    assert "no-class: fits a class of the list" in told


def test_the_page_ends_with_the_command_that_gives_any_reason(rank):
    told = page(rank(TWO))
    expected = (
        "  bequest explain 'my folder' --donor D-CASE --organ heart --policy core/heart --at 2026-11-01T00:00:00Z "
        "--registration R-Anna"
    )
    assert told.endswith(expected)


def test_the_command_at_the_end_asks_for_the_same_run(rank):
    asked = replace(ASKED, inputs=Path("inputs.json"), lottery_seed="ab", allow_unverified=True)
    told = page(rank(TWO), asked=asked)
    assert "--inputs inputs.json --lottery-seed ab --allow-unverified --registration R-Anna" in told


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(rank, width):
    told = page(rank(f"{TWO}, Cleo: {{weight_kg: null}}, Dora: {{status: suspended}}"), width=width)
    assert max(map(len, told.splitlines())) <= width


def test_the_page_names_who_may_have_too_few_points():
    ranking = small_policy(points=points("of: cpra_percent, missing: 0"), order="[points desc]")
    told = page(small_run({"Anna": {"cpra_percent": None}, "Ben": {"cpra_percent": 9}}, policy=ranking))
    assert "Ranked, perhaps with too few points: 1. Facts are missing for which points are given." in told
    assert "R-Anna" in told.partition("too few points")[2]
