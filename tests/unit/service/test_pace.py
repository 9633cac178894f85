"""A page asks the database a fixed number of questions, however much stands on it."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from bequest.ledger.store import Store
from bequest.registry.erasures import CandidateErased, erase_candidate
from bequest.registry.listings import Removal, remove_registration
from bequest.registry.models import Registration
from bequest.registry.rows import needed
from bequest.service import following
from bequest.service import office as office_module
from bequest.service.rest.runs import kept_ranking
from registry_offices import ask
from service_donations import done, offered, ranked


@contextmanager
def questions(monkeypatch):
    """Give the list of the questions that are asked, by Django and beside it."""
    asked, run = [], Store.run

    def counted(store, statement, parameters=()):
        asked.append(statement)
        return run(store, statement, parameters)

    monkeypatch.setattr(Store, "run", counted)
    with CaptureQueriesContext(connections["default"]) as captured:
        yield asked
    monkeypatch.setattr(Store, "run", run)
    asked.extend(each["sql"] for each in captured.captured_queries)


def asked_for(desk, monkeypatch, name, address):
    """Return how many rows a page has, and how many questions it asked."""
    desk.get(name, address)
    with questions(monkeypatch) as asked:
        answer = desk.get(name, address)
    assert answer.status_code == 200, answer.content
    [rows] = [each for each in answer.json().values() if isinstance(each, list)]
    return len(rows), len(asked)


@pytest.mark.parametrize("name", ["allocator", "list_keeper"])
def test_a_list_of_registrations_asks_as_much_for_one_as_for_many(desk, monkeypatch, name):
    few = asked_for(desk, monkeypatch, name, "/registrations?organ=heart&limit=1")
    many = asked_for(desk, monkeypatch, name, "/registrations?organ=heart&limit=200")
    assert few[0] <= many[0]
    assert few[1] == many[1]
    assert asked_for(desk, monkeypatch, "allocator", "/registrations?organ=heart&limit=200")[0] > 5


def test_a_page_of_a_run_asks_as_much_for_one_place_as_for_many(desk, monkeypatch):
    run = ranked(desk)
    first, _ = offered(desk, run)
    done(desk, "allocator", f"/offers/{first}/withdrawal", {"reason": "error"})
    few = asked_for(desk, monkeypatch, "allocator", f"/runs/{run}?limit=1")
    many = asked_for(desk, monkeypatch, "allocator", f"/runs/{run}?limit=200")
    assert few[0] == 1 < many[0]
    assert few[1] == many[1]


def test_those_without_a_place_are_asked_for_together(desk, monkeypatch):
    run = ranked(desk)
    few = asked_for(desk, monkeypatch, "allocator", f"/runs/{run}/not-ranked?limit=1")
    many = asked_for(desk, monkeypatch, "allocator", f"/runs/{run}/not-ranked?limit=200")
    assert few[0] == 1 < many[0]
    assert few[1] == many[1]


def test_a_list_of_offers_asks_as_much_for_one_as_for_many(desk, monkeypatch):
    run = ranked(desk)
    for _ in range(2):
        done(desk, "allocator", f"/offers/{offered(desk, run)[0]}/withdrawal", {"reason": "error"})
    few = asked_for(desk, monkeypatch, "allocator", "/offers?limit=1")
    many = asked_for(desk, monkeypatch, "allocator", "/offers?limit=200")
    assert few[0] == 1 < many[0]
    assert few[1] == many[1]


def test_a_process_reads_the_lists_of_policies_in_force_before_anybody_asks_for_a_run(desk, monkeypatch):
    kept = office_module.office()
    following.read_lists()
    run = ranked(desk)
    with questions(monkeypatch) as asked:
        following.let_go()
    # Who left the one list, and whether anybody was erased.
    assert len(asked) == 2
    [place, *_] = desk.get("allocator", f"/runs/{run}").json()["places"]
    [before] = kept.lists._kept.values()  # noqa: SLF001  what is in memory
    remove_registration(kept, ask(), Removal(place["registration"], "candidate_wish"))
    following.let_go()
    [after] = kept.lists._kept.values()  # noqa: SLF001  what is in memory
    assert set(before.place) - set(after.place) == {place["registration"]}


def test_a_ranking_is_kept_in_memory_until_somebody_is_erased_and_then_told_to_be_gone(desk):
    kept = office_module.office()
    following.let_go()
    run = ranked(desk)
    first, second = (each["registration"] for each in desk.get("allocator", f"/runs/{run}").json()["places"][:2])
    about = f"/runs/{run}/explain/{second}"
    assert desk.get("allocator", about).status_code == 200
    following.let_go()
    assert kept_ranking.cache_info().currsize == 1
    remove_registration(kept, ask(), Removal(first, "candidate_wish"))
    person = needed(kept.using, Registration, "", id=first).candidate_id
    erase_candidate(kept, ask(), CandidateErased(person, "subject_request"))
    following.let_go()
    assert kept_ranking.cache_info().currsize == 0
    told = desk.get("allocator", about)
    assert told.status_code == 422
    assert "cannot be ranked again: somebody on its list was erased since" in told.json()["detail"]
    assert desk.get("allocator", f"/runs/{run}").status_code == 200


def test_a_ranking_in_memory_is_not_told_once_somebody_is_erased(desk):
    kept = office_module.office()
    run = ranked(desk)
    first = desk.get("allocator", f"/runs/{run}").json()["places"][0]["registration"]
    assert desk.get("allocator", f"/runs/{run}/explain/{first}").status_code == 200
    remove_registration(kept, ask(), Removal(first, "candidate_wish"))
    person = needed(kept.using, Registration, "", id=first).candidate_id
    erase_candidate(kept, ask(), CandidateErased(person, "subject_request"))
    assert desk.get("allocator", f"/runs/{run}/not-ranked").status_code == 422
    assert kept_ranking.cache_info().currsize == 0
