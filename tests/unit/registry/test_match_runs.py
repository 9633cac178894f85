"""A run ranks the list as it is, is a leaf before any offer, and can be ranked anew."""

import threading

import pytest
from django.db import connections

from bequest.ledger.facts import list_digest
from bequest.model.enums import Organ
from bequest.model.errors import InputError
from bequest.registry import match_runs
from bequest.registry.listings import (
    Change,
    Listing,
    Suspension,
    change_registration,
    list_candidate,
    suspend_registration,
)
from bequest.registry.lists import listed_before
from bequest.registry.match_runs import ranked_anew, who_moved
from bequest.registry.models import Event, MatchRun, Return
from bequest.registry.offers import Accepting, Ending, accept_offer, decline_offer, next_rank
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import count, leaf_of, needed
from bequest.registry.run_orders import place_of, places_of
from bequest.registry.secrecy import event_fields
from bequest.registry.versions import newest_version
from registry_offices import Donation, ask, heart_run, kinds, offer, opened_office, people


def leaf_fields(office, entered):
    """Return the fields of a leaf."""
    return event_fields(office, needed(office.using, Event, "", id=entered.event_id))


def test_a_run_is_ranked_anew_to_the_same_integers_and_rows_after_the_list_has_changed(office):
    _, run = heart_run(office)
    first = place_of(office.using, run.event_id, 1).registration
    suspend_registration(office, ask(), Suspension(first, "medical"))
    ranked = ranked_anew(office, needed(office.using, MatchRun, "", event_id=run.event_id))
    fields = leaf_fields(office, run)
    assert ranked.ranking.results_digest == fields["results"]
    assert ranked.rows.root().hex() == fields["rows_root"]
    assert [entry.registration for entry in ranked.ranking.ranked()] == [
        row.registration for row in places_of(office.using, run.event_id)
    ]


def test_the_next_run_sees_what_changed(office):
    donation, run = heart_run(office)
    first, second = (place_of(office.using, run.event_id, rank).registration for rank in (1, 2))
    suspend_registration(office, ask(), Suspension(first, "medical"))
    again = donation.run()
    assert place_of(office.using, again.event_id, 1).registration == second
    assert leaf_fields(office, again)["registrations"] == leaf_fields(office, run)["registrations"]


def test_no_list_is_searched_for_an_organ_that_is_not_open(office):
    donation = Donation.reported(office).steps()
    with pytest.raises(GateRefusedError, match="no list is searched"):
        donation.run()
    assert count(office.using, MatchRun) == 0
    assert kinds(office)[-1] == "gate.refused"


def test_no_run_without_a_policy_in_force(office):
    donation = Donation.reported(office).steps()
    donation.open(Organ.KIDNEY, kdpi_percent="50")
    with pytest.raises(InputError, match="No policy for the kidney"):
        donation.run(Organ.KIDNEY)


def test_the_list_in_memory_is_the_list_that_is_read_anew(office):
    heart_run(office)
    change_registration(office, ask(), Change(people().registrations[3]["registration"], {"weight_kg": "71.5"}))
    extra = {**people(13).registrations[12], "registration": "R-777777", "candidate": "C-777777"}
    list_candidate(office, ask(), Listing(extra))
    at = office.clock.now
    followed = office.lists.as_of(office.using, Organ.HEART, at)
    anew = listed_before(office.using, Organ.HEART, at, leaf=10**6)
    assert followed.pool.digest == anew.pool.digest
    assert followed.digest == anew.digest


@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgres), "sqlite"])
def test_a_run_sees_every_change_before_its_leaf_and_none_after_while_the_list_changes(database):
    with opened_office(database) as office:
        donation, _ = heart_run(office)
        names = [facts["registration"] for facts in people().registrations]

        def change(number):
            try:
                for turn in range(6):
                    change_registration(office, ask(), Change(names[number], {"weight_kg": f"{60 + turn}.0"}))
            finally:
                connections[office.using].close()

        workers = [threading.Thread(target=change, args=(number,)) for number in range(3)]
        for worker in workers:
            worker.start()
        runs = [donation.run() for _ in range(6)]
        for worker in workers:
            worker.join()
        for run in runs:
            before = listed_before(
                office.using, Organ.HEART, office.clock.now, leaf=leaf_of(office.using, run.event_id)
            )
            assert leaf_fields(office, run)["list"] == before.digest


@pytest.mark.postgres
def test_two_donors_are_ranked_at_once_and_nobody_leaves_the_list_meanwhile(monkeypatch):
    with opened_office("postgresql") as office:
        donation, run = heart_run(office)
        first = place_of(office.using, run.event_id, 1).registration
        other = Donation.reported(office, 4).steps()
        other.open()
        done = []

        def beside(name, step):
            def work():
                try:
                    step()
                    done.append(name)
                finally:
                    connections[office.using].close()

            return threading.Thread(target=work)

        ranking = beside("ranked", lambda: other.run(signers=()))
        leaving = beside("left", lambda: suspend_registration(office, ask("lucia"), Suspension(first, "medical")))
        write = match_runs.write_places

        def while_others_work(*given):
            monkeypatch.undo()
            ranking.start()
            ranking.join(60)
            leaving.start()
            leaving.join(1)
            done.append("written")
            write(*given)

        monkeypatch.setattr(match_runs, "write_places", while_others_work)
        donation.run()
        leaving.join()
        assert done == ["ranked", "written", "left"]


def test_a_run_made_again_carries_answers_over_and_takes_back_what_it_does_not_rank(office):
    donation, run = heart_run(office)
    first, second = (place_of(office.using, run.event_id, rank).registration for rank in (1, 2))
    made = offer(office, run)
    accept_offer(office, ask("tomas"), Accepting(made.event_id))
    suspend_registration(office, ask("lucia"), Suspension(first, "medical"))
    again = donation.run()
    assert needed(office.using, Return, "", offer_id=made.event_id).reason == "no_longer_ranked"
    moved = {(each.registration, each.before, each.after) for each in who_moved(office.using, again.event_id)}
    assert moved == {(first, 1, None), (second, 2, 1)}
    assert who_moved(office.using, run.event_id) == ()
    with pytest.raises(GateRefusedError, match="newer run"):
        offer(office, run, 2)
    decline_offer(office, ask("tomas"), Ending(offer(office, again).event_id, "candidate_unwell"))
    third = donation.run()
    assert next_rank(office, third.event_id) is None


def test_the_digest_of_a_list_follows_its_changes(office):
    names = [facts["registration"] for facts in people().registrations]
    before = office.lists.as_of(office.using, Organ.HEART, office.clock.now)
    change_registration(office, ask(), Change(names[3], {"weight_kg": "71.5"}))
    after = office.lists.as_of(office.using, Organ.HEART, office.clock.now)
    versions = {name: newest_version(office.using, name).digest for name in names}
    assert after.digest == list_digest(versions[name] for name in sorted(names)) != before.digest


def test_a_list_that_did_not_change_is_read_from_the_end_of_the_log_on(office):
    before = office.lists.as_of(office.using, Organ.HEART, office.clock.now)
    Donation.reported(office)
    after = office.lists.as_of(office.using, Organ.HEART, office.clock.now)
    assert after.leaf > before.leaf
    assert after.pool.registrations is before.pool.registrations
