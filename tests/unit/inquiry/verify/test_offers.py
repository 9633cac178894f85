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
    return [sentence for sentence in found if "is opened" not in sentence]


def offered(rank, kind="primary"):
    return "offer.made", {"run": 0, "rank": rank, "row": rank, "part": ["heart"], "kind": kind}


def accepted(offer):
    return "offer.accepted", {"run": 0, "offer": offer, "part": ["heart"]}


def returned(offer):
    return "offer.refused", {"run": 0, "offer": offer, "reason": "candidate_unwell"}


def promoted(offer, rank=2, into=0):
    place = {"into": into, "rank": rank, "row": rank}
    return "offer.promoted", {"run": 0, "offer": offer, **place, "part": ["heart"], "kind": "primary"}


def withdrawn(offer):
    return "offer.withdrawn", {"run": 0, "offer": offer, "reason": "error"}


def skipped(first, last, reason, act):
    return "skip", {"run": 0, "first_rank": first, "last_rank": last, "reason": reason, "act": act}


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


def test_a_promotion_inside_a_run_keeps_the_place_of_the_offer():
    sentence = "leaf 6 (offer.promoted) names another place than the offer that it promotes"
    assert sentence in said(*BACKUP, returned(1), promoted(3, rank=9))
    assert sentence not in said(*BACKUP, returned(1), promoted(3))


TAKEN_BACK = (offered(1), offered(2, "backup"), withdrawn(1))
"""Leaves 1 to 3: the first offer is taken back, and another one lives on behind it."""


def test_an_acceptance_past_an_offer_that_was_taken_back_needs_a_skip():
    assert said(*TAKEN_BACK, accepted(2)) == [
        "leaf 4 (offer.accepted) is of rank 2 while the offer to rank 1 had been taken back, and no skip says so"
    ]
    assert said(*TAKEN_BACK, skipped(1, 1, "offer_taken_back", "accepted"), accepted(2)) == []


def test_an_offer_that_was_taken_back_and_made_again_is_nobodys_skip():
    assert said(*TAKEN_BACK, offered(1), accepted(2)) == []


def test_a_transplant_past_an_offer_that_was_taken_back_needs_a_skip_of_its_own():
    taken = (offered(1), offered(2), accepted(2), withdrawn(1))
    assert said(*taken, transplanted(3)) == [
        "leaf 5 (organ.transplanted) is of rank 2 while the offer to rank 1 had been taken back, and no skip says so"
    ]
    assert said(*taken, skipped(1, 1, "offer_taken_back", "transplanted"), transplanted(3)) == []


def test_what_nothing_explains_is_a_finding_whatever_was_done():
    (sentence,) = said(skipped(1, 3, "unexplained", "transplanted"))
    assert sentence.startswith("leaf 1 passes over ranks 1 to 3 of the run of leaf 0 and nothing explains it")
    assert len(said(skipped(1, 3, "no_such_reason", "offered"))) == 1


def test_a_promotion_goes_into_a_run_of_its_donor():
    assert "leaf 6 (offer.promoted) names a run of another donor" in said(*BACKUP, returned(1), promoted(3, into=1))


def combined(runs=(1,), ranks=(1,), rows=(1,)):
    """Return what is said of an offer of two organs, each ranked in a run of its own."""
    released = {"death": 7}
    leaves = [("organ.available", released), (*RUN[:1], {**RUN[1], "organ": "kidney"}), RUN]
    made = ("offer.made", {**offered(1)[1], "run": 2, "second_runs": list(runs), "second_ranks": list(ranks),
                           "second_rows": list(rows)})  # fmt: skip
    found = []
    whole = [
        Leaf(number, kind, datetime(2026, 1, 1, tzinfo=UTC), "ZZ", None, bytes(32), None, fields)
        for number, (kind, fields) in enumerate([*leaves, made])
    ]
    check_offers(whole, {}, found.append)
    return found


def test_the_further_place_of_a_combined_offer_is_opened_in_its_own_run():
    assert any("no row with that rank is opened for it in the run of leaf 1" in each for each in combined())


@pytest.mark.parametrize("places", [{"runs": (9,)}, {"ranks": ()}, {"rows": (1, 2)}])
def test_a_combined_offer_names_further_places_of_its_own_donor(places):
    assert any("names further places that no run of its donor has" in each for each in combined(**places))
