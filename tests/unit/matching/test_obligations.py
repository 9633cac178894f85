from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bequest.matching.obligations import Obligation, Sent, creditor_ranks, open_obligations, ranks_at_centres

START = datetime(2026, 1, 1, tzinfo=UTC)


def sent(*organs):
    """Return organs sent on one day after another, each written `creditor debtor group`."""
    return [Sent(*written.split(), START + timedelta(days=day)) for day, written in enumerate(organs)]


def debts(*organs):
    return [
        (one.debtor, one.creditor, one.blood_group, (one.since - START).days) for one in open_obligations(sent(*organs))
    ]


def test_whoever_receives_an_organ_owes_one_of_the_same_group():
    assert debts("AT DE A") == [("DE", "AT", "A", 0)]


def test_an_organ_the_other_way_pays_the_oldest_debt_of_that_group_only():
    assert debts("AT DE A", "AT DE O", "DE AT A") == [("DE", "AT", "O", 1)]


def test_two_debts_that_meet_become_one():
    assert debts("BE AT A", "DE BE A") == [("AT", "DE", "A", 1)]
    assert debts("DE BE A", "BE AT A") == [("AT", "DE", "A", 0)]


def test_a_new_debt_between_two_others_joins_both_and_begins_with_the_last_link():
    assert debts("DE AT A", "NL BE A", "BE DE A") == [("AT", "NL", "A", 1)]


def test_a_chain_that_comes_back_to_its_beginning_is_paid():
    assert debts("BE AT A", "DE BE A", "AT DE A") == []
    assert debts("DE AT A", "AT BE A", "BE DE A") == []


def test_a_party_owes_itself_nothing():
    assert debts("AT AT A") == []


def test_the_oldest_debt_has_the_largest_rank():
    owed = [
        Obligation("DE", party, "A", START + timedelta(days=day)) for day, party in enumerate(["HR", "AT", "HR", "NL"])
    ]
    assert creditor_ranks(owed, debtor="DE", blood_group="A") == {"NL": 1, "AT": 2, "HR": 3}
    assert creditor_ranks(owed, debtor="DE", blood_group="O") == {}


def test_every_centre_of_a_party_has_its_rank():
    party_of = {"CENTRE-2": "HR", "CENTRE-1": "HR", "VIENNA": "AWG"}
    assert ranks_at_centres({"HR": 2}, party_of) == {"CENTRE-1": 2, "CENTRE-2": 2}
