"""A year's work of the office, in small: what the registry recorded is verified from outside, every run replayed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bequest.model.death import PauseReason
from bequest.registry.closed_days import close_day, days_to_close
from bequest.registry.consents import ConsentWithdrawn, revoke_consent
from bequest.registry.declarations import Declarant
from bequest.registry.incidents import IncidentReported, report_incident
from bequest.registry.listings import (
    Change,
    Removal,
    Suspension,
    change_registration,
    remove_registration,
    suspend_registration,
)
from bequest.registry.models import MatchRow, Offer, PassedOver
from bequest.registry.offers import (
    Accepting,
    Ending,
    OfferAsked,
    accept_offer,
    decline_offer,
    make_offer,
    next_rank,
    withdraw_offer,
)
from bequest.registry.overrides import Departure, DepartureDecided, decide_override, request_override
from bequest.registry.pauses import Paused, Resumed, pause_recovery, resume_recovery
from bequest.registry.programmes import FilterAsked, set_filter
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import every, needed
from bequest.registry.stand_downs import StoodDown, stand_down
from bequest.registry.strippings import ReferralStripped, referrals_to_strip, strip_referral
from bequest.registry.timers import run_due
from registry_bundles import signed, verified
from registry_offices import Donation, ask, new_office, offer, opened, remove_templates, willing


def work(office):
    """Let a donation be offered, declined, withdrawn, expired and accepted, while the list changes; then another."""
    first = Donation.reported(office)
    with pytest.raises(GateRefusedError):
        first.open()
    first.steps()
    first.open()
    run = first.run(backups=1)
    decline_offer(office, ask("tomas"), Ending(offer(office, run).event_id, "size_mismatch"))
    withdraw_offer(office, ask(), Ending(offer(office, run, 2).event_id, "error"))
    offer(office, run, 2)
    run_due(office, office.clock())
    office.clock.advance(hours=2)
    run_due(office, office.clock())
    suspend_registration(office, ask("lucia"), Suspension(registration(office, run, 3), "medical"))
    set_filter(office, ask("lucia"), FilterAsked(registration(office, run, 4), "donor-age"))
    accepted = offer(office, run, 5)
    office.clock.advance(minutes=30)
    # The service was down; the answer was given on paper, and is entered now.
    on_paper = replace(ask("tomas"), happened_at=office.clock.now - timedelta(minutes=20))
    accept_offer(office, on_paper, Accepting(accepted.event_id))
    backup = offer(office, run, 6)
    accept_offer(office, ask("tomas"), Accepting(backup.event_id))
    decline_offer(office, ask("tomas"), Ending(accepted.event_id, "team_capacity"))
    run_due(office, office.clock())
    taken = registration(office, run, 6)
    remove_registration(office, ask("lucia"), Removal(taken, "transplanted"))
    others = [registration(office, run, rank) for rank in (1, 2)]
    suspend_registration(office, ask("lucia"), Suspension(others[0], "medical"))
    change_registration(office, ask("lucia"), Change(others[1], {"weight_kg": "70.5"}))
    second = Donation.reported(office, 1).steps()
    second.open()
    again = second.run()
    offer(office, again)
    asked = request_override(office, ask("nadia"), Departure(again.event_id, 3, "medical_emergency", "Why."))
    decide_override(office, ask("tomas"), DepartureDecided(asked.event_id, approved=True))
    with pytest.raises(GateRefusedError):
        offer(office, again, 3)
    decline_offer(office, ask("tomas"), Ending(newest_offer(office), "candidate_unwell"))
    make_offer(office, ask(), OfferAsked(again.event_id, 3, override=asked.event_id))
    revoke_consent(office, ask("ingrid"), ConsentWithdrawn(second.donation, "next_of_kin"))
    on_the_pathway(office)
    days_closed(office)
    endings(office)
    days_closed(office)
    days_closed(office)
    days_closed(office)
    strip_referral(office, ask(), ReferralStripped(referrals_to_strip(office, office.clock.now)[0], "no_consent"))


def on_the_pathway(office):
    """Let a donation on the circulatory pathway be offered, paused, resumed, recovered; then let its night end."""
    willing(office)
    third = Donation.reported(office, 2).steps("dead").papers()
    third.declared(Declarant.NEXT_OF_KIN)
    third.on_pathway()
    third.open()
    run = third.run()
    made = offer(office, run, next_rank(office, run.event_id))
    accept_offer(office, ask("tomas"), Accepting(made.event_id))
    paused = pause_recovery(office, ask("a nurse"), Paused(third.donation, PauseReason.SIGN_OF_LIFE))
    resume_recovery(office, ask("dr-far"), Resumed(paused.event_id, office.clock.now))
    third.observed()
    third.dead_after_circulation()
    third.recovered()
    taken = needed(office.using, MatchRow, "", run_id=run.event_id, rank=1).registration_id
    remove_registration(office, ask("lucia"), Removal(taken, "transplanted"))


def endings(office):
    """Let a pathway be stood down while an offer waits, a referral come to nothing, and both be reported on."""
    stood = Donation.reported(office, 0, "D-STOOD").steps("dead")
    stood.on_pathway()
    stood.open()
    offer(office, stood.run())
    stand_down(office, ask(), StoodDown(stood.donation, "no_death_in_time"))
    with pytest.raises(GateRefusedError, match="sealed"):
        stood.dead_after_circulation()
    told = IncidentReported(office.clock.now, "minor", "family", "words", stood.donation, rule="DON-18")
    report_incident(office, ask("a relative"), told)
    Donation.reported(office, 1, "D-NOTHING")


def days_closed(office):
    """Let the day end, and close it for every hospital."""
    office.clock.advance(days=1)
    for day in days_to_close(office, office.clock.now):
        close_day(office, ask(), day)


def registration(office, run, rank):
    """Return who has a place of a run."""
    return needed(office.using, MatchRow, "", run_id=run.event_id, rank=rank).registration_id


def newest_offer(office):
    """Return the event of the offer made last."""
    return max(every(office.using, Offer), key=lambda each: each.offered_at).event_id


@pytest.mark.timeout(400)
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_what_the_registry_recorded_is_verified_from_outside_and_every_run_replayed(database, tmp_path, capsys):
    with new_office(database) as office:
        work(opened(office, candidates=80))
        assert {row.reason for row in every(office.using, PassedOver)} == {
            "candidate_suspended", "programme_filter", "override"
        }  # fmt: skip
        record = signed(office)
    remove_templates()
    code = verified(record, tmp_path)
    said = capsys.readouterr().out
    assert code == 0, said
    assert "4 of 4" in said
