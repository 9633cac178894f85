"""A decision changes a list where it was granted, goes on from the leaf before it, and alone puts somebody back."""

from datetime import UTC, datetime

import pytest

from bequest.inquiry.verify.leaves import Leaf
from bequest.inquiry.verify.listings import check_listings

AT = datetime(2026, 3, 1, tzinfo=UTC)
SAME = {"registration": "a" * 32, "organ": "heart"}


def found(*steps):
    """Return how many changes were counted, and what is said of leaves given as kind and further fields."""
    said = []
    leaves = [
        Leaf(number, kind, AT, "ZZ", None, b"", None, {**SAME, **more}) for number, (kind, more) in enumerate(steps)
    ]
    return check_listings(leaves, said.append), said


CREATED = ("listing.created", {"facts": "0" * 64})


def test_a_granted_decision_is_a_change_and_a_refused_one_is_none():
    granted = ("exception.decided", {"decision": "granted", "facts": "1" * 64, "previous": 0})
    refused = ("exception.decided", {"decision": "refused"})
    changed = ("listing.changed", {"facts": "2" * 64, "previous": 2})
    assert found(CREATED, refused, granted, changed) == (3, [])


def test_an_appeal_puts_back_whom_a_removal_took_off():
    removed = ("listing.removed", {"previous": 0})
    back = ("appeal.decided", {"decision": "granted", "facts": "1" * 64, "previous": 1})
    assert found(CREATED, removed, back) == (3, [])


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (
            [CREATED, ("listing.removed", {"previous": 0}),
             ("exception.decided", {"decision": "granted", "facts": "1" * 64, "previous": 1})],
            "was on no list",
        ),
        ([CREATED, ("appeal.decided", {"decision": "granted", "facts": "1" * 64, "previous": 7})], "does not go on"),
        ([("appeal.decided", {"decision": "granted", "facts": "1" * 64, "previous": 7})], "was on no list"),
        ([CREATED, ("appeal.decided", {"decision": "granted"})], "names no facts"),
    ],
    ids=["a removed one by exception", "upon another leaf", "of nobody", "without facts"],
)  # fmt: skip
def test_what_is_no_such_change_is_said(steps, said):
    assert any(said in sentence for sentence in found(*steps)[1])
