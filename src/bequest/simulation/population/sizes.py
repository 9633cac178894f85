"""Knows how tall and how heavy people are, by sex and age."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bequest.model.tables import read_rows
from bequest.simulation.population.distributions import interpolated
from bequest.simulation.population.people import number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bequest.simulation.population.people import Coded, People

LIGHT_KG = 20
"""Below this weight a scale shows tenths of a kilogram, above it whole ones."""


def sizes(
    people: People, sex: Coded, age_years: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return height in whole centimetres and weight in kilograms for each person."""
    spread, ratio = number(people, "height"), number(people, "body mass")
    height = np.zeros(len(people))
    weight = np.zeros(len(people))
    for name in sex.levels:
        rows = sex.has(name)
        table = _sizes()[name]
        age = age_years[rows]
        tall = interpolated(age, table["age_years"], table["height_cm"])
        tall += spread[rows] * interpolated(age, table["age_years"], table["height_sd_cm"])
        height[rows] = rounded(tall, 0)
        index = interpolated(age, table["age_years"], table["body_mass_index"]) * ratio[rows]
        weight[rows] = index * (height[rows] / 100) * (height[rows] / 100)
    return height, np.where(weight < LIGHT_KG, rounded(weight, 1), rounded(weight, 0))


def rounded(values: NDArray[np.float64], decimals: int) -> NDArray[np.float64]:
    """Return the values rounded half up; NaN stays."""
    scale = float(10**decimals)
    return np.floor(values * scale + 0.5) / scale


@cache
def _sizes() -> Mapping[str, Mapping[str, NDArray[np.float64]]]:
    rows = read_rows("population/sizes.csv")
    numbers = ("age_years", "height_cm", "height_sd_cm", "body_mass_index")
    return MappingProxyType(
        {
            sex: {name: np.array([float(row[name]) for row in rows if row["sex"] == sex]) for name in numbers}
            for sex in sorted({row["sex"] for row in rows})
        }
    )
