"""Knows the refusal of a step that the rules forbid: it is told to who asked, and is a leaf of the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.model.errors import InputError, RefusedError

if TYPE_CHECKING:
    from bequest.safeguards.gates import Reason


class GateRefusedError(RefusedError):
    """Refuse a step: `rule` forbids it (reference/safeguards.md), `step` is a code of the list `step` of leaves.

    `donation` is the pseudonym of the donation that was asked about, None for none. `reasons` are all findings of the
    gate, the gravest first; none where no gate was asked. `index` is the leaf of the refusal once there is one.
    """

    def __init__(
        self,
        *sentences: str,
        rule: str,
        step: str,
        donation: str | None = None,
        reasons: tuple[Reason, ...] = (),
    ) -> None:
        """Keep what the leaf will say, and every reason."""
        super().__init__(*sentences)
        self.rule, self.step, self.donation, self.reasons = rule, step, donation, reasons
        self.index: int | None = None


class RequestKeyError(InputError):
    """Report a request key that was used for another request before."""


class StaleError(InputError):
    """Report a change of what somebody else has changed since it was read."""
