"""What was disposed of, or left and came back, had no recipient then; who is offered it later is, by a fresh run."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bequest.inquiry.verify.exchanges import check_exchanges
from bequest.inquiry.verify.leaves import Leaf
from bequest.inquiry.verify.offers import check_offers

RUN = ("match.run", {"rows_root": "0" * 64, "registrations": 2, "ranked": 2, "organ": "heart", "available": 0})
OFFER = ("offer.made", {"run": 0, "rank": 1, "row": 1, "part": ["heart"], "kind": "primary"})
ACCEPTED = ("offer.accepted", {"run": 0, "offer": 1, "part": ["heart"]})
REFUSED = ("offer.refused", {"run": 0, "offer": 1})
LEFT = ("organ.exported", {"run": 0, "organ": "heart", "part": ["heart"], "to_country": "YY", "agreement": 0})
GONE = ("organ.discarded", {"part": ["heart"], "reason": "damage"})


def chain(*happened):
    """Return leaves of one donation, a kind with its fields each."""
    return [
        Leaf(
            number, kind, datetime(2026, 1, 1, tzinfo=UTC), "ZZ", None, bytes(32), number - 1 if number else None, told
        )
        for number, (kind, told) in enumerate(happened)
    ]


def said(leaves):
    """Return what is said of the offers of a run; that no rows are opened here is left out."""
    found = []
    check_offers(leaves, {}, found.append)
    return [sentence for sentence in found if "is opened" not in sentence]


@pytest.mark.parametrize("before", [(), (OFFER, REFUSED), (OFFER, ACCEPTED, REFUSED)])
def test_what_nobody_has_is_disposed_of(before):
    assert said(chain(RUN, *before, GONE)) == []


@pytest.mark.parametrize(
    ("happened", "words"),
    [
        ((OFFER, GONE), "the disposal of leaf 2 came while the offer of leaf 1 waited for its answer"),
        ((OFFER, ACCEPTED, GONE), "the disposal of leaf 3 is of the heart, which leaf 2 had accepted"),
        ((GONE, OFFER), "leaf 2 (offer.made) is of the heart, which leaf 1 had disposed of"),
        ((OFFER, GONE, ACCEPTED), "leaf 3 (offer.accepted) is of the heart, which leaf 2 had disposed of"),
        ((GONE, LEFT), "the export of leaf 2 is of the heart, which leaf 1 had disposed of"),
    ],
)
def test_what_was_disposed_of_otherwise_is_found(happened, words):
    assert any(words in sentence for sentence in said(chain(RUN, *happened)))


def test_a_disposal_of_another_donation_says_nothing_of_this_one():
    leaves = chain(RUN, OFFER, GONE)
    leaves[2] = replace(leaves[2], previous=None)
    assert said(leaves) == []


BACK = ("export.ended", {"exported": 1, "part": ["heart"], "ended_as": "returned"})
AGAIN = ("offer.made", {**OFFER[1], "run": 3})


def test_what_came_back_is_offered_and_disposed_of_by_a_run_that_was_made_afterwards():
    assert not [each for each in said(chain(RUN, LEFT, BACK, RUN, AGAIN)) if "leaf 4" in each]
    assert not [each for each in said(chain(RUN, LEFT, BACK, GONE)) if "leaf 3" in each]


@pytest.mark.parametrize(
    ("happened", "words"),
    [
        ((LEFT, BACK, OFFER), "by the run of leaf 0, which leaf 2 had brought back since"),
        ((LEFT, OFFER), "leaf 2 (offer.made) is of the heart, which leaf 1 had let leave"),
        ((LEFT, ("export.ended", {**BACK[1], "ended_as": "transplanted"}), OFFER), "which leaf 1 had let leave"),
    ],
)
def test_what_came_back_is_offered_by_no_older_run_and_what_did_not_by_none(happened, words):
    assert any(words in sentence for sentence in said(chain(RUN, *happened)))


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        (({"ended_as": "discarded"},), "or none where something was"),
        (({"reason": "damage"},), "has a reason where nothing was discarded"),
        (({"part": ["liver-right"]},), "is of the liver-right, which did not leave by leaf 1"),
        (({}, {"ended_as": "returned"}), "is of the heart, of which leaf 2 had told the end"),
    ],
    ids=str,
)
def test_an_end_of_an_export_that_cannot_be_is_found(ends, words):
    known = {**BACK[1], "ended_as": "transplanted"}
    found = []
    check_exchanges(chain(RUN, LEFT, *(("export.ended", {**known, **each}) for each in ends)), found.append)
    assert any(words in sentence for sentence in found)
