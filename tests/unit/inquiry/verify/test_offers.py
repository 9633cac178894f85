"""An acceptance may be given back and a backup promoted; nothing else lets a part be held twice, or by nobody."""

from datetime import UTC, datetime

import pytest

from bequest.inquiry.verify.leaves import Leaf
from bequest.inquiry.verify.offers import check_offers

RUN = ("match.run", {"rows_root": "0" * 64, "registrations": 9, "ranked": 9, "organ": "heart", "available": 0})


def said(*happened):
    """Return what is said of the offers of a run; that no rows are opened here is left out."""
    leaves = [
        Leaf(number, kind, datetime(2026, 1, 1, tzinfo=UTC), "ZZ", None, bytes(32), None, fields)
        for number, (kind, fields) in enumerate([RUN, *happened])
    ]
    found = []
    check_offers(leaves, {}, found.append)
    return [sentence for sentence in found if "is opened for it" not in sentence]


def offered(rank, kind="primary"):
    return "offer.made", {"run": 0, "rank": rank, "row": rank, "part": ["heart"], "kind": kind}


def accepted(offer):
    return "offer.accepted", {"run": 0, "offer": offer, "part": ["heart"]}


def returned(offer):
    return "offer.refused", {"run": 0, "offer": offer, "reason": "candidate_unwell"}


def promoted(offer):
    return "offer.promoted", {"run": 0, "offer": offer, "part": ["heart"], "kind": "primary"}


def transplanted(acceptance):
    return "organ.transplanted", {"run": 0, "accepted": acceptance, "part": ["heart"]}


BACKUP = (offered(1), accepted(1), offered(2, "backup"), accepted(3))
"""Leaves 1 to 4: the heart is accepted, and a backup behind it."""


def test_a_backup_is_promoted_after_the_acceptance_was_given_back():
    assert said(*BACKUP, returned(1), promoted(3), transplanted(4)) == []


def test_a_backup_that_is_accepted_holds_nothing():
    assert said(*BACKUP) == []
    assert said(*BACKUP, transplanted(4)) == ["the transplant of leaf 5 is not what leaf 4 accepted"]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ((promoted(3),), "leaf 5 (offer.promoted) accepts heart, which leaf 2 had accepted"),
        ((promoted(1),), "promotes what is no backup offer of this run"),
        ((returned(1), promoted(3), promoted(3)), "promotes what is no backup offer of this run"),
        ((returned(3), promoted(3)), "leaf 6 (offer.promoted) promotes an offer that had ended"),
        ((returned(1), returned(1)), "leaf 6 (offer.refused) answers an offer that had ended"),
        ((returned(1), transplanted(2)), "the transplant of leaf 6 is not what leaf 2 accepted"),
    ],
)  # fmt: skip
def test_what_no_night_may_bring_is_said(more, sentence):
    assert any(sentence in each for each in said(*BACKUP, *more))
