"""Whoever of an office is killed, wherever: nothing acknowledged is lost, no timer is lost, and the log verifies."""

import secrets
import shutil
import threading
from contextlib import contextmanager
from datetime import timedelta
from random import Random

import pytest

from bequest.ledger.store import head
from bequest.registry.closed_days import close_day, days_to_close
from bequest.registry.instants import instant_from
from bequest.registry.models import Answer, Event, Offer
from bequest.registry.rows import every, found, store_of
from bequest.registry.schema.check import problems
from bequest.registry.timers import run_due
from office_clock import SharedClock
from office_processes import ORIGIN, Answers, Processes, Remote, change_weight, work_at_a_desk
from registry_bundles import signed, verified
from registry_offices import ask, loose_ends, office_at
from service_desks import forget, hospital, new_desk, new_service_place

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
SPEED = 600
"""An hour in which an offer is to be answered passes in six seconds."""
DESKS = 2
JUMPS = ({"hours": 3}, {"minutes": -40}, {"minutes": 25}, {"hours": -2})


@contextmanager
def an_office(database, folder):
    """Give an office of processes, none of which runs yet."""
    with new_service_place(database) as (place, now):
        clock = SharedClock(folder / "clock")
        clock.set(now, SPEED)
        processes = Processes(place, folder, clock, Answers())
        try:
            yield processes
        finally:
            processes.end_all()


@contextmanager
def desks_at_work(processes):
    """Have people work over REST; what one of them finds wrong is raised at the end."""
    stopped, failed = threading.Event(), []

    def work(name):
        try:
            work_at_a_desk(Remote(processes.port, processes.answers, stopped), name)
        except BaseException as error:  # noqa: BLE001  it is raised where the test can see it
            failed.append(error)

    threads = [threading.Thread(target=work, args=(f"desk{number}",)) for number in range(DESKS)]
    for each in threads:
        each.start()
    try:
        yield
    finally:
        stopped.set()
        for each in threads:
            each.join()
    assert not failed, failed


def kill_often(processes, kills, seed):
    """Kill and start again, at places that the seed draws, while people work; now and then the clock jumps."""
    draw = Random(seed)  # noqa: S311  it chooses whom to kill
    for name in processes.names:
        processes.start(name)
    with desks_at_work(processes):
        for number in range(kills):
            processes.answers.wait_for(draw.randrange(1, 15))
            threading.Event().wait(draw.random() / 20)
            processes.check()
            name = draw.choice(processes.names)
            processes.kill(name)
            if number % 4 == 3:
                processes.clock.jump(**draw.choice(JUMPS))
            processes.start(name)
        processes.answers.wait_for(20)
        processes.check()
    processes.end_all()


def check(processes, folder):
    """See that everything acknowledged is there, nothing is due, and the whole of it verifies."""
    processes.clock.jump(days=1)
    settled = processes.once("worker", "--once")
    assert settled.returncode == 0, settled.stderr
    with office_at(processes.place, processes.clock, secrets.token_bytes) as office:
        using = office.using
        for day in days_to_close(office, office.clock.now):
            close_day(office, ask(), day)
        assert problems(using) == ()
        assert loose_ends(office) == (0, 0, 0)
        rows = store_of(using).run("SELECT idx, event_id FROM ledger_entry ORDER BY idx").fetchall()
        events = {each.id: each for each in every(using, Event)}
        leaves = [(int(idx), str(event)) for idx, event in rows]
        assert set(processes.answers.leaves) <= set(leaves)
        assert set(processes.answers.keys) <= {each.request_key for each in events.values()}
        instants = [events[event].at for _, event in leaves]
        assert instants == sorted(instants)
        check_timers(office)
        public = processes.once(*processes.publisher("--once"))
        assert public.returncode == 0, public.stderr
        assert verified(signed(office), folder) == 0
        return len(leaves)


def check_timers(office):
    """See that every offer has an end, one that expired did so in its time, and nothing is left to do."""
    ends = {each.offer_id: each for each in every(office.using, Answer)}
    offers = every(office.using, Offer)
    assert offers
    assert {each.event_id for each in offers} == set(ends)
    expired = [each for each in offers if ends[each.event_id].kind == "offer.expired"]
    assert expired
    assert all(
        instant_from(ends[each.event_id].answered_at) >= instant_from(each.expires_at) for each in expired
    )  # fmt: skip
    run_due(office, office.clock())
    assert run_due(office, office.clock()) == ()


def trial(database, kills, folder):
    seed = secrets.randbits(32)
    print(f"seed {seed}")  # noqa: T201  whoever looks for a failure needs it
    with an_office(database, folder) as processes:
        kill_often(processes, kills, seed)
        entries = check(processes, folder)
    print(f"{kills} kills, {processes.answers.count()} acknowledged, {entries} entries")  # noqa: T201  whoever started it reads it


@pytest.mark.full
@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.timeout(900)
def test_an_office_whose_processes_are_killed_20_times_loses_nothing(database, tmp_path):
    trial(database, 20, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.timeout(7200)
def test_an_office_whose_processes_are_killed_200_times_loses_nothing(database, tmp_path):
    trial(database, 200, tmp_path)


def reported(desk, name):
    """Report a possible donor, and return the instant of the leaf."""
    referred = {
        "donor": name, "hospital": hospital(), "referred_at": "2026-03-01T07:00:00Z", "referrer": "ward 3",
        "ventilated": True, "cause_class": "trauma", "stage": "eligible",
    }  # fmt: skip
    answer = desk.post("donor_coordinator", "/donors", referred)
    assert answer.status_code == 201, answer.content
    return found(desk.office.using, Event, id=answer.json()["event"]).at


@pytest.fixture(params=DATABASES)
def desk(request):
    """Return the desk of a service, which forgets everything at its end."""
    with new_desk(request.param) as desk:
        yield desk
    forget()


def test_a_clock_that_jumps_takes_no_leaf_back(desk):
    first = reported(desk, "D-1")
    desk.office.clock.advance(days=-2)
    second = reported(desk, "D-2")
    desk.office.clock.advance(days=9)
    third = reported(desk, "D-3")
    assert second == first
    assert instant_from(third) - instant_from(second) > timedelta(days=6)
    rows = store_of(desk.office.using).run("SELECT at FROM ledger_entry ORDER BY idx").fetchall()
    assert rows == sorted(rows)


@pytest.mark.full
@pytest.mark.timeout(300)
def test_a_restored_backup_of_a_service_is_not_signed(tmp_path):
    with an_office("sqlite", tmp_path) as processes:
        # What is due once a day is done before, so that the change is the one leaf after the backup.
        assert processes.once("worker", "--once").returncode == 0
        shutil.copy(processes.place, tmp_path / "backup.db")
        backed_up = size(processes)
        processes.start("serve")
        person = Remote(processes.port, processes.answers, threading.Event())
        change_weight(person, "a-change-after-the-backup", 1)
        assert processes.once(*processes.publisher("--once")).returncode == 0
        processes.end_all()
        published = size(processes)
        shutil.copy(tmp_path / "backup.db", processes.place)
        refused = processes.once(*processes.publisher("--once"))
        assert refused.returncode == 3
        seen = f"The own site has seen {published} entries of {ORIGIN}, and the database holds {backed_up}"
        assert seen in refused.stderr
        assert published == backed_up + 1


def size(processes):
    """Return how many entries the log has."""
    with office_at(processes.place, processes.clock, secrets.token_bytes) as office:
        return head(store_of(office.using)).size
