"""Knows how a hardware module signs for a log through PKCS #11, by a key that never leaves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, cast

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.exceptions import PKCS11Error, UserAlreadyLoggedIn

from bequest.ledger.errors import LedgerError
from bequest.ledger.keys import KeyKind, PublicKey
from bequest.model.errors import InputError

_OCTET_STRING = b"\x04\x20"
"""How a module begins a point of 32 bytes, which it hands out as DER."""
_POINT_BYTES = 32


class _Private(Protocol):
    """Sign bytes inside the module."""

    def sign(self, data: bytes, *, mechanism: Mechanism) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Pkcs11Signer:
    """Hold the handle of an Ed25519 key in a hardware module whose session stays open."""

    key: PublicKey
    private: _Private

    def sign(self, text: str) -> bytes:
        """Return the 64 bytes of the signature on the text, checked before anybody else sees it."""
        signature = bytes(self.private.sign(text.encode(), mechanism=Mechanism.EDDSA))
        # A module with a fault could sign something else, or with another key of the same label.
        self.key.verify(text, signature)
        return signature


def open_signer(*, name: str, module: str, token: str, key: str, pin: str) -> Pkcs11Signer:
    """Return the signer of a key by its label on a token; raise `InputError` where there is none that can sign."""
    where = f"The key {key!r} on the token {token!r} of {module}"
    try:
        session = _session(pkcs11.lib(module).get_token(token_label=token), pin)
        private = session.get_key(object_class=ObjectClass.PRIVATE_KEY, key_type=KeyType.EC_EDWARDS, label=key)
        public = session.get_key(object_class=ObjectClass.PUBLIC_KEY, key_type=KeyType.EC_EDWARDS, label=key)
    except (PKCS11Error, OSError) as error:
        told = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{where} cannot be opened ({told}); check module, token, label and PIN.") from None
    try:
        point = point_of(bytes(public[Attribute.EC_POINT]))
        # The package makes the class of a key from what the key can do, which its stubs do not say.
        return Pkcs11Signer(PublicKey(name, KeyKind.ED25519, point), cast("_Private", cast("object", private)))
    except LedgerError as error:
        raise InputError(f"{where} is none that can sign for a log: {error}") from None


def _session(token: pkcs11.Token, pin: str) -> pkcs11.Session:
    try:
        return token.open(user_pin=pin)
    except UserAlreadyLoggedIn:
        # All sessions of a process with one token are logged in together: so it is with the second of two keys.
        return token.open()


def point_of(attribute: bytes) -> bytes:
    """Return the 32 bytes of a public key; modules hand them out bare or as an octet string."""
    if len(attribute) == len(_OCTET_STRING) + _POINT_BYTES and attribute.startswith(_OCTET_STRING):
        return attribute.removeprefix(_OCTET_STRING)
    return attribute
