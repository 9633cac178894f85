"""Knows a clock that many processes share: a file says which instant it was when, and how fast time has run since."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class SharedClock:
    """Give the instant that a file says, to every process alike; `set` makes it jump."""

    path: Path

    def set(self, at, speed):
        """Have it be an instant now, and let time run so many times as fast as ours."""
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps({"at": at.isoformat(), "since": time.time(), "speed": speed}))
        part.replace(self.path)

    def jump(self, **span):
        """Put it forward, or back."""
        self.set(self.now + timedelta(**span), json.loads(self.path.read_text())["speed"])

    @property
    def now(self):
        """Return the instant."""
        told = json.loads(self.path.read_text())
        return datetime.fromisoformat(told["at"]) + timedelta(seconds=(time.time() - told["since"]) * told["speed"])

    def __call__(self):
        """Return the instant."""
        return self.now
