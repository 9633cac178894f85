"""Gives a new log in each database to the tests that ask for one."""

import pytest

from ledger_stores import new_store

DATABASES = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=DATABASES)
def place_and_store(request, tmp_path):
    """Return where a new log is, and the log."""
    with new_store(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def store(place_and_store):
    """Return a new log."""
    return place_and_store[1]
