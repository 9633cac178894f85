"""Knows how a curve of points is drawn: a line between its corners, or the steps of its bands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.policy.expression import number_text
from bequest.policy.page.element import element

if TYPE_CHECKING:
    from decimal import Decimal
    from xml.etree.ElementTree import Element

    from bequest.policy.policy import Knots

_WIDTH, _HEIGHT = 360, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 14, 14, 44
_BEYOND = 10
"""A curve goes on flat beyond its corners; this share of the width shows it, in percent."""


def curve_picture(knots: Knots, *, across: str) -> Element:
    """Return the picture of a curve, linear between its corners and flat outside them."""
    return _picture(knots, [*knots], across)


def step_picture(knots: Knots, *, across: str) -> Element:
    """Return the picture of bands: no points below the first edge, then the points of the last edge that is reached."""
    corners: list[tuple[Decimal, Decimal]] = []
    height = knots[0][1] * 0
    for edge, points in knots:
        corners += [(edge, height), (edge, points)]
        height = points
    return _picture(knots, corners, across)


def _picture(knots: Knots, corners: list[tuple[Decimal, Decimal]], across: str) -> Element:
    edges = [float(x) for x, _ in corners]
    heights = [float(y) for _, y in corners]
    margin = (edges[-1] - edges[0] or abs(edges[0]) or 1.0) * _BEYOND / 100
    first, last = edges[0] - margin, edges[-1] + margin
    low, high = min(0.0, *heights), max(0.0, *heights)
    high = high if high > low else low + 1.0

    def place(x: float, y: float) -> str:
        right = _LEFT + (x - first) / (last - first) * (_WIDTH - _LEFT - _RIGHT)
        down = _TOP + (high - y) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)
        return f"{right:.1f},{down:.1f}"

    points = [(first, heights[0]), *zip(edges, heights, strict=True), (last, heights[-1])]
    line = element("polyline", points=" ".join(place(x, y) for x, y in points), class_="curve")
    ground, wall = (place(first, 0.0), place(last, 0.0)), (place(first, low), place(first, high))
    axes = [element("polyline", points=" ".join(ends), class_="axis") for ends in (ground, wall)]
    top, bottom = (max(knots, key=lambda knot: knot[1])[1], min(knots, key=lambda knot: knot[1])[1])
    marks = [
        _text(_LEFT - 8, _down(place(first, float(y))), number_text(y), "end") for y in dict.fromkeys((top, bottom))
    ]
    foot = _HEIGHT - _BOTTOM + 18
    marks += [
        _text(_right(place(float(x), 0.0)), foot, number_text(x), "middle")
        for x in dict.fromkeys((knots[0][0], knots[-1][0]))
    ]
    marks.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 6, across, "middle"))
    return element("svg", *axes, line, *marks, viewBox=f"0 0 {_WIDTH} {_HEIGHT}", aria_hidden="true", focusable="false")


def _text(right: float, down: float, text: str, anchor: str) -> Element:
    return element("text", text, x=f"{right:.1f}", y=f"{down:.1f}", text_anchor=anchor)


def _right(place: str) -> float:
    return float(place.partition(",")[0])


def _down(place: str) -> float:
    return float(place.partition(",")[2]) + 4
