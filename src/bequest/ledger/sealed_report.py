"""Knows the form of a sealed report, which nobody but the holder of the inquiry key can read: not its length either.

A mark names the form and the suite: HPKE (RFC 9180) with X25519, HKDF-SHA256 and ChaCha20-Poly1305. Then come the
SHA-256 of the public inquiry key, 32 bytes, and what HPKE gives. What is sealed is the text in UTF-8 behind its length
in four bytes, filled up with zeros to whole blocks.
"""

from __future__ import annotations

from bequest.ledger.errors import LedgerError

MARK = b"bequest-sealed-report/1 hpke-x25519-chacha20poly1305\n"
BLOCK_BYTES = 1024
LONGEST_TEXT_BYTES = 64 * BLOCK_BYTES - 4
_LENGTH_BYTES = 4
_KEY_BYTES = 32
_ENCAPSULATED_BYTES = 32
_TAG_BYTES = 16
_AROUND = len(MARK) + _KEY_BYTES + _ENCAPSULATED_BYTES + _TAG_BYTES
LONGEST_BYTES = _AROUND + _LENGTH_BYTES + LONGEST_TEXT_BYTES


def filled_up(text: str) -> bytes:
    """Return what is sealed of a text; raise `LedgerError` for an empty one, or one that is too long."""
    data = text.encode()
    if not 0 < len(data) <= LONGEST_TEXT_BYTES:
        raise LedgerError(f"A report has 1 to {LONGEST_TEXT_BYTES:,} bytes of text, not {len(data):,}.")
    whole = len(data).to_bytes(_LENGTH_BYTES, "big") + data
    return whole + bytes(-len(whole) % BLOCK_BYTES)


def text_of(content: bytes) -> str:
    """Return the text of what was sealed; raise `LedgerError` where it was not filled up as `filled_up` does it."""
    length = int.from_bytes(content[:_LENGTH_BYTES], "big")
    try:
        text = content[_LENGTH_BYTES : _LENGTH_BYTES + length].decode()
        same = content == filled_up(text)
    except (UnicodeDecodeError, LedgerError):
        same, text = False, ""
    if not same:
        raise LedgerError("What is sealed is no text of a report.")
    return text


def joined(key: bytes, sealed: bytes) -> bytes:
    """Return the sealed report of what HPKE gave under the public key with this SHA-256."""
    return MARK + key + sealed


def parts(report: bytes) -> tuple[bytes, bytes]:
    """Return the SHA-256 of the inquiry key and what HPKE opens; raise `LedgerError` for what is no sealed report."""
    if not report.startswith(MARK):
        raise LedgerError("This is no sealed report: its first line is another one; make it with bequest report seal.")
    blocks, rest = divmod(len(report) - _AROUND, BLOCK_BYTES)
    if blocks < 1 or rest or len(report) > LONGEST_BYTES:
        raise LedgerError("This is no whole sealed report: its length is another one; send the file as it was made.")
    return report[len(MARK) : len(MARK) + _KEY_BYTES], report[len(MARK) + _KEY_BYTES :]
