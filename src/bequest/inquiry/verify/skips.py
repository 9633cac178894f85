"""Knows how places are passed over: each for a reason of the list, and with what the log shows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bequest.inquiry.verify.leaves import Leaf
    from bequest.inquiry.verify.order_so_far import Follower, RunSoFar

_SETTLING = frozenset({"offered", "exported"})
"""The acts of which a skip accounts for whoever was not offered the organ."""
_NO = frozenset({"offer.refused", "offer.expired"})
"""How an offer ends that came to nothing by whom it was made to."""
_BORNE_OUT = {"combined_candidate": "offer.made", "backup_promoted": "offer.promoted"}
"""By reason, the kind of the leaf right after a skip that bears it out."""
_BEFORE = {
    "programme_filter": frozenset({"filter.set", "donor_filter.set"}),
    "programme_paused": frozenset({"programme.paused"}),
}
"""By reason, the kinds of leaves of which one at least stands before."""
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
        run.unclaimed.append(leaf)
    elif not _shown(follower, leaf, run, range(first, last + 1)):
        _say_nothing_shows(follower, leaf, run)


def claim(run: RunSoFar, kind: str, rank: int) -> None:
    """Let an offer, or a promotion, to a rank bear out the skips right before it that say so."""
    run.unclaimed = [
        skip
        for skip in run.unclaimed
        if _BORNE_OUT[skip.text("reason")] != kind or not skip.integer("last_rank") < rank
    ]


def say_unclaimed(follower: Follower, run: RunSoFar) -> None:
    """Say which skips of a run the offer after them does not bear out."""
    for skip in run.unclaimed:
        _say_nothing_shows(follower, skip, run)
    run.unclaimed = []


def _say_nothing_shows(follower: Follower, leaf: Leaf, run: RunSoFar) -> None:
    follower.say(
        f"leaf {leaf.number} passes over ranks {leaf.integer('first_rank')} to {leaf.integer('last_rank')} of the run "
        f"of leaf {run.leaf.number} as {leaf.text('reason')}, and the log shows nothing of that"
    )


def _shown(follower: Follower, leaf: Leaf, run: RunSoFar, ranks: range) -> bool:  # noqa: PLR0911  a line a reason
    """Tell whether the leaves before a skip show what it says; of people's own facts they show nothing either way."""
    reason = leaf.text("reason")
    if reason.startswith("override_"):
        return run.departure
    if reason in _BEFORE:
        return not _BEFORE[reason].isdisjoint(follower.kinds)
    if reason == "organ_taken":
        return follower.is_short_of(run.donor)
    if reason == "rescue_stage":
        return any(each.leaf.fields.get("follows") == run.leaf.number for each in _runs_before(follower, leaf))
    answers = _answers(reason)
    if answers is None:
        return True
    found = [place for offer, place in follower.offers_of_organ(run) if offer.answer in answers]
    if reason == "declined":
        theirs = {rank for place in found if place.run is run for rank in place.ranks}
        return len(ranks) <= len(theirs) and theirs.issuperset(ranks)
    return bool(found)


def _answers(reason: str) -> frozenset[str | None] | None:
    """Return which last answers an offer may have that a reason speaks of; None where it speaks of no offer."""
    return {
        "being_offered": frozenset[str | None]({None}),
        "accepted": frozenset[str | None]({"offer.accepted"}),
        "declined": _NO,
        "declined_before": _NO,
        "offer_taken_back": frozenset[str | None]({"offer.withdrawn"}),
        "no_longer_ranked": frozenset[str | None]({"offer.withdrawn"}),
    }.get(reason)


def _runs_before(follower: Follower, leaf: Leaf) -> list[RunSoFar]:
    return [each for each in follower.runs.values() if each.leaf.number < leaf.number]
