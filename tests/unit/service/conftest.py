"""Gives each test a service of its own: on SQLite, or one on SQLite and one on PostgreSQL."""

import pytest

from service_desks import forget, forget_templates, new_desk

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture
def desk():
    forget()
    with new_desk() as given:
        yield given
    forget()


@pytest.fixture(params=DATABASES)
def each_desk(request):
    forget()
    with new_desk(request.param) as given:
        yield given
    forget()


@pytest.fixture(scope="session", autouse=True)
def _no_templates_left():
    yield
    forget_templates()
