"""Knows the files of Swiss allocation and of Brazilian livers: order and class of people, run by the real policies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from adapters.comparison import BadFileError, Compared, Difference, number_of, rows_of, text_of
from adapters.one_run import one_run, table_of, told
from adapters.sheets import Expected, Sheet, compared, inputs_of, outputs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Row = Mapping[str, object]

_HEART, _LIVER, _BRAZIL = "ch/heart@ch-2024-04", "ch/liver@ch-2024-04", "br/liver-child-donor@br-2026-01"
_LIVER_POINTS = Sheet(
    "ch-liver@ch-2017",
    {name: name for name in ("creatinine_mg_per_dl", "bilirubin_mg_per_dl", "inr", "dialysis", "oral_anticoagulation")},
    {"points": Expected("points"), "raw": Expected("points_unrounded")},
)
_LIVER_REFRESH = Sheet(
    "ch-liver-refresh@ch-2017", {"points": "points"}, {"max_lab_age_hours": Expected("laboratory_hours")}
)
_INTERVALS = {
    "7 days": ("refresh_days", 7), "1 month": ("refresh_months", 1), "3 months": ("refresh_months", 3),
    "1 year": ("refresh_months", 12),
}  # fmt: skip
_HEART_CLASSES = {1: "urgent", 2: "child", 3: "alike", 4: "others"}
_BRAZIL_CLASSES = {1: "child-identical", 2: "child-compatible", 3: "adult-identical", 4: "adult-compatible", None: None}
_SWISS = {
    "needed_with": "none", "accepts_incompatible_blood_group": False, "preservation_hours": 1, "weight_kg": 70,
    "age_years": 50, "urgency_for_other_reason": False, "points_from_fixed_start": True,
}  # fmt: skip


def is_swiss(content: Row) -> bool:
    """Return whether a file holds points, classes or the validity of urgency of the Swiss lists."""
    return {"liver_points", "liver_refresh", "urgency_validity", "heart_classes"} <= set(content)


def compare_swiss(content: Row) -> Iterator[Compared]:
    """Return each row of each section, compared."""
    for name, row in rows_of(content, "liver_points"):
        where = f"liver_points.{name}"
        yield Compared(where, inputs_of(row, where=where), tuple(compared(_LIVER_POINTS, row, where=where)))
    for section, differences in (
        ("liver_refresh", _refreshed),
        ("urgency_validity", _valid),
        ("heart_classes", _hearts),
    ):
        found = content[section]
        for name, row in rows_of(found if isinstance(found, dict) else {}, "rows"):
            where = f"{section}.{name}"
            yield Compared(where, row, tuple(told(differences)(row, where)))


def is_brazilian_livers(content: Row) -> bool:
    """Return whether a file holds livers of children and small donors in Brazil."""
    cases = content.get("cases")
    return isinstance(cases, list) and bool(cases) and isinstance(cases[0], dict) and "rule_applies" in cases[0]


def compare_brazilian_livers(content: Row) -> Iterator[Compared]:
    """Return each donor, compared."""
    for name, row in rows_of(content, "cases"):
        yield Compared(name, {key: row.get(key) for key in ("donor", "candidates")}, tuple(told(_livers)(row, name)))


def _refreshed(row: Row, where: str) -> Iterator[Difference]:
    inputs = {"points": number_of(row, "points", where=where)}
    yield from compared(_LIVER_REFRESH, {**row, "inputs": inputs}, where=where)
    values, _ = outputs(_LIVER_REFRESH, inputs, where=where)
    text = text_of(row, "refresh_days_or_text", where=where)
    got = next((told for told, (field, value) in _INTERVALS.items() if values.get(field) == value), None)
    if text != got:
        yield Difference("refresh_days_or_text", text, got)


def _valid(row: Row, where: str) -> Iterator[Difference]:
    organ = text_of(row, "organ", where=where)
    at = datetime.combine(_day(row["at"], where), datetime.min.time(), tzinfo=UTC)
    again = row.get("renewed", row.get("confirmed", []))
    if organ not in {"heart", "liver"} or not isinstance(again, list):
        raise BadFileError(f"row {where} is about another organ, or its renewals are no list.")
    granted = _day(row["granted"], where)
    person = {
        **_SWISS,
        "urgency": None,
        "urgency_granted": 1,
        "urgency_since_on": granted,
        "urgency_confirmed_on": max((_day(day, where) for day in again), default=None),
        # The policy, and no other limit, must judge it.
        "urgency_valid_until": at + timedelta(days=365),
    }
    donor = {"age_years": 40, "weight_kg": 70}
    run = one_run(_HEART if organ == "heart" else _LIVER, donor, {"x": person}, where=where, at=at)
    expected, got = text_of(row, "status", where=where), str(run.class_of("x")).endswith("urgent")
    if (expected == "urgent") is not got:
        yield Difference("status", expected, "urgent" if got else "lapsed")


def _hearts(row: Row, where: str) -> Iterator[Difference]:
    donor = table_of(row, "donor", where=where)
    people = {
        text_of(one, "id", where=where): {
            **_SWISS,
            "age_years": one["age"],
            "weight_kg": one["weight_kg"],
            "waiting_days": one["waiting_days"],
            "urgency": 1 if one["urgent"] else 9,
            "urgency_confirmed_days": 0,
        }
        for _, one in rows_of(row, "candidates")
    }
    facts = {"age_years": donor["age"], "weight_kg": donor["weight_kg"]}
    run = one_run(_HEART, facts, people, where=where)
    for _, one in rows_of(row, "candidates"):
        name = text_of(one, "id", where=where)
        if run.class_of(name) != _HEART_CLASSES.get(int(number_of(one, "class", where=where))):
            yield Difference(f"class of {name}", one["class"], run.class_of(name))
    if row["expected_order"] != run.order:
        yield Difference("expected_order", row["expected_order"], run.order)


def _livers(row: Row, where: str) -> Iterator[Difference]:
    donor = table_of(row, "donor", where=where)
    people = {
        text_of(one, "id", where=where): {
            "age_years": one["age"],
            "blood_group": one["abo"],
            "meld": one["score"],
            "waiting_days": one["waiting_days"],
        }
        for _, one in rows_of(row, "candidates")
    }
    facts = {"blood_group": donor["abo"], "age_years": donor["age"], "weight_kg": donor["weight_kg"]}
    run = one_run(_BRAZIL, facts, people, where=where)
    for _, one in rows_of(row, "candidates"):
        name = text_of(one, "id", where=where)
        if run.class_of(name) != _BRAZIL_CLASSES.get(one["class"], ""):
            yield Difference(f"class of {name}", one["class"], run.class_of(name))
    excluded = sorted(set(people) - set(run.order))
    for field, got in (("expected_order", run.order), ("excluded", excluded)):
        if row[field] != got:
            yield Difference(field, row[field], got)


def _day(value: object, where: str) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise BadFileError(f"row {where}: '{str(value)[:40]}' is no date.") from None
