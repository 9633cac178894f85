"""Offers go down the order of a run, one answer each, and a part goes to one person."""

from dataclasses import replace

import pytest

from bequest.model.enums import OrganPart
from bequest.model.errors import InputError
from bequest.registry.consents import ConsentWithdrawn, revoke_consent
from bequest.registry.listings import Removal, Suspension, remove_registration, suspend_registration
from bequest.registry.match_runs import RunSigning, sign_run
from bequest.registry.models import Acceptance, Answer, Event, Offer, OfferNote, PassedOver, Promotion, Return
from bequest.registry.offers import (
    Accepting,
    Ending,
    Expiring,
    Noting,
    OfferAsked,
    Promoting,
    Reminding,
    accept_offer,
    decline_offer,
    expire_offer,
    make_offer,
    next_rank,
    promote_offer,
    remind_offer,
    see_offer,
    tell_offer,
    withdraw_offer,
)
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import every, found, needed
from bequest.registry.run_orders import place_of, places_of
from bequest.registry.secrecy import event_fields
from registry_offices import Donation, ask, heart_run, kinds, loose_ends, offer, people


def accept(office, made, actor="tomas"):
    """Accept an offer."""
    return accept_offer(office, ask(actor), Accepting(made.event_id))


def decline(office, made, reason="candidate_unwell", **more):
    """Decline an offer."""
    return decline_offer(office, ask("tomas"), Ending(made.event_id, reason, **more))


def registration(office, run, rank):
    """Return who has a place of a run."""
    return place_of(office.using, run.event_id, rank).registration


def passed(office, run):
    """Return which places of a run were passed over, and why."""
    rows = every(office.using, PassedOver, "first_rank", run_id=run.event_id)
    return [(row.first_rank, row.last_rank, row.reason) for row in rows]


def test_a_donation_goes_from_the_referral_to_an_accepted_heart(office):
    _, run = heart_run(office)
    accept(office, offer(office, run))
    assert kinds(office)[-17:] == [
        "donor.referred", "register.looked_up", "consent.recorded", "consent.verified", "gain.declared",
        "identity.verified", "custody.checked", "death.certified", "organ.available", "lab.attested", "lab.attested",
        "lab.attested", "match.run", "match.signed", "match.signed", "offer.made",
        "offer.accepted",
    ]  # fmt: skip
    assert loose_ends(office) == (0, 0, 0)


def test_two_people_sign_a_run_before_its_first_offer(office):
    _, run = heart_run(office, signers=("nadia",))
    with pytest.raises(GateRefusedError, match="Two people sign a run"):
        offer(office, run)
    with pytest.raises(InputError, match="signed this run already"):
        sign_run(office, ask("nadia"), RunSigning(run.event_id))
    sign_run(office, ask("tomas"), RunSigning(run.event_id))
    assert needed(office.using, Offer, "", event_id=offer(office, run).event_id).kind == "primary"


def test_offers_go_down_the_order(office):
    _, run = heart_run(office)
    with pytest.raises(GateRefusedError, match="turn of place 1") as refused:
        offer(office, run, 2)
    assert (refused.value.rule, refused.value.step) == ("ALC-03", "offer")
    decline(office, offer(office, run), "size_mismatch")
    assert next_rank(office, run.event_id) == 2
    assert needed(office.using, Offer, "", event_id=offer(office, run, 2).event_id).rank == 2
    assert next_rank(office, run.event_id) is None


def test_a_part_that_is_out_is_not_offered_to_anybody_else(office):
    _, run = heart_run(office)
    offer(office, run)
    with pytest.raises(GateRefusedError, match="once another offer is answered"):
        offer(office, run, 2)


def test_a_part_that_was_accepted_is_not_offered_again(office):
    _, run = heart_run(office)
    accept(office, offer(office, run))
    with pytest.raises(GateRefusedError, match="nobody is left"):
        offer(office, run, 2)


def test_an_offer_ends_once_and_what_was_taken_back_in_error_is_offered_again(office):
    _, run = heart_run(office)
    made = offer(office, run)
    withdraw_offer(office, ask(), Ending(made.event_id, "error"))
    with pytest.raises(GateRefusedError, match="has ended"):
        accept(office, made)
    with pytest.raises(InputError, match="has ended"):
        decline(office, made)
    with pytest.raises(InputError, match="has ended"):
        withdraw_offer(office, ask(), Ending(made.event_id, "error"))
    assert needed(office.using, Answer, "", offer_id=made.event_id).kind == "offer.withdrawn"
    assert next_rank(office, run.event_id) == 1
    accept(office, offer(office, run))


def test_an_offer_is_not_answered_after_its_time_and_expires_not_before(office):
    _, run = heart_run(office)
    made = offer(office, run)
    tell_offer(office, ask(), Noting(made.event_id))
    with pytest.raises(InputError, match="has not run out"):
        expire_offer(office, ask(), Expiring(made.event_id))
    office.clock.advance(minutes=61)
    with pytest.raises(GateRefusedError, match="expired"):
        accept(office, made)
    with pytest.raises(InputError, match="expired"):
        decline(office, made)
    expire_offer(office, ask(), Expiring(made.event_id))
    assert kinds(office)[-2:] == ["gate.refused", "offer.expired"]
    assert next_rank(office, run.event_id) == 2


def test_an_offer_whose_message_never_went_out_runs_out_on_nobody(office):
    _, run = heart_run(office)
    made = offer(office, run)
    office.clock.advance(minutes=61)
    with pytest.raises(InputError, match="never went out"):
        expire_offer(office, ask(), Expiring(made.event_id))


def test_messages_are_noted_once_and_reminders_by_their_mark(office):
    _, run = heart_run(office)
    made = offer(office, run)
    tell_offer(office, ask(), Noting(made.event_id))
    see_offer(office, ask(), Noting(made.event_id))
    for again in (tell_offer, see_offer):
        with pytest.raises(InputError, match="recorded before"):
            again(office, ask(), Noting(made.event_id))
    with pytest.raises(InputError, match="No reminder"):
        remind_offer(office, ask(), Reminding(made.event_id, 10))
    office.clock.advance(minutes=10)
    remind_offer(office, ask(), Reminding(made.event_id, 10))
    notes = {(note.kind, note.minutes) for note in every(office.using, OfferNote, offer_id=made.event_id)}
    assert notes == {("offer.told", 0), ("offer.seen", 0), ("offer.reminded", 10)}


@pytest.mark.parametrize(("leave", "reason"), [("remove", "candidate_removed"), ("suspend", "candidate_suspended")])
def test_who_left_the_list_since_the_run_is_passed_over_and_the_reason_is_computed(office, leave, reason):
    _, run = heart_run(office)
    name = registration(office, run, 1)
    {
        "remove": lambda: remove_registration(office, ask("lucia"), Removal(name, "died")),
        "suspend": lambda: suspend_registration(office, ask("lucia"), Suspension(name, "medical")),
    }[leave]()
    with pytest.raises(GateRefusedError, match="turn of place 2"):
        offer(office, run)
    offer(office, run, 2)
    assert passed(office, run) == [(1, 1, reason)]
    assert kinds(office)[-2:] == ["skip", "offer.made"]


def test_who_left_the_list_since_the_offer_does_not_accept_it(office):
    _, run = heart_run(office)
    made = offer(office, run)
    remove_registration(office, ask("lucia"), Removal(registration(office, run, 1), "died"))
    with pytest.raises(GateRefusedError, match="withdraw the offer") as refused:
        accept(office, made)
    assert refused.value.step == "acceptance"


def test_nobody_is_offered_a_second_organ_while_the_first_is_on_its_way(office):
    _, run = heart_run(office)
    made = offer(office, run)
    accept(office, made)
    # The second donor is as the first one was, so that the same candidates are ranked.
    second = replace(Donation.reported(office, 1), facts=people().donors[0]).steps()
    second.open()
    again = second.run()
    taken = registration(office, run, 1)
    rank = next(each.rank for each in places_of(office.using, again.event_id) if each.registration == taken)
    while (place := next_rank(office, again.event_id)) is not None and place < rank:
        decline(office, offer(office, again, place))
    with pytest.raises(GateRefusedError, match=f"turn of place {rank + 1}"):
        offer(office, again, rank)
    offer(office, again, rank + 1)
    assert passed(office, again) == [(rank, rank, "accepted_other_offer")]


def test_an_acceptance_is_given_back_and_the_next_place_is_offered_the_heart(office):
    _, run = heart_run(office)
    made = offer(office, run)
    accept(office, made)
    decline(office, made, "team_capacity")
    returned = needed(office.using, Return, "", offer_id=made.event_id)
    assert (returned.kind, returned.reason) == ("offer.refused", "team_capacity")
    assert found(office.using, Acceptance, ended_by=None) is None
    accept(office, offer(office, run, 2))
    assert needed(office.using, Acceptance, "", ended_by=None).offer_id != made.event_id


def test_a_decline_has_a_reason_of_the_organ_and_other_has_sealed_words_and_a_second_person(office):
    _, run = heart_run(office)
    made = offer(office, run)
    with pytest.raises(InputError, match="is no reason for declining a heart"):
        decline(office, made, "kidney_biopsy")
    for more in ({}, {"words": "why"}, {"second_person": "olga"}):
        with pytest.raises(InputError, match="second person"):
            decline(office, made, "other", **more)
    with pytest.raises(InputError, match="somebody else"):
        decline(office, made, "other", words="why", second_person="tomas")
    ended = decline(office, made, "other", words="The surgeon's words.", second_person="olga")
    answer = needed(office.using, Answer, "", offer_id=made.event_id)
    assert answer.second_person == "olga"
    assert b"surgeon" not in bytes(answer.words)
    fields = event_fields(office, needed(office.using, Event, "", id=ended.event_id))
    assert (fields["reason"], fields["words"]) == ("other", answer.words_digest)


def test_conscience_is_a_reason_that_needs_no_words(office):
    _, run = heart_run(office)
    ended = decline(office, offer(office, run), "conscience")
    assert event_fields(office, needed(office.using, Event, "", id=ended.event_id))["reason"] == "conscience"


def test_a_backup_is_promoted_when_the_acceptance_before_it_falls(office):
    _, run = heart_run(office, backups=1)
    first = offer(office, run)
    accept(office, first)
    backup = offer(office, run, 2)
    assert needed(office.using, Offer, "", event_id=backup.event_id).kind == "backup"
    accept(office, backup)
    assert len(every(office.using, Acceptance, ended_by=None)) == 1
    with pytest.raises(InputError, match="first in line now"):
        promote_offer(office, ask(), Promoting(backup.event_id))
    decline(office, first)
    with pytest.raises(GateRefusedError, match="promoted first"):
        offer(office, run, 1)
    promote_offer(office, ask(), Promoting(backup.event_id))
    assert needed(office.using, Promotion, "", offer_id=backup.event_id).kind == "primary"
    assert needed(office.using, Acceptance, "", ended_by=None).offer_id == backup.event_id


def test_a_withdrawn_consent_takes_every_live_offer_back_in_the_same_step(office):
    donation, run = heart_run(office)
    made = offer(office, run)
    accept(office, made)
    revoke_consent(office, ask("ingrid"), ConsentWithdrawn(donation.donation, "next_of_kin"))
    assert kinds(office)[-2:] == ["consent.revoked", "offer.withdrawn"]
    assert needed(office.using, Return, "", offer_id=made.event_id).reason == "consent_revoked"
    assert found(office.using, Acceptance, ended_by=None) is None
    assert loose_ends(office) == (0, 0, 0)


def test_an_offer_hands_over_the_parts_that_the_order_gives(office):
    _, run = heart_run(office)
    for parts in ((OrganPart.LUNG_LEFT,), (OrganPart.HEART, OrganPart.HEART)):
        with pytest.raises(InputError):
            make_offer(office, ask(), OfferAsked(run.event_id, 1, parts))
    made = make_offer(office, ask(), OfferAsked(run.event_id, 1))
    assert needed(office.using, Offer, "", event_id=made.event_id).parts == "heart"


def test_what_is_not_there_is_told(office):
    with pytest.raises(InputError, match="no such match run"):
        make_offer(office, ask(), OfferAsked("none", 1, (OrganPart.HEART,)))
    with pytest.raises(InputError, match="no such offer"):
        accept_offer(office, ask(), Accepting("none"))
    _, run = heart_run(office)
    with pytest.raises(InputError, match="has no place 999"):
        make_offer(office, ask(), OfferAsked(run.event_id, 999))
    with pytest.raises(InputError, match="no reason to withdraw"):
        withdraw_offer(office, ask(), Ending(offer(office, run).event_id, "mood"))
