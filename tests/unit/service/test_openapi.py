"""Asks the API whatever its own description allows, and much that it does not, with and without credentials."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bequest.service.office import now
from bequest.service.protection import READS, WRITES
from bequest.service.rest.api import api
from bequest.service.sign_in import keep_token
from registry_offices import loose_ends
from service_desks import forget, new_desk

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
WHO = ["nobody", "allocator", "donor_coordinator", "centre_coordinator", "auditor", "policy_office"]
OPERATIONS = sorted(
    (method, path) for path, operations in api().get_openapi_schema()["paths"].items() for method in operations
)
# A server sends a live stream as it comes; a client of tests, which is none of ASGI, gathers it first.
pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume asynchronous iterators")
_FEW = settings(
    max_examples=6, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture(scope="module")
def served():
    forget()
    with new_desk() as desk:
        for name in WHO[1:]:
            keep_token(desk.accounts[name], f"bequest_{name}", expires_at=now() + timedelta(days=1))
        yield desk
    forget()


@cache
def described():
    """Return the API as its own description tells it."""
    return schemathesis.openapi.from_dict(dict(api().get_openapi_schema()))


def ask(method, path, who, how):
    """Ask an operation whatever its description allows, as somebody."""
    described().app = WSGIHandler()
    operation = described()[path][method.upper()]
    headers = {} if who == "nobody" else {"Authorization": f"Bearer bequest_{who}"}

    @how
    @schemathesis_given(operation)
    def asked(case):
        READS.forget()
        WRITES.forget()
        case.call_and_validate(headers=headers, checks=CHECKS)

    asked()


def schemathesis_given(operation):
    """Return the decorator that gives a test the cases of an operation."""
    return given(case=operation.as_strategy())


@pytest.mark.parametrize("who", ["nobody", "allocator"])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_answers_as_it_is_described(served, method, path, who):
    ask(method, path, who, _FEW)
    assert loose_ends(served.office) == (0, 0, 0)


@pytest.mark.full
@pytest.mark.parametrize("who", ["donor_coordinator", "centre_coordinator", "policy_office"])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_answers_others_as_it_is_described(served, method, path, who):
    ask(method, path, who, settings(_FEW, max_examples=15))
    assert loose_ends(served.office) == (0, 0, 0)


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_answers_as_it_is_described_in_many_cases(served, method, path, who):
    ask(method, path, who, settings(_FEW, max_examples=100))
    assert loose_ends(served.office) == (0, 0, 0)
