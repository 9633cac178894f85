"""The circulatory pathway, the observation, pauses and the recovery gate: nothing is taken before its time."""

from datetime import timedelta

import pytest

from bequest.model.death import DeathManner, ObservationResult, PauseReason
from bequest.model.enums import DeathCriteria, Organ
from bequest.model.errors import InputError
from bequest.model.team import Team
from bequest.registry.models import Acceptance, Answer, Event, Pause, Recovery, RecoveryStop, StandDown
from bequest.registry.observations import CirculationEnded, ObservationEnded, end_observation, start_observation
from bequest.registry.offers import Accepting, accept_offer
from bequest.registry.pauses import Paused, Resumed, pause_recovery, resume_recovery
from bequest.registry.recoveries import RecoveryOrdered, order_recovery
from bequest.registry.recovery_stops import RecoveryStopped, stop_recovery
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import every, needed
from bequest.registry.secrecy import event_fields
from bequest.registry.stand_downs import StoodDown, stand_down
from registry_offices import Donation, ask, kinds, offer, willing


def conditional(office):
    """Return a donation on the circulatory pathway whose heart is open before the death."""
    willing(office)
    donation = Donation.reported(office).steps("dead")
    donation.on_pathway()
    donation.open()
    return donation


def ready(office):
    """Return a donation after a certified death whose heart is open, with a recovery team on duty."""
    donation = Donation.reported(office).steps()
    donation.open()
    donation.on_duty("surgeon-1")
    return donation


def pause(office, donation, actor="a nurse"):
    return pause_recovery(office, ask(actor), Paused(donation.donation, PauseReason.SIGN_OF_LIFE))


def test_organs_are_offered_on_condition_before_a_circulatory_death_and_taken_after_it_only(office):
    donation = conditional(office)
    run = donation.run()
    accept_offer(office, ask("tomas"), Accepting(offer(office, run).event_id))
    donation.on_duty("surgeon-1")
    with pytest.raises(GateRefusedError) as refused:
        donation.recovered()
    assert {"DON-07", "DON-18"} <= {each.rule for each in refused.value.reasons}
    assert refused.value.step == "recovery"
    donation.observed()
    donation.dead_after_circulation()
    donation.recovered()
    assert kinds(office)[-5:] == [
        "gate.refused", "observation.started", "observation.ended", "death.certified", "recovery.ordered",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"approached_at": "before"}, "not decided before donation was spoken of"),
        ({"consented_acts": False}, "was not consented to"),
        ({"consented_acts": None}, "is not known"),
        ({"decided_by": ("dr-a", "ingrid")}, "part in the donation decided"),
    ],
    ids=str,
)
def test_a_pathway_whose_decision_was_not_made_outside_donation_is_not_opened(office, changed, said):
    donation = Donation.reported(office).steps("dead")
    if "approached_at" in changed:
        changed = {"approached_at": office.clock.now - timedelta(hours=6)}
    with pytest.raises(GateRefusedError, match=said):
        donation.on_pathway(**changed)
    assert kinds(office)[-1] == "gate.refused"


@pytest.mark.parametrize("deciders", [("dr-a",), ("dr-a", "dr-a"), ("dr-a", "dr-b", "dr-c")])
def test_two_doctors_decide_a_withdrawal(office, deciders):
    with pytest.raises(InputError, match="Two different doctors"):
        Donation.reported(office).on_pathway(decided_by=deciders)


def test_a_pathway_is_opened_once_and_before_the_death(office):
    donation = Donation.reported(office).steps("dead")
    donation.on_pathway()
    with pytest.raises(InputError, match="opened already"):
        donation.on_pathway()
    with pytest.raises(InputError, match="is certified"):
        Donation.reported(office, 1).steps().on_pathway()


def test_an_expired_pathway_opens_nothing(office):
    donation = Donation.reported(office).steps("dead")
    donation.on_pathway()
    office.clock.advance(hours=7)
    with pytest.raises(GateRefusedError, match="The circulatory pathway ended at"):
        donation.open()


def test_a_stand_down_lapses_every_offer_and_seals_the_file(office):
    donation = conditional(office)
    run = donation.run()
    accepted = offer(office, run)
    accept_offer(office, ask("tomas"), Accepting(accepted.event_id))
    stood = stand_down(office, ask("dr-a"), StoodDown(donation.donation, "no_death_in_time"))
    assert kinds(office)[-1] == "dcd.stood_down"
    assert {row.ended_by_id for row in every(office.using, Acceptance)} == {stood.event_id}
    attempts = (
        donation.run, donation.checked, donation.consented, donation.dead_after_circulation, donation.observed,
        lambda: donation.open(Organ.KIDNEY, kdpi_percent="50"), lambda: offer(office, run, 2),
        lambda: pause(office, donation),
        lambda: stand_down(office, ask(), StoodDown(donation.donation, "medical")),
    )  # fmt: skip
    for attempt in attempts:
        with pytest.raises(GateRefusedError, match="sealed"):
            attempt()
        assert kinds(office)[-1] == "gate.refused"
    assert len(every(office.using, StandDown)) == 1


def test_an_offer_that_waits_when_the_pathway_is_stood_down_is_accepted_by_nobody(office):
    donation = conditional(office)
    waiting = offer(office, donation.run())
    stand_down(office, ask(), StoodDown(donation.donation, "stopped_at_bedside"))
    with pytest.raises(GateRefusedError, match="sealed"):
        accept_offer(office, ask("tomas"), Accepting(waiting.event_id))
    assert every(office.using, Answer) == []


def test_a_stop_lapses_every_offer_and_seals_the_file(office):
    donation = ready(office)
    run = donation.run(backups=1)
    accept_offer(office, ask("tomas"), Accepting(offer(office, run).event_id))
    waiting = offer(office, run, 2)
    paused = pause(office, donation)
    stopped = stop_recovery(office, ask("ingrid"), RecoveryStopped(paused.event_id, "sign_of_life"))
    assert kinds(office)[-1] == "recovery.stopped"
    assert {row.ended_by_id for row in every(office.using, Acceptance)} == {stopped.event_id}
    attempts = (
        donation.run, donation.checked, donation.consented, donation.recovered,
        lambda: donation.open(Organ.KIDNEY, kdpi_percent="50"), lambda: offer(office, run, 3),
        lambda: accept_offer(office, ask("tomas"), Accepting(waiting.event_id)),
        lambda: resume_recovery(office, ask("dr-far"), Resumed(paused.event_id, office.clock.now)),
        lambda: stop_recovery(office, ask(), RecoveryStopped(paused.event_id, "sign_of_life")),
    )  # fmt: skip
    for attempt in attempts:
        with pytest.raises(GateRefusedError, match="was stopped, and its file is sealed"):
            attempt()
    assert len(every(office.using, RecoveryStop)) == 1


def test_only_an_open_pause_is_made_a_stop(office):
    donation = ready(office)
    paused = pause(office, donation)
    resume_recovery(office, ask("dr-far"), Resumed(paused.event_id, office.clock.now))
    with pytest.raises(InputError, match="pause again first"):
        stop_recovery(office, ask(), RecoveryStopped(paused.event_id, "sign_of_life"))
    with pytest.raises(InputError, match="no such pause"):
        stop_recovery(office, ask(), RecoveryStopped(donation.donation, "sign_of_life"))
    with pytest.raises(InputError, match="The reason"):
        stop_recovery(office, ask(), RecoveryStopped(pause(office, donation).event_id, "of_no_list"))


def test_only_a_pathway_is_stood_down_and_not_after_recovery_began(office):
    donation = ready(office)
    with pytest.raises(InputError, match="No circulatory pathway"):
        stand_down(office, ask(), StoodDown(donation.donation, "medical"))
    other = Donation.reported(office, 1).steps("dead")
    other.on_pathway()
    other.open()
    other.on_duty("surgeon-1")
    other.observed()
    other.dead_after_circulation()
    other.recovered()
    with pytest.raises(InputError, match="has begun"):
        stand_down(office, ask(), StoodDown(other.donation, "medical"))


def test_an_observation_is_complete_only_when_its_time_is_over(office):
    donation = Donation.reported(office).steps("dead")
    with pytest.raises(InputError, match="No circulatory pathway"):
        donation.observed()
    donation.on_pathway()
    with pytest.raises(InputError, match="lasts until"):
        donation.observed(minutes=3)
    with pytest.raises(InputError, match="goes on"):
        start_observation(office, ask(), CirculationEnded(donation.donation, office.clock.now))
    ended = ObservationEnded(donation.donation, office.clock.now, ObservationResult.CIRCULATION_RETURNED)
    end_observation(office, ask(), ended)
    with pytest.raises(InputError, match="No observation of this donation goes on"):
        end_observation(office, ask(), ended)
    begun = event_fields(office, every(office.using, Event, kind="observation.started")[0])
    assert begun["minutes"] == 5


def test_an_observation_that_was_broken_off_lets_nothing_be_taken(office):
    donation = conditional(office)
    donation.on_duty("surgeon-1")
    donation.observed(result=ObservationResult.CIRCULATION_RETURNED)
    donation.dead_after_circulation()
    with pytest.raises(GateRefusedError, match="circulation_returned"):
        donation.recovered()
    donation.observed()
    with pytest.raises(GateRefusedError, match="before the observation was over"):
        donation.recovered()


def test_recovery_begins_after_a_neurological_death_with_a_team_on_duty(office):
    donation = Donation.reported(office).steps()
    donation.open()
    with pytest.raises(GateRefusedError, match="has not declared who is on duty"):
        donation.recovered()
    donation.on_duty("surgeon-1")
    donation.recovered()
    assert needed(office.using, Recovery, "", case_id=donation.donation).organs == "heart"
    with pytest.raises(InputError, match="ordered already"):
        donation.recovered()


def test_nothing_is_recovered_beyond_the_consent_or_what_was_opened(office):
    donation = ready(office)
    with pytest.raises(GateRefusedError, match="does not cover the organ 'liver'"):
        donation.recovered(Organ.LIVER)
    with pytest.raises(InputError, match="never opened"):
        donation.recovered(Organ.KIDNEY)
    with pytest.raises(InputError, match="at least one organ"):
        order_recovery(office, ask(), RecoveryOrdered(donation.donation, ()))


def test_who_certified_the_death_does_not_recover(office):
    donation = ready(office)
    donation.on_duty("dr-one", team=Team.TRANSPLANT)
    with pytest.raises(GateRefusedError, match="'dr-one' certifies the death") as refused:
        donation.recovered()
    assert refused.value.rule == "DON-05"


def test_anybody_pauses_and_nothing_is_recovered_until_an_independent_doctor_resumes(office):
    donation = ready(office)
    paused = pause(office, donation)
    with pytest.raises(GateRefusedError, match="only an independent doctor resumes") as refused:
        donation.recovered()
    assert refused.value.rule == "DON-19"
    for involved in ("a nurse", "dr-one", "surgeon-1", "ingrid", "ward 3"):
        with pytest.raises(GateRefusedError, match="has a part in the donation"):
            resume_recovery(office, ask(involved), Resumed(paused.event_id, office.clock.now))
    resume_recovery(office, ask("dr-far"), Resumed(paused.event_id, office.clock.now))
    assert kinds(office)[-1] == "recovery.resumed"
    donation.recovered()


def test_a_pause_ends_after_an_examination_of_its_own_and_once(office):
    donation = ready(office)
    before = office.clock.now - timedelta(minutes=5)
    paused = pause(office, donation)
    with pytest.raises(InputError, match="older than the pause"):
        resume_recovery(office, ask("dr-far"), Resumed(paused.event_id, before))
    resume_recovery(office, ask("dr-far"), Resumed(paused.event_id, office.clock.now))
    with pytest.raises(InputError, match="ended already"):
        resume_recovery(office, ask("dr-far"), Resumed(paused.event_id, office.clock.now))


def test_each_open_pause_counts(office):
    donation = ready(office)
    first, second = pause(office, donation), pause(office, donation, "a surgeon")
    assert len(every(office.using, Pause)) == 2
    resume_recovery(office, ask("dr-far"), Resumed(first.event_id, office.clock.now))
    with pytest.raises(GateRefusedError):
        donation.recovered()
    resume_recovery(office, ask("dr-far"), Resumed(second.event_id, office.clock.now))
    donation.recovered()


def test_a_manner_of_death_that_changes_counts_from_the_certificate_on(office):
    donation = conditional(office)
    donation.on_duty("surgeon-1")
    donation.observed()
    donation.dead(
        ("dr-one",), criteria=DeathCriteria.CIRCULATORY, examinations=(), manner=DeathManner.NOT_NATURAL
    )  # fmt: skip
    with pytest.raises(GateRefusedError) as refused:
        donation.recovered()
    assert refused.value.rule == "DON-13"
