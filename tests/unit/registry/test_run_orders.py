"""Tests the order of a run: from memory and from the database it is the same, whole or a few places of it."""

import pytest

from bequest.matching.second_organs import NeededOrgan
from bequest.model.enums import Organ
from bequest.model.errors import InputError
from bequest.registry import run_orders
from bequest.registry.listings import Change, change_registration
from bequest.registry.run_orders import count_of_places, order_of, place_of, places_of
from combined_offices import both_runs, kidney_list
from registry_offices import ask, opened_office


@pytest.fixture(params=[pytest.param("postgresql", marks=pytest.mark.postgres), "sqlite"])
def office(request):
    """Give an office with people on its lists."""
    with opened_office(request.param) as office:
        kidney_list(office, combined=(), plan=None)
        change_registration(office, ask("lucia"), Change("K-000003", {"needed_with": "heart"}))
        yield office


def kidney_run(office):
    """Rank the longest list of the office, and return the event of the run."""
    _, _, run = both_runs(office)
    return run.event_id


def forgotten(monkeypatch):
    """Have this process forget every order, as another one has never seen any."""
    monkeypatch.setattr(run_orders, "_ORDERS", run_orders.Orders())


def test_the_order_that_stays_in_memory_is_that_of_the_database(office, monkeypatch):
    run = kidney_run(office)
    kept = order_of(office.using, run, Organ.KIDNEY)
    forgotten(monkeypatch)
    read = order_of(office.using, run, Organ.KIDNEY)
    assert kept is not read
    assert kept == read
    assert len(read.entries) == count_of_places(office.using, run) > 10
    assert read.pulls == {"K-000003": (NeededOrgan(Organ.HEART, one_centre=False),)}
    assert order_of(office.using, run, Organ.KIDNEY) is read


def test_a_few_places_are_read_as_they_are_in_the_whole_order(office, monkeypatch):
    run = kidney_run(office)
    whole = places_of(office.using, run)
    assert [place.rank for place in whole] == list(range(1, len(whole) + 1))
    asked = [(1, None), (1, 1), (9, 11), (len(whole), len(whole) + 5), (len(whole) + 1, None), (0, 3), (3, 2)]
    kept = [places_of(office.using, run, *each) for each in asked]
    read = []
    for each in asked:
        forgotten(monkeypatch)
        read.append(places_of(office.using, run, *each))
    assert kept == read
    assert [len(each) for each in read] == [len(whole), 1, 3, 1, 0, 0, 0]
    assert read[2] == whole[8:11]
    assert place_of(office.using, run, 10) == whole[9]


@pytest.mark.parametrize("rank", [0, -1, 10_000, 10**12])
def test_a_place_that_a_run_does_not_have_is_told(office, monkeypatch, rank):
    run = kidney_run(office)
    with pytest.raises(InputError, match=f"The run has no place {rank}"):
        place_of(office.using, run, rank)
    forgotten(monkeypatch)
    with pytest.raises(InputError, match=f"The run has no place {rank}"):
        place_of(office.using, run, rank)
