"""A trust file says whom to ask, and what makes a quorum."""

import pytest

from bequest.cli.witness_policy import read_witness_policy
from bequest.ledger.note import signature_of
from bequest.model.errors import InputError
from ledger_keys import ORIGIN, log_signer, stated, witness_signer

LOG = f"log {log_signer().key.vkey()}\n"
ONE, TWO = (witness_signer(number, f"w.example/{number}") for number in (2, 3))
WITNESSES = f"witness one {ONE.key.vkey()} https://one.example/\nwitness two {TWO.key.vkey()}  # without an address\n"


@pytest.fixture
def read(tmp_path):
    """Return what a text says as a trust file."""

    def reading(text):
        path = tmp_path / "trust.txt"
        path.write_text(text, encoding="utf-8")
        return read_witness_policy(path, origin=ORIGIN)

    return reading


def test_whoever_has_an_address_is_asked(read):
    policy = read(f"{LOG}{WITNESSES}group both all one two\nquorum both\n")
    assert [(each.name, each.key, each.address) for each in policy.witnesses] == [
        ("one", ONE.key, "https://one.example")
    ]
    assert policy.logs == (log_signer().key,)


@pytest.mark.parametrize(
    ("needed", "signers", "is_one"), [("all", [ONE], False), ("all", [ONE, TWO], True), ("any", [TWO], True)]
)
def test_a_quorum_is_what_a_reader_asks_for(read, needed, signers, is_one):
    policy = read(f"{LOG}{WITNESSES}group both {needed} one two\nquorum both\n")
    assert policy.has_quorum([signature_of(stated(3).text(), each) for each in signers]) is is_one


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{WITNESSES}quorum one\n", "names no log"),
        (f"log {log_signer(4, 'log.example/b').key.vkey()}\nquorum none\n", "has a key of log.example/zz"),
        (f"{LOG}witness one {ONE.key.vkey()} http://one.example\nquorum one\n", "witness one: .* neither https"),
        (f"{LOG}nonsense\n", "line 2"),
    ],
)
def test_a_file_that_cannot_be_used_is_told(read, text, told):
    with pytest.raises(InputError, match=told):
        read(text)
