"""Knows how the policy files of the United States are written: a template of their rules, and tables of their classes.

`python tools/generate_us_policies.py` writes src/bequest/policies/us; a test holds the files against `policy_files`.
A line `@kind table` of a template becomes the classes of that table; {{name}} becomes a list.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

EDITION = "optn-2025-12-10"
DATA = Path(__file__).parent / "data" / "us"
TARGET = Path(__file__).parents[1] / "src" / "bequest" / "policies" / "us"

_MARK = re.compile(r"^( *)@(\w+) (.+)$")
_ENDING = ".template.yaml"


def policy_files() -> dict[str, str]:
    """Return the text of every policy file by its name."""
    return {
        f"{path.name.removesuffix(_ENDING)}-{EDITION}.yaml": _filled(path.read_text(encoding="utf-8"))
        for path in sorted(DATA.glob(f"*{_ENDING}"))
    }


def _filled(template: str) -> str:
    lists = {"cpra": _cpra_steps, "urgent": _urgent_classes}
    filled = re.sub(r"\{\{(\w+)\}\}", lambda match: lists[match[1]](), template)
    return "".join(line for written in filled.splitlines() for line in _lines(written))


def _lines(written: str) -> Iterator[str]:
    mark = _MARK.match(written)
    if mark is None:
        yield f"{written}\n"
        return
    indent, kind, table = mark.groups()
    for entry in _KINDS[kind](table):
        first, *rest = entry
        yield f"{indent}- {first}\n"
        yield from (f"{indent}  {line}\n" for line in rest)


def _read(name: str) -> object:
    # The type of what a table holds is what its caller says: the tables stand beside this file.
    return cast("object", json.loads((DATA / name).read_text(encoding="utf-8")))


def _class(id_: str, conditions: list[str], words: list[str], cite: str, *more: str) -> list[str]:
    say = ", ".join(words)
    return [f"id: {id_}", f"when: {' and '.join(conditions)}", f'say: "{say}"', f"cite: {cite}", *more]


# ------------------------------------------------------------------ kidney

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
    return cast("dict[str, dict[str, KidneyTable]]", _read("kidney_tables_8-7_to_8-10.json"))["tables"]


def _cpra_steps() -> str:
    bands = cast("dict[str, list[Band]]", _read("kidney_points_2025-12-10.json"))["cpra"]
    return "[" + ", ".join(f"[{band['min']}, {band['points']}]" for band in bands if band["points"]) + "]"


def _urgent_classes() -> str:
    """Return the classes in which time at the medically urgent status is the first key."""
    found: list[str] = []
    for name, table in _kidney_tables().items():
        classes = _URGENT.match(table["class_sets"]["sorted_by_medical_urgency_first"])
        assert classes is not None, "a table says in which classes medical urgency comes first"
        found.extend(f"{name}-{number}" for number in range(1, int(classes[1]) + 1))
    return "[" + ", ".join(found) + "]"


def _kidney(name: str) -> Iterator[list[str]]:
    for row in _kidney_tables()[name]["rows"]:
        if _BOTH not in row["candidates"]:
            yield _kidney_class(name, row)


def _both_kidneys(name: str) -> Iterator[list[str]]:
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
    found = [*_kidney_candidates(who), *_cpra(who), *_kidney_group(row)]
    if "candidate_limit" in table and "zero_abdr_mismatch" not in who:
        found.append(("adult", "18 or older"))
    found.append(("near", "within 250 nautical miles") if row["distance_nm"] else ("", "anywhere in the nation"))
    cite = f"{EDITION} {table['section']} Table {name} class {number}"
    more = [f"shadowed_in_source: {cite}"] if (name, number) in _SHADOWED else []
    return _class(
        f"{name}-{number}",
        [condition for condition, _ in found if condition],
        [words for _, words in found],
        f"[{cite}, optn-cpra-rounding half up]" if "cpra_min" in who else cite,
        *more,
    )


_KIDNEY_CANDIDATES = {
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
_KNOWN = {*_KIDNEY_CANDIDATES, "epts", "cpra_min", "cpra_max", "abo"}
_SHADOWED = frozenset({("8-10", 13), ("8-10", 16)})
"""Classes whose every candidate fits an earlier class of the same published table (8-10: class 10)."""


def _kidney_candidates(who: Candidates) -> Iterator[tuple[str, str]]:
    assert set(who) <= _KNOWN, f"a word of the table has no meaning here: {sorted(set(who) - _KNOWN)}"
    for key, meaning in _KIDNEY_CANDIDATES.items():
        if key in who:
            yield meaning
    if "epts" in who:
        yield _EPTS[who["epts"]]


def _cpra(who: Candidates) -> Iterator[tuple[str, str]]:
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


# ------------------------------------------------------------------ heart, intestine, pancreas


class HeartRow(TypedDict):
    """Hold one class of a heart table."""

    status: list[str]
    abo: str
    within_nm: int | None


class IntestineRow(TypedDict):
    """Hold one class of the intestine table."""

    classification: int
    status: int
    abo: str
    nm: int | None


class PancreasRow(TypedDict):
    """Hold one class of a pancreas table."""

    classification: int
    candidates: str
    zero_abdr_mismatch: bool
    cpra_min: int
    nm: int | None


_HEART_TABLES = {"donor_age_ge_18": "6-7", "donor_age_lt_18": "6-8"}


def _heart(name: str) -> Iterator[list[str]]:
    table = _HEART_TABLES[name]
    rows = cast("dict[str, list[HeartRow]]", _read("heart_policy6_sequences.json"))[name]
    for number, row in enumerate(rows, start=1):
        statuses = row["status"]
        conditions = [_one_of("heart_status", statuses), f"{row['abo']}_group"]
        words = [" or ".join(_status_words(status) for status in statuses), f"{row['abo']} blood group"]
        place = f"Table {table} class {number}"
        yield _class(
            f"{table}-{number}",
            [*conditions, *_ring(row["within_nm"])],
            [*words, _ring_words(row["within_nm"])],
            f"[{EDITION} Policy 6 {place}, optn-heart-2025-08-01 {place}]",
        )


def _status_words(status: str) -> str:
    group, _, number = status.partition("_")
    return f"{'adult' if group == 'adult' else 'child'} of status {number}"


def _one_of(name: str, codes: list[str]) -> str:
    if len(codes) == 1:
        return f'{name} == "{codes[0]}"'
    return f"{name} in [{', '.join(json.dumps(code) for code in codes)}]"


def _ring(within_nm: int | None) -> list[str]:
    return [] if within_nm is None else [f"distance_nm <= {within_nm}"]


def _ring_words(within_nm: int | None) -> str:
    return "anywhere in the nation" if within_nm is None else f"within {within_nm:,} nautical miles"


def _intestine(name: str) -> Iterator[list[str]]:
    for row in cast("dict[str, list[IntestineRow]]", _read("intestine_table_7-1.json"))["rows"]:
        yield _class(
            f"{name}-{row['classification']}",
            [f'intestine_status == "{row["status"]}"', f"abo_{row['abo']}", *_near(row["nm"])],
            [f"status {row['status']}", f"{row['abo']} blood group", _ring_words(row["nm"])],
            f"{EDITION} 7.3.B Table {name} class {row['classification']}",
        )


def _near(within_nm: int | None) -> list[str]:
    return [] if within_nm is None else ["near"]


_PANCREAS_TABLES = {"table_11_5": ("11.4.F", "11-5"), "table_11_6": ("11.4.G", "11-6")}


def _pancreas(name: str) -> Iterator[list[str]]:
    yield from _pancreas_classes(name, "PA_or_KP")


def _islet(name: str) -> Iterator[list[str]]:
    yield from _pancreas_classes(name, "islet")


def _pancreas_classes(name: str, candidates: str) -> Iterator[list[str]]:
    section, table = _PANCREAS_TABLES[name]
    tables = cast("dict[str, dict[str, list[PancreasRow]]]", _read("pancreas_tables_11-5_11-6.json"))
    for row in tables[name]["rows"]:
        if row["candidates"] != candidates:
            continue
        zero = [_KIDNEY_CANDIDATES["zero_abdr_mismatch"]] if row["zero_abdr_mismatch"] else []
        found = [*zero, *_cpra({"cpra_min": row["cpra_min"]})]
        cite = f"{EDITION} {section} Table {table} class {row['classification']}"
        yield _class(
            f"{table}-{row['classification']}",
            [*(condition for condition, _ in found), *_near(row["nm"])] or ["always"],
            [*([words for _, words in found] or ["everybody else"]), _ring_words(row["nm"])],
            f"[{cite}, optn-cpra-rounding half up]" if row["cpra_min"] else cite,
        )


_KINDS: Mapping[str, Callable[[str], Iterator[list[str]]]] = {
    "kidney": _kidney,
    "both_kidneys": _both_kidneys,
    "heart": _heart,
    "intestine": _intestine,
    "pancreas": _pancreas,
    "islet": _islet,
}


def main() -> None:
    """Write every policy file."""
    TARGET.mkdir(exist_ok=True)
    for name, written in policy_files().items():
        (TARGET / name).write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
