"""Who was passed over is computed, of offers, acceptances and transplants apart, and facts are never refused."""

import pytest

from bequest.model.errors import InputError
from bequest.registry.closings import DonorClosed, close_donor
from bequest.registry.incidents import IncidentReported, report_incident
from bequest.registry.models import Incident, PassedOver
from bequest.registry.offers import Accepting, Ending, accept_offer, decline_offer, withdraw_offer
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import every, needed
from bequest.registry.run_orders import place_of, places_of
from bequest.registry.timers import run_due
from bequest.registry.transplants import Transplanted, record_transplant
from registry_bundles import signed, verified
from registry_offices import Donation, ask, heart_run, kinds, loose_ends, offer


def told(office, act=None):
    """Return who was passed over, by which act."""
    rows = every(office.using, PassedOver, "first_rank")
    return [(row.act, row.first_rank, row.last_rank, row.reason) for row in rows if act in {None, row.act}]


def registration(office, run, rank):
    """Return who has a place of a run."""
    return place_of(office.using, run.event_id, rank).registration


def long_run(office):
    """Return the run of a donor whose heart suits several."""
    donation = Donation.reported(office, 4).steps()
    donation.open()
    return donation.run()


def transplant_reported(office, run, name, **more):
    """Report that the heart of a run was transplanted into somebody, outside its offers."""
    about = IncidentReported(
        office.clock.now, "major", "team_member", "words", run=run.event_id, registration=name, **more
    )  # fmt: skip
    return report_incident(office, ask("a nurse"), about)


def backup_behind(office, run):
    """Have the first accept the heart, and the second a backup offer behind it; return both offers."""
    first = offer(office, run)
    accept_offer(office, ask("tomas"), Accepting(first.event_id))
    second = offer(office, run, 2)
    accept_offer(office, ask("tomas"), Accepting(second.event_id))
    return first, second


def test_a_transplant_passes_over_whoever_lost_an_accepted_heart_to_an_error_of_ours(office):
    _, run = heart_run(office, backups=1)
    first, second = backup_behind(office, run)
    withdraw_offer(office, ask(), Ending(first.event_id, "error"))
    run_due(office, office.clock())
    record_transplant(office, ask("tomas"), Transplanted(second.event_id, office.clock.now, "olga"))
    assert told(office) == [("transplanted", 1, 1, "offer_taken_back")]
    assert kinds(office)[-2:] == ["skip", "organ.transplanted"]
    assert loose_ends(office) == (0, 0, 0)


def test_a_transplant_down_the_order_passes_over_nobody(office):
    _, run = heart_run(office, backups=1)
    first, second = backup_behind(office, run)
    decline_offer(office, ask("tomas"), Ending(first.event_id, "candidate_unwell"))
    run_due(office, office.clock())
    record_transplant(office, ask("tomas"), Transplanted(second.event_id, office.clock.now, "olga"))
    assert told(office) == []


def test_an_acceptance_passes_over_whoever_lost_an_offer_to_an_error_of_ours(office):
    _, run = heart_run(office, backups=1)
    first = offer(office, run)
    accept_offer(office, ask("tomas"), Accepting(first.event_id))
    second = offer(office, run, 2)
    withdraw_offer(office, ask(), Ending(first.event_id, "error"))
    accept_offer(office, ask("tomas"), Accepting(second.event_id))
    run_due(office, office.clock())
    record_transplant(office, ask("tomas"), Transplanted(second.event_id, office.clock.now, "olga"))
    # The transplant says nothing that the acceptance did not.
    assert told(office) == [("accepted", 1, 1, "offer_taken_back")]


def test_a_transplant_into_somebody_who_was_not_next_is_taken_as_a_fact_and_unexplained(office):
    run = long_run(office)
    declined = offer(office, run)
    decline_offer(office, ask("tomas"), Ending(declined.event_id, "candidate_unwell"))
    entered = transplant_reported(office, run, registration(office, run, 3))
    assert told(office) == [("transplanted", 2, 2, "unexplained")]
    report = needed(office.using, Incident, "", event_id=entered.event_id)
    assert (report.severity, report.rule) == ("critical", "ALC-09")
    assert kinds(office)[-2:] == ["incident.reported", "skip"]


def test_whoever_was_passed_over_without_a_reason_keeps_the_turn(office):
    run = long_run(office)
    transplant_reported(office, run, registration(office, run, 3))
    with pytest.raises(GateRefusedError, match="turn of place 1"):
        offer(office, run, 3)
    offer(office, run)


def test_a_transplant_into_nobody_who_is_known_passes_over_everybody(office):
    _, run = heart_run(office)
    places = len(places_of(office.using, run.event_id))
    transplant_reported(office, run, None)
    assert told(office) == [("transplanted", 1, places, "unexplained")]


def test_a_transplant_is_reported_of_a_sealed_file_too(office):
    donation, run = heart_run(office)
    close_donor(office, ask(), DonorClosed(donation.donation, "no_recipient"))
    transplant_reported(office, run, registration(office, run, 2))
    assert told(office) == [("transplanted", 1, 1, "unexplained")]


def test_a_report_names_a_run_of_its_donation_and_somebody_who_is_listed(office):
    _, run = heart_run(office)
    with pytest.raises(InputError, match="leave it out"):
        transplant_reported(office, run, "R-none")
    with pytest.raises(InputError, match="another donation"):
        transplant_reported(office, run, registration(office, run, 1), donation="none")


def test_the_verifier_of_a_bundle_finds_what_nothing_explains(office, tmp_path, capsys):
    run = long_run(office)
    transplant_reported(office, run, registration(office, run, 3))
    code = verified(signed(office), tmp_path)
    said = capsys.readouterr().out
    assert code != 0
    assert "passes over ranks 1 to 2" in said
    assert "nothing explains it" in said
