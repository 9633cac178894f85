"""Knows how a policy file writes what stands around its rules: title, adoption, offers and the tables it names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bequest.model.columns import FORBIDDEN_WORDS
from bequest.model.tables import table_digest
from bequest.policy.cite import claims_who, optional_citations, own_words
from bequest.policy.names import forbidden_word
from bequest.policy.policy import Adoption, Offers
from bequest.policy.section import child, complain, day, items, only, text, whole, whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.policy.section import Section
    from bequest.policy.sources import Source

_TABLE = re.compile(r"[a-z0-9_]+/[A-Za-z0-9_-][A-Za-z0-9_.-]*")
_WEEK_MINUTES = 7 * 24 * 60
_MOST_AT_ONCE = 1000


def pattern(section: Section, key: str, allowed: re.Pattern[str], *, remedy: str) -> str:
    """Return required text that must have a certain form."""
    written = text(section, key, remedy=remedy)
    if written and not allowed.fullmatch(written):
        complain(section, f"'{key}' cannot be '{written}'; {remedy}", key=key)
    if claims_who(written.upper()):
        complain(section, f"'{written}' claims WHO, which prescribes no ranking; name who decided the policy", key=key)
    return written


def title(section: Section) -> str:
    """Return the title; one that claims the authorship of WHO is refused (safeguards.md ALC-10)."""
    written = text(section, "title", remedy="write one line that says what the policy does")
    if claims_who(written):
        complain(section, "the title claims WHO, which prescribes no ranking; name who decided the policy", key="title")
    return written


def adoption(section: Section) -> Adoption | None:
    """Return who adopted the policy, or None when nobody has yet."""
    block = child(section, "adopted", where="adopted")
    if block is None:
        return None
    only(block, ("by", "on", "justification"))
    by = text(block, "by", remedy="write who decided")
    if claims_who(by):
        complain(block, "WHO adopts no ranking; name the body that decided the policy", key="by")
    reasons = own_words(block, "justification", remedy="write where the reasons are published")
    return Adoption(by, day(block, "on"), reasons)


def offers(section: Section, sources: Mapping[str, Source]) -> Offers | None:
    """Return the offers block, or None when the file has none; reminders come before the time to reply is over."""
    block = child(section, "offers", where="offers")
    if block is None:
        return None
    only(block, ("reply_minutes", "remind_minutes", "at_once", "cite"))
    reply_minutes = whole(block, "reply_minutes", low=1, high=_WEEK_MINUTES)
    remind_minutes = tuple(
        whole_number(block, value, key="remind_minutes", bounds=(1, reply_minutes))
        for value in items(block, "remind_minutes")
    )
    at_once = whole(block, "at_once", low=1, high=_MOST_AT_ONCE)
    return Offers(reply_minutes, remind_minutes, at_once, optional_citations(block, sources))


def tables(section: Section) -> tuple[str, ...]:
    """Return the packaged tables that the policy names, sorted; each must exist."""
    found: list[str] = []
    for value in items(section, "tables"):
        name = value if isinstance(value, str) else ""
        word = forbidden_word(re.sub(r"[^a-z]", "_", name.lower()))
        if word is not None:
            complain(
                section,
                f"'{name}' stands for {FORBIDDEN_WORDS[word]}, which no policy may read; remove it",
                key="tables",
            )
        elif name in found:
            complain(section, f"the table '{name}' stands in the list twice; remove one", key="tables")
        elif not (_TABLE.fullmatch(name) and _exists(name)):
            complain(section, f"there is no packaged table '{name}'; write one such as hla/antigens.csv", key="tables")
        else:
            found.append(name)
    return tuple(sorted(found))


def _exists(name: str) -> bool:
    try:
        table_digest(name)
    except (FileNotFoundError, IsADirectoryError):
        return False
    return True
