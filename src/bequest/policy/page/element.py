"""Knows how elements of a page are put together and written, so that every text is escaped in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Child: TypeAlias = "ET.Element | str"


def element(name: str, *children: Child, **attributes: str) -> ET.Element:
    """Return an element; an attribute whose name Python keeps for itself or that has a hyphen is written with `_`."""
    made = ET.Element(name, {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()})
    last: ET.Element | None = None
    for child in children:
        if not isinstance(child, str):
            made.append(child)
            last = child
        elif last is None:
            made.text = (made.text or "") + child
        else:
            last.tail = (last.tail or "") + child
    return made


def written(root: ET.Element) -> str:
    """Return a whole page as text."""
    return f"<!doctype html>\n{ET.tostring(root, encoding='unicode', method='html')}\n"


def pairs(entries: Iterable[tuple[str, Sequence[Child]]]) -> ET.Element:
    """Return a list of names and what each one holds; an entry that holds nothing is left out."""
    rows: list[ET.Element] = []
    for name, children in entries:
        if children and children[0] != "":
            rows.append(element("div", element("dt", name), element("dd", *children, dir="auto")))
    return element("dl", *rows)


def table(caption: str, headings: Sequence[str], rows: Iterable[Sequence[Sequence[Child]]]) -> ET.Element:
    """Return a table whose first cell heads its row; on a narrow screen each row becomes a card of labelled cells.

    The roles keep it a table for a screen reader there, because a browser forgets a table that is laid out otherwise.
    """
    titles = (element("th", heading, scope="col", role="columnheader") for heading in headings)
    head = element("thead", element("tr", *titles, role="row"), role="rowgroup")
    body = element("tbody", *(_row(headings, cells) for cells in rows), role="rowgroup")
    return element("table", element("caption", caption), head, body, role="table")


def _row(headings: Sequence[str], cells: Sequence[Sequence[Child]]) -> ET.Element:
    first, *others = zip(headings, cells, strict=True)
    return element(
        "tr",
        element("th", *first[1], scope="row", role="rowheader", data_label=first[0]),
        *(
            element("td", element("div", *cell, dir="auto"), role="cell", data_label=heading)
            for heading, cell in others
        ),
        role="row",
    )
