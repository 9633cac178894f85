"""Knows the classes of the kidney tables, and the points and words of antibodies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypedDict, cast

from us_classes.entries import EDITION, class_entry, read

if TYPE_CHECKING:
    from collections.abc import Iterator

_URGENT = re.compile(r"1-(\d+)")
_BOTH = "willing_dual"

Candidates = TypedDict(
    "Candidates",
    {
        "zero_abdr_mismatch": bool,
        "cpra_min": int,
        "cpra_max": int,
        "epts": str,
        "any_of": list[str],
        "age_at_match_lt": int,
        "registered_before_18": bool,
        "prior_living_donor": bool,
        "medically_urgent": bool,
        "safety_net_8.4.F_G_H": bool,
        "willing_dual": bool,
        "all_remaining": bool,
        "abo": str,
    },
    total=False,
)


class KidneyRow(TypedDict):
    """Hold one class of a kidney table."""

    classification: int
    candidates: Candidates
    distance_nm: int | None
    donor_abo: str


class KidneyTable(TypedDict):
    """Hold one kidney table."""

    section: str
    class_sets: dict[str, str]
    rows: list[KidneyRow]


class Band(TypedDict):
    """Hold one band of the points for antibodies."""

    min: int
    points: float


def _kidney_tables() -> dict[str, KidneyTable]:
    return cast("dict[str, dict[str, KidneyTable]]", read("kidney_tables_8-7_to_8-10.json"))["tables"]


def cpra_steps() -> str:
    """Return the points by antibodies as steps."""
    bands = cast("dict[str, list[Band]]", read("kidney_points_2025-12-10.json"))["cpra"]
    return "[" + ", ".join(f"[{band['min']}, {band['points']}]" for band in bands if band["points"]) + "]"


def urgent_classes() -> str:
    """Return the classes in which time at the medically urgent status is the first key."""
    found: list[str] = []
    for name, table in _kidney_tables().items():
        classes = _URGENT.match(table["class_sets"]["sorted_by_medical_urgency_first"])
        assert classes is not None, "a table says in which classes medical urgency comes first"
        found.extend(f"{name}-{number}" for number in range(1, int(classes[1]) + 1))
    return "[" + ", ".join(found) + "]"


def kidney(name: str) -> Iterator[list[str]]:
    """Yield the classes for one kidney of one table."""
    for row in _kidney_tables()[name]["rows"]:
        if _BOTH not in row["candidates"]:
            yield _kidney_class(name, row)


def both_kidneys(name: str) -> Iterator[list[str]]:
    """Yield the classes for both kidneys, each after the last class for one kidney that stands before it."""
    single = 0
    for row in _kidney_tables()[name]["rows"]:
        if _BOTH in row["candidates"]:
            yield [*_kidney_class(name, row), f"after: {name}-{single}"]
        else:
            single = row["classification"]


def _kidney_class(name: str, row: KidneyRow) -> list[str]:
    table = _kidney_tables()[name]
    who, number = row["candidates"], row["classification"]
    found = [*_kidney_candidates(who), *cpra(who), *_kidney_group(row)]
    if "candidate_limit" in table and "zero_abdr_mismatch" not in who:
        found.append(("adult", "18 or older"))
    found.append(("near", "within 250 nautical miles") if row["distance_nm"] else ("", "anywhere in the nation"))
    cite = f"{EDITION} {table['section']} Table {name} class {number}"
    more = [f"shadowed_in_source: {cite}"] if (name, number) in _SHADOWED else []
    return class_entry(
        f"{name}-{number}",
        [condition for condition, _ in found if condition],
        [words for _, words in found],
        f"[{cite}, optn-cpra-rounding half up]" if "cpra_min" in who else cite,
        *more,
    )


CANDIDATES = {
    "zero_abdr_mismatch": ("zero_abdr_mismatch", "no mismatch at HLA-A, -B and -DR"),
    "prior_living_donor": ("prior_living_donor", "once gave an organ"),
    "registered_before_18": ("listed_as_child", "registered before the age of 18"),
    "medically_urgent": ("medically_urgent", "medically urgent, because access for dialysis is running out"),
    "safety_net_8.4.F_G_H": ("safety_net_qualified", "kidney failure after the transplant of another organ"),
    "willing_dual": ("both_kidneys", "both kidneys together"),
    "all_remaining": ("", "everybody else"),
    "age_at_match_lt": ("child", "under 18"),
    "any_of": ("(top_epts or child)", "expected to live long with the kidney (EPTS of at most 20 %), or under 18"),
}
_EPTS = {
    "top20": ("top_epts", "expected to live long with the kidney (EPTS of at most 20 %)"),
    "gt20": ("lower_epts", "an adult with an EPTS above 20 %"),
}
_EVERY_DONOR = 100
_KNOWN = {*CANDIDATES, "epts", "cpra_min", "cpra_max", "abo"}
_SHADOWED = frozenset({("8-10", 13), ("8-10", 16)})
"""Classes whose every candidate fits an earlier class of the same published table (8-10: class 10)."""


def _kidney_candidates(who: Candidates) -> Iterator[tuple[str, str]]:
    assert set(who) <= _KNOWN, f"a word of the table has no meaning here: {sorted(set(who) - _KNOWN)}"
    for key, meaning in CANDIDATES.items():
        if key in who:
            yield meaning
    if "epts" in who:
        yield _EPTS[who["epts"]]


def cpra(who: Candidates) -> Iterator[tuple[str, str]]:
    """Yield the condition on antibodies and its words, nothing where every candidate is meant."""
    low, high = who.get("cpra_min", 0), who.get("cpra_max", _EVERY_DONOR)
    if (low, high) == (0, _EVERY_DONOR):
        return
    if low == high:
        yield f"cpra_whole_percent == {low}", f"antibodies against {low} % of donors"
    elif high == _EVERY_DONOR:
        yield f"cpra_whole_percent >= {low}", f"antibodies against at least {low} % of donors"
    elif low == 0:
        yield f"cpra_whole_percent <= {high}", f"antibodies against at most {high} % of donors"
    else:
        condition = f"cpra_whole_percent >= {low} and cpra_whole_percent <= {high}"
        yield condition, f"antibodies against {low} to {high} % of donors"


def _kidney_group(row: KidneyRow) -> Iterator[tuple[str, str]]:
    who = row["candidates"]
    abo, zero = who.get("abo"), "zero_abdr_mismatch" in who
    if abo == "identical":
        yield 'abo_kidney_relation == "identical"', "the donor's blood group"
    elif abo == "candidate_B" and row["donor_abo"] == "O":
        yield 'donor.blood_group == "O" and blood_group == "B"', "group B for a kidney of group O"
    elif abo == "candidate_B":
        yield (
            'abo_kidney_relation == "non_a1_to_b"',
            "group B, eligible for this kidney of group A non-A1 or AB non-A1B",
        )
    elif abo == "permissible":
        assert zero, "only rows without a mismatch speak of other groups alone"
        yield "abo_kidney_relation in other_groups_without_mismatch", "another blood group that may receive"
    elif zero:
        yield "abo_kidney_relation in permitted_groups_without_mismatch", "a blood group that may receive"
    else:
        assert abo in {"identical_or_permissible", "unstated"}, f"a blood group rule has no meaning here: {abo}"
        yield "abo_kidney_relation in permitted_groups", "a blood group that may receive"
