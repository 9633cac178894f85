from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest

from bequest.cli import service
from bequest.cli.service_setup import demo_environment


def started(folder, *words, **environment):
    """Start a verb in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "bequest", *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment}, cwd=folder,
    )  # fmt: skip


def ran(folder, *words, **environment):
    """Run a verb in a process of its own, and return code, output and errors."""
    process = started(folder, *words, **environment)
    out, err = process.communicate(timeout=100)
    return process.returncode, out, err


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """Return the folder of a migrated demo office without people, which every test has a copy of."""
    folder = tmp_path_factory.mktemp("migrated") / "office"
    assert ran(folder.parent, "migrate", **demo_environment(folder))[0] == 0
    return folder


@pytest.fixture
def demo(tmp_path, migrated):
    """Return the environment of a migrated demo office without people."""
    shutil.copytree(migrated, tmp_path / "office")
    return demo_environment(tmp_path / "office")


def free_port():
    """Return a port at which nothing listens."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def test_a_file_of_a_secret_is_made_for_its_owner_alone(tmp_path):
    environment = demo_environment(tmp_path / "office")
    assert Path(environment["BEQUEST_WRAPPING_KEY_FILE"]).stat().st_mode & 0o077 == 0
    assert demo_environment(tmp_path / "office") == environment


def test_a_service_listens_answers_and_ends_when_it_is_told(tmp_path, demo):
    port = free_port()
    process = started(tmp_path, "serve", "--port", port, **demo)
    try:
        address = f"http://127.0.0.1:{port}/api/v1/"
        for line in process.stdout:
            if "Serving on" in line:
                break
        answer = answered(address)
        assert answer.headers["X-Source"] == f"http://127.0.0.1:{port}/source/"
        assert answer.headers["server"] is None
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode in {0, -signal.SIGTERM}


def answered(address):
    """Return the answer of an address as soon as something listens there."""
    for _ in range(200):
        try:
            return urllib.request.urlopen(address, timeout=10)  # noqa: S310  our own address
        except OSError:
            time.sleep(0.1)
    pytest.fail("nothing listened")


@pytest.mark.parametrize(("given", "kept"), [(None, "2"), ("4", "4")])
def test_several_processes_begin_with_few_arenas_of_memory_unless_somebody_chose(monkeypatch, given, kept):
    # What is set without the fixture is undone by it all the same.
    monkeypatch.setenv("MALLOC_ARENA_MAX", "" if given is None else given)
    if given is None:
        del os.environ["MALLOC_ARENA_MAX"]
    seen = []
    uvicorn = SimpleNamespace(run=lambda *_, **how: seen.append((how["workers"], os.environ["MALLOC_ARENA_MAX"])))
    monkeypatch.setitem(sys.modules, "uvicorn", uvicorn)
    service._listen(None, service.Listening("127.0.0.1", free_port(), 2, with_timers=False))  # noqa: SLF001  `serve` asks for PostgreSQL
    assert seen == [(2, kept)]


def test_a_service_that_waits_for_paper_says_so_and_lets_nothing_fall_due(tmp_path, demo, monkeypatch, capsys):
    done = []
    running = SimpleNamespace(
        check_start=lambda: None, compile_kernels=lambda: None, run_due=lambda: done.append("due"),
        run_daily=lambda _: None,
    )  # fmt: skip
    monkeypatch.setattr(service, "set_up", lambda: running)
    for name, value in demo.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setitem(sys.modules, "uvicorn", SimpleNamespace(run=lambda *_, **__: time.sleep(1.5)))
    monkeypatch.setattr(service, "application", lambda: None)
    service.serve(port=free_port(), paper_first=True)
    assert "Nothing falls due. Enter the paper, then start again without --paper-first" in capsys.readouterr().out
    assert done == []
    service.serve(port=free_port())
    assert done == ["due"]


def test_a_port_that_is_taken_is_told(tmp_path, demo):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, err = ran(tmp_path, "serve", "--port", taken.getsockname()[1], **demo)
    assert code == 2
    assert "nothing can listen there; choose another one." in err


def test_a_database_that_is_not_migrated_is_told(tmp_path):
    environment = demo_environment(tmp_path / "office")
    assert ran(tmp_path, "serve", **environment)[::2] == (
        2, "bequest: The database has migrations yet to run; run bequest migrate first.\n",
    )  # fmt: skip


def test_a_worker_on_sqlite_is_told_that_the_service_does_its_work(tmp_path, demo):
    code, _, err = ran(tmp_path, "worker", **demo)
    assert (code, "a worker is for PostgreSQL" in err) == (2, True)
    # The day of reads before is over, and nothing else is due.
    assert ran(tmp_path, "worker", "--once", **demo) == (0, "done: 1\n", "")
    assert ran(tmp_path, "worker", "--once", **demo) == (0, "done: 0\n", "")


def test_a_long_days_work_lets_offers_lapse_meanwhile(monkeypatch):
    monkeypatch.setattr(service, "_EVERY_SECONDS", 0.0)
    done, rounds = [], iter([False, True])

    def run_daily(between):
        for step in range(3):
            done.append(step)
            between()

    running = SimpleNamespace(run_due=lambda: done.append("due"), run_daily=run_daily)
    service._loop(running, SimpleNamespace(wait=lambda _: next(rounds)))  # noqa: SLF001  the loop of `serve` and `worker`
    assert done == ["due", 0, "due", 1, "due", 2, "due"]


LONG_ROUND = """
import os, sys, time
from types import SimpleNamespace
from bequest.cli import service

def run_due():
    try:
        print("at work", flush=True)
        time.sleep(100)
    finally:
        print("undone", flush=True)

service.set_up = lambda: SimpleNamespace(check_start=lambda: None, run_due=run_due, run_daily=lambda _: None)
service.worker()
"""


def test_a_worker_ends_at_once_in_the_middle_of_what_is_due(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", LONG_ROUND], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "BEQUEST_DATABASE": "postgresql://nobody-is-asked"},
    ) as process:  # fmt: skip
        try:
            assert [process.stdout.readline() for _ in range(2)] == ["worker runs.\n", "at work\n"]
            process.send_signal(signal.SIGTERM)
            assert process.communicate(timeout=60) == ("undone\n", "")
            assert process.returncode == 0
        finally:
            process.kill()


def test_the_doctor_says_of_each_thing_what_to_do(tmp_path, demo):
    secret = demo["BEQUEST_SECRET_KEY_FILE"]
    Path(secret).chmod(0o644)
    code, out, _ = ran(tmp_path, "doctor", **demo)
    lines = out.splitlines()
    assert code == 1
    assert "ok   database                   sqlite answers." in lines
    assert "ok   tables                     every table, index and trigger is as it was made." in lines
    assert "NOT  publisher                  nothing of 0 entries is signed; start bequest publisher." in lines
    assert any(line.startswith("NOT  BEQUEST_SECRET_KEY_FILE") and "chmod 600 it" in line for line in lines)


def test_whom_an_office_erased_is_listed_and_the_doctor_says_whose_key_is_back(tmp_path, demo):
    listed = tmp_path / "erased.jsonl"
    line = '{"basis": "subject_request", "erased_at": "2026-01-01T00:00:00Z", "leaf": 1, "subject": "%s"}\n'
    assert "ok   erased persons             nobody was erased." in ran(tmp_path, "doctor", **demo)[1]
    assert ran(tmp_path, "erased", "list", "--out", listed, **demo)[:2] == (
        0, f"0 erased persons stand in {listed}.\n",
    )  # fmt: skip
    listed.write_text(line % "somebody of a later database")
    assert ran(tmp_path, "erased", "again", listed, **demo)[:2] == (0, "0 persons were erased again.\n")
    said = ran(tmp_path, "doctor", **demo, BEQUEST_ERASED_LIST=str(listed))[1]
    assert "ok   erased persons             all are on the list that is kept apart" in said
    with sqlite3.connect(demo["BEQUEST_DATABASE"]) as database:
        database.execute("INSERT INTO registry_vault (id, wrapped_key, identity) VALUES ('S-1', x'01', x'01')")
    listed.write_text(line % "S-1")
    said = ran(tmp_path, "doctor", **demo, BEQUEST_ERASED_LIST=str(listed))[1]
    assert f"1 have their keys again, as after a restored backup; run bequest erased again {listed}" in said
    code, out, _ = ran(tmp_path, "erased", "again", listed, **demo)
    assert (code, "NOT  S-1: This person is neither a candidate nor a donor here" in out) == (1, True)
    assert ran(tmp_path, "erased", "list", "--out", listed, **demo)[0] == 2
    listed.write_text("somebody\n")
    assert "line 1: this is no line of a list" in ran(tmp_path, "erased", "again", listed, **demo)[2]


def test_an_account_is_made_with_a_password_from_a_closed_file(tmp_path, demo):
    path = tmp_path / "password"
    path.write_text("a heron waits by the weir\n")
    path.chmod(0o644)
    add = ("user", "add", "aiko", "--role", "operator", "--password-file", path)
    assert ran(tmp_path, *add, **demo)[0] == 2
    path.chmod(0o600)
    assert ran(tmp_path, *add, **demo)[0] == 0
    assert "taken" in ran(tmp_path, *add, **demo)[2]
    assert ran(tmp_path, "user", "token", "aiko", **demo)[1].startswith("bequest_")
    assert ran(tmp_path, "user", "password", "aiko", "--password-file", path, **demo)[0] == 0
    assert ran(tmp_path, "user", "close", "aiko", **demo)[0] == 0


@pytest.mark.parametrize(("words", "sentence"), [
    (("--role", "king"), "is no role; the roles are allocator"),
    (("--role", "physician"), "belongs to a centre; name it with --centre"),
    (("--role", "physician", "--centre", "NOWHERE"), "is not in the table of places"),
    (("--role", "allocator", "--centre", "CHZU"), "belongs to no centre"),
    (("--role", "patient"), "name it with --candidate"),
    (("--role", "allocator", "--candidate", "C-1"), "is no candidate"),
])  # fmt: skip
def test_an_account_that_cannot_be_is_told(tmp_path, demo, words, sentence):
    path = tmp_path / "password"
    path.write_text("a heron waits by the weir")
    path.chmod(0o600)
    code, _, err = ran(tmp_path, "user", "add", "who", *words, "--password-file", path, **demo)
    assert (code, sentence in err) == (2, True)


def test_a_password_is_asked_for_on_a_terminal_only(tmp_path, demo):
    process = subprocess.run(
        [sys.executable, "-m", "bequest", "user", "add", "aiko", "--role", "operator"], capture_output=True, text=True,
        env={**os.environ, **demo}, cwd=tmp_path, stdin=subprocess.DEVNULL, check=False, timeout=100,
    )  # fmt: skip
    assert process.returncode == 2
    assert "--password-file; it is asked for on a terminal only" in process.stderr


@pytest.mark.full
def test_a_demo_office_is_filled_once_and_served_again(tmp_path):
    port = free_port()
    for _ in range(2):
        process = started(tmp_path, "serve", "--demo", "office", "--port", port)
        told = []
        for line in process.stdout:
            told.append(line)
            if "Serving on" in line:
                break
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    accounts = (tmp_path / "office" / "accounts.txt").read_text()
    of_roles, of_centres = (
        [line for line in accounts.splitlines(keepends=True) if line.startswith("  coordinator-") == alike]
        for alike in (False, True)
    )
    assert len(of_roles) == 17
    # Of the coordinators of all centres, who share a password, one is shown; the file has each.
    assert len({line.split()[1] for line in of_centres}) == 1
    assert "".join([*of_roles, of_centres[0]]) in "".join(told)
    assert f"and {len(of_centres) - 1} more coordinators" in "".join(told)
    assert not any("registrations on" in line for line in told)


def test_a_downtime_pack_of_the_office_is_written_and_read_by_its_desk(tmp_path, demo):
    keys = ("--maker-key", "maker.key", "--desk-key", "desk.key")
    assert ran(tmp_path, "downtime", "key", "--name", "office.example", *keys)[0] == 0
    code, out, err = ran(tmp_path, "downtime", "pack", "--out", "office.pack", *keys, **demo)
    assert (code, out, err) == (0, "office.pack: 0 registrations after 0 entries of the log.\n", "")
    code, out, err = ran(tmp_path, "downtime", "show", "office.pack", "--desk-key", "desk.key")
    assert (code, err) == (0, "")
    assert "synthetic: true" in out
    others = ("--maker-key", "other.key", "--desk-key", "other-desk.key")
    assert ran(tmp_path, "downtime", "key", "--name", "other.example", *others)[0] == 0
    mixed = ("--maker-key", "other.key", "--desk-key", "desk.key")
    code, out, err = ran(tmp_path, "downtime", "pack", "--out", "mixed.pack", *mixed, **demo)
    assert (code, out) == (2, "")
    assert "knows" in err
    assert not (tmp_path / "mixed.pack").exists()
