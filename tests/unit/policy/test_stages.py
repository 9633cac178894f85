"""What a stage of a policy may say, and how it is refused and shown."""

from __future__ import annotations

import pytest

from bequest.policy.page import policy_page
from bequest.policy.show import as_text, show
from unit.policy.policy_text import load, problems

STAGE = """
- id: rescue
  say: those who remain
  begins: When nobody took the organ.
  cite: core 7
  screens: [{id: near, when: preservation_hours <= limit_hours, say: within reach, cite: core 8}]
  classes:
    - {id: home, when: same_country, say: at home, cite: core 9}
    - {id: abroad, when: age_years < 60, say: abroad, cite: core 9}
  otherwise: not listed"""
CLASSES = """
- {id: urgent, when: urgency == 1 and reachable, say: urgent and near, cite: core 3}
- {id: others, when: always, say: everybody else, cite: core 4, stage: rescue}"""


def stage(old: str, new: str) -> str:
    """Return the stage with one part changed."""
    assert old in STAGE
    return STAGE.replace(old, new)


def test_a_stage_is_read_and_covered_by_the_columns_that_the_policy_reads() -> None:
    policy = load(stages=STAGE, classes=CLASSES)
    found = policy.stages[0]
    assert (found.id, found.begins, found.otherwise) == ("rescue", "When nobody took the organ.", "not listed")
    assert [entry.id for entry in found.classes] == ["home", "abroad"]
    assert policy.sequences[0].listings[0].classes[1].stage == "rescue"
    assert "same_country" in {column.name for column in policy.reads}


def test_a_stage_may_take_everybody_in_its_last_class() -> None:
    changed = stage("age_years < 60", "always").replace("\n  otherwise: not listed", "")
    assert load(stages=changed).stages[0].otherwise == ""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("\n  otherwise: not listed", "", "either the last class takes everyone"),
        ("otherwise: not listed", "otherwise: discarded", "'otherwise' cannot be 'discarded'"),
        ("age_years < 60", "always", "either the last class takes everyone"),
        (
            "say: abroad, cite: core 9}",
            "say: abroad, cite: core 9, order: [urgency]}",
            "'order' has no place in a stage",
        ),
        ("id: abroad", "id: home", "the id 'home' stands at two places"),
        ("begins: When nobody took the organ.", "begins: ''", "'begins' must be text"),
        ("\n  cite: core 7", "\n  cite: who 7", "WHO prescribes no ranking"),
        ("age_years < 60", "same_country and age_years < 60", "can never be reached"),
    ],
)
def test_a_mistake_in_a_stage_is_told(old: str, new: str, told: str) -> None:
    assert told in "\n".join(problems(stages=stage(old, new)))


def test_a_stage_without_classes_is_refused() -> None:
    lean = "[{id: rescue, say: those who remain, begins: Later., cite: core 7, otherwise: not listed}]"
    assert "there are no classes" in "\n".join(problems(stages=lean))


def test_a_class_cannot_wait_for_a_stage_that_does_not_exist() -> None:
    assert "waits for stage 'rescue', which is missing" in "\n".join(problems(classes=CLASSES))


def test_a_policy_shows_its_stages_in_text_and_on_its_page() -> None:
    policy = load(stages=STAGE, classes=CLASSES)
    text = as_text(show(policy))
    assert "Stage 'rescue'" in text
    assert "offered from stage: rescue" in text
    page = policy_page(policy)
    assert "Afterwards: the stages for those who remain" in page
    assert "Offered only from stage rescue on." in page
    assert "Who fits no class is not listed." in page


def test_a_page_says_that_the_last_class_of_a_stage_takes_everybody() -> None:
    plain = (
        "[{id: rescue, say: they, begins: Later., cite: core 7, "
        "classes: [{id: all-of-them, when: always, say: all, cite: core 9}]}]"
    )
    assert "Inside a class the order of the run stays. The last class takes everybody." in policy_page(
        load(stages=plain)
    )
