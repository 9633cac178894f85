"""Knows which match runs a public beacon draws for replay, so that neither operator nor auditor chooses them."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def drawn_runs(beacon: bytes, root: bytes, runs: Sequence[int], count: int) -> list[int]:
    """Return the leaves of the runs that are drawn, rising: those with the smallest hashes.

    The hash is SHA-256 of the beacon's bytes, the root of the log (32 bytes) and the leaf's number (8 bytes,
    big-endian). The beacon's value must be younger than the checkpoint.
    """
    ordered = sorted(runs, key=lambda run: sha256(beacon + root + run.to_bytes(8, "big")).digest())
    return sorted(ordered[:count])
