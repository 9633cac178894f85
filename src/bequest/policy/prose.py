"""Knows what the comments and the title of a shipped policy file may not hold: anything that looks like a rule."""

from __future__ import annotations

import re

from bequest.model.column import Table
from bequest.model.columns import columns_of
from bequest.policy.document import comments, read_document

_KEYS = ("when:", "cite:")


def prose_problems(written: str, *, label: str) -> tuple[str, ...]:
    """Return a sentence for each comment or title that holds `when:`, `cite:` or the name of a factor.

    A reader who sees such words takes them for a rule, and no rule may stand where the loader does not read it.
    """
    document = read_document(written, label=label)
    title = (document.lines.get(("title",), 1), str(document.content.get("title", "")))
    return tuple(
        f"{label}:{line}: the words '{found}' look like a rule, and nothing reads them here; say it in other words"
        for line, text in (*comments(written), title)
        for found in _rule_words(text)
    )


def _rule_words(text: str) -> tuple[str, ...]:
    factors = [entry.name for entry in columns_of(Table.FACTOR)]
    named = [name for name in factors if re.search(rf"\b{name}\b", text)]
    return (*(key for key in _KEYS if key in text), *named)
