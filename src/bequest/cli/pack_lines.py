"""Knows what is said above a run that was ranked from a downtime pack: whose lists, of when, and what to do later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.cli.layout import Line, folded
from bequest.cli.pack_file import opened_pack

if TYPE_CHECKING:
    from pathlib import Path


def pack_lines(file: Path | None, desk_key: Path | None, width: int | None) -> list[Line]:
    """Return the warning above what was ranked from a pack, nothing where it was ranked from files."""
    if file is None or desk_key is None:
        return []
    pack = opened_pack(file, desk_key)
    sentence = (
        f"DOWNTIME: the list as it was on {pack.made_at.strftime('%Y-%m-%d at %H:%M')} UTC, after {pack.log_size:,} "
        "entries of the log. Nothing of this is recorded: write down who was offered the organ, when, and the answer, "
        "and enter it when the service works again."
    )
    return [*(Line(text, "bold yellow") for text in folded(sentence, width)), Line()]
