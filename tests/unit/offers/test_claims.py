"""Which parts are accepted, which are promised, and what fits beside them."""

from __future__ import annotations

from dataclasses import replace

from bequest.model.enums import OfferKind, Organ, OrganPart
from bequest.offers.claims import claims_of, holds_same_kind, seats_that_fit, taken_parts
from offer_steps import BOTH, HEART, LEFT, RIGHT, RULES, accepted, declined, offered, opened, place, run_of

TWO_AT_ONCE = replace(RULES, at_once=2)


def kidneys(*places, **rules):
    return run_of(*places, organ=Organ.KIDNEY, rules=replace(TWO_AT_ONCE, **rules))


ONE, OTHER = place("A", LEFT, RIGHT), place("B", LEFT, RIGHT)
WANTS_BOTH = place("C", BOTH, kind=OfferKind.BOTH_KIDNEYS)


def test_an_offer_that_waits_promises_its_parts_and_takes_none():
    claims = claims_of(offered(opened(kidneys(ONE))))
    assert (claims.taken, claims.pending) == (frozenset(), {OrganPart.KIDNEY_LEFT})


def test_an_acceptance_takes_its_parts():
    claims = claims_of(accepted(offered(opened(kidneys(ONE)))))
    assert (claims.taken, claims.pending) == ({OrganPart.KIDNEY_LEFT}, frozenset())


def test_what_was_declined_is_free():
    claims = claims_of(declined(offered(opened(kidneys(ONE)))))
    assert (claims.taken, claims.pending) == (frozenset(), frozenset())


def test_a_backup_claims_what_it_may_still_be_given():
    claims = claims_of(offered(offered(opened(kidneys(ONE, WANTS_BOTH)))))
    assert claims.pending == {OrganPart.KIDNEY_LEFT, OrganPart.KIDNEY_RIGHT}
    assert claims.backups == {}


def test_a_backup_that_only_a_fall_can_help_claims_nothing():
    state = accepted(offered(offered(opened(kidneys(ONE, WANTS_BOTH)))), 0)
    claims = claims_of(state)
    assert claims.pending == frozenset()
    assert claims.backups == {Organ.KIDNEY: 1}


def test_the_first_wish_that_is_free_is_taken():
    run = kidneys(ONE)
    seats = seats_that_fit(((run, run.entries[0]),), frozenset(LEFT))
    assert seats is not None
    assert seats[0].parts == RIGHT


def test_two_places_never_get_one_part_together():
    run = kidneys(ONE, OTHER)
    seats = seats_that_fit(tuple((run, entry) for entry in run.entries), frozenset())
    assert seats is not None
    assert [seat.parts for seat in seats] == [LEFT, RIGHT]
    assert seats_that_fit(tuple((run, entry) for entry in run.entries), frozenset(LEFT)) is None


def test_a_candidate_holds_an_organ_of_the_same_kind_where_the_lists_share_a_part():
    held = accepted(offered(opened(run_of(place("A-kp", LEFT), organ=Organ.KIDNEY_PANCREAS)))).offers[0].seats
    assert holds_same_kind(held, "A", (Organ.KIDNEY, "A-kidney"))
    assert not holds_same_kind(held, "A", (Organ.HEART, "A-heart"))
    assert not holds_same_kind(held, "B", (Organ.KIDNEY, "B-kidney"))
    assert not holds_same_kind(held, "A", (Organ.KIDNEY_PANCREAS, "A-kp"))


def test_nothing_is_taken_before_anybody_accepts():
    assert taken_parts(offered(opened(run_of(place("A", HEART))))) == frozenset()
