"""Knows what was attested from outside the operator: signatures of registers, courts, hospitals and laboratories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.notes import check_point
from bequest.inquiry.verify.plain_json import bytes_of, list_of, object_of, read_object, text_of
from bequest.inquiry.verify.tree import root_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from bequest.inquiry.verify.leaves import Leaf
    from bequest.inquiry.verify.notes import Key
    from bequest.inquiry.verify.trust import Trust

OPERATOR = "operator"
COUNTED = {
    "consent": "consent.verified",
    "custody": "custody.checked",
    "death": "death.certified",
    "laboratory": "lab.attested",
}


@dataclass(frozen=True)
class Parties:
    """Hold who signs: the keys of attestors with who controls them, and of each witness who controls it.

    `independent` are the witnesses that the operator's government does not control.
    """

    attestors: dict[str, tuple[bytes, str]]
    witnesses: dict[str, str]
    independent: frozenset[str]


@dataclass(frozen=True)
class Attested:
    """Hold how many leaves of a kind there are, and how many were signed from outside the operator."""

    outside: int
    all: int


def read_parties(data: bytes) -> Parties:
    """Return what parties.json says."""
    record = read_object(data, "parties.json")
    if set(record) != {"attestors", "witnesses"}:
        raise BrokenError("parties.json names attestors and witnesses, and nothing else")
    attestors: dict[str, tuple[bytes, str]] = {}
    witnesses: dict[str, str] = {}
    independent: set[str] = set()
    keys: set[bytes] = set()
    for entry in list_of(record, "attestors", "parties.json"):
        party = object_of(entry, "an attestor")
        key, name = bytes_of(party.get("key"), 32, "the key of an attestor"), text_of(party, "name", "an attestor")
        if name in attestors or key in keys:
            raise BrokenError("parties.json names an attestor, or the key of one, twice")
        check_point(name, key)
        attestors[name] = key, text_of(party, "controlled_by", "an attestor")
        keys.add(key)
    for entry in list_of(record, "witnesses", "parties.json"):
        party = object_of(entry, "a witness")
        name = text_of(party, "name", "a witness")
        if name in witnesses:
            raise BrokenError("parties.json names a witness twice")
        witnesses[name] = text_of(party, "controlled_by", "a witness")
        if party.get("independent_of_government") is True and witnesses[name] != OPERATOR:
            independent.add(name)
    return Parties(attestors, witnesses, frozenset(independent))


def check_parties(parties: Parties, trust: Trust, say: Callable[[str], None]) -> None:
    """Say which attestors sign with the key of a log or of a witness."""
    known = {key.data for key in (*trust.logs, *trust.witnesses.values())}
    for name in sorted(name for name, (key, _) in parties.attestors.items() if key in known):
        say(f"the attestor '{name}' has the key of the log or of a witness")


def count_attested(leaves: list[Leaf], parties: Parties, say: Callable[[str], None]) -> dict[str, Attested]:
    """Return for consent, custody, death and laboratory how many leaves were signed from outside the operator.

    The signatures of every kind are checked.

    Raises BrokenError for a signature that fails; says one by a key that the bundle does not name.
    """
    outside = {leaf.number for leaf in leaves if _is_outside(leaf, parties, say)}
    found: dict[str, Attested] = {}
    for name, kind in COUNTED.items():
        of_kind = {leaf.number for leaf in leaves if leaf.kind == kind}
        found[name] = Attested(len(of_kind & outside), len(of_kind))
    return found


def independent_witnesses(signed: frozenset[Key], parties: Parties) -> tuple[int, int]:
    """Return how many of the witnesses that signed are independent, and how many signed."""
    names = {key.name for key in signed}
    return len(names & parties.independent), len(names)


def _is_outside(leaf: Leaf, parties: Parties, say: Callable[[str], None]) -> bool:
    if "attested" not in leaf.fields:
        return False
    name = leaf.text("attestor")
    if name not in parties.attestors:
        say(f"leaf {leaf.number} ({leaf.kind}) is attested by '{name}', whose key the bundle does not name")
        return False
    key, controlled_by = parties.attestors[name]
    covered = root_of(_without_signature(leaf))
    message = f"bequest/attestation/v1\n{leaf.kind}\n{covered.hex()}\n".encode()
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(bytes_of(leaf.fields["attested"], 64, "a signature"), message)
    except (InvalidSignature, ValueError):
        raise BrokenError(f"the attestation of leaf {leaf.number} ({leaf.kind}) is not signed by {name}") from None
    if leaf.fields.get("controlled_by") != controlled_by:
        say(f"leaf {leaf.number} names another controller of {name} than the bundle does")
        return False
    return controlled_by != OPERATOR


def _without_signature(leaf: Leaf) -> list[bytes]:
    """Return the commitments of all fields but the signature, in the order of their names."""
    return [value for place, value in enumerate(leaf.hashes) if place != leaf.places["attested"]]
