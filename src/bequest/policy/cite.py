"""Knows how a rule cites its source, and that no rule may hide behind the World Health Organization."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from bequest.policy.policy import Citation
from bequest.policy.section import complain, nearest, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.policy.document import Value
    from bequest.policy.section import Section
    from bequest.policy.sources import Source

_REMEDY = "add `cite: KEY PLACE` with a key of sources.yaml"
_BETWEEN = re.compile(r"[\W_]+")
_WHO = re.compile(
    r"(?<![A-Za-z])W ?H ?[AO](?![A-Za-z])|(?i:world ?health ?(organi[sz]ation|assembly)|guiding ?principle)"
)
_UNDRAWN = frozenset({"Cf", "Mn"})
# Cyrillic and Greek letters that look like those of the names above, and two that look like nothing.
_LOOKALIKES = str.maketrans(
    "\u0410\u0412\u0415\u041d\u041e\u0420\u0422\u0406\u051c\u0430\u0435\u043e\u0440\u0441\u0456\u0455\u04bb\u0501\u051d\u0391\u0395\u0396\u0397"
    "\u0399\u039f\u03a1\u03a4\u03bf\u03b9",
    "ABEHOPTIWaeopcishdwAEZHIOPToi",
    "\u115f\u1160",
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

    The small word "who" is English; capitals are the organisation. What stands between the words, full-width letters,
    accents, marks that nobody sees and letters of other scripts that look the same change nothing.
    """
    signs = unicodedata.normalize("NFKD", words)
    shown = "".join(sign for sign in signs if unicodedata.category(sign) not in _UNDRAWN).translate(_LOOKALIKES)
    return _WHO.search(_BETWEEN.sub(" ", shown)) is not None


def own_words(section: Section, key: str, *, remedy: str) -> str:
    """Return required text in the policy's own words, which may not claim WHO; a parameter may cite it."""
    words = text(section, key, remedy=remedy)
    if claims_who(words):
        complain(section, f"'{key}' claims WHO, which prescribes no ranking; say it in your own words", key=key)
    return words


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
