from __future__ import annotations

from bequest.policy.library import policy
from bequest.policy.show import as_text, cited, show, show_sources
from unit.policy.policy_text import load, terms

FULL = {
    "organ": "kidney",
    "adopted": "{by: the committee, on: 2026-02-01, justification: minutes 3}",
    "parameters": "{limit_hours: {value: 4, unit: h, why: it keeps so long, cite: core 1}, "
    "groups: {value: [A, B], why: w, cite: core}, strict: {value: true, why: w, cite: core}, "
    "lax: {value: false, why: w, cite: core}}",
    "inputs": "{share: {by: centre, unit: days, decimals: 1, low: -5, high: 5, why: fair, cite: core}, "
    "turn: {decimals: 0, low: 0, high: 9, why: w, cite: core}}",
    "second_listings": "[{offer_kind: both_kidneys, classes: [{id: both, when: willing_both_kidneys, after: urgent, "
    "say: takes both, cite: core 5}]}]",
    "otherwise": "not ranked",
    "points": terms(
        "{id: wait, of: waiting_days, weight: 2, curve: [[0, 0], [365, 1]], times: donor.kdpi_percent, when: "
        "same_region, missing: 0, relative_to: class, say: waiting counts, cite: core}, "
        "{id: bonus, value: 4, cite: core}, {id: band, of: cpra_percent, steps: [[20, 1]], missing: 0, cite: core}"
    ),
    "order": "[{key: urgency, classes: [urgent, both]}, {key: waiting_days, desc: true, missing: first}, points desc, "
    "lottery]",
    "offers": "{reply_minutes: 60, remind_minutes: [10, 20], at_once: 1, cite: core}",
    "tables": "[hla/antigens.csv]",
}


def rules(**changes):
    return {rule.name: dict(rule.parts) for section in show(load(**changes)) for rule in section.rules}


def test_a_policy_is_shown_from_top_to_bottom_without_empty_parts():
    assert [section.title for section in show(load())] == [
        "Policy",
        "Parameters",
        "Named conditions",
        "Screens: all must hold",
        "Classes of sequence 'all': the first that holds",
        "Order inside a class",
    ]


def test_every_part_of_a_full_policy_is_shown():
    assert [section.title for section in show(load(**FULL))] == [
        "Policy",
        "Parameters",
        "Numbers from outside",
        "Named conditions",
        "Screens: all must hold",
        "Classes of sequence 'all': the first that holds",
        "Points",
        "Order inside a class",
        "Offers",
        "Tables",
    ]


def test_the_head_says_who_adopted_the_policy_or_that_nobody_has():
    assert rules()["policy"]["adopted"] == "by nobody yet"
    adopted = rules(**FULL)["policy"]
    assert (adopted["adopted"], adopted["reasons"]) == ("by the committee on 2026-02-01", "minutes 3")


def test_a_parameter_shows_value_unit_reason_and_source():
    shown = rules(**FULL)
    assert shown["parameter 'limit_hours'"] == {"value": "4 h", "why": "it keeps so long", "source": "core 1"}
    assert [shown[f"parameter '{name}'"]["value"] for name in ("groups", "strict", "lax")] == ["A, B", "true", "false"]


def test_an_input_shows_its_range_and_for_whom_it_is_given():
    shown = rules(**FULL)
    assert shown["input 'share'"]["values"] == "-5 to 5 days, 1 decimals"
    assert shown["input 'share'"]["given"] == "for each centre"
    assert shown["input 'turn'"]["given"] == "once for everyone"


def test_an_input_that_reads_another_table_says_so():
    inputs = (
        "{zone: {by: region, decimals: 0, low: 1, high: 6, why: fair, cite: core},"
        " here: {same_table: zone, by: donor.region, why: there, cite: core}}"
    )
    shown = rules(**{**FULL, "inputs": inputs})
    assert shown["input 'here'"]["given"] == "not by itself; it is the number of 'zone' for donor.region"


def test_an_input_that_differs_by_the_donor_says_so_and_what_holds_elsewhere():
    debt = "{by: country, per: donor.blood_group, otherwise: 1.5, decimals: 1, low: 0, high: 5, why: w, cite: core}"
    shown = rules(**{**FULL, "inputs": f"{{debt: {debt}}}"})
    assert shown["input 'debt'"]["given"] == "for each country, for each donor.blood_group"
    assert shown["input 'debt'"]["every other place"] == "1.5"


def test_classes_are_shown_in_their_overall_order_with_their_offer():
    section = next(section for section in show(load(**FULL)) if section.ordered)
    assert [rule.name for rule in section.rules] == [
        "sequence 'all'",
        "class 'urgent'",
        "class 'both'",
        "class 'others'",
    ]
    assert dict(section.rules[2].parts)["offer"] == "both_kidneys"
    assert dict(section.rules[0].parts) == {"donors": "always", "everybody else": "not ranked"}


def test_a_class_shows_its_own_order_and_its_shadow():
    shown = rules(
        classes="""
- {id: a, when: always, say: x, cite: core, order: [lottery]}
- {id: b, when: always, say: x, cite: core, shadowed_in_source: core table 1}"""
    )
    assert shown["class 'a'"]["order 1"] == "lottery that anyone can draw again"
    assert shown["class 'a'"]["order 2"] == "registration number"
    assert shown["class 'b'"]["never reached, as in the source"] == "core table 1"


def test_a_term_shows_how_its_points_come_about():
    shown = rules(**FULL)
    assert shown["points"] == {"decimals": "2", "rounding": "total half up"}
    assert shown["term 'wait'"] == {
        "of": "waiting_days",
        "weight": "2",
        "curve": "0 gives 0, 365 gives 1",
        "times": "donor.kdpi_percent",
        "when": "same_region",
        "missing gives": "0",
        "relative to": "class",
        "words": "waiting counts",
        "source": "core",
    }
    assert shown["term 'bonus'"] == {"points": "4 fixed", "source": "core"}
    assert shown["term 'band'"]["steps"] == "20 gives 1"


def test_an_order_is_shown_with_direction_missing_values_and_classes():
    assert rules(**FULL)["order"] == {
        "1": "urgency, lowest first, missing last, in the classes both, urgent only",
        "2": "waiting_days, highest first, missing first",
        "3": "points, highest first",
        "4": "lottery that anyone can draw again",
        "5": "registration number",
    }


def test_offers_and_tables_are_shown():
    shown = rules(**FULL)
    assert shown["offers"] == {
        "minutes to reply": "60",
        "reminders after minutes": "10, 20",
        "offers at once": "1",
        "source": "core",
    }
    assert shown["table 'hla/antigens.csv'"] == {}


def test_the_text_has_one_part_a_line():
    text = as_text(show(load()))
    assert (
        "Screens: all must hold\n----------------------\nscreen 'blood-group'\n    condition: abo_compatible\n" in text
    )


def test_every_citation_is_found():
    assert {(cite.key, cite.locator) for cite in cited(load())} == {("core", str(place)) for place in range(1, 5)}


def test_a_source_beside_the_file_is_shown_by_where_it_stands():
    (own,) = show_sources(cited(load()))
    assert (own.name, own.parts) == ("core", (("found", "in the sources.yaml beside the file"),))


def test_the_sources_of_a_policy_of_the_library_are_shown_with_title_and_certainty():
    shown = {rule.name: dict(rule.parts) for rule in show_sources(cited(policy("core/heart")))}
    assert shown["bequest-core"]["certainty"] == "own"
    assert shown["bequest-core"]["issuer"] == "Bequest"
