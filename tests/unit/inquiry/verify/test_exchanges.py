"""What leaves the country does so after its run ended, and what crosses the border does so as it was agreed."""

from datetime import UTC, datetime

import pytest

from bequest.inquiry.verify.exchanges import Crossings, check_exchanges
from bequest.inquiry.verify.leaves import Leaf
from bequest.inquiry.verify.offers import check_offers
from bequest.inquiry.verify.order import check_pointers

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
IMPORTED = {"from_country": "YY", "organisation": "abroad", "agreement": 1}


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


def of_exchanges(proposed=PROPOSED, enacted=ENACTED, exported=EXPORTED, imported=None, between=()):
    """Return what is said of an agreement and of an export, or an import, under it."""
    found, crossed = [], ("organ.exported", exported) if imported is None else ("import.attested", imported)
    count = check_exchanges(
        leaves(("exchange.proposed", proposed), ("exchange.enacted", enacted), *between, crossed), found.append
    )
    assert (count.left, count.came) == ((1, 0) if imported is None else (0, 1))
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


def test_what_crosses_under_an_agreement_in_force_is_counted():
    assert of_exchanges() == []
    assert of_exchanges(imported=IMPORTED) == []
    assert check_exchanges([], [].append) == Crossings(0, 0)


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


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"enacted": {**ENACTED, "effective_on": "2026-02-01"}}, "import of leaf 2 came before the agreement"),
        ({"imported": {**IMPORTED, "from_country": "XX"}}, "came from another country than the agreement of leaf 1"),
        ({"imported": {**IMPORTED, "organisation": "a-broker"}}, "attested by an organisation that the agreement"),
        ({"proposed": {**PROPOSED, "equivalent_standard": "no"}}, "import of leaf 2 came where traceability"),
        ({"between": (("exchange.ended", {"enacted": 1}),)}, "import of leaf 3 came after leaf 2 had ended"),
    ],
    ids=str,
)
def test_an_import_that_no_agreement_let_come_is_found(changed, words):
    assert any(words in sentence for sentence in of_exchanges(**{"imported": IMPORTED, **changed}))


@pytest.mark.parametrize("fields", [{"exported": EXPORTED}, {"imported": IMPORTED}], ids=str)
@pytest.mark.parametrize(
    "enacted",
    [
        {"happened_at": "2026-01-01T00:00:30.000000Z"},
        {"happened_at": "2025-12-31T00:00:00.000000Z", "recorded_late_at": "2026-01-01T00:00:30.000000Z"},
        {"effective_on": "2026-01-02"},
    ],
    ids=str,
)
def test_what_is_entered_later_had_not_happened_before_its_agreement(fields, enacted):
    ((way, crossed),) = fields.items()
    entered = {**crossed, "happened_at": "2026-01-01T00:00:29.000000Z"}
    told = of_exchanges(enacted={**ENACTED, **enacted}, **{way: entered})
    assert any("before the agreement of leaf 1 was in force" in sentence for sentence in told)
    later = {**crossed, "happened_at": "2026-01-02T00:00:31.000000Z"}
    assert of_exchanges(enacted={**ENACTED, **enacted}, **{way: later}) == []


@pytest.mark.parametrize("crossed", [("organ.exported", EXPORTED), ("import.attested", IMPORTED)], ids=str)
@pytest.mark.parametrize("pointed", [0, 2, 3])
def test_what_names_no_earlier_enactment_as_its_agreement_is_found(crossed, pointed):
    kind, fields = crossed
    happened = ("exchange.proposed", PROPOSED), ("exchange.enacted", ENACTED), (kind, {**fields, "agreement": pointed})
    found = []
    check_pointers(leaves(*happened, ("exchange.enacted", ENACTED)), found.append)
    assert f"leaf 2 ({kind}) names leaf {pointed} as its 'agreement', which it is not" in found


def test_what_a_pointer_does_not_find_is_left_to_the_pointers():
    assert of_exchanges(enacted={**ENACTED, "proposed": 9}) == []
    assert of_exchanges(exported={**EXPORTED, "agreement": 0}) == []
    assert of_exchanges(imported={**IMPORTED, "agreement": 0}) == []
