"""Gives each test a service of its own: on SQLite, or one on SQLite and one on PostgreSQL."""

import pytest

from bequest.service.rest import events
from service_desks import forget, forget_templates, new_desk

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(autouse=True)
def _short_streams(monkeypatch):
    """Have live streams end soon: a client of tests reads one to its end."""
    monkeypatch.setattr(events, "LONGEST_SECONDS", 0.05)


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
