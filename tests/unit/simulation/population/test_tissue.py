"""Checks what is written of corneas."""

import numpy as np

from bequest.model.enums import Organ
from bequest.simulation.population.people import Coded
from bequest.simulation.population.tissue import preserved_at, tissue_columns

AT = np.datetime64("2026-11-01T00:00:00")


def corneas(people):
    return people(who="donor", organ=Organ.CORNEA)


def test_cold_storage_ends_within_fourteen_days(people, all_of):
    preserved = preserved_at(corneas(people), AT, storage=all_of("cold"))

    assert (AT - preserved).max() < np.timedelta64(14, "D")
    assert preserved.max() < AT


def test_organ_culture_ends_within_four_weeks(people, all_of):
    preserved = preserved_at(corneas(people), AT, storage=all_of("organ_culture"))

    assert np.timedelta64(14, "D") < (AT - preserved).max() < np.timedelta64(28, "D")


def cells(people, all_of, *, age, woman):
    sex = Coded(("female", "male"), np.full(1000, 0 if woman else 1))
    found = tissue_columns(corneas(people), np.full(1000, age), sex=sex, storage=all_of("cold"))
    return found["endothelial_cells_per_mm2"].mean()


def test_the_old_have_fewer_endothelial_cells(people, all_of):
    young, old = cells(people, all_of, age=20.0, woman=False), cells(people, all_of, age=70.0, woman=False)

    assert round(young - old) == 300


def test_women_have_more_endothelial_cells(people, all_of):
    woman, man = cells(people, all_of, age=60.0, woman=True), cells(people, all_of, age=60.0, woman=False)

    assert round(woman - man) == 189
