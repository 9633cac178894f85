"""Knows the columns that the published policies of the United States need beside the common ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bequest.model.column import Column

REGISTRATION: tuple[Column, ...] = ()
DONOR: tuple[Column, ...] = ()
FACTORS: tuple[Column, ...] = ()
