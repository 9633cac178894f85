"""Gives each test a registry on SQLite and one on PostgreSQL."""

import pytest

from registry_offices import drop_templates, new_office, opened


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_office(request):
    with new_office(request.param) as office:
        yield office


@pytest.fixture
def office(empty_office):
    return opened(empty_office)


@pytest.fixture(scope="session", autouse=True)
def _no_templates_left():
    yield
    drop_templates()
