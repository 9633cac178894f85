"""Knows small match runs: a policy of a few lines, a handful of named people, and what differs from the ordinary."""

from __future__ import annotations

from datetime import UTC, datetime

from bequest.matching import run
from bequest.matching.case_file import Case, Expected
from bequest.matching.case_people import case_donor, case_pool
from bequest.policy.load import load_policy
from bequest.policy.sources import read_sources

AT = datetime(2026, 11, 1, tzinfo=UTC)
SOURCES = read_sources(
    """
core: {title: Core, issuer: Bequest, date: 2026, certainty: own}
memory: {title: From memory, issuer: nobody, date: 2020-05-01, certainty: unverified}
""",
    label="sources.yaml",
)
SOUND = {
    "policy": "core/kidney",
    "organ": "kidney",
    "title": "A small policy",
    "edition": "core-2026-1",
    "effective": "2026-01-01",
    "status": "own",
    "screens": "[{id: size, when: height_cm >= 100, say: tall enough, cite: core 1}]",
    "classes": """
- {id: urgent, when: urgency == 1, say: life in danger, cite: core 2}
- {id: others, when: always, say: everybody else, cite: core 3}""",
    "order": "[waiting_days desc]",
}
PERSON = {"status": "active", "waiting_days": 100, "height_cm": 170, "urgency": 9, "blood_group": "O"}
DONOR = {"blood_group": "O", "age_years": 40}


def small_policy(**changes):
    """Return the small policy with some of its blocks changed, added, or (None) left out."""
    blocks = {**SOUND, **changes}
    text = "".join(f"{key}: {value}\n" for key, value in blocks.items() if value is not None)
    return load_policy(text, label="small.yaml", sources=SOURCES)


def points(*terms, decimals=2, rounding="total half up"):
    """Return a points block with these terms, each without its id and citation."""
    written = ", ".join(f"{{id: term-{number}, cite: core 4, {term}}}" for number, term in enumerate(terms))
    return f"{{decimals: {decimals}, rounding: {rounding}, terms: [{written}]}}"


def small_case(people, donor=None, policy="core/kidney", centres=None):
    """Return a case with these people: each by name, with what differs from an ordinary person."""
    return Case(
        name="small",
        why="a test",
        policy=policy,
        at=AT,
        centres=centres or {},
        donor={**DONOR, **(donor or {})},
        candidates={name: {**PERSON, **facts} for name, facts in people.items()},
        inputs=None,
        lottery_seed=None,
        expect=Expected((), {}, {}, {}),
        place="small run",
    )


def small_run(people, *, policy=None, donor=None, centres=None, evaluator="numpy", **arguments):
    """Return the match run of these people under a policy."""
    chosen = small_policy() if policy is None else policy
    case = small_case(people, donor, centres=centres)
    pool = case_pool(case, chosen)
    return run(chosen, case_donor(case, chosen), organ=chosen.organ, pool=pool, at=AT, evaluator=evaluator, **arguments)


def names(result):
    """Return the names of the ranked, in order, each place once."""
    return [entry.registration.removeprefix("R-") for entry in result.ranked()]


def given_points(result):
    """Return everybody's points by name."""
    return {entry.registration.removeprefix("R-"): entry.points for entry in result.ranked()}


def reasons(result):
    """Return by name why somebody is not ranked: screens failed, screens unknown, the optimistic rank."""
    return {
        entry.registration.removeprefix("R-"): (entry.failed, entry.unknown, entry.optimistic_rank)
        for entry in result.not_ranked()
    }
