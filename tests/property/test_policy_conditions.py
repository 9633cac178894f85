"""Laws of conditions, whatever they are and whatever is missing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bequest.policy.expression import Not, judge, judge_atom, references, render
from bequest.policy.normal_form import holds, normal_form
from bequest.policy.parse import parse
from property.policy_conditions import conditions, values
from unit.policy.policy_text import names


@given(conditions(), values())
def test_the_normal_form_is_true_false_and_unknown_where_the_condition_is(condition, known):
    form = normal_form(condition)
    judged = {atom: judge_atom(atom, known.get) for conjunction in form for atom, _ in conjunction}
    assert holds(form, judged) is judge(condition, known.get)


@given(conditions())
def test_a_written_condition_reads_as_itself(condition):
    assert parse(render(condition), names()) == condition


@given(conditions(), values())
def test_a_negated_condition_is_unknown_where_the_condition_is(condition, known):
    judged, negated = judge(condition, known.get), judge(Not(condition), known.get)
    assert (judged, negated) in {(True, False), (False, True), (None, None)}


@given(conditions(), values(), st.data())
def test_learning_a_missing_value_never_turns_true_into_false(condition, known, data):
    missing = [reference for reference, value in known.items() if value is None]
    learnt = {**known, **data.draw(values())}
    more = {reference: learnt[reference] if reference in missing else value for reference, value in known.items()}
    before = judge(condition, known.get)
    assert before is None or judge(condition, more.get) is before


@given(conditions(), values())
def test_a_condition_reads_its_references_only(condition, known):
    read = {reference: known[reference] for reference in references(condition)}
    assert judge(condition, read.__getitem__) is judge(condition, known.get)
