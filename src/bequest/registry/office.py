"""Knows the office that keeps a registry: its jurisdiction and key, where its clock, entropy and database are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bequest.ledger.commitment import KEY_BYTES
from bequest.model.donor import SYNTHETIC_COUNTRY
from bequest.model.errors import InputError
from bequest.registry.lists import Lists
from bequest.registry.office_keys import Keyring

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


@dataclass(frozen=True, slots=True, repr=False)
class Office:
    """Hold what every use case needs beside its own arguments.

    `wrapping_key`: 32 bytes that wrap the office's own keys in the database, and these everything else; while another
    one is put in force, `next_wrapping_key` opens them as well. `clock` gives an aware instant, `entropy` as many
    random bytes as it is asked for; `using` is the database of Django's settings. Use one office a process: its `lists`
    are the waiting lists in memory.
    """

    jurisdiction: str
    wrapping_key: bytes
    clock: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    using: str = "default"
    evaluator: str = "numba"
    lists: Lists = field(default_factory=Lists)
    keys: Keyring = field(default_factory=Keyring)
    next_wrapping_key: bytes | None = None

    def __post_init__(self) -> None:
        """Refuse a key of another length, and a jurisdiction that is no country."""
        for key in (self.wrapping_key, self.next_wrapping_key):
            if key is not None and len(key) != KEY_BYTES:
                raise InputError(f"The wrapping key has {KEY_BYTES} bytes, not {len(key)}; check its file.")
        if re.fullmatch("[A-Z]{2}", self.jurisdiction) is None:
            raise InputError(
                "The jurisdiction is a country of ISO 3166-1, two capital letters; ZZ for invented people."
            )

    @property
    def synthetic(self) -> bool:
        """Return whether the people of this registry are invented: all of them or none."""
        return self.jurisdiction == SYNTHETIC_COUNTRY


@dataclass(frozen=True, slots=True)
class Request:
    """Hold who asks, and the key of the request: the same key asks for the same thing, once.

    `happened_at` is when it happened, where it was written on paper and is entered later; None: now.
    """

    key: str
    actor: str
    happened_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse a request without key or actor."""
        if not self.key or not self.actor:
            raise InputError("A request has a key of its own and names who asks.")
