"""Knows the custody check: was the person detained, who was asked, and what may follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.model.enums import CustodyResult

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.model.identifiers import OrganisationId, PersonId

OPENING_RESULTS = frozenset({CustodyResult.CLEAR, CustodyResult.RELEASED_BY_MAGISTRATE})
"""The only results after which organs may be offered (DESIGN.md section 1, prisoners)."""


FROM_FATAL_EVENT = frozenset({CustodyResult.POLICE_GUARD, CustodyResult.EMERGENCY_PSYCHIATRIC_HOLD})
"""What may have begun with the fatal event itself; then it holds, and a magistrate or coroner may release it."""
NEVER = frozenset({CustodyResult.EXECUTED, CustodyResult.SENTENCED_TO_DEATH})
"""What nobody may release, by no role and in no emergency."""


@dataclass(frozen=True, slots=True)
class CustodyCheck:
    """Hold one custody check, look-back included; `register` names who was asked, None when not written down.

    `register_run_by` is who runs that register, `signer` who signed the answer, `lookback_months` how far it looked
    back, `died_in_detention` whether the place of death is one of detention, `began_with_fatal_event` whether a guard
    or a psychiatric hold began with it. None is not known, and opens nothing.
    """

    result: CustodyResult
    checked_at: datetime
    register: str | None
    register_run_by: OrganisationId | None = None
    signer: PersonId | None = None
    lookback_months: int | None = None
    died_in_detention: bool | None = None
    began_with_fatal_event: bool | None = None
