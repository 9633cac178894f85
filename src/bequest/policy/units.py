"""Knows how a policy file writes the unit of a number from outside, and that no such number is money."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from bequest.policy.names import forbidden_word
from bequest.policy.section import complain, optional_text

if TYPE_CHECKING:
    from bequest.policy.section import Section

# A code of ISO 4217 is three capitals; in small letters only those are refused that are no English word.
_CURRENCY = re.compile(
    r"[A-Z]{3}|(?i:(euro|dollar|pound|franc|rupee|ruble|rouble|peso|dinar|dirham|shilling)s?|cents|yen|yuan|won|"
    r"kron[aeo]r?|real|reais|rand|usd|eur|gbp|chf|jpy|cny|rmb|inr|krw|aud|nzd|hkd|sgd|rub|brl|mxn|zar|ils|aed|sar|qar|"
    r"kwd|egp|pkr|php|thb|vnd|btc)"
)


def unit(section: Section) -> str | None:
    """Return the unit of a number that comes from outside, or None; money is refused."""
    written = optional_text(section, "unit", remedy="write a unit such as h or km")
    if written is not None and _is_money(written):
        complain(section, f"'{written}' is money, which no policy may read; remove it", key="unit")
    return written


def _is_money(written: str) -> bool:
    """Tell whether a unit is a currency: its sign, its code, or a word for money."""
    plain = unicodedata.normalize("NFKC", written)
    words = re.split(r"[\W_]+", plain)
    signs = any(unicodedata.category(sign) == "Sc" for sign in plain)
    return signs or any(_CURRENCY.fullmatch(word) or forbidden_word(word) for word in words)
