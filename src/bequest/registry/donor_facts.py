"""Knows the facts of a donor by which lists are ranked, for as long as the donor is not erased."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bequest.model.errors import InputError

if TYPE_CHECKING:
    from bequest.ledger.facts import Facts
    from bequest.registry.models import Organ


def facts_of_donor(organ: Organ) -> Facts:
    """Return the donor's facts as of when an organ was opened; raise `InputError` once the donor was erased."""
    if organ.facts is None:
        raise InputError(f"The donor of donation {organ.case_id} was erased; nothing is ranked for their organs again.")
    return json.loads(organ.facts)
