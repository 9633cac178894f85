"""Knows a disk in memory that loses, at a power cut, whatever was not synced: some of it, by a seed.

SQLite runs on it through a VFS of `apsw`. A write, a change of length, a new name and a deleted one are durable only
once they are synced; as on Unix, the first sync of a new journal syncs the directory, and a deletion does if asked to.
One connection; sectors of 512 bytes are written whole or not at all.
"""

from __future__ import annotations

import random

import apsw

SECTOR = 512
JOURNALS = apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL | apsw.SQLITE_OPEN_WAL


class PowerCutError(Exception):
    """Say that the power is gone."""


class Inode:
    """Hold the bytes of one file: as programs see them, as they would be after a cut, and the writes in between."""

    def __init__(self, data=b""):
        self.seen = bytearray(data)
        self.durable = bytes(data)
        self.pending = []

    def write(self, data, offset):
        self.seen[len(self.seen) : offset] = bytes(max(0, offset - len(self.seen)))
        self.seen[offset : offset + len(data)] = data
        first = offset // SECTOR * SECTOR
        for start in range(first, offset + len(data), SECTOR):
            self.pending.append((start, bytes(self.seen[start : start + SECTOR])))

    def truncate(self, size):
        del self.seen[size:]
        self.pending.append((size, None))

    def sync(self):
        self.durable = bytes(self.seen)
        self.pending.clear()

    def after_cut(self, dice):
        """Return what is left: each sector and each change of length that was not synced, or not."""
        left = bytearray(self.durable)
        for start, data in self.pending:
            if dice.random() < 0.5:
                if data is None:
                    del left[start:]
                else:
                    left[len(left) : start] = bytes(max(0, start - len(left)))
                    left[start : start + len(data)] = data
        return Inode(left)


class Disk:
    """Hold the files of one directory, and after how many steps the power fails (None: never)."""

    def __init__(self, names=None):
        self.names = dict(names or {})
        self.durable_names = dict(self.names)
        self.steps = 0
        self.cut_at = None
        self.lies = False

    def step(self):
        """Count one step; fail if the power is gone."""
        if self.cut_at is not None and self.steps >= self.cut_at:
            raise PowerCutError
        self.steps += 1

    def sync_names(self):
        self.durable_names = dict(self.names)

    def after_cut(self, seed):
        """Return the disk as it is found when the power is back."""
        dice = random.Random(seed)  # noqa: S311  a test draws by its seed
        found = {}
        for name in sorted(set(self.names) | set(self.durable_names)):
            inode = (self.names if dice.random() < 0.5 else self.durable_names).get(name)
            if inode is not None:
                found[name] = inode.after_cut(dice)
        return Disk(found)


class File:
    """Be an open file of the disk."""

    def __init__(self, disk, inode, *, new_journal):
        self.disk, self.inode, self.new_journal = disk, inode, new_journal

    def xRead(self, amount, offset):  # noqa: N802  SQLite's own names, here and below
        return bytes(self.inode.seen[offset : offset + amount])

    def xWrite(self, data, offset):  # noqa: N802
        self.disk.step()
        self.inode.write(data, offset)

    def xTruncate(self, size):  # noqa: N802
        self.disk.step()
        self.inode.truncate(size)

    def xSync(self, flags):  # noqa: ARG002, N802
        self.disk.step()
        if self.disk.lies:
            return
        self.inode.sync()
        if self.new_journal:
            self.disk.sync_names()
            self.new_journal = False

    def xFileSize(self):  # noqa: N802
        return len(self.inode.seen)

    def xSectorSize(self):  # noqa: N802
        return SECTOR

    def xDeviceCharacteristics(self):  # noqa: N802
        return 0

    def xFileControl(self, op, ptr):  # noqa: ARG002, N802
        return False

    def xCheckReservedLock(self):  # noqa: N802
        return False

    def xLock(self, level):  # noqa: N802
        pass

    def xUnlock(self, level):  # noqa: N802
        pass

    def xClose(self):  # noqa: N802
        pass


class DiskVfs(apsw.VFS):
    """Open the files of a disk for SQLite."""

    def __init__(self, name, disk):
        self.disk = disk
        super().__init__(name, "")

    def xOpen(self, name, flags):  # noqa: N802
        asked = flags[0]
        flags[1] = asked
        if name is None:
            return File(self.disk, Inode(), new_journal=False)
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        is_new = path not in self.disk.names
        if is_new:
            self.disk.step()
            self.disk.names[path] = Inode()
        return File(self.disk, self.disk.names[path], new_journal=is_new and bool(asked & JOURNALS))

    def xDelete(self, name, sync_directory):  # noqa: N802
        self.disk.step()
        self.disk.names.pop(name, None)
        if sync_directory and not self.disk.lies:
            self.disk.sync_names()

    def xAccess(self, name, flags):  # noqa: ARG002, N802
        return name in self.disk.names

    def xFullPathname(self, name):  # noqa: N802
        return name

    def xRandomness(self, count):  # noqa: N802
        return bytes(count)

    def xSleep(self, microseconds):  # noqa: N802
        return microseconds

    def xCurrentTime(self):  # noqa: N802
        return 2_461_000.5

    def xCurrentTimeInt64(self):  # noqa: N802
        return int(2_461_000.5 * 86_400_000)

    def xGetLastError(self):  # noqa: N802
        return (0, "")
