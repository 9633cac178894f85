"""A year's work of the office, in small: what the registry recorded is verified from outside, every run replayed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bequest.model.death import PauseReason
from bequest.registry.appeals import AppealDecision, Contested, decide_appeal, open_appeal
from bequest.registry.closed_days import close_day, days_to_close
from bequest.registry.consents import ConsentWithdrawn, revoke_consent
from bequest.registry.declarations import Declarant
from bequest.registry.downtimes import Degraded, Restored, begin_downtime, end_downtime
from bequest.registry.exceptions import ExceptionDecision, decide_exception
from bequest.registry.incidents import IncidentReported, report_incident
from bequest.registry.listings import (
    Change,
    Removal,
    Suspension,
    change_registration,
    remove_registration,
    suspend_registration,
)
from bequest.registry.models import Offer, PassedOver
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
from bequest.registry.results import Typed, TypedAgain, confirm_result, enter_result
from bequest.registry.rows import every
from bequest.registry.run_orders import place_of
from bequest.registry.stand_downs import StoodDown, stand_down
from bequest.registry.strippings import ReferralStripped, referrals_to_strip, strip_referral
from bequest.registry.timers import run_due
from bequest.registry.withdrawals import ConsentToListingWithdrawn, ListedAgain, list_again, withdraw_from_list
from list_cases import Case, asked, granted, reviewers
from registry_bundles import signed, verified
from registry_offices import Donation, ask, new_office, offer, opened, willing


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
    # Passed over as suspended, although the newest change of theirs is another one.
    change_registration(office, ask("lucia"), Change(registration(office, run, 3), {"weight_kg": "66.0"}))
    set_filter(office, ask("lucia"), FilterAsked(registration(office, run, 4), "donor-age"))
    accepted = offer(office, run, 5)
    answered_on_paper(office, accepted)
    backup = offer(office, run, 6)
    accept_offer(office, ask("tomas"), Accepting(backup.event_id))
    decline_offer(office, ask("tomas"), Ending(accepted.event_id, "team_capacity"))
    run_due(office, office.clock())
    taken = registration(office, run, 6)
    remove_registration(office, ask("lucia"), Removal(taken, "transplanted"))
    others = [registration(office, run, rank) for rank in (1, 2)]
    suspend_registration(office, ask("lucia"), Suspension(others[0], "medical"))
    change_registration(office, ask("lucia"), Change(others[1], {"weight_kg": "70.5"}))
    upkeep(office, run, others)
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


def upkeep(office, run, others):
    """Let exceptions be granted and refused, an appeal be won, results be typed twice, and somebody come back."""
    first, *_ = people_outside = reviewers(office)
    granted(office, people_outside, name=others[1])
    refused = asked(office, others[0]).reviewed(*people_outside[:2], verdict="refused")
    decide_exception(office, ask(first), ExceptionDecision(refused.event_id, "criteria_not_met"))
    name, leaving = (registration(office, run, rank) for rank in (7, 8))
    removed = remove_registration(office, ask("lucia"), Removal(name, "too_ill"))
    appeal = open_appeal(office, ask("candidate"), Contested(name, removed.index, "candidate", "delisting"))
    Case(office, appeal.event_id, appeal.index).reviewed(*people_outside[:2])
    decide_appeal(office, ask(first), AppealDecision(appeal.event_id, "rule_was_broken"))
    typed = enter_result(office, ask("osei"), Typed(name, "hla_typing", "A1 B8 DR17"))
    confirm_result(office, ask("ines"), TypedAgain(typed.event_id, "B8 DR17 A1"))
    wrong = enter_result(office, ask("osei"), Typed(name, "antibodies", "none"))
    confirm_result(office, ask("ines"), TypedAgain(wrong.event_id, "A2"))
    withdraw_from_list(office, ask("candidate"), ConsentToListingWithdrawn(leaving))
    list_again(office, ask("lucia"), ListedAgain(leaving, "R-900001", office.clock.now.date()))


def answered_on_paper(office, offered):
    """Have an offer accepted while the service is down, and entered later."""
    office.clock.advance(minutes=30)
    begun = office.clock.now - timedelta(minutes=25)
    down = begin_downtime(office, ask("aiko"), Degraded("interface", begun))
    end_downtime(office, ask("aiko"), Restored(down.event_id, office.clock.now))
    # The service was down; the answer was given on paper, and is entered now.
    on_paper = replace(ask("tomas"), happened_at=office.clock.now - timedelta(minutes=20))
    accept_offer(office, on_paper, Accepting(offered.event_id))


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
    taken = place_of(office.using, run.event_id, 1).registration
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
    return place_of(office.using, run.event_id, rank).registration


def newest_offer(office):
    """Return the event of the offer made last."""
    return max(every(office.using, Offer), key=lambda each: each.offered_at).event_id


@pytest.mark.full
@pytest.mark.timeout(400)
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_what_the_registry_recorded_is_verified_from_outside_and_every_run_replayed(database, tmp_path, capsys):
    with new_office(database) as office:
        work(opened(office, candidates=80))
        assert {row.reason for row in every(office.using, PassedOver)} == {
            "candidate_suspended", "programme_filter", "override_medical_emergency"
        }  # fmt: skip
        record = signed(office)
    code = verified(record, tmp_path)
    said = capsys.readouterr().out
    assert code == 0, said
    assert "4 of 4" in said
