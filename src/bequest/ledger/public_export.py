"""Knows the public figures of a period: counts by organ, where a small cell is not told."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SMALLEST_CELL = 10
"""Cells of fewer events are suppressed (ledger.md section 4)."""
COUNTED = ("match.run", "offer.made", "offer.refused", "offer.accepted", "organ.transplanted", "organ.discarded")


def public_figures(events: Iterable[tuple[str, str]], *, period: str) -> bytes:
    """Return a CSV of how often each kind of event came for each organ; `events` are (kind, organ) of the period.

    There are no totals, from which a suppressed cell could be worked out, and no centres and days.
    """
    counts = Counter(events)
    organs = sorted({organ for _, organ in counts})
    lines = ["period,organ,event,count"]
    for organ in organs:
        for kind in COUNTED:
            count = counts[kind, organ]
            lines.append(f"{period},{organ},{kind},{count if count >= SMALLEST_CELL else f'<{SMALLEST_CELL}'}")
    return ("\n".join(lines) + "\n").encode()
