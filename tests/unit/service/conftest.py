"""Gives each test a service of its own on SQLite."""

import pytest

from service_desks import forget, new_desk


@pytest.fixture
def desk():
    forget()
    with new_desk() as given:
        yield given
    forget()
