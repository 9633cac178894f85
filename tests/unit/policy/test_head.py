from __future__ import annotations

from datetime import date

import pytest

from unit.policy.policy_text import load, problems


def test_a_title_that_claims_who_is_refused():
    assert problems(title="WHO rule for hearts") == (
        "heart.yaml:3: the title claims WHO, which prescribes no ranking; name who decided the policy",
    )


@pytest.mark.parametrize(("key", "value"), [("policy", "who/heart"), ("edition", "who-2026")])
def test_neither_a_name_nor_an_edition_may_claim_who(key, value):
    assert problems(**{key: value})[0].endswith(
        f"'{value}' claims WHO, which prescribes no ranking; name who decided the policy"
    )


def test_an_adoption_says_who_when_and_why():
    adopted = load(adopted="{by: the committee, on: 2026-02-01, justification: minutes 3}").adopted
    assert (adopted.by, adopted.on, adopted.justification) == ("the committee", date(2026, 2, 1), "minutes 3")


@pytest.mark.parametrize(
    ("adopted", "sentence"),
    [
        (
            "{by: World Health Assembly, on: 2026-02-01, justification: x}",
            "WHO adopts no ranking; name the body that dec",
        ),
        ("{on: 2026-02-01, justification: x}", "'by' is missing; write who decided"),
        ("{by: x, justification: x}", "'on' is missing; write it as 2026-01-31"),
        ("{by: x, on: 2026-02-01}", "'justification' is missing; write where the reasons are published"),
        ("{by: x, on: 2026-02-01, justification: x, at: y}", "'at' is no key of this place"),
    ],
)
def test_a_wrong_adoption_is_refused(adopted, sentence):
    assert problems(adopted=adopted)[0].startswith(f"heart.yaml:14, adopted: {sentence}")


def test_offers_say_minutes_and_number():
    offers = load(offers="{reply_minutes: 60, remind_minutes: [10, 20], at_once: 2, cite: core}").offers
    assert (offers.reply_minutes, offers.remind_minutes, offers.at_once) == (60, (10, 20), 2)
    assert offers.cite[0].key == "core"


def test_offers_need_no_reminder_and_no_citation():
    offers = load(offers="{reply_minutes: 60, at_once: 1}").offers
    assert (offers.remind_minutes, offers.cite) == ((), ())


@pytest.mark.parametrize(
    ("offers", "sentence"),
    [
        ("{at_once: 1}", "'reply_minutes' is missing; write a whole number from 1 to 10080"),
        ("{reply_minutes: 60}", "'at_once' is missing; write a whole number from 1 to 1000"),
        (
            "{reply_minutes: 60, at_once: 1, remind_minutes: [61]}",
            "'remind_minutes' must be a whole number from 1 to 60",
        ),
        (
            "{reply_minutes: 60, at_once: 1, remind_minutes: [x]}",
            "'remind_minutes' must be a whole number from 1 to 60",
        ),
        ("{reply_minutes: 60, at_once: 1, cite: zzzz}", "the source 'zzzz' is in no sources.yaml"),
        ("{reply_minutes: 60, at_once: 1, remind: 3}", "'remind' is no key of this place"),
    ],
)
def test_wrong_offers_are_refused(offers, sentence):
    assert problems(offers=offers)[0].startswith(f"heart.yaml:14, offers: {sentence}")


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        ("[hla/none.csv]", "there is no packaged table 'hla/none.csv'; write one such as hla/antigens.csv"),
        ("[hla/../__init__.py]", "there is no packaged table 'hla/../__init__.py'; write one such as hla/antigens.csv"),
        ("[3]", "there is no packaged table ''; write one such as hla/antigens.csv"),
        ("[hla/antigens.csv, hla/antigens.csv]", "the table 'hla/antigens.csv' stands in the list twice; remove one"),
        (
            "[us/race_weights.csv]",
            "'us/race_weights.csv' stands for race or ethnicity, which no policy may read; remove",
        ),
        ("hla", "'tables' must be a list, and is text; write it as a list"),
    ],
)
def test_a_wrong_table_is_refused(tables, sentence):
    assert problems(tables=tables)[0].startswith(f"heart.yaml:14: {sentence}")


def test_tables_are_sorted():
    assert load(tables="[hla/antigens.csv, hla/alleles.csv]").tables == ("hla/alleles.csv", "hla/antigens.csv")
