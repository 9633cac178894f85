from __future__ import annotations

import pytest

from bequest.model.enums import OfferKind, Organ
from unit.policy.policy_text import load, problems

MAIN = """
- {id: a, when: urgency == 1, say: x, cite: core}
- {id: b, when: urgency == 2, say: x, cite: core}
- {id: c, when: always, say: x, cite: core}"""


def second(*written, kind="both_kidneys"):
    entries = "".join(f"\n  - {{say: x, cite: core, {each}}}" for each in written)
    return f"\n- offer_kind: {kind}\n  classes:{entries}"


def listings(*lists, **changes):
    policy = load(
        organ="kidney", classes=MAIN, second_listings="".join(lists), conditions=None, otherwise="not ranked", **changes
    )
    return policy.sequences[0].listings


def wrong(*lists):
    return problems(
        organ="kidney", classes=MAIN, second_listings="".join(lists), conditions=None, otherwise="not ranked"
    )


def test_a_list_alone_has_the_positions_of_the_file():
    (main,) = load(conditions=None, classes=MAIN).sequences[0].listings
    assert (main.offer_kind, main.positions) == (OfferKind.SINGLE, (0, 1, 2))


def test_second_listings_stand_between_the_classes_of_the_main_list():
    main, both = listings(
        second(
            "id: d, when: same_region, after: a",
            "id: e, when: same_centre, after: a",
            "id: f, when: same_country, after: b",
            "id: g, when: willing_both_kidneys",
        )
    )
    assert main.positions == (0, 3, 5)
    assert (both.offer_kind, both.positions) == (OfferKind.BOTH_KIDNEYS, (1, 2, 4, 6))
    assert [entry.id for entry in both.classes] == ["d", "e", "f", "g"]


def test_two_second_listings_keep_the_order_of_the_file():
    main, both, split = listings(
        second("id: d, when: same_region, after: b"),
        second("id: e, when: same_region, after: b", "id: f, when: same_country", kind="split_liver"),
    )
    assert (main.positions, both.positions, split.positions) == ((0, 1, 4), (2,), (3, 5))


@pytest.mark.parametrize(
    ("lists", "sentence"),
    [
        (
            second("id: d, when: same_region", kind="both"),
            "second listing 1: 'offer_kind' cannot be 'both'; write one of",
        ),
        (second("id: d, when: same_region", kind="single"), "second listing 1: offer kind 'single' is listed already"),
        (second("id: d, when: same_region, after: z"), "class 'd': 'z' is no class of the main list of this sequence"),
        ("\n- {offer_kind: both_kidneys, classes: []}", "second listing 1: there are no classes; write at least one"),
        ("\n- {offer_kind: both_kidneys, otherwise: x, classes: []}", "second listing 1: 'otherwise' is no key of thi"),
        (second("id: a, when: same_region"), "class 'a': the id 'a' stands at two places; give each its own"),
        (
            second("id: d, when: same_region, after: b", "id: e, when: same_centre, after: a"),
            "class 'e': stands in the overall order before the class above it; write the classes in their order",
        ),
        (
            second("id: d, when: same_region", "id: e, when: always, after: 3"),
            "class 'e': 'after' must be text, and is a",
        ),
    ],
)
def test_a_wrong_second_listing_is_refused(lists, sentence):
    assert sentence in "\n".join(wrong(lists))


def test_after_in_the_main_list_is_refused():
    assert problems(classes="[{id: a, when: always, after: a, say: x, cite: core}]") == (
        (
            "heart.yaml:10, class 'a': 'after' places a class of a second listing; the main list goes by the order "
            "of the file; remove it"
        ),
    )


def test_a_second_listing_for_everyone_needs_no_otherwise():
    policy = load(
        organ="kidney",
        conditions=None,
        classes=MAIN,
        second_listings=second("id: d, when: always", kind="both_kidneys"),
    )
    assert policy.organ is Organ.KIDNEY


def test_a_class_may_have_its_own_order():
    policy = load(classes="[{id: a, when: always, say: x, cite: core, order: [urgency, lottery]}]")
    assert [key.name for key in policy.sequences[0].listings[0].classes[0].order] == ["urgency", "lottery"]


def test_a_shadowed_class_cites_where_the_source_has_it():
    policy = load(
        classes="""
- {id: a, when: always, say: x, cite: core}
- {id: b, when: always, say: x, cite: core, shadowed_in_source: core table 3}"""
    )
    assert policy.sequences[0].listings[0].classes[1].shadowed_in_source.locator == "table 3"


def test_one_place_is_enough_for_a_shadowed_class():
    assert (
        "one citation is enough"
        in problems(classes="[{id: a, when: always, say: x, cite: core, shadowed_in_source: [core 1, core 2]}]")[0]
    )


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("{id: a, when: always, say: x}", "class 'a': there is no citation; add `cite: KEY PLACE`"),
        ("{id: a, when: always, cite: core}", "class 'a': 'say' is missing; say in words who belongs here"),
        ("{id: a, whn: always, say: x, cite: core}", "class 'a': 'when' is missing; write a condition, or `always`"),
        ("{id: a, when: oops, say: x, cite: core}", "class 'a': 'oops' is no column, parameter or condition"),
        ("3", "class 1: must hold keys with values, and is a number; write it as a block"),
    ],
)
def test_a_wrong_class_is_refused(written, sentence):
    assert sentence in "\n".join(problems(classes=f"[{written}]"))
