"""The rules as the data state them."""

import pytest

from bequest.model.team import Role
from bequest.safeguards.finding import RuleId
from bequest.safeguards.rule_text import annex_a, rule_texts


def test_what_nobody_verified_says_so_wherever_it_is_cited():
    assert rule_texts()[RuleId("DON-07")].cited == "dead donor rule; DCD no-touch (unverified)"
    assert rule_texts()[RuleId("DON-02")].cited == "WHO GP1(b)"


@pytest.mark.parametrize("rule", [rule for rule, text in rule_texts().items() if text.certainty == "M"])
def test_everything_from_memory_is_unverified(rule):
    assert rule_texts()[rule].unverified


def test_only_four_rules_can_be_lifted_by_anybody():
    lifted = {rule: text.released_by.roles for rule, text in rule_texts().items() if text.released_by is not None}
    assert lifted == {
        "DON-11": (Role.MAGISTRATE, Role.CORONER),
        "DON-15": (Role.COMPETENT_AUTHORITY,),
        "ALC-06": (Role.COMPETENT_AUTHORITY,),
        "TRC-03": (Role.PROCUREMENT_DOCTOR, Role.ACCEPTING_SURGEON),
    }


def test_a_block_is_lifted_for_missing_characterisation_alone():
    assert [rule for rule, text in rule_texts().items() if text.block_is_lifted] == ["TRC-03"]


def test_annex_a_has_fourteen_fields():
    assert len(annex_a()) == 14
    assert annex_a()["blood_group"] == "blood group"
