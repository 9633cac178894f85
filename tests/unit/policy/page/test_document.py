"""The page of every policy and donor plan of the library, and of a policy that has every part."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

import pytest

from bequest.policy import library, policy
from bequest.policy.page import plan_page, policy_page
from bequest.policy.plan_show import cited_by_plan
from bequest.policy.plans import plan, plan_names
from bequest.policy.show import cited
from unit.policy.policy_text import classes, load, terms
from unit.policy.test_show import FULL

EVERY = [f"{name}@{version.edition}" for name in library.names() for version in library.versions(name)]
PLANS = list(plan_names())
_VOID = {"meta"}
_INLINE = {"a", "span", "strong", "code", "time"}
_LOADS = {
    "script",
    "link",
    "img",
    "iframe",
    "object",
    "embed",
    "audio",
    "video",
    "source",
    "base",
    "form",
    "image",
    "use",
}


@dataclass
class Read(HTMLParser):
    """Hold what a browser finds on a page."""

    names: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    open_: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    attributes: set[str] = field(default_factory=set)
    words: list[str] = field(default_factory=list)

    def __post_init__(self):
        super().__init__()

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.names.append(tag)
        self.attributes |= set(found)
        self.ids += [found["id"]] if "id" in found else []
        self.targets += [found["href"]] if "href" in found else []
        self.open_ += [] if tag in _VOID else [tag]
        self.words += [] if tag in _INLINE else [" "]

    def handle_endtag(self, tag):
        self.words += [] if tag in _INLINE else [" "]
        if self.open_.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data):
        self.words.append(data)


def read(page):
    """Return what a browser finds on a page."""
    found = Read()
    found.feed(page)
    return found


def words(page):
    """Return the words of a page, without its style."""
    return " ".join("".join(read(re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)).words).split())


def page_of(name):
    return plan_page(plan(name)) if name in PLANS else policy_page(policy(name))


@pytest.mark.parametrize("name", [*EVERY, *PLANS])
def test_a_page_is_whole_and_every_link_on_it_leads_somewhere(name):
    found = read(page_of(name))
    assert (found.open_, found.wrong) == ([], [])
    assert len(set(found.ids)) == len(found.ids)
    inner = {target.removeprefix("#") for target in found.targets if target.startswith("#")}
    assert inner <= set(found.ids)
    assert all(target.startswith(("#", "https://")) for target in found.targets)


@pytest.mark.parametrize("name", [*EVERY, *PLANS])
def test_a_page_loads_nothing_and_runs_nothing(name):
    page = page_of(name)
    found = read(page)
    assert not set(found.names) & _LOADS
    assert not {attribute for attribute in found.attributes if attribute.startswith("on") or attribute == "src"}
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page


@pytest.mark.parametrize("name", EVERY)
def test_a_page_has_every_class_screen_term_and_source(name):
    chosen = policy(name)
    told = words(policy_page(chosen))
    entries = [entry for one in chosen.sequences for each in one.listings for entry in each.classes]
    said = [entry.say for entry in (*chosen.screens, *entries)] + [
        parameter.why for parameter in chosen.parameters.values()
    ]
    said += [term.say for term in (chosen.points.terms if chosen.points else ())]
    said += [cite.locator for cite in cited(chosen)]
    assert [text for text in said if " ".join(text.split()) not in told] == []
    assert chosen.hash in told


@pytest.mark.parametrize("name", PLANS)
def test_the_page_of_a_plan_has_every_step_second_organ_list_and_source(name):
    shown, page = plan(name), plan_page(plan(name))
    words = [step.say for order in shown.orders for step in order.steps] + [each.say for each in shown.second_organs]
    assert all(escape(word) in page for word in words)
    assert all(f">{run.policy}</" in page for run in shown.runs)
    assert all(f'id="source-{cite.key}"' in page for cite in cited_by_plan(shown))


def test_an_unverified_plan_says_so_before_anything_else():
    assert plan_page(plan("us/donor-plan")).index("UNVERIFIED") < plan_page(plan("us/donor-plan")).index("<table")


def test_the_page_says_its_language_and_direction():
    assert '<html lang="en" dir="ltr">' in policy_page(load())


def test_an_unverified_policy_says_so_before_anything_else():
    told = words(policy_page(policy("ch/liver")))
    warning = told.index("UNVERIFIED: some of its facts were never compared with their source. Never for a live offer.")
    assert warning < told.index("In force from")


def test_the_page_of_another_policy_does_not_warn():
    assert "UNVERIFIED" not in policy_page(policy("us/heart"))


def test_a_source_is_told_with_how_it_was_seen():
    told = words(policy_page(policy("eurotransplant/etkas")))
    assert "public code a public program that carries it out; the official text was not read" in told


def test_a_source_beside_the_file_is_told_as_such():
    assert "in the sources.yaml beside the file" in words(policy_page(load()))


def test_whoever_adopted_the_policy_is_named_with_the_reasons():
    told = words(policy_page(load(adopted="{by: the committee, on: 2026-02-01, justification: minutes 3}")))
    assert "by the committee on 2026-02-01" in told
    assert "minutes 3" in told


def test_words_of_a_policy_stay_words():
    sign = "<script>alert(1)</script> & more"
    page = policy_page(load(title=f'"{sign}"'))
    assert "script" not in read(page).names
    assert sign in words(page)


def test_every_part_of_a_full_policy_is_on_the_page():
    told = words(policy_page(load(**FULL)))
    for part in (
        "Values that a committee sets",
        "A or B",
        "Offers, numbers from outside, tables",
        "minutes to reply",
        "input share",
        "Offered: both kidneys.",
        "table hla/antigens.csv",
        "a lot that anyone can draw again",
        "the others of the class",
        "4 points",
        "input turn",
        "only in the classes both, urgent",
    ):
        assert part in told


def test_the_numbers_of_places_are_grouped():
    zones = "{zone: {by: country, values: {AT: 2, BE: 1, DE: 2}, otherwise: 0, why: so it is, cite: core 9}}"
    told = words(policy_page(load(geography=zones, classes=classes("geography.zone == 2", "always"))))
    assert "1 BE 2 AT, DE 0 every other place" in told
    assert "zone is 2" in told


def test_places_without_a_number_are_told_so():
    zones = "{zone: {by: country, values: {AT: 2}, why: so it is, cite: core 9}}"
    told = words(policy_page(load(geography=zones, classes=classes("geography.zone == 2", "always"))))
    assert "2 AT none every other place" in told


def test_a_list_is_told_with_its_donors():
    two = (
        "[{id: young, when: donor.age_years < 18, classes: [{id: a, when: always, say: so, cite: core}]}, "
        "{id: rest, when: always, otherwise: not ranked, classes: [{id: b, when: urgency == 1, say: so, cite: core}]}]"
    )
    told = words(policy_page(load(classes=None, sequences=two)))
    assert "For donors with: donor age below 18 years" in told
    assert "For every other donor" in told
    assert "The last class takes everybody." in told
    assert "Who fits no class is not ranked." in told


def test_a_class_that_the_source_never_reaches_says_so():
    shadowed = (
        "[{id: a, when: always, say: all, cite: core}, "
        "{id: b, when: urgency == 1, say: none, cite: core, shadowed_in_source: core 7}]"
    )
    assert "Never reached, as in the source" in words(policy_page(load(classes=shadowed, otherwise="not ranked")))


def test_a_policy_may_read_nothing_and_order_in_its_classes_only():
    alone = "[{id: a, when: always, say: all, cite: core, order: [lottery]}]"
    bare = load(classes=alone, order=None, parameters=None, conditions=None, screens=None)
    told = words(policy_page(bare))
    assert "Between equals" not in told
    assert "Order inside this class:" in told


@pytest.mark.parametrize(
    ("term", "told"),
    [
        (
            "{id: a, of: waiting_days, missing: 0, cite: core}",
            "a Points waiting time (days) If a fact is missing 0 points",
        ),
        ("{id: a, of: waiting_days, weight: 0.5, missing: 1, cite: core}", "0.5 times waiting time (days)"),
        ("{id: a, value: 1, when: same_region, say: near, cite: core}", "near Points 1 point Only when same region"),
        (
            "{id: a, of: waiting_days, curve: [[0, 0], [365, 1]], times: donor.age_years, missing: 0, cite: core}",
            "by waiting time (days), as below times donor age (years)",
        ),
        (
            "{id: a, of: waiting_days, weight: 2, curve: [[0, 0], [365, 1]], missing: 0, cite: core}",
            "on straight lines waiting time (days) points 0 0 365 2",
        ),
        (
            "{id: a, of: waiting_days, steps: [[20, 1]], missing: 0, cite: core}",
            "from each value on; 0 below the first waiting time (days) points 20 1",
        ),
    ],
)
def test_a_term_is_told_with_what_it_counts(term, told):
    assert told in words(policy_page(load(points=terms(term), order="[points desc]")))


def test_an_order_is_told_key_by_key_and_ends_in_the_registration_number():
    told = words(policy_page(load(order="[abo_identical desc, same_region, {key: urgency, missing: first}]")))
    assert (
        "ABO identical: yes first; missing last same region: no first; missing last "
        "urgency, lowest first; missing first registration number, lowest first"
    ) in told


def test_each_rounding_is_told():
    points = terms("{id: a, value: 1, cite: core}")
    each = points.replace("total half up", "per term")
    assert "The sum is rounded half up to 2 decimals." in words(policy_page(load(points=points, order="[points desc]")))
    assert "Each term is rounded half up to 2 decimals." in words(policy_page(load(points=each, order="[points desc]")))
