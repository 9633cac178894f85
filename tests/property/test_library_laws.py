"""The laws that every policy of the library must keep, whoever wrote it; a new one is held to them by being there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bequest.clinical.blood_group import is_compatible
from bequest.clinical.crossmatch import crossmatch_of_pair
from bequest.clinical.typing import parse_typing
from bequest.model.column import Table
from bequest.model.columns import FORBIDDEN_WORDS
from bequest.model.enums import BloodGroup, Organ
from bequest.model.errors import InputError
from bequest.policy.expression import references
from library_pools import IDS, POLICIES, question_of
from library_waiting import READS_OF_WAITING, earlier
from run_checks import ARRAYS

FEW = settings(max_examples=max(settings.default.max_examples // 20, 5))
"""For each of the library's many policies."""
SEEDS = st.integers(0, 2**32 - 1)
pytestmark = pytest.mark.timeout(900)


def each_policy(holds=lambda _: True):
    """Return the mark of a test that every policy of the library is put to, or each of a kind."""
    named = [(policy, name) for policy, name in zip(POLICIES, IDS, strict=True) if holds(policy)]
    return pytest.mark.parametrize("policy", [policy for policy, _ in named], ids=[name for _, name in named])


def reads_crossmatch(policy):
    """Tell whether a policy looks at antibodies."""
    return any(column.name == "crossmatch" for column in policy.reads)


CONSENTS = (
    "accepts_incompatible_blood_group",
    "accepts_incompatible_heart",
    "eligible_for_non_a1_kidney",
    "accepts_any_group_liver",
    "accepts_non_a1_liver",
)
"""What candidates or their teams must have said before anything crosses blood groups; each is recorded by name."""
WITHOUT_GROUPS = frozenset({Organ.CORNEA})
"""Tissue without vessels: the policy's head says that blood groups play no part."""
WITHOUT_CROSSMATCH = frozenset({Organ.CORNEA, Organ.LIVER, Organ.LIVER_INTESTINE})
"""Organs that are given across antibodies, so that no policy has to look at them."""
SCORES_WITH_SEX = frozenset(
    {
        "donor_kidney_risk_quartile",
        "tbs_days_without",
        "tbs_days_with",
        "transplant_benefit_days",
    }
)
"""Factors that are a cited clinical score with a coefficient for sex."""


def answered(question, evaluator="numpy"):
    """Return the match run; leave out donors for whom the policy has no list, or whose list a missing fact decides."""
    try:
        return question.run(evaluator)
    except InputError as none:
        assume("not for this one" not in str(none) and "the list cannot be chosen" not in str(none))
        raise


def offered(question):
    """Return the places in the question's own columns of everyone whom the run ranks."""
    own = {name: place for place, name in enumerate(question.registrations["registration"])}
    return sorted({own[entry.registration] for entry in answered(question).ranked()})


def read_by_rules(policy):
    """Return the names of columns that the cited screens and classes read, those behind factors included."""
    rules = [*policy.screens, *(entry for each in policy.sequences for of in each.listings for entry in of.classes)]
    cited = [rule for rule in rules if rule.cite]
    columns = {reference.column for rule in cited for reference in references(rule.when)}
    return {column.name for column in columns} | {name.rpartition(".")[2] for each in columns for name in each.inputs}


@each_policy()
def test_some_drawn_list_has_somebody_whom_the_policy_ranks(policy):
    assert any(len(run) for run in (runs_somewhere(policy, seed) for seed in range(20)) if run is not None)


def runs_somewhere(policy, seed):
    """Return a run of the policy, or None where the drawn donor has no list."""
    try:
        return question_of(policy, seed).run()
    except InputError:
        return None


@each_policy(lambda policy: policy.organ not in WITHOUT_GROUPS)
@FEW
@given(seed=SEEDS)
def test_no_organ_crosses_blood_groups_unless_a_cited_rule_reads_the_consent(policy, seed):
    question = question_of(policy, seed)
    donor, groups = BloodGroup(question.facts["blood_group"]), question.registrations["blood_group"]
    consents = [question.registrations[name] for name in CONSENTS if name in read_by_rules(policy)]
    crossed = [row for row in offered(question) if not is_compatible(donor, BloodGroup(groups[row]))]
    assert all(any(column[row] for column in consents) for row in crossed)


@each_policy(lambda policy: policy.organ not in WITHOUT_CROSSMATCH or reads_crossmatch(policy))
@FEW
@given(seed=SEEDS)
def test_nobody_with_a_positive_crossmatch_is_ranked(policy, seed):
    question = question_of(policy, seed)
    donor, listed = parse_typing(question.facts["hla"]), question.registrations["unacceptable_antigens"]
    assert all(crossmatch_of_pair(donor, listed[row]) == 0 for row in offered(question))


@each_policy()
@FEW
@given(seed=SEEDS)
def test_a_class_takes_everyone_whom_no_screen_keeps_out_or_the_file_says_otherwise(policy, seed):
    run = answered(question_of(policy, seed))
    result = run.evaluation
    admitted = (result.failed | result.unknown) == 0
    assert run.program.sequence.otherwise == "not ranked" or (result.class_[0][admitted] >= 0).all()


@pytest.mark.parametrize(("policy", "since"), READS_OF_WAITING.values(), ids=READS_OF_WAITING)
@FEW
@given(seed=SEEDS, days=st.integers(1, 4000), data=st.data())
def test_a_longer_wait_never_lowers_a_rank(policy, since, seed, days, data):
    question = question_of(policy, seed)
    before = answered(question)
    ranked = [entry.registration for entry in before.ranked()]
    assume(ranked)
    chosen = data.draw(st.sampled_from(ranked))
    after = earlier(question, since, chosen, days=days).run()
    places = zip(before.rank_of(chosen), after.rank_of(chosen), strict=True)
    assert all(later <= sooner for sooner, later in places)


# ------------------------------------------------------------------ what nobody is ranked by


@each_policy()
def test_nothing_that_a_policy_reads_is_forbidden_or_made_of_it(policy):
    names = [name for column in policy.reads for name in (column.name, *column.inputs)]
    words = {word for name in names for word in name.replace(".", "_").split("_")}
    sex = {"sex"} if any(column.name in SCORES_WITH_SEX for column in policy.reads) else set()
    assert not (words & set(FORBIDDEN_WORDS)) - sex


@each_policy()
def test_sex_is_read_inside_a_cited_clinical_score_only(policy):
    readers = {
        column.name: column.table for column in policy.reads if any(name.endswith(".sex") for name in column.inputs)
    }
    assert set(readers) <= set(SCORES_WITH_SEX)
    assert set(readers.values()) <= {Table.FACTOR}


@each_policy()
@FEW
@given(seed=SEEDS)
def test_who_is_a_man_and_who_a_woman_changes_nothing(policy, seed):
    of_women, of_men = (answered(with_sex(question_of(policy, seed), sex)).evaluation for sex in ("female", "male"))
    assert all(np.array_equal(getattr(of_women, name), getattr(of_men, name)) for name in ARRAYS)


def with_sex(question, sex):
    """Return the question with everybody of one sex but whose sex a cited score of the policy reads."""
    scored = {name for column in question.policy.reads for name in column.inputs}
    facts = question.facts if "donor.sex" in scored else {**question.facts, "sex": sex}
    everybody = [sex] * len(question.registrations["sex"])
    changed = question if "registration.sex" in scored else question.with_column("sex", everybody)
    return replace(changed, facts=facts)
