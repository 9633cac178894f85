"""The laws of every match run: who is ranked, who is not and why, and what may never change a rank."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oracle
from bequest.matching.factors import factor_column
from bequest.matching.pair import pair_of
from bequest.model.column import MISSING
from strategies import AT, Question, candidate_names, likely_values, questions

# Every example loads a policy of its own; a part of the profile's cases keeps the laws quick, the soak has thousands.
SOME = settings(max_examples=max(settings.default.max_examples // 4, 10))
HALF = settings(max_examples=max(settings.default.max_examples // 2, 10))
pytestmark = pytest.mark.timeout(900)


@SOME
@given(questions(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(question: Question, chance) -> None:
    order = chance.sample(range(question.frame.rows), question.frame.rows)
    result, shuffled = question.run(), question.about(question.frame.in_order(order)).run()
    assert shuffled.digest == result.digest
    assert shuffled.to_dict() == result.to_dict()


@SOME
@given(questions())
def test_everyone_is_ranked_or_told_why_not(question: Question) -> None:
    result = question.run()
    ranked = Counter(entry.registration for entry in result.ranked())
    left = Counter(entry.registration for entry in result.not_ranked())
    assert set(ranked) | set(left) == set(result.pool.registrations.tolist())
    assert not set(ranked) & set(left)
    assert set(left.values()) <= {1}
    assert all(entry.failed or entry.unknown for entry in result.not_ranked())
    assert all(rank == place for place, rank in enumerate((entry.rank for entry in result.ranked()), start=1))


@SOME
@given(questions())
def test_whoever_a_screen_keeps_out_is_never_ranked(question: Question) -> None:
    result = question.run()
    kept_out = np.flatnonzero((result.evaluation.failed | result.evaluation.unknown) != 0)
    assert not np.isin(result.evaluation.order_row, kept_out).any()
    assert (result.evaluation.class_[:, kept_out] == -1).all()


@SOME
@given(questions())
def test_nobody_holds_two_places_for_one_kind_of_offer(question: Question) -> None:
    places = Counter((entry.registration, entry.offer_kind) for entry in question.run().ranked())
    assert set(places.values()) <= {1}


@SOME
@given(questions(most_rows=12))
def test_the_terms_of_an_explanation_sum_to_the_points(question: Question) -> None:
    result = question.run()
    wanted = oracle.outcome(
        question.policy, result_pair(result), inputs=question.drawn.inputs, seed=question.drawn.seed
    )
    for place, (listing, row) in enumerate(wanted.order):
        told = explained_place(result, place)
        given_points = [Fraction(term.points) for term in told.terms]
        assert given_points == wanted.terms[listing][row]
        assert told.points is None or Fraction(told.points) == summed(question.policy, given_points)


@SOME
@given(questions(most_rows=12))
def test_everyone_has_an_explanation_that_says_what_the_run_says(question: Question) -> None:
    result = question.run()
    left = {entry.registration: entry for entry in result.not_ranked()}
    for registration in result.pool.registrations.tolist():
        told = result.explain(registration)
        assert json.loads(json.dumps(told.to_dict())) == told.to_dict()
        assert tuple(place.rank for place in told.places) == result.rank_of(registration)
        reasons = left.get(registration)
        assert told.places or reasons
        failed = tuple(screen.id for screen in told.screens if screen.judged)
        unknown = tuple(screen.id for screen in told.screens if not screen.judged)
        assert told.places or (failed, unknown) == without_class(reasons)
        assert str(told).startswith(registration)


@SOME
@given(questions(most_rows=12), st.integers(0, 2**32 - 1))
def test_nobody_who_cannot_be_judged_comes_before_the_optimistic_rank(question: Question, seed: int) -> None:
    assert_never_before_the_optimistic_rank(question, np.random.default_rng(seed))


@HALF
@given(questions(most_rows=12, contest=True), st.integers(0, 2**32 - 1))
def test_a_contest_by_points_keeps_to_the_optimistic_rank(question: Question, seed: int) -> None:
    assert_never_before_the_optimistic_rank(question, np.random.default_rng(seed))


def assert_never_before_the_optimistic_rank(question, rng):
    """Demand that no way in which missing facts may turn out gives a better rank than the optimistic one."""
    for entry in question.run().not_ranked()[:6]:
        if entry.failed:
            assert entry.optimistic_rank is None
            continue
        for _ in range(4):
            ranks = filled(question, entry.registration, rng=rng).run().rank_of(entry.registration)
            assert not ranks or (entry.optimistic_rank is not None and entry.optimistic_rank <= min(ranks))


def filled(question, registration, *, rng):
    """Return the question with values for everything that one registration lacks, or most of it."""
    frame, pool = question.frame, question.frame.pool()
    row, own = frame.registrations["registration"].index(registration), pool.row(registration)
    pair = pair_of(question.donor, pool, at=AT)
    for name in candidate_names(frame.organ):
        if factor_column(pair, name.column)[own] == MISSING and rng.random() < 0.9:
            value = rng.choice(likely_values(name, question.drawn, rng))
            frame = frame.with_value(name.written, row=row, value=value)
    return question.about(frame)


def result_pair(result):
    """Return donor and pool of a run as a pair."""
    return pair_of(result.donor, result.pool, at=result.at)


def explained_place(result, place):
    """Return what the explanation says of one place of the order."""
    registration = result.ranked(place + 1)[-1].registration
    return next(told for told in result.explain(registration).places if told.rank == place + 1)


def summed(policy, given_points):
    """Return the points that terms give together, rounded as the policy says."""
    scale = 10**policy.points.decimals
    if policy.points.rounding.value == "per term":
        return sum((Fraction(oracle.half_up(each * scale), scale) for each in given_points), Fraction(0))
    return Fraction(oracle.half_up(sum(given_points, Fraction(0)) * scale), scale)


def without_class(entry):
    """Return the screens among the reasons of somebody who is not ranked."""
    return tuple(tuple(name for name in names if name != "no-class") for names in (entry.failed, entry.unknown))
