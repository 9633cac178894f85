"""Knows the classes of the pancreas tables, for pancreases and islets."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, cast

from us_classes.entries import EDITION, class_entry, near, read, ring_words
from us_classes.kidney import CANDIDATES, cpra

if TYPE_CHECKING:
    from collections.abc import Iterator


class PancreasRow(TypedDict):
    """Hold one class of a pancreas table."""

    classification: int
    candidates: str
    zero_abdr_mismatch: bool
    cpra_min: int
    nm: int | None


_PANCREAS_TABLES = {"table_11_5": ("11.4.F", "11-5"), "table_11_6": ("11.4.G", "11-6")}


def pancreas(name: str) -> Iterator[list[str]]:
    """Yield the classes for a pancreas, alone or with a kidney, of one table."""
    yield from _pancreas_classes(name, "PA_or_KP")


def islet(name: str) -> Iterator[list[str]]:
    """Yield the classes for islets of one table."""
    yield from _pancreas_classes(name, "islet")


def _pancreas_classes(name: str, candidates: str) -> Iterator[list[str]]:
    section, table = _PANCREAS_TABLES[name]
    tables = cast("dict[str, dict[str, list[PancreasRow]]]", read("pancreas_tables_11-5_11-6.json"))
    for row in tables[name]["rows"]:
        if row["candidates"] != candidates:
            continue
        zero = [CANDIDATES["zero_abdr_mismatch"]] if row["zero_abdr_mismatch"] else []
        found = [*zero, *cpra({"cpra_min": row["cpra_min"]})]
        cite = f"{EDITION} {section} Table {table} class {row['classification']}"
        yield class_entry(
            f"{table}-{row['classification']}",
            [*(condition for condition, _ in found), *near(row["nm"])] or ["always"],
            [*([words for _, words in found] or ["everybody else"]), ring_words(row["nm"])],
            f"[{cite}, optn-cpra-rounding half up]" if row["cpra_min"] else cite,
        )
