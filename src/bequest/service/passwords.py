"""Knows which passwords are made of little but words of the office, which whoever guesses tries first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORDS = frozenset({
    "bequest", "allocation", "transplant", "transplantation", "donor", "donation", "organ", "organs", "recipient",
    "candidate", "waiting", "hospital", "kidney", "liver", "heart", "lung", "pancreas", "password", "welcome",
})  # fmt: skip
_FEWEST_LEFT = 8
_SHORTEST_WORD = 4


class OfficeWordsValidator:
    """Refuse a password of which little is left without the words of the office; hosts bring words of their own."""

    def __init__(self, hosts: Iterable[str] = ()) -> None:
        """Take the names under which the service is reached."""
        own = {word for host in hosts for word in re.split("[^a-z]+", host.lower()) if len(word) >= _SHORTEST_WORD}
        self._words = sorted(_WORDS | own, key=lambda word: (-len(word), word))

    def validate(self, password: str, user: object = None) -> None:
        """Raise `ValidationError` for such a password."""
        del user
        left = password.lower()
        for word in self._words:
            left = left.replace(word, "")
        if left != password.lower() and len(left) < _FEWEST_LEFT:
            raise ValidationError(self.get_help_text(), code="password_of_office_words")

    def get_help_text(self) -> str:
        """Return what is asked for."""
        return "This is made of little but words of the office; choose others."
