"""Knows the file of waiting-list flows: the balance of each organ's list in each year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.comparison import BadFileError, Compared, Difference, number_of, rows_of, text_of
from bequest.simulation.list_flows import ListYear, flow_problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Row = Mapping[str, object]


def has_flows(content: Row) -> bool:
    """Return whether a file holds the flows of waiting lists."""
    flows = content.get("flows")
    return isinstance(flows, dict) and "rows" in flows


def compare(content: Row) -> Iterator[Compared]:
    """Return each year of each list, compared; then all of them together, year by year."""
    flows = content["flows"]
    years: list[ListYear] = []
    for name, row in rows_of(flows if isinstance(flows, dict) else {}, "rows"):
        where = f"flows.{name}"
        year = _year(row, where)
        wrong = [Difference("end", row["end"], year.closing)] if flow_problems([year]) else []
        years.append(year)
        yield Compared(where, row, tuple(wrong))
    alone = {problem for year in years for problem in flow_problems([year])}
    together = [problem for problem in flow_problems(years) if problem not in alone]
    if together:
        yield Compared("flows", len(years), tuple(Difference("years", "one after the other", one) for one in together))


def _year(row: Row, where: str) -> ListYear:
    names = ("year", "start", "new", "died", "removed", "transplanted", "end")
    counts = {name: number_of(row, name, where=where) for name in names}
    if any(count != int(count) for count in counts.values()):
        raise BadFileError(f"row {where} has a count that is no whole number.")
    return ListYear(organ=text_of(row, "organ", where=where), **{name: int(count) for name, count in counts.items()})
