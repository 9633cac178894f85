"""A policy is proposed by one person and put in force by another, never for days that are past."""

from datetime import date, timedelta

import pytest

from bequest.model.enums import Organ
from bequest.model.errors import InputError, PolicyError
from bequest.policy import library
from bequest.registry.policies import Enactment, Proposal, enact_policy, policy_in_force, propose_policy
from bequest.registry.refusal import GateRefusedError
from registry_offices import ask, enact, kinds

WRITTEN = library.versions("core/kidney")[-1].written
HASH = library.policy("core/kidney", on=date(2026, 3, 1)).hash


def test_a_policy_in_force_is_the_one_that_was_enacted(empty_office):
    enact(empty_office, "core/kidney")
    today = empty_office.clock.now.date()
    assert policy_in_force(empty_office.using, Organ.KIDNEY, today).loaded.hash == HASH
    assert kinds(empty_office) == ["policy.proposed", "policy.enacted"]
    with pytest.raises(InputError, match="No policy for the kidney is in force"):
        policy_in_force(empty_office.using, Organ.KIDNEY, today - timedelta(days=1))


def test_who_proposed_a_policy_does_not_put_it_in_force(empty_office):
    propose_policy(empty_office, ask("priya"), Proposal(WRITTEN))
    with pytest.raises(GateRefusedError, match="somebody else"):
        enact_policy(empty_office, ask("priya"), Enactment(HASH, date(2026, 3, 2)))


def test_a_policy_is_never_in_force_for_days_that_are_past(empty_office):
    propose_policy(empty_office, ask("priya"), Proposal(WRITTEN))
    with pytest.raises(GateRefusedError, match="past"):
        enact_policy(empty_office, ask("committee"), Enactment(HASH, date(2026, 2, 28)))


def test_what_was_not_proposed_or_does_not_load_is_told(empty_office):
    with pytest.raises(InputError, match="was proposed; propose it first"):
        enact_policy(empty_office, ask("committee"), Enactment("0" * 64, date(2026, 3, 2)))
    with pytest.raises(PolicyError):
        propose_policy(empty_office, ask("priya"), Proposal("organ: heart\n"))
    assert kinds(empty_office) == []


def test_a_policy_is_proposed_and_enacted_once(empty_office):
    enact(empty_office, "core/kidney")
    with pytest.raises(InputError, match="proposed already"):
        propose_policy(empty_office, ask("priya"), Proposal(WRITTEN))
    with pytest.raises(InputError, match="in force already"):
        enact_policy(empty_office, ask("committee"), Enactment(HASH, date(2026, 3, 2)))
