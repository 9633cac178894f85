"""A key that stays in a hardware module signs as one in a file does; softhsm2 stands for the module."""

import os
import subprocess
import sys
from pathlib import Path

import pkcs11
import pytest
from asn1crypto.core import PrintableString
from pkcs11 import Attribute, KeyType

from bequest.cli.key_file import read_signer
from bequest.cli.pkcs11_signer import point_of
from bequest.ledger.note import parse, sign, verified_by
from bequest.model.errors import InputError
from ledger_keys import ORIGIN, stated
from ledger_stores import add, new_store

MODULES = [Path("/usr/lib/softhsm/libsofthsm2.so"), Path("/usr/lib64/softhsm/libsofthsm2.so")]
POINT = bytes(range(32))


def test_a_point_is_read_bare_or_as_an_octet_string():
    assert point_of(POINT) == POINT == point_of(b"\x04\x20" + POINT)


@pytest.fixture(scope="module")
def module(tmp_path_factory):
    """Return the module of softhsm2 with a token that holds an Ed25519 key."""
    found = [path for path in MODULES if path.exists()]
    if not found:
        if os.environ.get("BEQUEST_REQUIRE_SOFTHSM"):
            pytest.fail("softhsm2 is required and is not installed")
        pytest.skip("softhsm2 is not installed")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "log", "--so-pin", "4321", "--pin", "1234"],
        check=True, capture_output=True,
    )  # fmt: skip
    token = pkcs11.lib(str(found[0])).get_token(token_label="log")  # noqa: S106  a label
    with token.open(rw=True, user_pin="1234") as session:
        curve = PrintableString("edwards25519").dump()
        parameters = session.create_domain_parameters(KeyType.EC_EDWARDS, {Attribute.EC_PARAMS: curve}, local=True)
        parameters.generate_keypair(label="log-key", store=True)
    yield found[0]
    del os.environ["SOFTHSM2_CONF"]


@pytest.fixture
def key_file(module, tmp_path):
    """Return a file that names the key in the module."""
    content = f'module = "{module}"\ntoken = "log"\nkey = "log-key"\nname = "{ORIGIN}"\npin_file = "pin"\n'
    for name, text in [("log.key", content), ("pin", "1234\n")]:
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / "log.key"


def test_a_key_in_a_module_signs_a_checkpoint(key_file):
    signer = read_signer(key_file)
    made = sign(stated(5).text(), [signer])
    assert verified_by(parse(made.to_bytes()), [signer.key]) == (signer.key,)


def test_a_key_in_a_module_publishes_a_log(key_file, tmp_path, ask):
    with new_store("sqlite", tmp_path) as (place, store):
        add(store, 0, 1)
        assert ask("publisher", "--db", place, "--key", key_file, "--out", tmp_path / "site", "--once").code == 0
    published = parse((tmp_path / "site" / "checkpoint").read_bytes())
    assert verified_by(published, [read_signer(key_file).key])


@pytest.mark.parametrize(("old", "new"), [('"log"', '"other"'), ('"log-key"', '"other"'), ("libsofthsm2", "none")])
def test_a_key_that_is_not_there_is_told(key_file, old, new):
    key_file.write_text(key_file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match="cannot be opened"):
        read_signer(key_file)


def test_two_keys_on_one_token_are_open_together(key_file):
    first, second = read_signer(key_file), read_signer(key_file)
    assert first.sign("text\n") == second.sign("text\n")


def test_a_wrong_pin_is_told_and_not_quoted(key_file):
    (key_file.parent / "pin").write_text("99887766", encoding="utf-8")
    # In a process of its own: here the token may be logged in to already.
    program = "import sys; from bequest.cli.main import main; sys.exit(main())"
    words = ["publisher", "--db", "none.db", "--key", str(key_file), "--out", "none"]
    found = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=False)
    assert found.returncode == 2
    assert "check module, token, label and PIN" in found.stderr
    assert "99887766" not in found.stderr
