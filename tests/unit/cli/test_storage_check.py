"""A publisher begins only where storage keeps what it confirms; disks that lie are refused, each in its own words."""

import errno
import os

import pytest

from bequest.cli.storage_check import Disk, check_storage
from bequest.ledger.errors import LedgerError
from bequest.model.errors import InputError


def check(folder, disk=None):
    """Check a folder with bytes that differ each time, as those of a system do."""
    check_storage(folder, entropy=os.urandom, disk=disk)


class Forgetful(Disk):
    """Confirm everything, and keep only the first sectors."""

    def write(self, path, data):
        super().write(path, data[:512])


class Stale(Disk):
    """Confirm a second version, and keep the first."""

    def rename(self, path, target):
        if target.exists():
            path.unlink()
        else:
            super().rename(path, target)


class Rotten(Disk):
    """Give back one bit otherwise."""

    def read(self, path):
        data = super().read(path)
        return data[:-1] + bytes([data[-1] ^ 1])


class Nameless(Disk):
    """Confirm a name, and not know it afterwards."""

    def sync_folder(self, folder):
        super().sync_folder(folder)
        for path in folder.iterdir():
            path.unlink()


class Full(Disk):
    """Have no room left."""

    def write(self, _path, _data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class WithoutFolders(Disk):
    """Refuse to sync a folder, as some network file systems do."""

    def sync_folder(self, _folder):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))


def test_a_disk_that_keeps_what_it_confirms_passes_and_nothing_is_left_behind(tmp_path):
    check(tmp_path / "new" / "site")
    assert list((tmp_path / "new" / "site").iterdir()) == []


@pytest.mark.parametrize(
    ("disk", "sentence"),
    [
        (Forgetful(), "confirmed 70,000 bytes and does not hold them as they were written"),
        (Stale(), "does not hold them as they were written"),
        (Rotten(), "does not hold them as they were written"),
        (Nameless(), r"a file that was confirmed cannot be read again \(No such file"),
        (Full(), r"does not write and sync a file \(No space left"),
        (WithoutFolders(), r"does not sync the names in a folder \(Invalid argument\)"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_disk_that_lies_is_refused_in_words(tmp_path, disk, sentence):
    with pytest.raises(LedgerError, match=sentence) as refused:
        check(tmp_path, disk)
    assert str(refused.value).startswith(f"{tmp_path}: ")
    assert "Nothing is signed." in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_bad_input(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match="nothing can be written there"):
        check(tmp_path / "file" / "site")
