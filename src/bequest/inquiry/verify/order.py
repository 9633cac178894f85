"""Knows in which order things must have happened: gates before runs, runs before offers, offers down the ranks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.openings import row_opened
from bequest.inquiry.verify.plain_json import bytes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bequest.inquiry.verify.leaves import Leaf
    from bequest.inquiry.verify.plain_json import Json

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
    "match.run": {"available": ("organ.available",)},
    "offer.made": {"run": ("match.run",)},
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
    "organ.transplanted": {"run": ("match.run",), "accepted": ("offer.accepted",)},
    "exception.decided": {"requested": ("exception.requested",)},
    "appeal.decided": {"opened": ("appeal.opened",)},
    "service.restored": {"degraded": ("service.degraded",)},
}
"""Which field of which kind points at an earlier leaf, and of what kind that must be."""
_ENDS = frozenset({"offer.accepted", "offer.refused", "offer.expired", "offer.withdrawn"})


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
    """Return how many runs used the policy in force; say each that did not."""
    in_force: dict[str, list[tuple[str, str]]] = {}
    count = 0
    for leaf in leaves:
        if leaf.kind == "policy.enacted":
            in_force.setdefault(leaf.text("policy_name"), []).append(
                (leaf.text("effective_on"), leaf.text("policy_hash"))
            )
            if leaf.text("effective_on") < leaf.at.date().isoformat():
                say(f"leaf {leaf.number} puts a policy in force for days that were past")
        elif leaf.kind == "match.run":
            day, used = leaf.at.date().isoformat(), leaf.text("policy_hash")
            newest = {max(known)[1] for each in in_force.values() if (known := [one for one in each if one[0] <= day])}
            if used not in newest or used != leaf.policy:
                say(f"the run of leaf {leaf.number} used a policy that was not in force on {day}")
            else:
                count += 1
    return count


@dataclass
class _Run:
    """Keep what happened to the order of one run so far."""

    leaf: Leaf
    offered: dict[int, int] = field(default_factory=dict[int, int])  # rank by leaf of the offer
    ended: set[int] = field(default_factory=set[int])
    passed: set[int] = field(default_factory=set[int])
    taken: dict[str, int] = field(default_factory=dict[str, int])  # acceptance by part
    departure: bool = False

    def settled(self) -> set[int]:
        """Return the ranks that were offered or passed over with a reason."""
        return set(self.offered.values()) | self.passed


def check_offers(leaves: list[Leaf], rows: dict[int, list[dict[str, Json]]], say: Say) -> int:
    """Return how many offers follow the committed ranks; say each that does not.

    `rows` holds by the leaf of a run the opened rows of those who were offered. Raises BrokenError for a row that is
    not under the root of its run.
    """
    runs = {leaf.number: _Run(leaf) for leaf in leaves if leaf.kind == "match.run"}
    ranks = {number: _ranks(run.leaf, rows.get(number, [])) for number, run in runs.items()}
    unknown = sorted(set(rows) - set(runs))
    if unknown:
        raise BrokenError(f"rows/{unknown[0]}.jsonl is of no match run")
    count = 0
    for leaf in leaves:
        run = runs.get(leaf.integer("run")) if "run" in leaf.fields else None
        if run is None:
            continue
        if leaf.kind == "offer.made":
            count += _offer(leaf, run, ranks[run.leaf.number], say)
        elif leaf.kind == "skip":
            run.passed |= set(
                range(leaf.integer("first_rank"), min(leaf.integer("last_rank"), run.leaf.integer("ranked")) + 1)
            )
        elif leaf.kind == "override.approved":
            run.departure = True
        elif leaf.kind in _ENDS:
            _end(leaf, run, say)
        elif leaf.kind == "organ.transplanted":
            _transplant(leaf, leaves, say)
    return count


def _ranks(run: Leaf, rows: list[dict[str, Json]]) -> dict[int, list[int]]:
    """Return the ranks of each opened row of a run, after each was found under the run's root."""
    found: dict[int, list[int]] = {}
    root = bytes_of(run.text("rows_root"), 32, f"the rows of leaf {run.number}")
    for record in rows:
        row, size, shown = row_opened(record, root, f"a row of leaf {run.number}")
        if found and row <= max(found):
            raise BrokenError(f"the rows of leaf {run.number} are not in their order, or one comes twice")
        if size != run.integer("registrations"):
            raise BrokenError(f"a row of leaf {run.number} is of another number of rows than the run states")
        ranks = shown.get("ranks")
        found[row] = [rank for rank in ranks if isinstance(rank, int)] if isinstance(ranks, list) else []
    return found


def _offer(leaf: Leaf, run: _Run, ranks: dict[int, list[int]], say: Say) -> int:
    rank, row = leaf.integer("rank"), leaf.integer("row")
    what = f"the offer of leaf {leaf.number}"
    run.offered[leaf.number] = rank
    if rank not in ranks.get(row, []):
        say(
            f"{what} names rank {rank}, but no row with that rank is opened for it in the run of leaf {run.leaf.number}"
        )
        return 0
    skipped = sorted(set(range(1, rank)) - run.settled())
    if skipped and not run.departure:
        say(f"{what} went to rank {rank} while rank {skipped[0]} was neither offered nor passed over with a reason")
        return 0
    return 1


def _end(leaf: Leaf, run: _Run, say: Say) -> None:
    offer, what = leaf.integer("offer"), f"leaf {leaf.number} ({leaf.kind})"
    if offer not in run.offered:
        say(f"{what} answers an offer that was not made in this run")
    elif offer in run.ended:
        say(f"{what} answers an offer that had ended")
    run.ended.add(offer)
    if leaf.kind == "offer.accepted":
        for part in _parts(leaf):
            if part in run.taken:
                say(f"{what} accepts {part}, which leaf {run.taken[part]} had accepted")
            run.taken[part] = leaf.number


def _transplant(leaf: Leaf, leaves: list[Leaf], say: Say) -> None:
    number = leaf.integer("accepted")
    if number >= leaf.number:
        return  # `check_pointers` says it.
    accepted = leaves[number]
    if accepted.fields.get("run") != leaf.fields.get("run") or accepted.fields.get("part") != leaf.fields.get("part"):
        say(f"the transplant of leaf {leaf.number} is not what leaf {accepted.number} accepted")


def _parts(leaf: Leaf) -> Iterable[str]:
    parts = leaf.fields.get("part")
    return [part for part in parts if isinstance(part, str)] if isinstance(parts, list) else []
