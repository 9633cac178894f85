"""Knows the errors of Bequest: each says what is wrong, where, and what to do next.

BequestError
├── InputError       a file, a row or an argument is wrong
│   └── RefusedError a forbidden thing was asked for; the sentence names the rule
└── PolicyError      a policy file is wrong
"""

from __future__ import annotations


class BequestError(Exception):
    """Be wrong input: the text is one or more whole sentences for the person who gave it."""


class InputError(BequestError):
    """Report wrong input: `problems` holds one sentence a mistake, all of them at once."""

    def __init__(self, *problems: str) -> None:
        """Keep every problem; the text is one problem a line."""
        super().__init__("\n".join(problems))
        self.problems: tuple[str, ...] = problems


class RefusedError(InputError):
    """Refuse a thing that must never happen, in the words of the rule that forbids it."""


class PolicyError(BequestError):
    """Report a wrong policy file: `problems` holds one sentence a mistake, each with its place."""

    def __init__(self, *problems: str) -> None:
        """Keep every problem; the text is one problem a line."""
        super().__init__("\n".join(problems))
        self.problems: tuple[str, ...] = problems
