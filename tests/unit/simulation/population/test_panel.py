"""Checks the panel of donors."""

import numpy as np
import pytest

from bequest.clinical.antigens import antigen
from bequest.clinical.planes import holders
from bequest.simulation.population.panel import panel_of_donors


def test_the_panel_carries_a2_as_the_frequency_table_does():
    donors = panel_of_donors(4096)

    assert np.bitwise_count(holders(donors, antigen("A2").bit)).sum() / 4096 == pytest.approx(0.479, abs=0.03)


def test_the_panel_is_the_same_every_time():
    assert panel_of_donors(128).planes.tolist() == panel_of_donors(128).planes.tolist()
