"""Knows the tables of docs/reference/demo-country.md: what is drawn from which source, and what has no source."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from bequest.model.tables import read_rows
from bequest.simulation.population.distributions import (
    PUBLISHED,
    choices,
    curve,
    curve_labels,
    quantile_at_half,
    share_labels,
    shares,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bequest.simulation.population.distributions import Choice


def refreshed(page: str) -> str:
    """Return the page with its tables made anew from the data; what stands between the tables stays."""
    for name, table in (("sources", source_table()), ("assumptions", assumption_table())):
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        before, rest = page.split(begin)
        page = f"{before}{begin}\n{table}{end}{rest.split(end)[1]}"
    return page


def source_table() -> str:
    """Return what is drawn from which published table, as Markdown."""
    rows = [
        (_quantity(choice), " ".join(choice.countries), " ".join(choice.organs), choice.source)
        for choice in choices()
        if choice.status == PUBLISHED
    ]
    return _markdown(("quantity", "country", "organ", "source"), rows)


def assumption_table() -> str:
    """Return everything that has no source, or not for this use, as Markdown."""
    drawn = [
        (
            _quantity(choice),
            f"{' '.join(choice.countries)}; {' '.join(choice.organs)}",
            _value(choice),
            f"{choice.why}; partly from: {choice.source}" if choice.source else choice.why,
            choice.status,
        )
        for choice in choices()
        if choice.status != PUBLISHED
    ]
    taken = [
        (row["quantity"], "*; *", row["value"], row["why"], row["status"])
        for row in read_rows("population/assumptions.csv")
    ]
    return _markdown(("quantity", "country; organ", "value", "why", "status"), [*taken, *drawn])


def _quantity(choice: Choice) -> str:
    return f"{choice.who}: {choice.quantity}"


def _value(choice: Choice) -> str:
    """Return the numbers of an assumption; of a published table that stands in for another, its name."""
    if choice.why.startswith("as "):
        return f"table {choice.label}"
    label = re.compile(re.sub(r"\\{\w+\\}", "(.+)", re.escape(choice.label)))
    found = [
        (match, text(name))
        for names, text in ((share_labels(), _shares_text), (curve_labels(), _curve_text))
        for name in names
        if (match := label.fullmatch(name)) is not None
    ]
    return "; ".join(f"{match[1]}: {text}" if match.groups() else text for match, text in found)


def _shares_text(label: str) -> str:
    table = shares(label)
    ends = [0.0, *table.upper.tolist()]
    parts = [100 * (upper - lower) for lower, upper in pairwise(ends)]
    return ", ".join(
        f"{level} {round(part, 1):g} %" for level, part in zip(table.levels, parts, strict=True) if round(part, 1)
    )


def _curve_text(label: str) -> str:
    values = curve(label).value.tolist()
    if len(values) == 1:
        return f"{values[0]:g}"
    return f"{values[0]:g} to {values[-1]:g}, median {round(quantile_at_half(label), 2):g}"


def _markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)
