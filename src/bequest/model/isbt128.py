"""Knows the shape of an ISBT 128 donation identification number, and the check that catches a slip in it.

Source: JPAC Red Book, annex 2 (ISO 7064, modulus 37, radix 2). Only the check and the length are here: the code tables
of ISBT 128 belong to their issuer, and whoever holds a licence brings them.
"""

from __future__ import annotations

import re
from typing import NewType

from bequest.model.errors import InputError

DonationNumber = NewType("DonationNumber", str)
"""Thirteen digits and capital letters, without flag and check characters."""

LENGTH = 13
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
_MODULUS, _RADIX = 37, 2
_FIRST_FLAG = 60


def donation_number(written: str) -> DonationNumber:
    """Return the number of a label from its 13 characters and the check character after them.

    Blanks, with which labels group the characters, are left out. Raises InputError where the check does not fit: a
    character was misread, or two were exchanged. The fitting character is not told, so that nobody types it instead of
    reading the label again.
    """
    signs = "".join(written.split())
    if len(signs) != LENGTH + 1:
        raise InputError(
            f"donation number '{written[:40]}' has {len(signs)} characters; give the {LENGTH} of the number and the "
            "check character after them."
        )
    number = _number(signs[:LENGTH])
    if signs[LENGTH] != check_character(number):
        raise InputError(
            f"donation number '{number}': its check character is not '{signs[LENGTH]}'; read the label again, because "
            "a character was misread or two were exchanged."
        )
    return number


def check_character(number: str) -> str:
    """Return the check character that a person reads beside the number: a digit, a capital letter or `*`."""
    return _ALPHABET[check_value(number)]


def flag_characters(number: str) -> str:
    """Return the two flag characters of a bar code that carries the check, 60 to 96."""
    return str(_FIRST_FLAG + check_value(number))


def check_value(number: str) -> int:
    """Return the check of a number, 0 to 36. Raises InputError for what is no donation number."""
    product = 0
    for sign in _number(number):
        product = (product + _ALPHABET.index(sign)) * _RADIX % _MODULUS
    return (_MODULUS + 1 - product) % _MODULUS


def _number(written: str) -> DonationNumber:
    if not re.fullmatch(rf"[0-9A-Z]{{{LENGTH}}}", written):
        raise InputError(
            f"donation number '{written[:40]}' is not {LENGTH} digits and capital letters; read the label again."
        )
    return DonationNumber(written)
