"""Knows the file that says whom a reader trusts (C2SP tlog-policy): logs, witnesses, groups of them, and a quorum."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.notes import Key, read_key

_MOST_NAMES = 1000
_COUNT = re.compile("[1-9][0-9]{0,3}")


@dataclass(frozen=True)
class Group:
    """Hold how many of its members, witnesses or groups, must have signed."""

    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Trust:
    """Hold the keys of logs, the keys of witnesses by name, and what makes a quorum; None: no witness is asked for."""

    logs: tuple[Key, ...]
    witnesses: dict[str, Key] = field(default_factory=dict[str, Key])
    groups: dict[str, Group] = field(default_factory=dict[str, Group])
    quorum: str | None = None

    def has_quorum(self, signed: frozenset[Key]) -> bool:
        """Tell whether the keys that signed a checkpoint make the quorum."""
        counts = {name: key in signed for name, key in self.witnesses.items()}
        # Groups stand in the order of their definition, so the members of each are counted before it.
        for name, group in self.groups.items():
            counts[name] = sum(counts[member] for member in group.members) >= group.needed
        return self.quorum is None or counts[self.quorum]


def with_newer_keys(own: Trust, handed_on: Trust) -> tuple[Trust, frozenset[Key]]:
    """Return a reader's trust with the further keys of the same logs that a bundle names, and which these are.

    They are as good as the leaves that introduce them, which is checked later: `rotations`.
    """
    names = {key.name for key in own.logs}
    more = tuple(key for key in handed_on.logs if key.name in names and key not in own.logs)
    return replace(own, logs=(*own.logs, *more)), frozenset(more)


def read_trust(text: str) -> Trust:
    """Return what a file says; raise BrokenError with the line that is wrong."""
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), 1):
        words = line.partition("#")[0].split()
        if words:
            try:
                reader.line(words)
            except BrokenError as error:
                raise BrokenError(f"line {number}: {error}") from None
    return reader.done()


class _Reader:
    """Keep what the lines so far have named."""

    def __init__(self) -> None:
        self.logs: list[Key] = []
        self.witnesses: dict[str, Key] = {}
        self.groups: dict[str, Group] = {}
        self.grouped: set[str] = set()
        self.quorum: list[str | None] = []
        self.keys: set[bytes] = set()

    def line(self, words: list[str]) -> None:
        """Take one line."""
        match words:
            case ["log", key] | ["log", key, _]:
                self.logs.append(self._new_key(key, witness=False))
            case ["witness", name, key] | ["witness", name, key, _]:
                self._new_name(name)
                self.witnesses[name] = self._new_key(key, witness=True)
            case ["group", name, needed, *members] if members:
                self._new_name(name)
                self.groups[name] = self._group(needed, members)
            case ["quorum", name]:
                self.quorum.append(None if name == "none" else self._known(name))
            case _:
                raise BrokenError(f"'{words[0][:40]}' is no line of a trust file, or lacks its parts")

    def done(self) -> Trust:
        """Return the whole; raise BrokenError where a part is missing."""
        if not self.logs:
            raise BrokenError("the trust file names no log")
        if len(self.quorum) != 1:
            raise BrokenError("the trust file has exactly one line `quorum`")
        return Trust(tuple(self.logs), self.witnesses, self.groups, self.quorum[0])

    def _new_key(self, line: str, *, witness: bool) -> Key:
        key = read_key(line)
        if key.is_witness != witness:
            raise BrokenError(f"the key of {key.name} is of the wrong kind for this line")
        if key.data in self.keys:
            raise BrokenError(f"the key of {key.name} stands in the file twice")
        if len(self.keys) >= _MOST_NAMES:
            raise BrokenError(f"there are more than {_MOST_NAMES} keys")
        self.keys.add(key.data)
        return key

    def _new_name(self, name: str) -> None:
        if name == "none" or name in self.witnesses or name in self.groups:
            raise BrokenError(f"the name '{name[:40]}' cannot be given here")
        if len(self.witnesses) + len(self.groups) >= _MOST_NAMES:
            raise BrokenError(f"there are more than {_MOST_NAMES} names")

    def _known(self, name: str) -> str:
        if name not in self.witnesses and name not in self.groups:
            raise BrokenError(f"'{name[:40]}' was not defined before")
        return name

    def _group(self, needed: str, members: list[str]) -> Group:
        for name in members:
            if self._known(name) in self.grouped:
                raise BrokenError(f"'{name[:40]}' is a member of two groups")
            self.grouped.add(name)
        count = {"all": len(members), "any": 1}.get(needed, int(needed) if _COUNT.fullmatch(needed) else 0)
        if not 1 <= count <= len(members):
            raise BrokenError(f"'{needed[:40]}' of {len(members)} members cannot be asked for")
        return Group(count, tuple(members))
