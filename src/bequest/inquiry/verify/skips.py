"""Knows how places are passed over: each for a reason of the list, and with what the log shows of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bequest.inquiry.verify.order_so_far import ACCEPTED, CAME_TO_NOTHING, WAITS, WITHDRAWN

if TYPE_CHECKING:
    from bequest.inquiry.verify.leaves import Leaf
    from bequest.inquiry.verify.order_so_far import Follower, RunSoFar

_SETTLING = frozenset({"offered", "exported"})
"""The acts of which a skip accounts for whoever was not offered the organ."""
_BORNE_OUT = {"combined_candidate": "offer.made", "backup_promoted": "offer.promoted"}
"""By reason, the kind of the leaf right after a skip that bears it out."""
_ANSWERS = {
    "being_offered": WAITS,
    "accepted": ACCEPTED,
    "declined": CAME_TO_NOTHING,
    "declined_before": CAME_TO_NOTHING,
    "offer_taken_back": WITHDRAWN,
    "no_longer_ranked": WITHDRAWN,
}
"""By reason, how an offer ended, or that it waits, of which the reason speaks."""

_CLASSES = {
    "policy_permitted": (
        "being_offered", "accepted", "declined", "declined_before", "programme_filter", "stage_not_begun",
        "follows_other_organ", "second_organ_missing", "graft_not_offered", "organ_taken", "combined_candidate",
        "backup_promoted", "no_longer_ranked",
    ),
    "patient_cause": (
        "candidate_removed", "candidate_suspended", "candidate_transplanted", "accepted_other_offer",
        "override_medical_emergency",
    ),
    "logistics": ("programme_paused", "no_contact_details", "override_logistics"),
    "organ_about_to_be_lost": ("rescue_stage", "override_time_limit"),
    "data_error": ("offer_taken_back", "override_data_error"),
    "unexplained": ("unexplained",),
}  # fmt: skip
"""The reasons for which somebody is passed over, by their class."""
_CLASS_OF = {reason: name for name, reasons in _CLASSES.items() for reason in reasons}


def follow_skip(follower: Follower, leaf: Leaf, run: RunSoFar) -> None:
    """Take note of places that were passed over; say what nothing explains, and what the log shows nothing of."""
    first, last = leaf.integer("first_rank"), min(leaf.integer("last_rank"), run.leaf.integer("ranked"))
    if not 1 <= first <= last:
        follower.say(f"leaf {leaf.number} passes over places that its run does not have")
        return
    reason, act = leaf.text("reason"), leaf.text("act")
    if act in _SETTLING:
        run.settle(first, last)
    run.explain(first, last)
    follower.told.passed[reason] += last - first + 1
    named = _CLASS_OF.get(reason, "unexplained")
    follower.told.classes[named] += last - first + 1
    if named == "unexplained":
        follower.say(
            f"leaf {leaf.number} passes over ranks {first} to {last} of the run of leaf {run.leaf.number} and nothing "
            f"explains it; the organ was {act} past them"
        )
    elif reason in _BORNE_OUT:
        follower.unclaimed.setdefault(run.donor, []).append((run, leaf))
    elif not _shown(follower, reason, run, first, last):
        _say_nothing_shows(follower, leaf, run)


def claim(follower: Follower, run: RunSoFar, kind: str, rank: int) -> None:
    """Let an offer, or a promotion, to a rank bear out the skips right before it that say so."""
    waiting = follower.unclaimed.get(run.donor)
    if waiting:
        follower.unclaimed[run.donor] = [
            (into, skip)
            for into, skip in waiting
            if into is not run or _BORNE_OUT[skip.text("reason")] != kind or not skip.integer("last_rank") < rank
        ]


def say_unclaimed(follower: Follower, donor: object) -> None:
    """Say which skips of a donor's runs the leaf after them does not bear out."""
    for run, skip in follower.unclaimed.pop(donor, []):
        _say_nothing_shows(follower, skip, run)


def _say_nothing_shows(follower: Follower, leaf: Leaf, run: RunSoFar) -> None:
    follower.say(
        f"leaf {leaf.number} passes over ranks {leaf.integer('first_rank')} to {leaf.integer('last_rank')} of the run "
        f"of leaf {run.leaf.number} as {leaf.text('reason')}, and the log shows nothing of that"
    )


def _shown(follower: Follower, reason: str, run: RunSoFar, first: int, last: int) -> bool:
    """Tell whether the leaves before a skip show what it says; of people's own facts they show nothing either way."""
    if reason in _ANSWERS:
        return _is_of_an_offer(follower, reason, run, first, last)
    if reason.startswith("override_"):
        return run.departures.total() > 0
    found = {
        # Nothing in the log says who can be called, so that nobody is passed over for that.
        "no_contact_details": lambda: False,
        "accepted_other_offer": lambda: follower.accepted,
        "organ_taken": lambda: follower.is_short_of(run),
        "programme_paused": lambda: run.leaf.fields.get("organ") in follower.paused.values(),
        "rescue_stage": lambda: run.leaf.number in follower.followed,
    }.get(reason)
    return found is None or found()


def _is_of_an_offer(follower: Follower, reason: str, run: RunSoFar, first: int, last: int) -> bool:
    """Tell whether offers of the donor and organ came to what a reason says: those to whoever has the ranks.

    Who in this run was offered something by another one no bundle tells everybody.
    """
    answer = _ANSWERS[reason]
    in_other_runs = follower.places.get(run.listed, Counter())[answer] > run.places[answer]
    if reason == "declined_before":
        return in_other_runs
    return (in_other_runs and reason != "declined") or run.reached.cover(answer, first, last)
