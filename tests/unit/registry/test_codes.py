"""What the machine, the registry and the verifier say of an offer is one vocabulary: the codes of leaves."""

from bequest.inquiry import combined, skips
from bequest.inquiry.verify import skips as verified_skips
from bequest.ledger.leaf_kinds import codes
from bequest.offers.decline_reason import decline_reasons
from bequest.offers.record import LiveKind, Standing, Withdrawal
from bequest.offers.skip import Act, Departure
from bequest.offers.skip_class import SkipClass, skip_reasons
from bequest.offers.verdict import UNDECIDED, Verdict
from bequest.registry.schema.allocation import ACTIVITIES, ACTS, OVERRIDES
from bequest.registry.schema.offers import LIVE, OUTCOMES


def values(kind):
    """Return the values of an enumeration."""
    return {each.value for each in kind}


def test_every_reason_to_pass_somebody_over_is_a_code_of_leaves():
    named = {verdict.value for verdict in Verdict if verdict not in UNDECIDED} | values(Departure) - {"override"}
    assert named | {f"override_{reason}" for reason in OVERRIDES} == codes("skip")
    assert values(Standing) <= named
    assert values(Act) == set(ACTS) == codes("skip_act")


def test_every_reason_to_pass_somebody_over_has_one_class_and_the_verifier_names_the_same():
    assert set(skip_reasons()) == codes("skip")
    classes = {reason.code: reason.skip_class.value for reason in skip_reasons().values()}
    assert classes == verified_skips._CLASS_OF  # noqa: SLF001  the verifier's own table
    assert {reason.skip_class for reason in skip_reasons().values()} == set(SkipClass)


def test_the_verifier_checks_reasons_that_the_registry_gives():
    assert set(skips._TOLD_BY) <= values(Standing)  # noqa: SLF001  the one table of the verifier's reasons
    of_offers = {*verified_skips._ANSWERS, *verified_skips._BORNE_OUT, *combined._LINKED}  # noqa: SLF001  the same
    assert of_offers <= codes("skip")


def test_every_other_code_of_an_offer_is_a_code_of_leaves():
    assert {reason.leaf_code for reason in decline_reasons().values()} == codes("decline")
    assert values(Withdrawal) <= codes("withdraw")
    assert values(LiveKind) == set(LIVE) == codes("offer_kind_live")
    assert set(OVERRIDES) == codes("override")
    assert set(OUTCOMES) == codes("outcome")
    assert set(ACTIVITIES) == codes("activity")
