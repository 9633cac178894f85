"""Gives each test a registry on SQLite and one on PostgreSQL."""

import pytest

from registry_offices import new_office, opened_office

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=DATABASES)
def empty_office(request):
    with new_office(request.param) as office:
        yield office


@pytest.fixture(params=DATABASES)
def office(request):
    with opened_office(request.param) as office:
        yield office
