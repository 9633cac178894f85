"""Knows the published and the assumed distributions: which table is drawn from for which quantity, and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bequest.model.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bequest.model.enums import Organ

ANY = "*"
PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Choice:
    """Hold which table serves one quantity: one row of choices.csv.

    `label` names rows of shares.csv or curves.csv and may hold places such as {area}, filled in for each person.
    """

    who: str
    quantity: str
    countries: tuple[str, ...]
    organs: tuple[str, ...]
    label: str
    status: str
    source: str
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Hold a discrete distribution; `upper` are the upper ends of the levels in [0, 1], the last one is 1."""

    levels: tuple[str, ...]
    upper: NDArray[np.float64]  # (levels,)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Hold a distribution of numbers by its quantiles, straight between them; one point is a constant."""

    at: NDArray[np.float64]  # (points,), rising from 0 to 1
    value: NDArray[np.float64]  # (points,), never falling


def chosen(who: str, quantity: str, *, country: str, organ: Organ) -> Choice:
    """Return the first row of choices.csv that fits."""
    fitting = (
        choice
        for choice in choices()
        if choice.who == who
        and choice.quantity == quantity
        and (country in choice.countries or ANY in choice.countries)
        and (organ.value in choice.organs or ANY in choice.organs)
    )
    found = next(fitting, None)
    assert found is not None, f"choices.csv has a row for {quantity} of a {who} ({country}, {organ.value})"
    return found


def shares(label: str) -> Shares:
    """Return the discrete distribution of that label."""
    return _all_shares()[label]


def curve(label: str) -> Curve:
    """Return the distribution of numbers of that label."""
    return _all_curves()[label]


def constant(label: str) -> float:
    """Return the number that a label of one point stands for."""
    (value,) = curve(label).value.tolist()
    return float(value)


def quantile_at_half(label: str) -> float:
    """Return the median of a distribution of numbers."""
    (median,) = quantile(curve(label), np.array([0.5])).tolist()
    return float(median)


def share_labels() -> tuple[str, ...]:
    """Return the label of every discrete distribution."""
    return tuple(_all_shares())


def curve_labels() -> tuple[str, ...]:
    """Return the label of every distribution of numbers."""
    return tuple(_all_curves())


def quantile(of: Curve, at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the numbers below which the shares `at` lie.

    Only steps that IEEE 754 fixes to the last bit are used, so the numbers are the same on every machine.
    """
    return interpolated(at, of.at, of.value)


def share_below(of: Curve, value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the shares of the distribution that lie below the numbers `value`."""
    return interpolated(value, of.value, of.at)


def interpolated(
    x: NDArray[np.float64], points: NDArray[np.float64], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the broken line through the points at `x`, flat outside.

    NumPy's own `interp` may be compiled to fused steps that round otherwise on another machine.
    """
    if len(points) == 1:
        return np.full(x.shape, values[0])
    left = np.clip(np.searchsorted(points, x, side="right") - 1, 0, len(points) - 2)
    width = points[left + 1] - points[left]
    part = np.clip((x - points[left]) / np.where(width > 0, width, 1.0), 0.0, 1.0)
    return values[left] + (values[left + 1] - values[left]) * part


@cache
def choices() -> tuple[Choice, ...]:
    """Return every row of choices.csv; the first that fits counts."""
    return tuple(
        Choice(
            who=row["who"],
            quantity=row["quantity"],
            countries=tuple(row["countries"].split()),
            organs=tuple(row["organs"].split()),
            label=row["label"],
            status=row["status"],
            source=row["source"],
            why=row["why"],
        )
        for row in read_rows("population/choices.csv")
    )


@cache
def _all_shares() -> Mapping[str, Shares]:
    weights: dict[str, dict[str, float]] = {}
    for row in read_rows("population/shares.csv"):
        weights.setdefault(row["label"], {})[row["level"]] = float(row["weight"])
    return MappingProxyType({label: _shares(levels) for label, levels in weights.items()})


def _shares(levels: Mapping[str, float]) -> Shares:
    # A running sum is the same everywhere; a pairwise one need not be.
    running = np.cumsum(np.array(list(levels.values())))
    return Shares(tuple(levels), running / running[-1])


@cache
def _all_curves() -> Mapping[str, Curve]:
    points: dict[str, list[tuple[float, float]]] = {}
    for row in read_rows("population/curves.csv"):
        points.setdefault(row["label"], []).append((float(row["at"]), float(row["value"])))
    return MappingProxyType(
        {
            label: Curve(np.array([at for at, _ in curve]), np.array([value for _, value in curve]))
            for label, curve in points.items()
        }
    )
