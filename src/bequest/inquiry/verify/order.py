"""Knows in which order things must have happened: gates before runs, runs before offers, policies before runs."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from typing import TYPE_CHECKING

from bequest.inquiry.verify.donor_plans import PLAN, DonorPlans

if TYPE_CHECKING:
    from collections.abc import Callable

    from bequest.inquiry.verify.leaves import Leaf

    Say = Callable[[str], None]

_POINTS_AT = {
    "consent.verified": {"consent": ("consent.recorded",)},
    "consent.revoked": {"consent": ("consent.recorded",)},
    "observation.ended": {"started": ("observation.started",)},
    "organ.available": {
        "consent": ("consent.verified",),
        "custody": ("custody.checked",),
        "death": ("death.certified", "dcd.opened"),
    },
    "policy.enacted": {"proposed": ("policy.proposed",)},
    "exchange.enacted": {"proposed": ("exchange.proposed",)},
    "exchange.ended": {"enacted": ("exchange.enacted",)},
    "import.attested": {"agreement": ("exchange.enacted",)},
    "match.run": {"available": ("organ.available",), "follows": ("match.run",)},
    "offer.made": {"run": ("match.run",)},
    "match.signed": {"run": ("match.run",)},
    "stage.began": {"run": ("match.run",)},
    "filter.lifted": {"set": ("filter.set",)},
    "donor_filter.lifted": {"set": ("donor_filter.set",)},
    "programme.resumed": {"paused": ("programme.paused",)},
    "offer.told": {"run": ("match.run",), "offer": ("offer.made",)},
    "offer.seen": {"run": ("match.run",), "offer": ("offer.made",)},
    "offer.reminded": {"run": ("match.run",), "offer": ("offer.made",)},
    "offer.promoted": {"run": ("match.run",), "offer": ("offer.made",), "into": ("match.run",)},
    "offer.accepted": {"run": ("match.run",), "offer": ("offer.made",)},
    "offer.refused": {"run": ("match.run",), "offer": ("offer.made",)},
    "offer.expired": {"run": ("match.run",), "offer": ("offer.made",)},
    "offer.withdrawn": {"run": ("match.run",), "offer": ("offer.made",)},
    "skip": {"run": ("match.run",)},
    "override.requested": {"run": ("match.run",)},
    "override.approved": {"run": ("match.run",), "requested": ("override.requested",)},
    "override.refused": {"run": ("match.run",), "requested": ("override.requested",)},
    "crossmatch.done": {"run": ("match.run",)},
    "candidate.admitted": {"run": ("match.run",)},
    "theatre.booked": {"run": ("match.run",)},
    "recovery.ordered": {"death": ("death.certified",)},
    "recovery.resumed": {"paused": ("recovery.paused",)},
    "organ.shipped": {"run": ("match.run",), "accepted": ("offer.accepted",)},
    "organ.scanned": {"shipped": ("organ.shipped",)},
    "organ.arrived": {"shipped": ("organ.shipped",)},
    "organ.overdue": {"shipped": ("organ.shipped",)},
    "organ.transplanted": {"run": ("match.run",), "accepted": ("offer.accepted",)},
    "organ.exported": {"run": ("match.run",), "agreement": ("exchange.enacted",)},
    "export.ended": {"exported": ("organ.exported",)},
    "exception.decided": {"requested": ("exception.requested",)},
    "appeal.decided": {"opened": ("appeal.opened",)},
    "service.restored": {"degraded": ("service.degraded",)},
}
"""Which field of which kind points at an earlier leaf, and of what kind that must be."""


def check_pointers(leaves: list[Leaf], say: Say) -> int:
    """Return how many pointers between leaves are right; say each that points forward or at another kind."""
    count = 0
    for leaf in leaves:
        for name, wanted in _POINTS_AT.get(leaf.kind, {}).items():
            if name in leaf.fields:
                target = leaf.integer(name)
                if target >= leaf.number or leaves[target].kind not in wanted:
                    say(f"leaf {leaf.number} ({leaf.kind}) names leaf {target} as its '{name}', which it is not")
                else:
                    count += 1
    return count


def check_policies(leaves: list[Leaf], say: Say) -> int:
    """Return how many runs used the policy in force; say each that did not, and what leaves that open to choice."""
    policies = _Policies(leaves, say)
    plans = DonorPlans(leaves, policies.in_force, say)
    count = 0
    for leaf in leaves:
        if leaf.kind == "policy.enacted":
            policies.enacted(leaf)
        elif leaf.kind == "match.run":
            count += policies.used(leaf)
            plans.followed(leaf)
    return count


class _Policies:
    """Keep which policies were put in force by the leaves so far."""

    def __init__(self, leaves: list[Leaf], say: Say) -> None:
        self._leaves, self._say = leaves, say
        self._days: dict[str, list[tuple[str, str]]] = {}  # by name: from which day, which hash; rising
        self._names: dict[str, str] = {}  # by hash
        self._organs: dict[str, str] = {}  # by name: the organ of its runs

    def enacted(self, leaf: Leaf) -> None:
        """Take note of a policy."""
        name, used, day = leaf.text("policy_name"), leaf.text("policy_hash"), leaf.text("effective_on")
        days = self._days.setdefault(name, [])
        if day < leaf.at.date().isoformat():
            self._say(f"leaf {leaf.number} puts a policy in force for days that were past")
        if self._names.setdefault(used, name) != name:
            self._say(f"leaf {leaf.number} puts in force as {name} what is in force as {self._names[used]}")
        at = bisect_left(days, (day, ""))
        if at < len(days) and days[at][0] == day and days[at][1] != used:
            self._say(f"leaf {leaf.number} puts {name} in force from {day}, as another version of it is")
        insort(days, (day, used))
        number = leaf.fields.get("proposed")
        if isinstance(number, int) and number < leaf.number:
            proposed = self._leaves[number].fields
            if (proposed.get("policy_name"), proposed.get("policy_hash")) != (name, used):
                self._say(f"leaf {leaf.number} puts another policy in force than leaf {number} proposed")

    def used(self, leaf: Leaf) -> bool:
        """Tell whether a run used a policy that is in force on its day, and that no other organ's runs use."""
        ranked = self._ranked(leaf)
        day, used, organ = ranked.at.date().isoformat(), leaf.text("policy_hash"), leaf.text("organ")
        name = self._names.get(used, "")
        if not self.in_force(used, day) or used != leaf.policy:
            self._say(f"the run of leaf {leaf.number} used a policy that was not in force on {day}")
            return False
        if self._organs.setdefault(name, organ) != organ:
            self._say(f"the run of leaf {leaf.number} ranked for a {organ} by {name}, by which others rank")
            return False
        return True

    def in_force(self, used: str, day: str) -> bool:
        """Tell whether a policy, or a donor plan, is the version of its name that is in force on a day."""
        days = self._days.get(self._names.get(used, ""), [])
        at = bisect_right(days, (day, "g"))
        return at > 0 and days[at - 1][1] == used

    def _ranked(self, leaf: Leaf) -> Leaf:
        """Return the run whose list was ranked: in a stage the one that it follows, of the same organ and policy."""
        number = leaf.fields.get("follows")
        if not isinstance(number, int) or number >= leaf.number or self._leaves[number].kind != "match.run":
            return leaf  # `check_pointers` says what is wrong with it.
        before = self._leaves[number]
        for name in ("available", "organ", "policy_hash", "places", "inputs", "registrations", *PLAN):
            if before.fields.get(name) != leaf.fields.get(name):
                self._say(f"the stage of leaf {leaf.number} has another '{name}' than the run of leaf {number}")
        if "follows" in before.fields:
            self._say(f"the stage of leaf {leaf.number} follows leaf {number}, which is the order of a stage as well")
        return before
