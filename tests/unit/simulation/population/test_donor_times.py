"""Checks the instants of donors."""

import numpy as np

from bequest.model.enums import Organ
from bequest.simulation.population.donor_times import donor_times

AT = np.datetime64("2026-11-01T00:00:00")
DAY = np.timedelta64(24, "h")


def times(people, *, circulatory, organ=Organ.KIDNEY, preserved_at=None):
    return donor_times(
        people(who="donor", organ=organ), AT, circulatory=np.full(1000, circulatory), preserved_at=preserved_at
    )


def test_all_gates_were_passed_within_the_last_day(people):
    found = times(people, circulatory=False)

    gates = np.array([found["consent_recorded_at"], found["custody_checked_at"], found["death_declared_at"]])

    assert gates.min() >= AT - DAY
    assert gates.max() <= AT


def test_consent_follows_death_by_neurological_criteria(people):
    found = times(people, circulatory=False)

    assert (found["death_declared_at"] <= found["consent_recorded_at"]).all()
    assert np.isnat(found["pathway_opened_at"]).all()


def test_the_circulatory_pathway_is_opened_before_anybody_asks_for_consent(people):
    found = times(people, circulatory=True)

    assert (found["pathway_opened_at"] <= found["consent_recorded_at"]).all()


def test_on_the_circulatory_pathway_death_comes_after_consent_or_is_still_to_come(people):
    found = times(people, circulatory=True)
    dead = ~np.isnat(found["death_declared_at"])

    assert 0.25 < dead.mean() < 0.35
    assert (found["death_declared_at"][dead] >= found["consent_recorded_at"][dead]).all()
    assert (found["death_declared_at"][dead] <= AT).all()


def test_tissue_is_taken_after_death_within_a_day(people):
    preserved = np.full(1000, AT - np.timedelta64(5, "D"))
    found = times(people, circulatory=True, organ=Organ.CORNEA, preserved_at=preserved)

    assert np.isnat(found["pathway_opened_at"]).all()
    assert (found["death_declared_at"] < preserved).all()
    assert (found["death_declared_at"] >= preserved - DAY).all()
    assert (found["consent_recorded_at"] <= preserved).all()


def test_instants_are_whole_minutes(people):
    seconds = times(people, circulatory=False)["consent_recorded_at"].astype(np.int64)

    assert set((seconds % 60).tolist()) == {0}
