from __future__ import annotations

from bequest.policy.diff import diff
from unit.policy.policy_text import classes, load, terms

BEFORE = load(classes=classes("urgency == 1", "urgency == 2", "always"))


def changed(**changes):
    return diff(BEFORE, load(**{"classes": classes("urgency == 1", "urgency == 2", "always"), **changes}))


def test_two_policies_that_say_the_same_have_no_difference():
    assert changed() == ()


def test_a_changed_number_is_told_with_both_values():
    assert changed(parameters="{limit_hours: {value: 6, unit: h, why: it keeps so long, cite: core 1}}") == (
        'parameter \'limit_hours\': value was "4 h" and becomes "6 h"',
    )


def test_a_changed_condition_is_told_with_both_texts():
    assert changed(screens="[{id: blood-group, when: abo_identical, say: the blood group fits, cite: core 2}]") == (
        'screen \'blood-group\': condition was "abo_compatible" and becomes "abo_identical"',
    )


def test_a_condition_with_quotes_is_set_in_backquotes():
    assert changed(conditions="{reachable: crossmatch == 'x' or always}".replace("'x'", '"negative"')) == (
        (
            "condition 'reachable': condition was \"preservation_hours <= limit_hours\" and becomes "
            '`crossmatch == "negative" or always`'
        ),
    )


def test_a_rule_that_goes_and_one_that_comes_are_told_with_all_they_say():
    assert changed(screens="[{id: near, when: same_region, say: near, cite: core 3}]") == (
        'screen \'blood-group\' is gone (condition "abo_compatible", words "the blood group fits", source "core 2")',
        'screen \'near\' is new (condition "same_region", words "near", source "core 3")',
    )


def test_another_order_of_classes_is_told():
    written = """
- {id: b, when: "urgency == 2", say: so, cite: core}
- {id: a, when: "urgency == 1", say: so, cite: core}
- {id: c, when: "always", say: so, cite: core}"""
    assert changed(classes=written) == (
        "sequence 'all': the order of the classes was 'a', 'b', 'c' and becomes 'b', 'a', 'c'",
    )


def test_parts_that_go_and_come_are_told():
    adopted = "{by: the committee, on: 2026-02-01, justification: minutes 3}"
    assert changed(adopted=adopted) == (
        'policy: adopted was "by nobody yet" and becomes "by the committee on 2026-02-01"',
        'policy: reasons is new, "minutes 3"',
    )
    assert diff(load(adopted=adopted), load())[1] == 'policy: reasons is gone, it was "minutes 3"'


def test_whole_sections_that_go_and_come_are_told():
    after = load(tables="[hla/antigens.csv]", points=terms("{id: t, value: 1, cite: core}"))
    assert diff(load(), after) == (
        'points is new (decimals "2", rounding "total half up")',
        'term \'t\' is new (points "1 fixed", source "core")',
        "table 'hla/antigens.csv' is new (nothing more is said)",
    )
    assert diff(after, load())[2] == "table 'hla/antigens.csv' is gone (nothing more is said)"
