"""Other machines are asked over https; what answers at length, elsewhere or not at all is no answer."""

import pytest

from bequest.cli.http_client import LONGEST_BYTES, UnreachableError, ask, check_address
from bequest.model.errors import InputError
from witness_http import served


class Fixed:
    """Answer everything in one way."""

    def __init__(self, status, body):
        self.answer = status, body

    def get(self):
        return self.answer

    def post(self, body):
        return 200, body[::-1]


@pytest.mark.parametrize(
    "address",
    ["https://w.example", "https://w.example/a/", "http://127.0.0.1:8091", "http://localhost:1", "http://[::1]:1"],
)
def test_an_address_that_may_be_asked_loses_its_last_slash(address):
    assert check_address(address, called="w") == address.rstrip("/")


@pytest.mark.parametrize(
    "address", ["http://w.example", "ftp://w.example", "file:///etc/passwd", "w.example", "https://", "https://u@w.example",
                "https://w.example/?a", "https://w.example/#a", "http://127.0.0.1.example", "https://[::1"]
)  # fmt: skip
def test_any_other_address_is_refused(address):
    with pytest.raises(InputError, match="w: "):
        check_address(address, called="w")


def test_a_body_is_posted_and_the_answer_read():
    with served(Fixed(200, b"got")) as address:
        assert ask(address, body=b"abc", seconds=10).body == b"cba"
        assert ask(address, body=None, seconds=10).body == b"got"


@pytest.mark.parametrize("status", [301, 302, 307, 404, 409, 500])
def test_a_status_is_told_and_no_redirection_followed(status):
    with served(Fixed(status, b"x")) as address:
        found = ask(address, body=None, seconds=10)
    assert (found.status, found.body) == (status, b"x")


@pytest.mark.parametrize("status", [200, 404])
def test_an_answer_without_end_is_none(status):
    with served(Fixed(status, bytes(LONGEST_BYTES + 1))) as address, pytest.raises(UnreachableError, match="too long"):
        ask(address, body=None, seconds=10)


def test_nobody_is_no_answer():
    with pytest.raises(UnreachableError):
        ask("http://127.0.0.1:9", body=None, seconds=10)
