"""Every rule of the data has a function, and every function is a rule."""

import inspect
from dataclasses import fields, is_dataclass

import pytest

from bequest.model import consent, custody, death, donor_file, referral, team
from bequest.policy.names import forbidden_word
from bequest.safeguards import booking, list_rules, offer_rules, oversight, payment, policy_rules, traceability
from bequest.safeguards.registry import ALLOCATION, OF_RECORD, OFFER, RECOVERY, RULES
from bequest.safeguards.rule_text import rule_texts

MONEY = {
    "price", "pay", "payment", "payer", "paid", "cost", "insurer", "insurance", "insured", "income", "salary",
    "wealth", "money", "financial", "fee", "bribe",
}  # fmt: skip
RECORDS = [
    kind
    for module in (
        consent, custody, death, donor_file, referral, team,
        booking, list_rules, offer_rules, oversight, payment, policy_rules, traceability,
    )
    for _, kind in inspect.getmembers(module, inspect.isclass)
    if is_dataclass(kind) and kind.__module__ == module.__name__
]  # fmt: skip


def test_every_rule_of_the_data_has_a_function_and_no_other_does():
    assert sorted(RULES) == sorted(rule_texts())


def test_no_function_is_two_rules():
    assert len(set(RULES.values())) == len(RULES)


def test_every_rule_is_asked_in_one_place_only():
    names = [*RECOVERY, *OFFER, *(rule for rules in OF_RECORD.values() for rule in rules)]
    assert len(names) == len(set(names)) == len(RULES)
    assert set(ALLOCATION) < set(RECOVERY)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_function_names_its_rule_in_its_first_line(rule):
    assert f"({rule})" in RULES[rule].__doc__


def test_living_donation_has_no_rule_but_its_refusal():
    assert not [rule for rule in RULES if rule.startswith("LIV")]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_a_record_is_frozen_and_holds_no_money(record):
    assert record.__dataclass_params__.frozen
    assert [each.name for each in fields(record) if forbidden_word(each.name) in MONEY] == []
