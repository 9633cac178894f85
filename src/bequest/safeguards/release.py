"""Knows whether a rule's hold or block was lifted by those whom the data name; for all other rules nobody can."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from bequest.safeguards.rule_text import rule_texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bequest.model.team import Release
    from bequest.safeguards.finding import RuleId
    from bequest.safeguards.rule_text import ReleaseNeeds


def released(releases: Sequence[Release], rule: RuleId, *, at: datetime, not_before: datetime) -> bool:
    """Tell whether enough different people of different roles had signed by `at`, and not before what they judge.

    `not_before` is the instant of the fact that is lifted: a signature given beforehand lifts nothing.
    """
    needs = rule_texts()[rule].released_by
    assert needs is not None, f"{rule} can be lifted by somebody"
    counted = [
        each for each in releases if each.rule == rule and not_before <= each.signed_at <= at and _may(each, needs)
    ]
    # Every choice of signers is tried, because one person may hold two of the roles.
    return any(
        len({each.person for each in chosen}) == len({each.role for each in chosen}) == needs.signatures
        for chosen in combinations(counted, needs.signatures)
    )


def _may(release: Release, needs: ReleaseNeeds) -> bool:
    if release.role not in needs.roles:
        return False
    return not needs.not_of or (release.service is not None and release.service not in needs.not_of)
