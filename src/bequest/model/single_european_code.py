"""Knows the Single European Code of a tissue, such as a cornea: its seven fields in 40 characters.

Source: Directive 2006/86/EC, annex VII and articles 10a and 10b, as amended by Directive (EU) 2015/565. Organs carry no
such code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bequest.model.errors import InputError

LENGTH = 40


@dataclass(frozen=True, slots=True)
class SingleEuropeanCode:
    """Hold what the code says: who took and who processed the tissue, what it is, which part, and until when it keeps.

    `coding_system` names the scheme of `product_number` by its letter. `expires_on` None: no expiry date is set.
    """

    iso_country: str
    tissue_establishment: str
    unique_donation_number: str
    coding_system: str
    product_number: str
    split: str
    expires_on: date | None


def read_code(written: str) -> SingleEuropeanCode:
    """Return the fields of a code; the acronym SEC before it, and blanks between its parts, are left out.

    Raises InputError with one sentence for each field that is not as the annex has it.
    """
    signs = "".join(written.split())
    if len(signs) == LENGTH + len(_ACRONYM):
        signs = signs.removeprefix(_ACRONYM)
    if len(signs) != LENGTH:
        raise InputError(f"tissue code '{written[:60]}' has {len(signs)} characters; a whole code has {LENGTH}.")
    fields: dict[str, str] = {}
    problems: list[str] = []
    rest = signs
    for name, pattern, length, holds in _FIELDS:
        field, rest = rest[:length], rest[length:]
        fields[name] = field
        if not re.fullmatch(f"[{pattern}]{{{length}}}", field):
            problems.append(f"tissue code '{signs}': {name.replace('_', ' ')} '{field}' is not {length} {holds}.")
    if problems:
        raise InputError(*problems)
    expires_on = _day(fields.pop("expiry"), signs)
    return SingleEuropeanCode(**fields, expires_on=expires_on)


def code_text(code: SingleEuropeanCode) -> str:
    """Return the 40 characters of a code. Raises InputError where a field is not as the annex has it."""
    day = _NO_EXPIRY if code.expires_on is None else code.expires_on.isoformat().replace("-", "")
    donation = f"{code.iso_country}{code.tissue_establishment}{code.unique_donation_number}"
    text = f"{donation}{code.coding_system}{code.product_number}{code.split}{day}"
    # Fields of a wrong length that make up 40 characters together read back as other fields.
    if read_code(text) != code:
        raise InputError(f"tissue code '{text}': a field has another length than the annex gives it; correct it.")
    return text


_SIGNS, _LETTERS, _DIGITS = ("0-9A-Z", "digits and capital letters"), ("A-Z", "capital letters"), ("0-9", "digits")
_FIELDS = (
    ("iso_country", _LETTERS[0], 2, _LETTERS[1]),
    ("tissue_establishment", _SIGNS[0], 6, _SIGNS[1]),
    ("unique_donation_number", _SIGNS[0], 13, _SIGNS[1]),
    ("coding_system", _LETTERS[0], 1, "capital letter"),
    ("product_number", _SIGNS[0], 7, _SIGNS[1]),
    ("split", _SIGNS[0], 3, _SIGNS[1]),
    ("expiry", _DIGITS[0], 8, _DIGITS[1]),
)
"""Name, pattern of a character, length, and the characters in words; in the order of the code."""
_ACRONYM = "SEC"
_NO_EXPIRY = "00000000"


def _day(digits: str, code: str) -> date | None:
    if digits == _NO_EXPIRY:
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise InputError(
            f"tissue code '{code}': expiry '{digits}' is no day; it is written as year, month, day: 20271231."
        ) from None
