"""A log's private key is in one file that only its owner can read, and no other file is taken for one."""

import pytest

from bequest.cli.key_file import make_key, read_signer
from bequest.ledger.keys import parse_vkey
from bequest.model.errors import InputError
from ledger_keys import ORIGIN

HARDWARE = 'module = "/none.so"\ntoken = "t"\nkey = "k"\nname = "log.example/zz"\npin_file = "pin"\n'


def test_a_key_is_read_as_it_was_made(tmp_path, ask):
    path = tmp_path / "log.key"
    answer = ask("ledger", "key", "--name", ORIGIN, "--out", path)
    signer = read_signer(path)
    assert (answer.code, parse_vkey(answer.out.strip())) == (0, signer.key)
    signer.key.verify("text\n", signer.sign("text\n"))


def test_only_the_owner_can_read_it(tmp_path):
    make_key(ORIGIN, tmp_path / "log.key")
    assert (tmp_path / "log.key").stat().st_mode & 0o777 == 0o600


def test_a_file_that_others_can_read_is_refused(tmp_path):
    path = tmp_path / "log.key"
    make_key(ORIGIN, path)
    path.chmod(0o640)
    with pytest.raises(InputError, match="chmod 600"):
        read_signer(path)


def test_a_key_is_never_overwritten(tmp_path, ask):
    path = tmp_path / "log.key"
    make_key(ORIGIN, path)
    before = path.read_text(encoding="utf-8")
    assert ask("ledger", "key", "--name", ORIGIN, "--out", path).code == 2
    assert path.read_text(encoding="utf-8") == before


def test_a_name_that_no_key_may_have_is_refused_and_nothing_is_made(tmp_path, ask):
    answer = ask("ledger", "key", "--name", "log example", "--out", tmp_path / "log.key")
    assert answer.code == 2
    assert not (tmp_path / "log.key").exists()


def test_a_folder_that_is_not_there_is_told(tmp_path, ask):
    assert ask("ledger", "key", "--name", ORIGIN, "--out", tmp_path / "none" / "log.key").code == 2


@pytest.mark.parametrize(
    ("old", "new"), [("PRIVATE+KEY+", "PRIVATE+KEY+x"), ("zz+", "zz+0"), ("+AX", "+BX"), ("=", ""), ("zz+", "zz")]
)
def test_a_file_that_was_altered_is_refused_and_not_quoted(tmp_path, old, new):
    path = tmp_path / "log.key"
    path.touch(mode=0o600)
    written = "PRIVATE+KEY+log.example/zz+00000000+AXNlY3JldHNlY3JldHNlY3JldHNlY3JldHNlY3JldA=="
    path.write_text(written.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as told:
        read_signer(path)
    assert "c2Vjc" not in str(told.value)
    assert "NlY3J" not in str(told.value)


@pytest.mark.parametrize(
    "text", ["", "what", 'module = "/x"\n', HARDWARE.replace('"t"', "7"), HARDWARE + 'more = "x"\n']
)
def test_a_file_that_names_no_key_is_refused(tmp_path, text):
    path = tmp_path / "log.key"
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        read_signer(path)


def test_the_pin_of_a_hardware_module_is_as_private_as_a_key(tmp_path):
    for name, text, mode in [("log.key", HARDWARE, 0o600), ("pin", "1234", 0o644)]:
        (tmp_path / name).touch(mode=mode)
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"pin: others than its owner"):
        read_signer(tmp_path / "log.key")
