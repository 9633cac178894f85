"""Knows what everybody is told where witnesses have not confirmed the log for ten minutes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

from django.conf import settings

from bequest.inquiry.verify.trust import read_trust
from bequest.ledger.quorum import banner, quorum_state
from bequest.registry.rows import store_of
from bequest.service.office import now, office

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bequest.inquiry.verify.trust import Trust
    from bequest.ledger.note import Signature


def quorum_notice() -> str | None:
    """Return what is told after ten minutes without a quorum; None before, or where no trust file is named."""
    text = cast("str", settings.BEQUEST_TRUST)
    if not text:
        return None
    trust = _trust(text)

    def has_quorum(signatures: Iterable[Signature]) -> bool:
        signed = {(signature.name, signature.key_id) for signature in signatures}
        return trust.has_quorum(frozenset(key for key in trust.witnesses.values() if (key.name, key.id) in signed))

    return banner(quorum_state(store_of(office().using), has_quorum), at=now())


@cache
def _trust(text: str) -> Trust:
    return read_trust(text)
