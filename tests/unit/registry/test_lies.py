"""An office whose own code says of the first in line what is not so is found out by whoever verifies its log."""

import pytest

from bequest.model.enums import Organ
from bequest.offers import verdict
from bequest.offers.verdict import Verdict
from bequest.registry.offers import Accepting, Ending, OfferAsked, accept_offer, decline_offer, make_offer, next_rank
from bequest.registry.programmes import ProgrammeAsked, pause_programme, resume_programme
from bequest.registry.run_orders import place_of
from combined_offices import both_runs, kidney_list
from registry_bundles import signed, verified
from registry_offices import ask, heart_run


def lie(monkeypatch, office, run, rank, reason):
    """Have the code say of the person at a place of a run why they are offered nothing."""
    true, about = verdict._own_reason, place_of(office.using, run.event_id, rank).registration  # noqa: SLF001  what a liar would change

    def told(book, ranked, entry):
        return reason if (str(ranked.run), entry.registration) == (run.event_id, about) else true(book, ranked, entry)

    monkeypatch.setattr(verdict, "_own_reason", told)


def offered(office, run, rank):
    """Offer a place something, and have it accepted."""
    made = make_offer(office, ask(), OfferAsked(run.event_id, rank))
    accept_offer(office, ask("tomas"), Accepting(made.event_id))
    return made


def findings(office, folder, capsys):
    """Return what a verification finds, but that no day was closed."""
    verified(signed(office), folder)
    said = " ".join(capsys.readouterr().out.split())
    return [each for each in ("the log shows nothing of that", "the policy says otherwise") if each in said]


@pytest.mark.parametrize(
    "reason",
    [
        Verdict.NO_CONTACT_DETAILS, Verdict.GRAFT_NOT_OFFERED, Verdict.STAGE_NOT_BEGUN, Verdict.ACCEPTED_OTHER,
        Verdict.PROGRAMME_PAUSED, Verdict.ORGAN_TAKEN, Verdict.BEING_OFFERED, Verdict.ACCEPTED,
        Verdict.DECLINED, Verdict.DECLINED_BEFORE,
    ],
)  # fmt: skip
def test_the_first_in_line_is_not_passed_over_by_a_word_alone(office, tmp_path, capsys, monkeypatch, reason):
    _, run = heart_run(office)
    lie(monkeypatch, office, run, 1, reason)
    offered(office, run, 2)
    assert len(findings(office, tmp_path, capsys)) == 1


def test_a_pause_of_another_list_that_was_over_is_no_reason(office, tmp_path, capsys, monkeypatch):
    _, run = heart_run(office)
    asked = ProgrammeAsked(place_of(office.using, run.event_id, 2).centre, Organ.KIDNEY)
    pause_programme(office, ask("lucia"), asked)
    resume_programme(office, ask("lucia"), asked)
    lie(monkeypatch, office, run, 1, Verdict.PROGRAMME_PAUSED)
    offered(office, run, 2)
    assert len(findings(office, tmp_path, capsys)) == 1


def test_the_kidneys_are_not_taken_because_the_heart_is(office, tmp_path, capsys, monkeypatch):
    kidney_list(office, combined=())
    _, hearts, kidneys = both_runs(office)
    offered(office, hearts, 1)
    lie(monkeypatch, office, kidneys, 1, Verdict.ORGAN_TAKEN)
    offered(office, kidneys, 2)
    assert len(findings(office, tmp_path, capsys)) == 1


@pytest.mark.parametrize("reason", [Verdict.ACCEPTED, Verdict.DECLINED])
def test_nobody_is_passed_over_for_the_answer_of_somebody_else(office, tmp_path, capsys, monkeypatch, reason):
    kidney_list(office, combined=())
    _, _, kidneys = both_runs(office)
    first = make_offer(office, ask(), OfferAsked(kidneys.event_id, 1))
    if reason is Verdict.DECLINED:
        decline_offer(office, ask("tomas"), Ending(first.event_id, "candidate_unwell"))
    else:
        accept_offer(office, ask("tomas"), Accepting(first.event_id))
    lie(monkeypatch, office, kidneys, 2, reason)
    assert next_rank(office, kidneys.event_id) == 3
    offered(office, kidneys, 3)
    assert len(findings(office, tmp_path, capsys)) == 1
