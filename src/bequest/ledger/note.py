"""Knows the signed note (C2SP signed-note v1): a text and one or more signatures under it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.ledger.encoding import base64_bytes, base64_text
from bequest.ledger.errors import LedgerError
from bequest.ledger.keys import KEY_ID_BYTES, check_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bequest.ledger.keys import PublicKey
    from bequest.ledger.signers import Signer

LARGEST_NOTE_BYTES = 1_000_000
MOST_SIGNATURES = 100
_MARK = "\u2014 "


@dataclass(frozen=True, slots=True)
class Signature:
    """Hold one line under a note: who signed, with which key, and the bytes of the signature."""

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        """Return the line with its line end."""
        return f"{_MARK}{self.name} {base64_text(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """Hold a text that ends in a line end, and its signatures, checked or not."""

    text: str
    signatures: tuple[Signature, ...]

    def to_bytes(self) -> bytes:
        """Return the note as it is published."""
        return f"{self.text}\n{''.join(each.line() for each in self.signatures)}".encode()

    def with_signatures(self, more: Iterable[Signature]) -> Note:
        """Return the note with further signatures that it does not hold yet, behind the others."""
        new = tuple(each for each in more if each not in self.signatures)
        return Note(self.text, (*self.signatures, *new))


def sign(text: str, signers: Sequence[Signer]) -> Note:
    """Return the note of a text under the signatures of all signers, in their order."""
    _check_text(text)
    if not signers:
        raise LedgerError("A note is signed by at least one key; none was given.")
    return Note(text, tuple(signature_of(text, signer) for signer in signers))


def signature_of(text: str, signer: Signer) -> Signature:
    """Return one signer's signature on the text of a note."""
    return Signature(signer.key.name, signer.key.key_id, signer.sign(text))


def parse(data: bytes) -> Note:
    """Return the note that the bytes hold, its signatures not checked; raise `LedgerError` if they hold none."""
    text, lines = _parts(data)
    signatures = tuple(parse_signature(line) for line in lines[:-1].split("\n"))
    if len(signatures) > MOST_SIGNATURES:
        raise LedgerError(f"The note has {len(signatures)} signatures; more than {MOST_SIGNATURES} are not read.")
    return Note(text, signatures)


def text_of(data: bytes) -> str:
    """Return the text of a note whose signatures nobody looked at; raise `LedgerError` if the bytes hold no note."""
    return _parts(data)[0]


def _parts(data: bytes) -> tuple[str, str]:
    """Return the text of a note and the lines under it."""
    if len(data) > LARGEST_NOTE_BYTES:
        raise LedgerError(f"A note of {len(data)} bytes is longer than the {LARGEST_NOTE_BYTES} that are read.")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise LedgerError("The note is not UTF-8.") from error
    text, gap, lines = whole.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise LedgerError("The note has no empty line with whole signature lines after it.")
    _check_text(text + "\n")
    return text + "\n", lines


def parse_signature(line: str) -> Signature:
    """Return the signature that a line without its line end holds; raise `LedgerError` if it holds none."""
    marked, name, encoded = line.startswith(_MARK), *line.removeprefix(_MARK).partition(" ")[::2]
    if not marked or not encoded:
        raise LedgerError(f"{line!r} is no signature line: a dash, a name and base64.")
    check_name(name)
    data = base64_bytes(encoded, what=f"The signature of {name}")
    if len(data) <= KEY_ID_BYTES:
        raise LedgerError(f"The signature of {name} has {len(data)} bytes, which hold no key id and signature.")
    return Signature(name, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])


def verified_by(note: Note, keys: Iterable[PublicKey]) -> tuple[PublicKey, ...]:
    """Return the keys, of those given, whose signatures the note holds, in the order of its lines.

    Lines of keys not given say nothing. Raises `LedgerError` if one of a given key fails, or none is there.
    """
    known = {(key.name, key.key_id): key for key in keys}
    found: list[PublicKey] = []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is not None:
            key.verify(note.text, signature.value)
            found.append(key)
    if not found:
        raise LedgerError("No signature under the note is by a key that is trusted here.")
    return tuple(dict.fromkeys(found))


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(
        unicodedata.category(each) == "Cc" and each != "\n" and each < "\u0080" for each in text
    ):
        raise LedgerError("The text of a note ends in a line end and holds no other control character.")
