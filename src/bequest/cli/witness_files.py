"""Knows the two files that a witness is given: its own key, and the keys of the logs that it watches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bequest.cli.private_key import parse_key_line, read_private, write_key_line
from bequest.cli.text_file import read_text
from bequest.ledger.errors import LedgerError
from bequest.ledger.keys import KeyKind, PublicKey, parse_vkey
from bequest.ledger.signers import Cosigner
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_LONGEST_LOGS = 1_000_000
# A trust file says these to whoever checks a log; a witness has no use for them.
_FOR_OTHERS = frozenset({"witness", "group", "quorum"})


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """Hold the name and the private key of a witness; it cosigns once it knows the time."""

    name: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        """Return the key that checks what this witness cosigns."""
        return PublicKey(self.name, KeyKind.COSIGNATURE, self.private.public_key().public_bytes_raw())

    def at(self, second: int) -> Cosigner:
        """Return the signer at a POSIX second."""
        return Cosigner.of(self.name, self.private, at=second)


def make_key(name: str, path: Path) -> WitnessKey:
    """Return a new key that is stored durably in a new file which only its owner can read; never overwrite one."""
    made = WitnessKey(name, Ed25519PrivateKey.generate())
    write_key_line(name, KeyKind.COSIGNATURE, made.private, path)
    return made


def read_key(path: Path) -> WitnessKey:
    """Return the key of a file that `make_key` wrote; raise InputError for any other, or one that others can read."""
    broken = InputError(f"{path}: this is no key of a witness, or it was altered; make one with bequest witness key.")
    return WitnessKey(*parse_key_line(read_private(path), KeyKind.COSIGNATURE, broken=broken))


def read_logs(path: Path) -> Mapping[str, tuple[PublicKey, ...]]:
    """Return the keys of each log by its origin, which is the name of the key; raise InputError for all bad lines."""
    found: dict[str, tuple[PublicKey, ...]] = {}
    problems: list[str] = []
    for number, line in enumerate(read_text(path, longest=_LONGEST_LOGS).splitlines(), 1):
        words = [] if line.lstrip().startswith("#") else line.split()
        if not words or words[0] in _FOR_OTHERS:
            continue
        try:
            key = _log_key(words)
        except LedgerError as error:
            problems.append(f"{path}, line {number}: {error}")
            continue
        before = found.get(key.name, ())
        if key in before:
            problems.append(f"{path}, line {number}: The key of {key.name} stands twice; keep one of the lines.")
        found[key.name] = (*before, key)
    if not found and not problems:
        problems.append(f"{path}: no log is named; write a line `log KEY` for each log to watch.")
    if problems:
        raise InputError(*problems)
    return found


def _log_key(words: list[str]) -> PublicKey:
    if words[0] != "log" or len(words) not in {2, 3}:
        raise LedgerError("This is no line `log KEY`, with or without an address behind it; correct it.")
    key = parse_vkey(words[1])
    if key.kind is KeyKind.COSIGNATURE:
        raise LedgerError(f"The key of {key.name} is that of a witness; give the key with which the log itself signs.")
    return key
