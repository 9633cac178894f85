"""Knows the classes of the liver tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, cast

from us_classes.entries import EDITION, class_entry, read, ring, ring_words

if TYPE_CHECKING:
    from collections.abc import Iterator


class LiverWho(TypedDict, total=False):
    """Hold whom a row of a liver table means."""

    status: str
    min_score: int | None
    score_kind: str
    registered_age_lt: int
    registered_age_ge: int
    age_lt: int
    age_ge: int
    also_registered_intestine: bool
    for_other_hepatic_support: bool


class LiverPlace(TypedDict, total=False):
    """Hold how far away the candidates of a row may be."""

    nm: int | None
    any_of: list[dict[str, int | str]]


class LiverRow(TypedDict):
    """Hold one class of a liver table."""

    classification: int
    candidates: LiverWho
    distance: LiverPlace
    donor_abo: str
    candidate_abo: str


class LiverTable(TypedDict):
    """Hold one liver table."""

    section: str
    rows: list[LiverRow]


_SUPPORT = "for_other_hepatic_support"
_LIVER_STATUSES = {
    "1A": (['liver_status == "1A"'], "status 1A"),
    "1A_adult": (['liver_status == "1A"', "listed_as_adult"], "status 1A, registered as an adult"),
    "1A_pediatric": (['liver_status == "1A"', "listed_as_child"], "status 1A, registered as a child"),
    "1B": (['liver_status == "1B"'], "status 1B"),
}
_LIVER_SCORES: dict[str, tuple[list[str], str]] = {
    "MELD": (["by_meld"], "MELD"),
    "PELD": (["by_peld"], "PELD"),
    "MELD_or_PELD": ([], "MELD or PELD"),
}
_LIVER_WHO = {
    "registered_age_lt": ("listed_as_child", "registered as a child"),
    "registered_age_ge": ("listed_as_adult", "registered as an adult"),
    "age_lt": ("by_peld", "under 12"),
    "age_ge": ("by_meld", "12 or older"),
    "also_registered_intestine": ("listed_for_intestine", "also waiting for an intestine"),
    _SUPPORT: ("accepts_hepatic_support", "for another method of hepatic support"),
}
_LIVER_AGES = {"registered_age_lt": 18, "registered_age_ge": 18, "age_lt": 12, "age_ge": 12}
_LIVER_GROUPS = {
    "O": ('blood_group == "O"', "group O"),
    "B": ('blood_group == "B"', "group B"),
    "O or B": ('blood_group in ["O", "B"]', "group O or B"),
    "A or AB": ("blood_group in groups_a_and_ab", "group A or AB"),
}
_ISLANDS = [{"nm": 2400, "candidate_registered_in": "HI"}, {"nm": 1100, "candidate_registered_in": "PR"}]


def _liver_table(name: str) -> LiverTable:
    return cast("dict[str, dict[str, LiverTable]]", read("liver_tables_9-11_to_9-16.json"))["tables"][name]


def liver(name: str) -> Iterator[list[str]]:
    """Yield the classes for a transplant of one table."""
    for row in _liver_table(name)["rows"]:
        if _SUPPORT not in row["candidates"]:
            yield _liver_class(name, row)


def hepatic_support(name: str) -> Iterator[list[str]]:
    """Yield the classes for another method of hepatic support, each after the last class for a transplant."""
    rows = _liver_table(name)["rows"]
    last = max(row["classification"] for row in rows if _SUPPORT not in row["candidates"])
    for row in rows:
        if _SUPPORT in row["candidates"]:
            yield [*_liver_class(name, row), f"after: {name}-{last}"]


def _liver_class(name: str, row: LiverRow) -> list[str]:
    conditions, words = _liver_group(row)
    needed, said = _liver_who(row["candidates"])
    place, where = _liver_place(row["distance"])
    section = _liver_table(name)["section"]
    cite = f"{EDITION} {section} Table {name} class {row['classification']}"
    return class_entry(f"{name}-{row['classification']}", [*needed, *conditions, *place], [*said, *words, where], cite)


def _liver_who(who: LiverWho) -> tuple[list[str], list[str]]:
    """Return the conditions on a candidate of a row, and their words."""
    if "status" in who:
        needed, said = _LIVER_STATUSES[who["status"]]
        conditions, words = [*needed], [said]
    else:
        needed, said = _LIVER_SCORES[who.get("score_kind", "")]
        low = who.get("min_score")
        conditions = ['liver_status == "none"', *needed, *([] if low is None else [f"liver_allocation_score >= {low}"])]
        words = [f"any {said}" if low is None else f"{said} of at least {low}"]
    for key, (condition, meaning) in _LIVER_WHO.items():
        if key in who:
            assert key not in _LIVER_AGES or who.get(key) == _LIVER_AGES[key], (
                "the ages of a row are those of the parameters"
            )
            conditions.append(condition)
            words.append(meaning)
    return conditions, words


def _liver_group(row: LiverRow) -> tuple[list[str], list[str]]:
    if row["donor_abo"] == "Any":
        return [], []
    if row["donor_abo"] == "Non-O":
        return ['donor.blood_group != "O"'], ["donor not of group O"]
    condition, meaning = _LIVER_GROUPS[row["candidate_abo"]]
    return ['donor.blood_group == "O"', condition], [f"{meaning} for a liver of group O"]


def _liver_place(distance: LiverPlace) -> tuple[list[str], str]:
    if "any_of" in distance:
        assert distance["any_of"] == _ISLANDS, "the islands of a row are those of the parameters"
        return ["on_island"], "registered in Hawaii or Puerto Rico and within its distance"
    within = distance.get("nm")
    return ring(within), ring_words(within)
