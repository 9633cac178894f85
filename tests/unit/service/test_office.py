"""Holds when time may be played: in an empty database of invented people, and nowhere else."""

from __future__ import annotations

import pytest
from django.test import override_settings

from bequest.model.errors import InputError
from bequest.service.office import KEPT, now, play_time


@pytest.mark.usefixtures("desk")
def test_time_is_not_played_where_events_are_by_another_clock():
    kept = list(KEPT)
    ours = override_settings(BEQUEST_COUNTRY="ZZ", BEQUEST_WRAPPING_KEY=bytes(32))
    with ours, pytest.raises(InputError, match="empty database only"):
        play_time(now)
    assert kept == KEPT


@pytest.mark.usefixtures("desk")
def test_time_is_not_played_beside_people_who_may_be_real():
    theirs = override_settings(BEQUEST_COUNTRY="CH", BEQUEST_WRAPPING_KEY=bytes(32))
    with theirs, pytest.raises(InputError, match="invented people"):
        play_time(now)
