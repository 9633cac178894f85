"""A declaration of death is a fact and is taken, by however many; the gates wait for as many as the law asks for."""

import pytest
from django.db import IntegrityError

from bequest.model.enums import DeathCriteria
from bequest.model.errors import InputError
from bequest.model.team import Role
from bequest.offers.record import Gate
from bequest.registry.donor_file import donor_file, newest, whole_deaths
from bequest.registry.models import DeathDeclaration, DonorCase, Event
from bequest.registry.offer_state import known_of
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import every, leaf_of, needed
from bequest.safeguards.finding import Verdict
from bequest.safeguards.teams import certifiers_of
from donor_files import law_with
from registry_attempts import insert, row
from registry_offices import Donation, kinds, offer, willing


def half_dead(office):
    """Return a donation of which everything is known, but that one doctor alone certified the death."""
    donation = Donation.reported(office).steps("dead")
    donation.dead(("dr-one",))
    return donation


def test_a_death_certified_by_too_few_is_taken_and_is_a_leaf(office):
    donation = half_dead(office)
    assert kinds(office)[-1] == "death.certified"
    assert whole_deaths(office.using, donation.donation) == ()


def test_nothing_is_opened_by_it_and_who_must_act_is_told_in_a_leaf(office):
    donation = half_dead(office)
    with pytest.raises(GateRefusedError, match="1 of 2") as refused:
        donation.open()
    assert kinds(office)[-1] == "gate.refused"
    told = [each.finding for each in refused.value.reasons if each.rule == "DON-06"]
    assert [(each.verdict, each.who) for each in told] == [(Verdict.HELD, (Role.CERTIFYING_DOCTOR,))]


def test_the_next_declaration_names_everybody_and_opens_the_gate(office):
    donation = half_dead(office)
    donation.dead()
    donation.open()
    assert len(every(office.using, DeathDeclaration)) == 2
    with pytest.raises(InputError, match="certified already"):
        donation.dead()


def test_who_certified_before_still_decides_about_the_death(office):
    donation = Donation.reported(office).steps("dead")
    donation.dead(("dr-three",))
    donation.dead()
    case = needed(office.using, DonorCase, "", donation=donation.donation)
    assert "dr-three" in certifiers_of(donor_file(office, case))
    donation.on_duty("dr-three")
    with pytest.raises(GateRefusedError) as refused:
        donation.open()
    assert "DON-05" in {each.rule for each in refused.value.reasons}


def test_plain_sql_opens_nothing_by_a_death_that_too_few_certified(office):
    whole = Donation.reported(office, 1).steps()
    whole.open()
    donation = half_dead(office)
    declared = newest(office.using, DeathDeclaration, donation.donation)
    event = needed(office.using, Event, "", id=declared.event_id)
    leaves = {
        f"{gate}_idx": leaf_of(office.using, next(
            each.id for each in every(office.using, Event, case_name=donation.donation) if each.kind == kind
        )) for gate, kind in (("consent", "consent.verified"), ("custody", "custody.checked"))
    }  # fmt: skip
    values = {
        **row(office, "registry_organ"), "event_id": "new", "case_id": donation.donation, **leaves,
        "death_idx": leaf_of(office.using, event.id), "allocation_open_at": "2026-12-01T00:00:00.000000Z",
    }  # fmt: skip
    recovery = {
        "event_id": "new", "case_id": donation.donation, "organs": "heart", "begins_at": declared.declared_at,
        "death_idx": values["death_idx"], "death_kind": "death.certified",
    }  # fmt: skip
    for table, columns in (("registry_organ", values), ("registry_recovery", recovery)):
        with pytest.raises(IntegrityError, match="fewer people certified"):
            insert(office, table, columns)


def test_an_offer_before_the_death_stays_conditional_until_enough_have_certified(office, monkeypatch):
    monkeypatch.setattr("bequest.registry.rules.law_of", lambda _: law_with(circulatory_certifiers=2))
    willing(office)
    donation = Donation.reported(office).steps("dead")
    donation.on_pathway()
    donation.open()
    offer(office, donation.run())
    donation.observed()
    case = needed(office.using, DonorCase, "", donation=donation.donation)
    donation.dead_after_circulation()
    assert known_of(office.using, case).state.gate is Gate.CONDITIONAL
    donation.dead(criteria=DeathCriteria.CIRCULATORY, examinations=())
    assert known_of(office.using, case).state.gate is Gate.OPEN


def test_a_declaration_names_somebody_and_nobody_twice(office):
    donation = Donation.reported(office).steps("dead")
    for certifiers in ((), ("dr-one", "dr-one")):
        with pytest.raises(InputError, match="at least one person"):
            donation.dead(certifiers)
