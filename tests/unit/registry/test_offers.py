"""Offers go down the order of a run, one answer each, and a part goes to one person."""

from bequest.registry.offers import Accepting, accept_offer
from registry_offices import ask, heart_run, kinds, loose_ends, offer


def test_a_donation_goes_from_the_referral_to_an_accepted_heart(office):
    _, run = heart_run(office)
    made = offer(office, run)
    accept_offer(office, ask("tomas"), Accepting(made.event_id))
    assert kinds(office)[-10:] == [
        "donor.referred", "consent.recorded", "consent.verified", "identity.verified", "custody.checked",
        "death.certified", "organ.available", "match.run", "offer.made", "offer.accepted",
    ]  # fmt: skip
    assert loose_ends(office) == (0, 0, 0)
