"""What a donor plan may say, how it is refused and shown, and the plans of the library."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bequest.model.enums import Organ, PolicyStatus
from bequest.model.errors import PolicyError
from bequest.policy import library
from bequest.policy.check import check_plan_file
from bequest.policy.diff import plan_diff
from bequest.policy.plan_load import load_plan
from bequest.policy.plan_show import show_plan
from bequest.policy.plans import loaded_plan, names_plan, plan, plan_names, plan_versions
from bequest.policy.show import as_text
from unit.policy.policy_text import SOURCES

SOUND = {
    "plan": "my/plan",
    "title": "A small plan",
    "edition": "my-1",
    "effective": "2026-12-01",
    "status": "own",
    "parameters": "{least: {value: 2, why: so, cite: core 1}, word: {value: x, why: so, cite: core 1}}",
    "conditions": "{old: donor.age_years >= 65}",
    "runs": """
- {id: heart, policy: core/heart}
- {id: kidney, policy: core/kidney}
- {id: esp, policy: eurotransplant/esp}""",
    "orders": """
- id: old
  when: old
  say: old donors
  cite: core 2
  steps: [{id: esp, lists: [{run: esp, stage: extended}], say: by place, cite: core 3}]
- id: others
  when: always
  say: everybody else
  cite: core 2
  steps:
    - {id: heart, lists: [{run: heart, first: immediate-near, last: immediate-near}], say: the heart, cite: core 3}
    - {id: kidney, lists: [{run: kidney, points_at_least: least}, {run: esp}], say: kidneys, cite: core 3}""",
    "second_organs": """
- {id: both, beside: heart, pulls: kidney, one_centre: true, when: preservation_hours <= 4, say: both, cite: core 4}""",
}


def written(**changes: str | None) -> str:
    blocks = {**SOUND, **changes}
    return "".join(f"{key}: {value}\n" for key, value in blocks.items() if value is not None)


def load(**changes: str | None):
    return load_plan(written(**changes), label="plan.yaml", sources=SOURCES, find=library.policy)


def problems(**changes: str | None) -> str:
    with pytest.raises(PolicyError) as caught:
        load(**changes)
    return "\n".join(caught.value.problems)


def test_a_plan_is_read_with_its_runs_orders_and_second_organs() -> None:
    found = load()
    assert [(run.id, run.organ) for run in found.runs][:2] == [("heart", Organ.HEART), ("kidney", Organ.KIDNEY)]
    assert [order.id for order in found.orders] == ["old", "others"]
    assert found.orders[1].steps[0].parts[0].first == ("immediate-near",)
    assert found.orders[1].steps[1].parts[0].points_at_least.value == Decimal(2)
    assert found.second_organs[0].one_centre
    assert {column.name for column in found.reads} == {"age_years", "preservation_hours"}
    assert repr(found) == f"DonorPlan(my/plan my-1, own, {found.hash[:12]})"


DIVIDED = "[{id: halves, run: kidney, when: old, say: two halves, cite: core 5}]"


def test_a_plan_says_when_an_organ_may_be_divided() -> None:
    (found,) = load(divided_organs=DIVIDED).divided_organs
    assert (found.id, found.run, found.text, found.say) == ("halves", "kidney", "old", "two halves")
    shown = as_text(show_plan(load(divided_organs=DIVIDED)))
    assert "two halves" in shown
    assert "Divided organs" in shown


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("when: old", "when: waiting_days > 3", "'waiting_days' is no fact of the donor, who chooses whether"),
        ("run: kidney", "run: liver", "'liver' is no run of this plan"),
        (", cite: core 5", "", "there is no citation"),
        ("say: two halves", "says: two", "'says' is no key of this place"),
    ],
)
def test_a_wrong_rule_of_a_divided_organ_is_refused(old: str, new: str, told: str) -> None:
    assert told in problems(divided_organs=DIVIDED.replace(old, new))


def test_another_order_of_steps_and_a_new_second_organ_are_told_as_differences() -> None:
    before = load()
    old, others = before.orders
    turned = replace(before, orders=(old, replace(others, steps=tuple(reversed(others.steps)))))
    assert plan_diff(before, before) == ()
    assert any(": the order of the steps was " in told for told in plan_diff(before, turned))
    without = replace(before, second_organs=())
    assert plan_diff(without, before)[0].startswith("second organ ")


def test_the_hash_of_a_plan_is_that_of_its_content() -> None:
    assert load().hash == load(title="A  small   plan".replace("  ", " ").replace("  ", " ")).hash
    assert load().hash != load(title="Another plan").hash


@pytest.mark.parametrize(
    ("block", "old", "new", "told"),
    [
        ("runs", "core/heart", "core/hearts", "no policy of the library is called 'core/hearts'"),
        ("runs", "policy: core/heart", "policy: Heart", "'policy' cannot be 'Heart'"),
        ("runs", "id: heart", "id: kidney", "the id 'kidney' stands at two places"),
        ("orders", "first: immediate-near", "first: nearly", "policy core/heart has no class 'nearly'"),
        ("orders", "first: immediate-near", "first: 3", "'first' holds a number; write the id of a class"),
        ("orders", "stage: extended", "stage: rescue", "has no stage 'rescue'"),
        ("orders", "stage: extended", "stage: extended, first: a", "a stage is offered whole"),
        ("orders", "run: esp, stage", "run: lung, stage", "'lung' is no run of this plan"),
        ("orders", "least}", "word}", "'word' is no parameter with a number"),
        ("orders", "least}", "nothing}", "'nothing' is no parameter with a number"),
        ("orders", "{run: kidney, points_at_least: least}", "{run: heart}", "'heart' has no points by which lists"),
        ("orders", "when: always", "when: donor.age_years < 65", "donors who fit no order have no plan"),
        ("orders", "when: old\n", "when: waiting_days > 3\n", "'waiting_days' is no fact of the donor"),
        ("second_organs", "pulls: kidney", "pulls: heart", "name one run"),
        ("second_organs", "preservation_hours <= 4", "meld >= 15", "'meld' is a column of the lists"),
        ("second_organs", "cite: core 4", "cite: memory 4", "rests on unverified sources (memory)"),
        ("second_organs", "cite: core 4", "cite: who 4", "WHO prescribes no ranking"),
        ("second_organs", "one_centre: true", "points_at_least: least", "policy core/heart counts no points"),
    ],
)
def test_a_mistake_in_a_plan_is_told(block: str, old: str, new: str, told: str) -> None:
    assert old in SOUND[block]
    assert told in problems(**{block: SOUND[block].replace(old, new)})


@pytest.mark.parametrize(
    ("block", "text", "told"),
    [
        ("runs", None, "there are no runs"),
        ("runs", "[{id: heart}]", "'policy' is missing"),
        ("orders", None, "there are no orders"),
        ("orders", "[{id: all, when: always, say: x, cite: core 1}]", "there are no steps"),
        (
            "orders",
            "[{id: a, when: always, say: x, cite: core 1, steps: [{id: s, say: x, cite: core}]}]",
            "there are no lists",
        ),
        ("policy", "core/heart", "'policy' is no key of this place"),
    ],
)
def test_what_a_plan_lacks_is_told(block: str, text: str | None, told: str) -> None:
    assert told in problems(**{block: text})


def test_a_class_range_of_a_policy_that_is_missing_is_told_once() -> None:
    assert len(problems(runs=SOUND["runs"].replace("core/heart", "core/hearts")).splitlines()) == 1


def test_a_plan_is_shown_step_by_step() -> None:
    text = as_text(show_plan(load(adopted="{by: a committee, on: 2026-11-02, justification: its minutes}")))
    assert "offered: esp: stage extended" in text
    assert "offered: heart: from class immediate-near through class immediate-near" in text
    assert "offered: kidney: with at least 2 points, merged with esp: the whole list" in text
    assert "registrations: of one centre" in text
    assert "adopted: by a committee on 2026-11-02" in text


@pytest.mark.parametrize("name", plan_names())
def test_every_plan_of_the_library_loads_and_is_no_newer_than_itself(name: str, tmp_path) -> None:
    version = plan_versions(name)[-1]
    path = tmp_path / "plan.yaml"
    path.write_text(version.written, encoding="utf-8")
    assert check_plan_file(path).hash == loaded_plan(version).hash
    assert plan(name, on="2027-01-01") == plan(f"{name}@{version.edition}") == plan(name)


def test_the_plans_of_the_library_say_what_they_rest_on() -> None:
    assert plan("us/donor-plan").status is PolicyStatus.UNVERIFIED
    assert plan("core/donor-plan").status is PolicyStatus.OWN


def test_a_plan_is_found_by_name_or_by_what_its_file_says(tmp_path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(plan_versions("core/donor-plan")[0].written.replace("core/donor-plan", "my/plan"), encoding="utf-8")
    assert names_plan("core/donor-plan")
    assert names_plan(str(path))
    assert not names_plan("core/heart")
    assert not names_plan(str(tmp_path / "nowhere.yaml"))
    assert plan(path).name == "my/plan"
    assert check_plan_file(path).name == "my/plan"


def test_a_plan_whose_date_does_not_rise_is_no_next_version(tmp_path) -> None:
    path = tmp_path / "plan.yaml"
    text = plan_versions("core/donor-plan")[0].written.replace("edition: core-2026-1", "edition: core-2026-2")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError, match="dates of a policy must rise"):
        check_plan_file(path)


def test_an_unknown_plan_is_told_with_the_nearest() -> None:
    with pytest.raises(PolicyError, match="did you mean core/donor-plan"):
        plan("core/donor-plans")


def test_a_plan_is_no_policy_of_the_library() -> None:
    assert "core/donor-plan" not in library.names()
