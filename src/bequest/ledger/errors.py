"""Knows the error of whatever is not as the ledger's formats say."""

from __future__ import annotations

from bequest.model.errors import BequestError


class LedgerError(BequestError):
    """Be bytes, a proof or a signature that is not what it must be, said in one sentence."""
