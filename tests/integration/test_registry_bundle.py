"""A year's work of the office, in small: what the registry recorded is verified from outside, every run replayed."""

import pytest

from bequest.cli.main import main
from bequest.ledger.bundle import BundleKind, bundle
from bequest.ledger.merkle import Frontier
from bequest.model.death import PauseReason
from bequest.model.enums import OrganPart
from bequest.registry.closed_days import close_day, days_to_close
from bequest.registry.declarations import Declarant
from bequest.registry.evidence import Published, record_of
from bequest.registry.incidents import IncidentReported, report_incident
from bequest.registry.listings import (
    Change,
    Removal,
    Suspension,
    change_registration,
    remove_registration,
    suspend_registration,
)
from bequest.registry.models import MatchRow
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
    pass_over,
    withdraw_offer,
)
from bequest.registry.pauses import Paused, Resumed, pause_recovery, resume_recovery
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import needed
from bequest.registry.stand_downs import StoodDown, stand_down
from bequest.registry.strippings import ReferralStripped, referrals_to_strip, strip_referral
from bequest.simulation.demo_year.journal import Secrets
from bequest.simulation.demo_year.record import WITNESSES, checkpoint_by, grown, log_signer, trust_text, witnesses_at
from registry_offices import Donation, ask, new_office, offer, opened, remove_templates, willing

SECRETS = Secrets(1)


def work(office):
    """Let a donation be offered, declined, withdrawn, expired and accepted, while the list changes; then another."""
    first = Donation.reported(office)
    with pytest.raises(GateRefusedError):
        first.open()
    first.steps()
    first.open()
    run = first.run()
    decline_offer(office, ask("tomas"), Ending(offer(office, run).event_id, "organ_size"))
    withdraw_offer(office, ask(), Ending(offer(office, run, 2).event_id, "error"))
    third = offer(office, run, 3)
    office.clock.advance(hours=2)
    expire_offer(office, ask(), Expiring(third.event_id))
    pass_over(office, ask(), Passing(run.event_id, 4, 4, "no_contact_details"))
    accept_offer(office, ask("tomas"), Accepting(offer(office, run, 5).event_id))
    taken = needed(office.using, MatchRow, "", run_id=run.event_id, rank=5).registration_id
    remove_registration(office, ask("lucia"), Removal(taken, "transplanted"))
    others = [needed(office.using, MatchRow, "", run_id=run.event_id, rank=rank).registration_id for rank in (1, 2)]
    suspend_registration(office, ask("lucia"), Suspension(others[0], "medical"))
    change_registration(office, ask("lucia"), Change(others[1], {"weight_kg": "70.5"}))
    second = Donation.reported(office, 1).steps()
    second.open()
    again = second.run()
    make_offer(office, ask(), OfferAsked(again.event_id, 1, (OrganPart.HEART,)))
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
    accept_offer(office, ask("tomas"), Accepting(offer(office, run).event_id))
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


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_what_the_registry_recorded_is_verified_from_outside_and_every_run_replayed(database, tmp_path, capsys):
    with new_office(database) as office:
        work(opened(office, candidates=80))
        record = signed(office)
    remove_templates()
    for path, data in bundle(record, BundleKind.REPLAY, signer=log_signer(SECRETS)).items():
        (tmp_path / "bundle" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "bundle" / path).write_bytes(data)
    (tmp_path / "trust.policy").write_text(trust_text(SECRETS))
    code = main(["verify", str(tmp_path / "bundle"), "--trust", str(tmp_path / "trust.policy"), "--full"])
    said = capsys.readouterr().out
    assert code == 0, said
    assert "4 of 4" in said


def signed(office):
    """Return the registry as a record, its log signed by the operator and seen by every witness."""
    nothing = Published([], trust_text(SECRETS), parties())
    leaves = record_of(office, nothing).leaves
    signers = [log_signer(SECRETS), *witnesses_at(SECRETS, office.clock.now)]
    checkpoint = checkpoint_by(signers, grown(Frontier(), leaves))
    return record_of(office, Published([checkpoint], trust_text(SECRETS), parties()))


def parties():
    """Return who signs: nobody attests here, and three look at the log."""
    witnesses = [
        {"name": name, "controlled_by": controller, "independent_of_government": independent}
        for name, controller, independent in WITNESSES
    ]
    return {"attestors": [], "witnesses": witnesses}
