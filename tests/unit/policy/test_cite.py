from __future__ import annotations

import pytest

from bequest.policy.cite import claims_who
from unit.policy.policy_text import classes, load, problems, terms


def cited(cite):
    return problems(screens=f"[{{id: size, when: abo_compatible, say: fits, cite: {cite}}}]")[0]


@pytest.mark.parametrize(
    ("cite", "sentence"),
    [
        ("cor 1", "the source 'cor' is in no sources.yaml; did you mean core?"),
        ("zzzz", "the source 'zzzz' is in no sources.yaml; add it to a sources.yaml beside the file"),
        ("[]", "the list of citations is empty; add `cite: KEY PLACE` with a key of sources.yaml"),
        ("3", "a citation must be text; add `cite: KEY PLACE` with a key of sources.yaml"),
        ("[core, ' ']", "a citation must be text; add `cite: KEY PLACE` with a key of sources.yaml"),
        ("who 9", "cites 'who', but WHO prescribes no ranking and is the author of no such rule; cite who decided it"),
        ("core WHO protocol 4", "cites 'core', but WHO prescribes no ranking and is the author of no such rule"),
        ("[core, principles 9]", "cites 'principles', but WHO prescribes no ranking and is the author of no such rule"),
    ],
)
def test_a_wrong_citation_is_refused(cite, sentence):
    assert cited(cite).startswith(f"heart.yaml:9, screen 'size': {sentence}")


def test_a_citation_is_a_key_and_a_place():
    (cite,) = load().screens[0].cite
    assert (cite.key, cite.locator) == ("core", "2")


def test_a_citation_may_name_the_source_alone():
    (cite,) = load(classes=classes("always")).sequences[0].listings[0].classes[0].cite
    assert (cite.key, cite.locator) == ("core", "")


def test_no_class_and_no_term_may_cite_who():
    assert "class 'a': cites 'who'" in problems(classes="[{id: a, when: always, say: x, cite: who}]")[0]
    assert "term 't': cites 'who'" in problems(points=terms("{id: t, value: 1, cite: who}"))[0]


def test_the_words_of_a_rule_may_not_claim_who():
    (sentence,) = problems(classes="[{id: a, when: always, say: as WHO demands, cite: core}]")
    assert sentence.endswith("the words claim WHO, which prescribes no ranking; say what the rule does")


@pytest.mark.parametrize(
    ("block", "key"),
    [
        ({"parameters": "{limit_hours: {value: 4, unit: h, why: as the WHO says, cite: core}}"}, "why"),
        ({"inputs": "{a: {decimals: 0, low: 0, high: 9, why: by WHO, cite: core}}"}, "why"),
        ({"geography": "{z: {by: region, values: {HI: 1}, why: by WHO, cite: core}}"}, "why"),
        ({"adopted": "{by: us, on: 2026-01-01, justification: WHA63.22}"}, "justification"),
    ],
)
def test_no_reason_may_claim_who(block, key):
    (sentence,) = problems(**block)
    assert sentence.endswith(f"'{key}' claims WHO, which prescribes no ranking; say it in your own words")


def test_no_class_may_be_shadowed_in_a_text_of_who():
    shadowed = "[{id: a, when: always, say: x, cite: core}, {id: b, when: always, say: x, cite: core, "
    assert "class 'b': cites 'who'" in problems(classes=shadowed + "shadowed_in_source: who 9}]")[0]


def test_a_parameter_may_cite_who():
    assert load(parameters="{limit_hours: {value: 4, unit: h, why: x, cite: who 9}}").parameters["limit_hours"].cite


@pytest.mark.parametrize(
    "words",
    [
        "The WHO protocol",
        "After WHA63.22",
        "World Health Organisation",
        "world health organization",
        "guiding Principle 9",
        "World  Health\nOrganization",
        "World-Health-Organization",
        "\uff37\uff28\uff2f protocol",
        "World Hea\u200clth Organization",
        "W.H.O. list",
        "WHO-approved",
        "W H O",
        "W-H-O",
        "WHO_2010",
        "WHO2010",
        "WorldHealthOrganization",
        "World.Health/Organization",
        "W\u0335H\u0335O\u0335 list",
        "W\u041d\u041e list",
        "W\u0397\u039f list",
        "W\u3164HO list",
        "W\u00a0H\u00a0O",
    ],
)
def test_a_claim_of_the_authorship_of_who_is_seen(words):
    assert claims_who(words)


@pytest.mark.parametrize("words", ["Those who wait", "Who waits longest", "The whole list"])
def test_the_english_word_who_is_no_claim(words):
    assert not claims_who(words)
