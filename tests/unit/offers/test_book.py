"""The state arranged for asking."""

from __future__ import annotations

from bequest.model.enums import Organ
from bequest.offers.book import book_of
from bequest.offers.event import ConsentRevoked
from offer_steps import START, accepted, after, offered, opened, place, run_of


def test_offers_are_found_by_organ_and_registration():
    book = book_of(offered(opened(run_of("A", "B"))))
    ((offer, seat),) = book.offers[Organ.HEART, "A"]
    assert (offer.number, seat.rank) == (0, 1)
    assert (Organ.HEART, "B") not in book.offers


def test_an_organ_without_consent_has_no_run_to_follow():
    state = opened(
        run_of("A"),
        run_of(
            place(
                "A",
                (),
            ),
            organ=Organ.LIVER,
            name="liver",
            plan_place=1,
        ),
    )
    book = book_of(after(state, ConsentRevoked(START, (Organ.LIVER,))))
    assert set(book.runs) == {Organ.HEART}


def test_who_holds_something_is_known():
    assert [seat.registration for seat in book_of(accepted(offered(opened(run_of("A"))))).held] == ["A"]
