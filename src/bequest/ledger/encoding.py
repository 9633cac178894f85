"""Knows how bytes and numbers are written as text in the log's files, one way each."""

from __future__ import annotations

import base64
import binascii
import re

from bequest.ledger.errors import LedgerError

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
LARGEST = (1 << 63) - 1


def base64_text(data: bytes) -> str:
    """Return bytes in standard base64 with padding (RFC 4648, section 4)."""
    return base64.b64encode(data).decode("ascii")


def base64_bytes(text: str, *, what: str) -> bytes:
    """Return the bytes of standard base64; raise `LedgerError` for any other spelling of them."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise LedgerError(f"{what} is not base64.") from error
    if base64_text(data) != text:
        raise LedgerError(f"{what} is base64 in another spelling than the one there is for these bytes.")
    return data


def decimal_number(text: str, *, what: str) -> int:
    """Return a whole number below 2**63 in decimal without leading zeros; raise `LedgerError` for anything else."""
    if _DECIMAL.fullmatch(text) is None or int(text) > LARGEST:
        raise LedgerError(f"{what} is not a decimal number without leading zeros below 2 to the 63rd.")
    return int(text)
