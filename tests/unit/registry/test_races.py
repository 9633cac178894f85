"""Who is on duty is declared by one person while another offers, opens, resumes or recovers: no two pass each other."""

import threading

import pytest
from django.db import connections

from bequest.model.death import PauseReason
from bequest.registry import rules
from bequest.registry.offers import Accepting, accept_offer
from bequest.registry.pauses import Paused, Resumed, pause_recovery, resume_recovery
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import leaf_of
from registry_offices import Donation, ask, heart_run, kinds, offer, opened_office

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
_PATIENCE_S = 1.0


@pytest.fixture(params=DATABASES)
def office(request):
    with opened_office(request.param) as office:
        yield office


class Meanwhile:
    """Declare that a certifier is on duty as soon as a gate has let a step pass, before that step is recorded."""

    def __init__(self, office, donation, monkeypatch):
        self.office, self.donation, self.declared = office, donation, None
        self.worker = threading.Thread(target=self._declare)
        asked = rules.let_pass

        def passed(*given, **more):
            asked(*given, **more)
            if not self.worker.ident:
                self.worker.start()
                # Whoever need not wait is done by then; who must wait is waited for after the step.
                self.worker.join(_PATIENCE_S)

        monkeypatch.setattr(rules, "let_pass", passed)

    def _declare(self):
        try:
            self.declared = self.donation.on_duty("dr-one")
        finally:
            connections[self.office.using].close()

    def leaf(self):
        """Return the leaf of the roster, once it is there."""
        self.worker.join()
        return leaf_of(self.office.using, self.declared.event_id)


def test_an_organ_is_not_opened_past_a_roster_that_was_declared_meanwhile(office, monkeypatch):
    donation = Donation.reported(office).steps()
    meanwhile = Meanwhile(office, donation, monkeypatch)
    opened = donation.opened_untyped()
    assert leaf_of(office.using, opened.event_id) < meanwhile.leaf()


def test_an_offer_is_not_made_past_a_roster_that_was_declared_meanwhile(office, monkeypatch):
    donation, run = heart_run(office)
    meanwhile = Meanwhile(office, donation, monkeypatch)
    made = offer(office, run)
    assert leaf_of(office.using, made.event_id) < meanwhile.leaf()
    with pytest.raises(GateRefusedError) as refused:
        accept_offer(office, ask("tomas"), Accepting(made.event_id))
    assert (refused.value.rule, kinds(office)[-1]) == ("DON-05", "gate.refused")


def test_an_offer_is_not_accepted_past_a_roster_that_was_declared_meanwhile(office, monkeypatch):
    donation, run = heart_run(office)
    made = offer(office, run)
    meanwhile = Meanwhile(office, donation, monkeypatch)
    accepted = accept_offer(office, ask("tomas"), Accepting(made.event_id))
    assert leaf_of(office.using, accepted.event_id) < meanwhile.leaf()


def test_a_recovery_does_not_begin_past_a_roster_that_was_declared_meanwhile(office, monkeypatch):
    donation, _ = heart_run(office)
    donation.on_duty("surgeon-1")
    meanwhile = Meanwhile(office, donation, monkeypatch)
    begun = donation.recovered()
    assert leaf_of(office.using, begun.event_id) < meanwhile.leaf()


def test_a_pause_does_not_end_past_a_roster_that_was_declared_meanwhile(office, monkeypatch):
    donation, _ = heart_run(office)
    pause = pause_recovery(office, ask("a nurse"), Paused(donation.donation, PauseReason.SIGN_OF_LIFE))
    meanwhile = Meanwhile(office, donation, monkeypatch)
    ended = resume_recovery(office, ask("dr-far"), Resumed(pause.event_id, office.clock.now))
    assert leaf_of(office.using, ended.event_id) < meanwhile.leaf()
