"""Knows the trust file as a publisher reads it: which witnesses to ask, where, and what makes a quorum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.cli.http_client import check_address
from bequest.cli.text_file import read_text
from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.trust import Trust, read_trust
from bequest.ledger.keys import PublicKey, parse_vkey
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bequest.ledger.note import Signature

_LONGEST = 1_000_000
_WITH_ADDRESS = 4


@dataclass(frozen=True, slots=True)
class Witness:
    """Hold a witness that can be asked: its name in the file, its key, and its address without a last slash."""

    name: str
    key: PublicKey
    address: str


@dataclass(frozen=True, slots=True)
class WitnessPolicy:
    """Hold the keys of the log itself, the witnesses that have an address, and whoever counts towards the quorum."""

    trust: Trust
    logs: tuple[PublicKey, ...]
    witnesses: tuple[Witness, ...]

    def has_quorum(self, signatures: Iterable[Signature]) -> bool:
        """Return whether these signatures, each verified before, make the quorum."""
        signed = {(signature.name, signature.key_id) for signature in signatures}
        keys = frozenset(key for key in self.trust.witnesses.values() if (key.name, key.id) in signed)
        return self.trust.has_quorum(keys)


def read_witness_policy(path: Path, *, origin: str) -> WitnessPolicy:
    """Return what a trust file says about a log; raise `InputError` where it is wrong or does not name the log.

    It is read by the verifier's own code, so that the publisher waits for what a reader will ask for.
    """
    text = read_text(path, longest=_LONGEST)
    try:
        trust = read_trust(text)
    except BrokenError as error:
        raise InputError(f"{path}: {error}; correct the trust file.") from None
    lines = [line.partition("#")[0].split() for line in text.split("\n")]
    logs = tuple(parse_vkey(words[1]) for words in lines if words[:1] == ["log"])
    own = tuple(key for key in logs if key.name == origin)
    if not own:
        raise InputError(f"{path}: no line `log` has a key of {origin}; add the one that bequest ledger key printed.")
    witnesses = tuple(
        Witness(words[1], parse_vkey(words[2]), check_address(words[3], called=f"{path}, witness {words[1]}"))
        for words in lines
        if words[:1] == ["witness"] and len(words) == _WITH_ADDRESS
    )
    return WitnessPolicy(trust, own, witnesses)
