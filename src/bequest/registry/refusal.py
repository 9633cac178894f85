"""Knows the refusal of a step that the rules forbid: it is told to who asked, and is a leaf of the log."""

from __future__ import annotations

from bequest.model.errors import InputError, RefusedError


class GateRefusedError(RefusedError):
    """Refuse a step: `rule` forbids it (reference/safeguards.md), `step` is a code of the list `step` of leaves.

    `donation` is the pseudonym of the donation that was asked about, None for none. `index` is the leaf of the refusal
    once there is one; None before.
    """

    def __init__(self, sentence: str, *, rule: str, step: str, donation: str | None = None) -> None:
        """Keep what the leaf will say."""
        super().__init__(sentence)
        self.rule, self.step, self.donation = rule, step, donation
        self.index: int | None = None


class RequestKeyError(InputError):
    """Report a request key that was used for another request before."""
