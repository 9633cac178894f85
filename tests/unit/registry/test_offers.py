"""Offers go down the order of a run, one answer each, and a part goes to one person."""

from dataclasses import replace

import pytest

from bequest.model.enums import OrganPart
from bequest.model.errors import InputError
from bequest.registry.listings import Removal, Suspension, remove_registration, suspend_registration
from bequest.registry.models import Answer, MatchRow, Offer
from bequest.registry.offers import (
    Accepting,
    Ending,
    Expiring,
    OfferAsked,
    Passing,
    accept_offer,
    decline_offer,
    expire_offer,
    make_offer,
    next_rank,
    pass_over,
    withdraw_offer,
)
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import needed
from registry_offices import Donation, ask, heart_run, kinds, loose_ends, offer, people


def test_a_donation_goes_from_the_referral_to_an_accepted_heart(office):
    _, run = heart_run(office)
    made = offer(office, run)
    accept_offer(office, ask("tomas"), Accepting(made.event_id))
    assert kinds(office)[-12:] == [
        "donor.referred", "register.looked_up", "consent.recorded", "consent.verified", "gain.declared",
        "identity.verified", "custody.checked", "death.certified", "organ.available", "match.run", "offer.made",
        "offer.accepted",
    ]  # fmt: skip
    assert loose_ends(office) == (0, 0, 0)


def test_offers_go_down_the_order(office):
    _, run = heart_run(office)
    with pytest.raises(GateRefusedError, match="turn of place 1") as refused:
        offer(office, run, 2)
    assert (refused.value.rule, refused.value.step) == ("ALC-03", "offer")
    decline_offer(office, ask("tomas"), Ending(offer(office, run).event_id, "organ_size"))
    assert next_rank(office.using, run.event_id) == 2
    assert needed(office.using, Offer, "", event_id=offer(office, run, 2).event_id).rank == 2


def test_a_part_that_is_out_is_not_offered_to_anybody_else(office):
    _, run = heart_run(office)
    offer(office, run)
    with pytest.raises(GateRefusedError, match="another offer"):
        offer(office, run, 2)


def test_a_part_that_was_accepted_is_not_offered_again(office):
    _, run = heart_run(office)
    accept_offer(office, ask("tomas"), Accepting(offer(office, run).event_id))
    with pytest.raises(GateRefusedError, match="accepted already"):
        offer(office, run, 2)


def test_an_offer_ends_once(office):
    _, run = heart_run(office)
    made = offer(office, run)
    withdraw_offer(office, ask(), Ending(made.event_id, "error"))
    with pytest.raises(GateRefusedError, match="has ended"):
        accept_offer(office, ask("tomas"), Accepting(made.event_id))
    for end in (decline_offer, withdraw_offer):
        with pytest.raises(InputError, match="has ended already"):
            end(office, ask(), Ending(made.event_id, "error"))
    assert needed(office.using, Answer, "", offer_id=made.event_id).kind == "offer.withdrawn"


def test_an_offer_is_not_accepted_after_its_time_and_expires_not_before(office):
    _, run = heart_run(office)
    made = offer(office, run)
    with pytest.raises(InputError, match="until"):
        expire_offer(office, ask(), Expiring(made.event_id))
    office.clock.advance(minutes=61)
    with pytest.raises(GateRefusedError, match="expired"):
        accept_offer(office, ask("tomas"), Accepting(made.event_id))
    expire_offer(office, ask(), Expiring(made.event_id))
    assert kinds(office)[-2:] == ["gate.refused", "offer.expired"]


@pytest.mark.parametrize("leave", ["remove", "suspend"])
def test_who_left_the_list_since_the_run_is_passed_over(office, leave):
    _, run = heart_run(office)
    name = needed(office.using, MatchRow, "", run_id=run.event_id, rank=1).registration_id
    {
        "remove": lambda: remove_registration(office, ask("lucia"), Removal(name, "died")),
        "suspend": lambda: suspend_registration(office, ask("lucia"), Suspension(name, "medical")),
    }[leave]()
    with pytest.raises(GateRefusedError, match="pass the place over"):
        offer(office, run)
    pass_over(office, ask(), Passing(run.event_id, 1, 1, "candidate_removed"))
    offer(office, run, 2)


def test_who_left_the_list_since_the_offer_does_not_accept_it(office):
    _, run = heart_run(office)
    made = offer(office, run)
    name = needed(office.using, MatchRow, "", run_id=run.event_id, rank=1).registration_id
    remove_registration(office, ask("lucia"), Removal(name, "died"))
    with pytest.raises(GateRefusedError, match="withdraw the offer") as refused:
        accept_offer(office, ask("tomas"), Accepting(made.event_id))
    assert refused.value.step == "acceptance"


def test_nobody_is_offered_a_second_organ_while_the_first_is_on_its_way(office):
    _, run = heart_run(office)
    accept_offer(office, ask("tomas"), Accepting(offer(office, run).event_id))
    # The second donor is as the first one was, so that the same candidates are ranked.
    second = replace(Donation.reported(office, 1), facts=people().donors[0]).steps()
    second.open()
    again = second.run()
    taken = needed(office.using, MatchRow, "", run_id=run.event_id, rank=1).registration_id
    rank = needed(office.using, MatchRow, "", run_id=again.event_id, registration_id=taken).rank
    if rank > 1:
        pass_over(office, ask(), Passing(again.event_id, 1, rank - 1, "no_contact_details"))
    with pytest.raises(GateRefusedError, match="accepted such an organ already"):
        offer(office, again, rank)


def test_places_are_passed_over_from_the_next_one_on_and_no_further_than_the_run_goes(office):
    _, run = heart_run(office)
    for first, last in ((2, 2), (1, 999)):
        with pytest.raises(InputError):
            pass_over(office, ask(), Passing(run.event_id, first, last, "no_contact_details"))


def test_an_offer_hands_over_parts_of_its_organ(office):
    _, run = heart_run(office)
    for parts in ((), (OrganPart.LUNG_LEFT,), (OrganPart.HEART, OrganPart.HEART)):
        with pytest.raises(InputError):
            make_offer(office, ask(), OfferAsked(run.event_id, 1, parts))


def test_what_is_not_there_is_told(office):
    with pytest.raises(InputError, match="no such match run"):
        make_offer(office, ask(), OfferAsked("none", 1, (OrganPart.HEART,)))
    with pytest.raises(InputError, match="no such offer"):
        accept_offer(office, ask(), Accepting("none"))
