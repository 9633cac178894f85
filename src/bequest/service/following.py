"""Knows the thread of a process that keeps its lists in memory: read before anybody waits, let go of in time.

Whoever left a list is forgotten here within a minute, also by a process that ranks nothing meanwhile: nobody who was
erased stays in memory, neither facts nor key.
"""

from __future__ import annotations

import gc
import sys
from threading import Event, Thread
from typing import TYPE_CHECKING

from django.db import close_old_connections

from bequest.model.enums import Organ
from bequest.registry.match_runs import read_ahead
from bequest.registry.models import ClosedEvent, Policy, PolicyEnactment
from bequest.registry.rows import count, every
from bequest.service.office import office
from bequest.service.rest.runs import kept_ranking

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY_SECONDS = 30.0
_SELDOM = 100_000, 20, 50
"""After how many new objects the collector looks at the young, the older and the oldest ones."""


_SEEN: dict[str, int] = {}
"""By database, how many closed events there were when this process last looked."""


def begin(stopped: Event) -> None:
    """Begin to follow the lists, until it is stopped or the process ends."""
    Thread(target=_follow, args=(stopped, EVERY_SECONDS), daemon=True, name="lists").start()


def _follow(stopped: Event, every_seconds: float) -> None:
    _tried(read_lists)
    # What was read stays for good, and a run makes some hundred thousand objects that hold no cycles: the collector
    # would look through all of it again and again, for a third of the time of a run.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)
    while not stopped.wait(every_seconds):
        _tried(let_go)


def read_lists() -> None:
    """Read every list for which a policy is in force, so that the first run of a process waits for none of them."""
    kept = office()
    enacted = {each.policy_id for each in every(kept.using, PolicyEnactment)}
    policies = [each for each in every(kept.using, Policy) if each.event_id in enacted]
    for organ in sorted({each.organ for each in policies if each.organ is not None}):
        read_ahead(kept, Organ(organ))


def let_go() -> None:
    """Forget who has left a list, and every ranking that is kept once somebody was erased."""
    close_old_connections()
    kept = office()
    kept.lists.let_go(kept.using)
    closed = count(kept.using, ClosedEvent)
    if closed != _SEEN.get(kept.using, 0):
        # Somebody was erased: a ranking that is kept may hold their facts.
        kept_ranking.cache_clear()
    _SEEN[kept.using] = closed


def _tried(work: Callable[[], None]) -> None:
    try:
        work()
    except Exception as error:  # noqa: BLE001  the thread must outlive whatever a database says
        sys.stderr.write(f"bequest: lists: {type(error).__name__}; they are read when they are asked for.\n")
