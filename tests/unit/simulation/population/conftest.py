"""Makes populations once for all tests of this room."""

from datetime import UTC, datetime

import numpy as np
import pytest

from bequest.model.enums import Organ
from bequest.simulation.population import make_population
from bequest.simulation.population.people import Coded, People

AT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def made():
    """Return a function that makes a population on the demo country, seed 1, unless told otherwise."""

    def make(**wanted):
        usual = {"country": "demo", "organ": Organ.KIDNEY, "candidates": 300, "donors": 30, "seed": 1, "at": AT}
        return make_population(**(usual | wanted))

    return make


@pytest.fixture(scope="session")
def kidneys(made):
    """Return 20,000 kidney registrations and as many donors, enough to compare with published shares."""
    return made(candidates=20_000, donors=20_000)


@pytest.fixture(scope="session")
def people():
    """Return a function that gives so many people of the demo country."""

    def some(count=1000, *, who="candidate", country="demo", organ=Organ.KIDNEY, seed=1):
        return People(who, country, organ, seed, np.arange(count, dtype=np.uint64))

    return some


@pytest.fixture(scope="session")
def all_of():
    """Return a function that gives everybody the same level."""

    def coded(level, count=1000):
        return Coded((level,), np.zeros(count, dtype=np.intp))

    return coded
