"""What leaves the country does so after its run ended, under an agreement in force, and for good."""

from datetime import UTC, datetime

import pytest

from bequest.inquiry.verify.exchanges import check_exchanges
from bequest.inquiry.verify.leaves import Leaf
from bequest.inquiry.verify.offers import check_offers

RUN = ("match.run", {"rows_root": "0" * 64, "registrations": 2, "ranked": 2, "organ": "heart", "available": 0})
SKIP = ("skip", {"run": 0, "first_rank": 1, "last_rank": 2, "reason": "candidate_removed", "act": "exported"})
LEFT = ("organ.exported", {"run": 0, "organ": "heart", "part": ["heart"], "to_country": "YY", "agreement": 0})
OFFER = ("offer.made", {"run": 0, "rank": 1, "row": 1, "part": ["heart"], "kind": "primary"})
ACCEPTED = ("offer.accepted", {"run": 0, "offer": 1, "part": ["heart"]})

PROPOSED = {
    "country": "YY", "document": "ab" * 32, "organisations": ["abroad"], "traceable_both_ways": "yes",
    "equivalent_standard": "yes",
}  # fmt: skip
ENACTED = {"country": "YY", "document": "ab" * 32, "effective_on": "2026-01-01", "proposed": 0}
EXPORTED = {"to_country": "YY", "organisation": "abroad", "agreement": 1}


def leaves(*happened):
    """Return leaves of one day, a kind with its fields each."""
    return [
        Leaf(number, kind, datetime(2026, 1, 1, tzinfo=UTC), "ZZ", None, bytes(32), None, fields)
        for number, (kind, fields) in enumerate(happened)
    ]


def of_offers(*happened):
    """Return what is said of the offers of a run; that no rows are opened here is left out."""
    found = []
    check_offers(leaves(RUN, *happened), {}, found.append)
    return [sentence for sentence in found if "is opened" not in sentence]


def of_exchanges(proposed=PROPOSED, enacted=ENACTED, exported=EXPORTED, between=()):
    """Return what is said of an agreement and of an export under it, and how many left."""
    found = []
    count = check_exchanges(
        leaves(("exchange.proposed", proposed), ("exchange.enacted", enacted), *between, ("organ.exported", exported)),
        found.append,
    )
    assert count == 1
    return found


def test_an_organ_leaves_once_everybody_is_accounted_for():
    assert of_offers(SKIP, LEFT) == []


@pytest.mark.parametrize(
    ("happened", "words"),
    [
        ((LEFT,), "while rank 1 was neither offered nor passed over"),
        ((OFFER, SKIP, LEFT), "while the offer of leaf 1 waited for its answer"),
        ((OFFER, ACCEPTED, SKIP, LEFT), "is of the heart, which leaf 2 had accepted"),
        ((SKIP, LEFT, OFFER), "(offer.made) is of the heart, which leaf 2 had let leave"),
        ((SKIP, LEFT, LEFT), "is of the heart, which leaf 2 had let leave"),
        ((SKIP, RUN, LEFT), "and leaf 2 is a newer one"),
    ],
)
def test_an_organ_that_leaves_otherwise_is_found(happened, words):
    assert any(words in sentence for sentence in of_offers(*happened))


def test_an_export_under_an_agreement_in_force_is_counted():
    assert of_exchanges() == []
    assert check_exchanges([], [].append) == 0


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"enacted": {**ENACTED, "effective_on": "2025-12-31"}}, "for days that were past"),
        ({"enacted": {**ENACTED, "effective_on": "2026-02-01"}}, "before the agreement of leaf 1 was in force"),
        ({"enacted": {**ENACTED, "document": "cd" * 32}}, "another agreement in force than leaf 0 proposed"),
        ({"exported": {**EXPORTED, "to_country": "XX"}}, "to another country"),
        ({"exported": {**EXPORTED, "organisation": "a-payer"}}, "does not name"),
        ({"proposed": {**PROPOSED, "traceable_both_ways": "not_known"}}, "are not agreed"),
        ({"between": (("exchange.ended", {"enacted": 1}),)}, "after leaf 2 had ended its agreement"),
        ({"between": (("exchange.enacted", ENACTED),)}, "leaf 2 puts in force what leaf 1 had put in force"),
    ],
    ids=str,
)
def test_an_export_that_no_agreement_let_go_is_found(changed, words):
    assert any(words in sentence for sentence in of_exchanges(**changed))


def test_what_a_pointer_does_not_find_is_left_to_the_pointers():
    assert of_exchanges(enacted={**ENACTED, "proposed": 9}) == []
    assert of_exchanges(exported={**EXPORTED, "agreement": 0}) == []
