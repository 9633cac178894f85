from __future__ import annotations

import pytest

from bequest.policy.expression import ALWAYS
from unit.policy.policy_text import classes, load, problems, screen


def test_a_screen_keeps_its_condition_its_words_and_its_text():
    (found,) = load(screens=screen("not\n  abo_compatible  or same_region")).screens
    assert (found.id, found.text, found.say) == ("size", "not abo_compatible or same_region", "it fits")


def test_a_policy_may_have_no_screens_of_its_own():
    assert load(screens=None).screens == ()


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("{id: active, when: same_region, say: x, cite: core}", "screen 'active': 'active' is the screen that the eng"),
        ("{when: same_region, say: x, cite: core}", "screen 1: 'id' is missing; write `id: short-name`"),
        ("{id: Size, when: same_region, say: x, cite: core}", "screen 'Size': 'Size' must be small letters, digits an"),
        ("{id: size, say: x, cite: core}", "screen 'size': 'when' is missing; write a condition, or `always`"),
        ("{id: size, when: 3, say: x, cite: core}", "screen 'size': 'when' must be text, and is a number; write a con"),
        ("{id: size, when: same_region, cite: core}", "screen 'size': 'say' is missing; say in words what must hold"),
        ("{id: size, when: same_region, say: x}", "screen 'size': there is no citation; add `cite: KEY PLACE`"),
        ("{id: size, when: same_region, say: x, cite: core, order: []}", "screen 'size': 'order' is no key of this pl"),
    ],
)
def test_a_wrong_screen_is_refused(written, sentence):
    assert problems(screens=f"[{written}]")[0].startswith(f"heart.yaml:9, {sentence}")


def test_two_screens_of_one_id_are_refused():
    one = "{id: size, when: same_region, say: x, cite: core}"
    assert problems(screens=f"[{one}, {one}]") == (
        "heart.yaml:9, screen 'size': the id 'size' stands at two places; give each its own",
    )


def many_screens(count):
    lines = (f"\n- {{id: s{n}, when: same_region, say: x, cite: core}}" for n in range(count))
    return "".join(lines)


def test_sixty_three_screens_fit_beside_the_one_of_the_engine():
    assert len(load(screens=many_screens(63)).screens) == 63


def test_sixty_four_screens_are_refused():
    assert problems(screens=many_screens(64)) == ("heart.yaml:9: there are 64 screens and at most 63 fit; join some",)


def test_classes_at_the_top_are_one_sequence_for_every_donor():
    (sequence,) = load().sequences
    assert (sequence.id, sequence.when, sequence.text, sequence.otherwise) == ("all", ALWAYS, "always", "")


def sequences(*written, **changes):
    block = "".join(f"\n- {{{each}}}" for each in written)
    return {"sequences": block, "classes": None, "conditions": None, **changes}


ALL = "classes: [{id: all-of-them, when: always, say: x, cite: core}]"
OTHERS = "classes: [{id: others, when: always, say: x, cite: core}]"


def test_the_donor_chooses_the_sequence():
    policy = load(**sequences(f"id: A, when: donor.age_years < 18, {ALL}", f"id: adults, when: always, {OTHERS}"))
    assert [(entry.id, entry.text) for entry in policy.sequences] == [
        ("A", "donor.age_years < 18"),
        ("adults", "always"),
    ]


def test_an_input_for_everyone_and_a_parameter_may_choose_the_sequence():
    policy = load(
        **sequences(
            f"id: A, when: input.turn <= level and switch, {ALL}",
            f"id: B, when: always, {OTHERS}",
            inputs="{turn: {decimals: 0, low: 0, high: 9, why: x, cite: core}}",
            parameters="{level: {value: 3, why: x, cite: core}, switch: {value: true, why: x, cite: core}}",
        )
    )
    assert policy.sequences[0].text == "input.turn <= level and switch"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (
            f"id: A, when: urgency == 1, {ALL}",
            "sequence 'A': 'urgency' belongs to a candidate, but the donor chooses the",
        ),
        (
            f"id: A, when: input.share > 1, {ALL}",
            "sequence 'A': 'input.share' belongs to a candidate, but the donor cho",
        ),
        (f"when: always, {ALL}", "sequence 1: 'id' is missing; write a short name such as A"),
        (f"id: A b, when: always, {ALL}", "sequence 'A b': 'A b' must be letters, digits and hyphens; rename it"),
        (f"id: A, {ALL}", "sequence 'A': 'when' is missing; write a condition, or `always`"),
        (f"id: A, when: always, cite: core, {ALL}", "sequence 'A': 'cite' is no key of this place"),
        ("id: A, when: always", "sequence 'A': there are no classes; write at least one"),
    ],
)
def test_a_wrong_sequence_is_refused(written, sentence):
    inputs = "{share: {by: centre, decimals: 0, low: 0, high: 9, why: x, cite: core}}"
    assert problems(**sequences(written, inputs=inputs))[0].startswith(f"heart.yaml:11, {sentence}")


def test_sequences_of_one_id_are_refused():
    wrong = problems(**sequences(f"id: A, when: donor.age_years < 18, {ALL}", f"id: A, when: always, {OTHERS}"))
    assert wrong == ("heart.yaml:12, sequence 'A': the id 'A' stands at two places; give each its own",)


def test_classes_of_one_id_are_refused_even_in_two_sequences():
    wrong = problems(**sequences(f"id: A, when: donor.age_years < 18, {ALL}", f"id: B, when: always, {ALL}"))
    assert wrong == (
        "heart.yaml:12, class 'all-of-them': the id 'all-of-them' stands at two places; give each its own",
    )


def test_classes_beside_sequences_are_refused():
    wrong = problems(**sequences(f"id: A, when: always, {ALL}", classes="[]", otherwise="not ranked"))
    assert sorted(sentence.partition(": ")[2] for sentence in wrong) == [
        "'classes' stands beside 'sequences'; move it into a sequence",
        "'otherwise' stands beside 'sequences'; move it into a sequence",
    ]


def test_an_empty_list_of_sequences_is_refused():
    assert "there is no sequence; write one, or `classes` at the top" in problems(**sequences(sequences="[]"))[0]


def test_a_list_that_leaves_people_out_must_say_so():
    assert problems(classes=classes("same_region")) == (
        (
            "heart.yaml:1: what happens to those who fit no class is not said after 'a'; add `otherwise: not ranked` "
            "or a last class `when: always`"
        ),
    )


def test_who_fits_no_class_may_stay_unranked():
    assert load(classes=classes("same_region"), otherwise="not ranked").sequences[0].otherwise == "not ranked"


def test_otherwise_after_a_class_for_everyone_is_refused():
    assert problems(otherwise="not ranked") == (
        "heart.yaml:14: 'otherwise' can never apply, because the last class takes everyone; remove one of the two",
    )


def test_otherwise_says_one_thing_only():
    assert problems(classes=classes("same_region"), otherwise="ranked last") == (
        "heart.yaml:13: 'otherwise' cannot be 'ranked last'; write `otherwise: not ranked`",
    )


SHARED = """
- id: small
  when: donor.weight_kg < 18
  offer_kind: en_bloc
  classes_of: large
- id: large
  when: always
  classes:
    - {id: urgent, when: urgency == 1, say: urgent, cite: core 3}
    - {id: others, when: always, say: everybody else, cite: core 4}
  second_listings:
    - {offer_kind: both_kidneys, classes: [{id: both, when: always, say: both, cite: core 5}]}"""


def shared(old="", new=""):
    assert old in SHARED
    return {"classes": None, "sequences": SHARED.replace(old, new)}


def test_a_sequence_may_take_the_classes_of_another_and_offer_something_else():
    small, large = load(**shared()).sequences
    assert [listing.offer_kind.value for listing in small.listings] == ["en_bloc"]
    assert small.listings[0].classes == large.listings[0].classes
    assert [listing.offer_kind.value for listing in large.listings] == ["single", "both_kidneys"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("classes_of: large", "classes_of: huge", "'huge' is no sequence with classes of its own"),
        ("classes_of: large", "classes_of: small", "'small' is no sequence with classes of its own"),
        ("classes_of: large", "classes_of: large\n  classes: []", "'classes' stands beside 'classes_of'"),
        ("offer_kind: en_bloc", "offer_kind: parts", "'offer_kind' cannot be 'parts'"),
    ],
)
def test_a_mistake_about_shared_classes_is_told(old, new, told):
    assert told in "\n".join(problems(**shared(old, new)))


def test_a_mistake_in_shared_classes_is_told_once():
    assert len(problems(**shared("urgency == 1", "urgencies == 1"))) == 1
