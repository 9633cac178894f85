"""Knows how the liver policy of Eurotransplant is written: a template of its rules, tables of its tiers and layers.

`python tools/generate_elas_policy.py` writes src/bequest/policies/eurotransplant/elas-2016.yaml; a test holds it
against `policy_text`. One sequence is written for each kind of donor; what that kind decides is worked out here,
so that a class asks about candidates only.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DATA = Path(__file__).parent / "data" / "eurotransplant"
TARGET = Path(__file__).parents[1] / "src" / "bequest" / "policies" / "eurotransplant" / "elas-2016.yaml"

Conditions = dict[str, str]
_COUNTRIES = ("Austria", "Belgium", "Croatia", "Germany", "Hungary", "Netherlands", "Slovenia")
_CODES = {
    "Austria": "at", "Belgium": "be", "Croatia": "hr", "Germany": "de", "Hungary": "hu", "Netherlands": "nl",
    "Slovenia": "si", "Other": "other",
}  # fmt: skip
_WRITTEN = {
    "recipient_hu=true": ("high_urgency", "high urgency"),
    "recipient_aco=true": ("combined_organ_approved", "an approved combination of organs"),
    "recipient_aco=false": ("not combined_organ_approved", "one organ"),
    "recipient_paediatric=true": ("child", "a child"),
    "recipient_paediatric=false": ("not child", "no child"),
    "recipient_low_weight=true": ("light", "under 55 kg"),
    "donor_paediatric=true": ("child_donor", "a child's liver"),
    "local=true": ("same_centre", "at the donor's centre"),
    "national=true": ("same_country", "in the donor's country"),
    "international=true": ("abroad", "abroad"),
    "et_compatible=true": ("abo_liver_priority", "a compatible group"),
    "obligation=true": ("owed", "a liver is owed"),
    "blood_group_identical=true": ("abo_identical", "the same blood group"),
    "blood_group_priority=1": ("first_group", "blood group of the first priority"),
    "blood_group_priority=2": ("second_group", "blood group of the second priority"),
    "blood_group_priority=3": ("third_group", "another blood group"),
}
_HIGH, _COMBINED, _ORDINARY = "high urgency", "an approved combination of organs", "elective"
_TIERS = {
    "whole": {"A": _HIGH, "B": _COMBINED, "D": _ORDINARY},
    "split": {"A": _HIGH, "B": _COMBINED, "C": _ORDINARY, "D": _HIGH, "E": _COMBINED, "F": _ORDINARY},
}


@dataclass(frozen=True)
class Rule:
    """Hold one row of a table: its number in the source, what it gives, and its conditions."""

    number: str
    gives: str
    conditions: Conditions


@dataclass(frozen=True, eq=False)
class Variant:
    """Hold the donors of one sequence; a fact of the donor that is not in `facts` is asked in the classes."""

    graft: str
    country: str
    facts: Conditions
    id: str
    when: str


@dataclass(frozen=True)
class Reached:
    """Hold the pairs of a tier and a rule of its layers that somebody reaches, and the rules for tiers that are met."""

    pairs: set[tuple[str, str]]
    tiers: tuple[Rule, ...]
    letters: Mapping[str, str]


def policy_text() -> str:
    """Return the text of the policy file."""
    template = (DATA / "elas.template.yaml").read_text(encoding="utf-8")
    lines = [line for variant in _every_variant() for line in _sequence(variant)]
    return template.replace("@sequences\n", "".join(f"  {line}\n" for line in lines))


@cache
def _every_variant() -> tuple[Variant, ...]:
    return tuple(_variants())


def _variants() -> Iterator[Variant]:
    for country in (*_COUNTRIES, "Other"):
        dead = (("dbd", "false", "not circulatory"), ("dcd", "true", "circulatory"))
        asked = dead if any("donor_dcd" in rule.conditions for rule in _layers("whole", "D", country)) else ((),)
        for (child, kind, asks), death in product((("true", "child", ""), ("false", "grown", "not ")), asked):
            when = [
                "from_elsewhere" if country == "Other" else f"from_{country.lower()}",
                "whole",
                f"{asks}child_donor",
            ]
            facts, name = {"donor_country": country, "donor_paediatric": child}, [_CODES[country], kind]
            if death:
                facts, name, when = {**facts, "donor_dcd": death[1]}, [*name, death[0]], [*when, death[2]]
            yield Variant("whole", country, facts, "-".join(name), " and ".join(when))
    alike = [tuple(_split_layers(country)) for country in _COUNTRIES if country != "Germany"]
    assert all(each == alike[0] for each in alike), "the countries but Germany divide livers alike"
    german = {"donor_country": "Germany"}
    yield Variant("split", "Germany", german, "de-split", "from_germany and split")
    elsewhere = {"donor_country": "Other"}
    yield Variant("split", "Austria", elsewhere, "split", "split and not from_germany and not from_elsewhere")
    yield Variant("split", "Other", elsewhere, "other-split", "split and from_elsewhere")


def _split_layers(country: str) -> Iterator[tuple[object, ...]]:
    for tier in "ABCDEF":
        yield from (
            (tier, rule.number, rule.gives, *rule.conditions.items()) for rule in _layers("split", tier, country)
        )


def _sequence(variant: Variant) -> Iterator[str]:
    yield f"- id: {variant.id}"
    yield f"  when: {variant.when}"
    yield "  classes:"
    for entry in _classes(variant):
        yield f"    - {entry[0]}"
        yield from (f"      {line}" for line in entry[1:])


def _classes(variant: Variant) -> Iterator[list[str]]:
    reached = _reached(variant)
    for letter in sorted({rule.gives for rule in reached.tiers}):
        layers = _left(variant, letter)
        tier = _tier_condition(reached, letter)
        last = [rule for rule in layers if (letter, rule.number) in reached.pairs][-1]
        for rule in layers:
            is_reached = (letter, rule.number) in reached.pairs
            if not is_reached and not _nowhere(variant, letter, rule):
                continue
            asks = [] if rule is last else [_written(rule)]
            conditions = [part for part in (*([] if tier is None else [tier]), *asks) if part]
            entry = _entry(variant, reached.letters[letter].lower(), letter, rule, conditions)
            yield entry if is_reached else [*entry, f"shadowed_in_source: {_place(variant, letter, rule)}"]


def _entry(variant: Variant, shown: str, letter: str, rule: Rule, conditions: list[str]) -> list[str]:
    words = [
        _TIERS[variant.graft][letter],
        *(_WRITTEN[f"{name}={value}"][1] for name, value in rule.conditions.items()),
    ]
    if not rule.conditions:
        words.append("everybody else")
    lines = [
        f"id: {variant.id}-{shown}{rule.gives}",
        f"when: {' and '.join(conditions) or 'always'}",
        f'say: "{", ".join(words)}"',
        f"cite: {_place(variant, letter, rule)}",
    ]
    order = _order(variant, letter)
    return lines if order is None else [*lines, f"order: {order}"]


def _place(variant: Variant, letter: str, rule: Rule) -> str:
    """Return where in the source a rule stands."""
    table = "layers of split livers" if variant.graft == "split" else "layers"
    country = "other countries than Germany" if variant.id == "split" else variant.country
    number = f" rule {rule.number}" if rule.number else ""
    return f"et-liver-simulator {table} {country} tier {letter}{number}"


def _order(variant: Variant, letter: str) -> str | None:
    """Return the order of a class where it is not that of the policy."""
    time = "liver_match_days desc, waiting_days"
    if letter in "AB":
        return f"[{time}]"
    region = ", same_region desc" if variant.country == "Germany" and letter == _ELECTIVE[variant.graft] else ""
    owed = "input.obligation_rank desc, " if _counts(variant, letter) else ""
    return None if owed and not region else f"[{owed}points desc{region}, {time}]"


_ELECTIVE = {"whole": "D", "split": "F"}


def _counts(variant: Variant, letter: str) -> bool:
    """Return whether obligations move anybody in this tier."""
    known = {**variant.facts, "graft": variant.graft, "tier": letter}
    return any(
        row["donor_country"] == variant.country and all(known.get(key) == value for key, value in _read(row).items())
        for row in _rows("elas_obligation_applicable.csv")
    )


def _tier_condition(reached: Reached, letter: str) -> str | None:
    """Return who has a tier, those aside who have a better one; None where everybody else has it."""
    rules = [rule for rule in reached.tiers if rule.gives == letter]
    if letter == max(rule.gives for rule in reached.tiers):
        return None
    if len(rules) > 1:
        common = dict.fromkeys(name for name in rules[0].conditions if all(name in rule.conditions for rule in rules))
        rests = [{name: value for name, value in rule.conditions.items() if name not in common} for rule in rules]
        any_of = " or ".join(_written(Rule("", "", rest)) for rest in rests)
        return f"{_written(Rule('', '', {name: rules[0].conditions[name] for name in common}))} and ({any_of})"
    before = reached.tiers[: reached.tiers.index(rules[0])]
    others = [f"not {_written(one)}" for one in before if one.gives > letter]
    return " and ".join([_written(rules[0]), *others])


def _written(rule: Rule) -> str:
    return " and ".join(_WRITTEN[f"{name}={value}"][0] for name, value in rule.conditions.items())


@cache
def _reached(variant: Variant) -> Reached:
    """Return which rules anybody reaches, among all people there can be."""
    rows = [row for row in _rows("elas_tiers.csv") if row["graft"] == variant.graft]
    letters = {row["tier_internal"]: row["tier_displayed"] for row in rows}
    tiers = _resolved([Rule(row["rule_order"], row["tier_internal"], _read(row)) for row in rows], variant.facts)
    layers = {rule.gives: _left(variant, rule.gives) for rule in tiers}
    pairs: set[tuple[str, str]] = set()
    used: set[str] = set()
    for person in _people(variant):
        tier = next(rule for rule in tiers if _meets(person, rule))
        pairs.add((tier.gives, next(rule for rule in layers[tier.gives] if _meets(person, rule)).number))
        used.add(tier.number)
    return Reached(pairs, tuple(rule for rule in tiers if rule.number in used), letters)


def _nowhere(variant: Variant, letter: str, rule: Rule) -> bool:
    """Return whether no donor of the country and kind of liver lets anybody reach a rule that this donor fits."""
    if not rule.number:
        return False
    every = [one for one in _every_variant() if (one.graft, one.country) == (variant.graft, variant.country)]
    told = next(one for one in every if rule.number in {each.number for each in _left(one, letter)})
    return told is variant and not any((letter, rule.number) in _reached(one).pairs for one in every)


def _people(variant: Variant) -> Iterator[Conditions]:
    """Return one person for each combination of what rules ask; nothing is owed to the donor's own country."""
    truths = ("recipient_hu", "recipient_aco", "recipient_paediatric", "recipient_low_weight", "et_compatible",
              "obligation", "blood_group_identical", "donor_paediatric")  # fmt: skip
    for values in product(("true", "false"), repeat=len(truths)):
        for place, priority in product(("local", "national", "international"), "123"):
            person = dict(zip(truths, values, strict=True)) | {"blood_group_priority": priority}
            person |= {
                "local": _yes(place == "local"), "national": _yes(place != "international"),
                "international": _yes(place == "international"),
            }  # fmt: skip
            if place == "international" or person["obligation"] == "false":
                yield {**person, **variant.facts}


def _yes(value: object) -> str:
    return "true" if value else "false"


def _meets(person: Conditions, rule: Rule) -> bool:
    return all(person[name] == value for name, value in rule.conditions.items())


def _resolved(rules: list[Rule], facts: Conditions) -> tuple[Rule, ...]:
    """Return the rules that the donor of a sequence leaves open, without what the donor decides."""
    left = [rule for rule in rules if all(facts.get(name, value) == value for name, value in rule.conditions.items())]
    return tuple(
        Rule(rule.number, rule.gives, {name: value for name, value in rule.conditions.items() if name not in facts})
        for rule in left
    )


def _left(variant: Variant, tier: str) -> tuple[Rule, ...]:
    """Return the rules for layers that the donor leaves open, and the layer 0 of whoever meets none of them."""
    return (*_resolved(_layers(variant.graft, tier, variant.country), variant.facts), Rule("", "0", {}))


def _layers(graft: str, tier: str, country: str) -> list[Rule]:
    return [
        Rule(row["rule_order"], row["layer"], _read(row))
        for row in _rows("elas_layers.csv")
        if (row["graft"], row["tier_internal"], row["donor_country"]) == (graft, tier, country)
    ]


def _read(row: Mapping[str, str]) -> Conditions:
    """Return conditions by name; a default has none."""
    written = row["conditions"]
    return {} if written == "default" else dict(part.split("=") for part in written.split(" & "))


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Write the policy file."""
    TARGET.write_text(policy_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
