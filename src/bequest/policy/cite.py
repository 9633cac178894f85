"""Knows how a rule cites its source, and that no rule may hide behind the World Health Organization."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from bequest.policy.policy import Citation
from bequest.policy.section import complain, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.policy.document import Value
    from bequest.policy.section import Section
    from bequest.policy.sources import Source

_REMEDY = "add `cite: KEY PLACE` with a key of sources.yaml"
_BETWEEN = re.compile(r"[\s_\u00ad\u2010-\u2015-]+")
_WHO = re.compile(
    r"\bWHO\b|\bWHA[0-9.]*\b|\bW\. ?H\. ?O\b|(?i:world health (organi[sz]ation|assembly)|guiding principle)"
)


def citations(section: Section, sources: Mapping[str, Source]) -> tuple[Citation, ...]:
    """Return the required citations of a block: text `key locator`, or a list of such texts."""
    if "cite" not in section.content:
        complain(section, f"there is no citation; {_REMEDY}")
        return ()
    return optional_citations(section, sources)


def optional_citations(section: Section, sources: Mapping[str, Source], *, key: str = "cite") -> tuple[Citation, ...]:
    """Return the citations of a block, or none when the key is absent; an unknown source is a mistake."""
    value = section.content.get(key)
    if value is None:
        return ()
    entries = value if isinstance(value, tuple) else (value,)
    if not entries:
        complain(section, f"the list of citations is empty; {_REMEDY}", key=key)
    found = (_citation(section, entry, sources, key=key) for entry in entries)
    return tuple(citation for citation in found if citation is not None)


def claims_who(words: str) -> bool:
    """Tell whether words name the World Health Organization, its assembly or its Guiding Principles.

    The small word "who" is English; capitals are the organisation. Blanks, hyphens, full-width letters and
    marks that nobody sees change nothing.
    """
    shown = "".join(sign for sign in unicodedata.normalize("NFKC", words) if unicodedata.category(sign) != "Cf")
    return _WHO.search(_BETWEEN.sub(" ", shown)) is not None


def refuse_who(section: Section, cite: tuple[Citation, ...], sources: Mapping[str, Source]) -> None:
    """Refuse a ranking rule that names WHO as its author, in its source or in its words: WHO prescribes no ranking."""
    if claims_who(str(section.content.get("say", ""))):
        complain(section, "the words claim WHO, which prescribes no ranking; say what the rule does", key="say")
    for citation in cite:
        source = sources[citation.key]
        if claims_who(source.issuer) or claims_who(source.title) or claims_who(citation.locator):
            sentence = f"cites '{citation.key}', but WHO prescribes no ranking and is the author of no such rule"
            complain(section, f"{sentence}; cite who decided it", key="cite")


def _citation(section: Section, entry: Value, sources: Mapping[str, Source], *, key: str) -> Citation | None:
    if not isinstance(entry, str) or not entry.strip():
        complain(section, f"a citation must be text; {_REMEDY}", key=key)
        return None
    name, _, locator = entry.strip().partition(" ")
    if name not in sources:
        hint = nearest(name, sources) or "add it to a sources.yaml beside the file"
        complain(section, f"the source '{name}' is in no sources.yaml; {hint}", key=key)
        return None
    return Citation(name, locator.strip())
