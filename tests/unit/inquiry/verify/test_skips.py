"""Whoever is passed over for a reason of which the log must show something is not passed over by the word alone."""

from datetime import UTC, datetime

import pytest

from bequest.inquiry.verify.leaves import Leaf
from bequest.inquiry.verify.offers import check_offers

RANKED = {"rows_root": "0" * 64, "registrations": 9, "ranked": 9, "available": 0}
"""Leaves 0 to 2 of each log: a heart, a kidney and once more the heart of one donor, each ranked."""
RUNS = [("match.run", {**RANKED, "organ": organ}) for organ in ("heart", "kidney", "heart")]


def offered(rank, run=0, organ="heart", **further):
    return "offer.made", {"run": run, "rank": rank, "row": rank, "part": [organ], "kind": "primary", **further}


def ended(kind, offer, run=0, **fields):
    return f"offer.{kind}", {"run": run, "offer": offer, **fields}


def skipped(reason, first=1, last=1, run=0):
    return "skip", {"run": run, "first_rank": first, "last_rank": last, "reason": reason, "act": "offered"}


def unfounded(*happened):
    """Return the skips, by leaf, of which the log is said to show nothing."""
    stages = sum(kind == "match.run" for kind, _ in happened)
    assert stages <= 1
    leaves = [
        Leaf(number, kind, datetime(2026, 1, 1, tzinfo=UTC), "ZZ", None, bytes(32), None, fields)
        for number, (kind, fields) in enumerate([*RUNS, *happened])
    ]
    found = []
    check_offers(leaves, {}, found.append)
    return [int(each.split()[1]) for each in found if each.endswith("the log shows nothing of that")]


ACCEPTED = (offered(2), ended("accepted", 3, part=["heart"]))
DECLINED = (offered(1), ended("refused", 3, reason="candidate_unwell"))
WITHDRAWN = (offered(1), ended("withdrawn", 3, reason="no_longer_ranked"))
APPROVED = (("override.requested", {"run": 0, "rank": 9}), ("override.approved", {"run": 0, "requested": 3}))
STAGE = (("match.run", {**RANKED, "organ": "heart", "stage": "rescue", "follows": 0}),)
BOTH = {"second_runs": [1], "second_ranks": [3], "second_rows": [3]}


@pytest.mark.parametrize(
    ("reason", "before", "run"),
    [
        ("being_offered", (offered(1, run=2),), 0),
        ("accepted", ACCEPTED, 2),
        ("declined", DECLINED, 0),
        ("declined_before", DECLINED, 2),
        ("offer_taken_back", WITHDRAWN, 0),
        ("no_longer_ranked", WITHDRAWN, 2),
        ("organ_taken", ACCEPTED, 2),
        ("accepted_other_offer", ACCEPTED, 1),
        ("rescue_stage", STAGE, 0),
        ("override_logistics", APPROVED, 0),
        ("programme_paused", (("programme.paused", {"organ": "heart"}),), 0),
    ],
)
def test_a_reason_holds_where_the_log_shows_what_it_says_before_the_skip(reason, before, run):
    assert unfounded(*before, skipped(reason, run=run)) == []
    assert unfounded(skipped(reason, run=run), *_later(before)) == [3]


def _later(before):
    """Return what had happened before as if it happened one leaf later."""
    moved = {"offer", "requested"}
    return [(kind, {name: value + (name in moved) if name in moved else value for name, value in fields.items()})
            for kind, fields in before]  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "before", "run"),
    [
        ("organ_taken", ACCEPTED, 1),  # both kidneys are free
        ("programme_paused", (("programme.paused", {"organ": "lung"}),), 0),
        ("programme_paused", (("programme.paused", {"organ": "heart"}), ("programme.resumed", {"paused": 3})), 0),
        ("no_contact_details", ACCEPTED, 0),
        ("declined_before", DECLINED, 0),  # in this very run
    ],
)
def test_what_the_log_shows_of_something_else_is_no_reason(reason, before, run):
    assert unfounded(*before, skipped(reason, run=run)) == [3 + len(before)]


@pytest.mark.parametrize("reason", ["being_offered", "accepted", "offer_taken_back", "no_longer_ranked"])
def test_whoever_was_never_offered_anything_has_no_part_in_the_offers_to_others(reason):
    before = {"being_offered": (offered(1),), "accepted": (offered(1), ended("accepted", 3, part=["heart"]))}.get(
        reason, WITHDRAWN
    )
    assert unfounded(*before, skipped(reason)) == []
    assert unfounded(*before, skipped(reason, 1, 2)) == [3 + len(before)]


def test_a_part_that_came_back_is_taken_until_its_list_is_ranked_anew():
    left = ("organ.exported", {"run": 0, "part": ["heart"]})
    back = ("export.ended", {"exported": 3, "ended_as": "returned", "part": ["heart"]})
    again = ("match.run", {**RANKED, "organ": "heart"})
    assert unfounded(left, skipped("organ_taken")) == []
    assert unfounded(left, back, skipped("organ_taken")) == []
    assert unfounded(left, back, again, skipped("organ_taken", run=5)) == [6]


def test_an_approved_departure_is_for_one_offer():
    assert unfounded(*APPROVED, skipped("override_logistics", 1, 8), offered(9)) == []
    twice = (*APPROVED, skipped("override_logistics", 1, 8), offered(9), skipped("override_logistics", 1, 7))
    assert unfounded(*twice, offered(8)) == [7]


def test_an_offer_much_later_bears_no_old_skip_out():
    skip = skipped("combined_candidate", 1, 2, run=1)
    assert unfounded(skip, offered(1), offered(1, **BOTH)) == [3]


@pytest.mark.parametrize(
    "reason", ["candidate_removed", "graft_not_offered", "second_organ_missing", "programme_filter"]
)
def test_what_only_the_facts_of_the_list_can_show_is_left_to_a_replay(reason):
    assert unfounded(skipped(reason)) == []


def test_only_those_whose_offer_was_declined_are_passed_over_as_having_declined():
    assert unfounded(*DECLINED, skipped("declined", 1, 2)) == [5]
    assert unfounded(*DECLINED, skipped("declined", run=2)) == [5]
    assert unfounded(offered(1), skipped("declined")) == [4]


def test_an_accepted_organ_of_another_kind_is_no_offer_of_this_one():
    assert unfounded(*ACCEPTED, skipped("accepted", run=1)) == [5]


def test_a_part_that_was_given_back_is_taken_no_more():
    returned = ended("refused", 3, reason="candidate_unwell")
    assert unfounded(*ACCEPTED, returned, skipped("organ_taken")) == [6]


def test_whoever_is_passed_over_for_a_combined_candidate_is_above_one():
    skip = skipped("combined_candidate", 1, 2, run=1)
    assert unfounded(skip, offered(1, **BOTH)) == []
    assert unfounded(skip) == [3]
    assert unfounded(skip, offered(1)) == [3]
    assert unfounded(skip, offered(3, run=1, organ="kidney")) == [3]
    assert unfounded(skipped("combined_candidate", 1, 3, run=1), offered(1, **BOTH)) == [3]


def test_whoever_is_passed_over_for_a_promoted_backup_is_above_one():
    backup = ("offer.made", {**offered(2)[1], "kind": "backup"})
    behind = (offered(1), ended("accepted", 3, part=["heart"]), backup, ended("refused", 3, reason="candidate_unwell"))
    place = {"run": 0, "offer": 5, "into": 2, "rank": 4, "row": 4, "part": ["heart"], "kind": "primary"}
    skip = skipped("backup_promoted", 1, 3, run=2)
    assert unfounded(*behind, skip, ("offer.promoted", place)) == []
    assert unfounded(*behind, skip) == [7]
    assert unfounded(*behind, skipped("backup_promoted", 1, 4, run=2), ("offer.promoted", place)) == [7]
