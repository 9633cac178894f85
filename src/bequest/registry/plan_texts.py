"""Knows how the text of a donor plan is read: against the policies that were proposed before it, else the library's."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from bequest.policy import library
from bequest.policy.load import load_policy
from bequest.policy.plan_load import load_plan
from bequest.policy.sources import packaged_sources
from bequest.registry.models import Policy
from bequest.registry.rows import every, leaf_of

if TYPE_CHECKING:
    from bequest.policy.plan import DonorPlan
    from bequest.policy.policy import Policy as LoadedPolicy

_KEPT = 8


def read_plan(using: str, written: str, *, before: int | None = None) -> DonorPlan:
    """Return the donor plan of a text; raise PolicyError with every mistake of it.

    Of the policies that it names, those count that were proposed `before` a leaf, None for all: whoever reads the plan
    again later reads the same.
    """
    proposed = [(leaf_of(using, each.event_id), each) for each in every(using, Policy, organ__isnull=False)]
    earlier = sorted((leaf, each.name, each.written) for leaf, each in proposed if before is None or leaf < before)
    newest = {name: text for _, name, text in earlier}
    return _loaded(written, tuple(sorted(newest.items())))


@lru_cache(maxsize=_KEPT)
def _loaded(written: str, proposed: tuple[tuple[str, str], ...]) -> DonorPlan:
    sources, own = packaged_sources(), dict(proposed)

    def find(name: str) -> LoadedPolicy:
        if name in own:
            return load_policy(own[name], label=f"policy {name}", sources=sources)
        return library.policy(name)

    return load_plan(written, label="donor plan", sources=sources, find=find)
