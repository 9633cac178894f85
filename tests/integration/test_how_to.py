"""The pages of docs/how-to/ on installing and keeping a service, run as whoever keeps one would run them."""

import os
import re
import secrets
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from bequest.registry.offers import Accepting, accept_offer
from registry_offices import (
    SERVER,
    Clock,
    Entropy,
    ask,
    enact,
    heart_run,
    new_place,
    offer,
    office_at,
    opened,
)

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
SMALL, NATION, BACKUP, UPGRADE, ROTATION = (
    "install-a-small-office", "install-a-nation", "back-up-and-restore", "upgrade", "rotate-keys"
)  # fmt: skip


def blocks(page, kind):
    """Return the blocks of a page that are of a kind."""
    return re.findall(rf"```{kind}\n(.*?)```", (HOW_TO / f"{page}.md").read_text(encoding="utf-8"), re.DOTALL)


class Machine:
    """Run blocks of the shell one after the other in one folder, as one person at one terminal would."""

    def __init__(self, folder):
        self.folder = folder
        command = folder / "bin" / "bequest"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\nexec {sys.executable} -m bequest "$@"\n')
        command.chmod(stat.S_IRWXU)
        self.environment = {name: text for name, text in os.environ.items() if not name.startswith("BEQUEST_")}
        self.environment["PATH"] = f"{command.parent}:{os.environ['PATH']}"

    def run(self, *parts):
        """Run parts of the shell, and return what they said."""
        script = "\n".join(["set -e", *parts])
        done = subprocess.run(
            ["bash", "-c", script], cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def office(self, place):
        """Give the office of a database today, as this machine's wrapping key opens it."""
        return office_at(place, Clock(datetime.now(UTC)), Entropy(), (self.folder / "wrapping.key").read_bytes())


@pytest.fixture
def machine(tmp_path):
    """Return a machine with nothing on it."""
    return Machine(tmp_path)


SETTINGS = "set -a; . ./settings; set +a"


@pytest.mark.full
@pytest.mark.timeout(300)
def test_the_pages_do_for_a_small_office_what_they_say(machine):
    said = machine.run(*blocks(SMALL, "sh"))
    assert "log.allocation.example/ch+" in said
    assert "Account lucia is made" in said
    assert "ok   tables" in said
    assert oct((machine.folder / "wrapping.key").stat().st_mode)[-3:] == "600"
    save, list_erased, try_out, restore, erase, go_on, hand_out = blocks(BACKUP, "sh")
    assert "ok   tables" in machine.run(SETTINGS, save, list_erased, try_out)
    assert "ended with" not in machine.run(SETTINGS, restore)
    assert "0 persons were erased again." in machine.run(SETTINGS, erase)
    assert "ok   tables" in machine.run(SETTINGS, *blocks(UPGRADE, "sh"))
    with machine.office(str(machine.folder / "bequest.db")) as office:
        enact(office, "core/heart")
    machine.run(SETTINGS, 'bequest publisher --db "$BEQUEST_DATABASE" --key log.key --out site --once')
    said = machine.run(SETTINGS, restore)
    assert "ended with 3" in said
    assert "The own site has seen 2 entries of log.allocation.example/ch, and the database holds 0" in said
    said = machine.run(SETTINGS, go_on)
    assert "of which 0 of 2 entries are here. 2 are lost" in said
    assert "published 1 entries of log.allocation.example/ch-2" in said
    again = "bequest publisher --db bequest.db --key log.key --out elsewhere --once || echo ended with $?"
    assert "the key is that of log.allocation.example/ch; use the log's own key" in machine.run(SETTINGS, again)
    said = machine.run(SETTINGS, hand_out)
    assert "1 times the log goes on from one that was lost; 2 leaves of what was lost are not in it" in said


@pytest.mark.full
@pytest.mark.timeout(300)
def test_the_page_on_keys_does_what_it_says(machine):
    machine.run(*blocks(SMALL, "sh"))
    make, write, use, *others = blocks(ROTATION, "sh")
    assert "log.allocation.example/ch+" in machine.run(SETTINGS, make)
    with_one_key = "bequest publisher --db bequest.db --key log.key --out site --once || echo ended with $?"
    rotated = machine.run(SETTINGS, write.splitlines()[0], with_one_key, *write.splitlines()[1:])
    assert "Entry 0 replaces the key of the log, and one key is given" in rotated
    assert "ended with 3" in rotated
    said = machine.run(SETTINGS, use)
    assert "1 keys of the log were replaced, each by one that the key before it introduced" in said
    (machine.folder / "old.policy").write_text(f"log {(machine.folder / 'log.pub').read_text()}quorum none\n")
    said = machine.run(SETTINGS, "bequest verify record.zip --trust old.policy")
    assert "1 newer of the log, if one that you trust introduces it" in said
    said = machine.run(SETTINGS, *others)
    assert "wrapping-2.key is in force; what is sealed from here on is of generation 2" in said
    assert said.count("ok   wrapping key") == 2
    old = "BEQUEST_WRAPPING_KEY_FILE=wrapping.key bequest worker --once || echo ended with $?"
    assert "The wrapping key does not open the keys of this database" in machine.run(SETTINGS, old)


@pytest.fixture
def roles():
    """Give the roles of the page under names of their own, on a new database; both are dropped at the end."""
    prefix = f"bequest_{secrets.token_hex(4)}"
    create, rights = (each.replace("bequest", prefix) for each in blocks(NATION, "sql"))
    new_place("postgresql")
    with psycopg.connect(SERVER, autocommit=True) as server:
        try:
            for statement in create.split(";\n"):
                server.execute(statement)
            yield prefix, rights
        finally:
            server.execute(f"DROP DATABASE IF EXISTS {prefix} WITH (FORCE)")
            for role in ("owner", "app", "publisher", "reader"):
                server.execute(f"DROP ROLE IF EXISTS {prefix}_{role}")


@pytest.mark.full
@pytest.mark.postgres
@pytest.mark.timeout(300)
def test_the_roles_of_a_nation_can_do_their_own_part_and_no_other(machine, roles):
    prefix, rights = roles
    machine.run(*blocks(SMALL, "sh")[:1])

    def place(role):
        return SERVER.replace("postgres@", f"{prefix}_{role}@").rpartition("/")[0] + f"/{prefix}"

    machine.run(SETTINGS, f"BEQUEST_DATABASE={place('owner')} bequest migrate")
    with psycopg.connect(place("owner"), autocommit=True) as owner:
        owner.execute(rights)
    assert "ok   tables" in machine.run(SETTINGS, f"BEQUEST_DATABASE={place('app')} bequest doctor || true")
    machine.run(SETTINGS, f"BEQUEST_DATABASE={place('app')} bequest worker --once")
    with machine.office(place("app")) as office:
        _, run = heart_run(opened(office))
        accept_offer(office, ask("tomas"), Accepting(offer(office, run).event_id))
    machine.run(
        "bequest ledger key --name log.allocation.example/ch --out log.key",
        f"bequest publisher --db {place('publisher')} --key log.key --out site --once",
    )
    refused("app", place, "INSERT INTO ledger_checkpoint SELECT size + 1, root, note, signed_at FROM ledger_checkpoint")
    refused("app", place, "UPDATE ledger_entry SET kind = 'another'")
    refused("app", place, "ALTER TABLE registry_offer DISABLE TRIGGER ALL")
    refused("publisher", place, "SELECT * FROM registry_version")
    refused("publisher", place, "INSERT INTO ledger_entry SELECT * FROM ledger_entry")
    refused("reader", place, "SELECT * FROM registry_version")
    refused("reader", place, "INSERT INTO ledger_cosignature SELECT * FROM ledger_cosignature")


def refused(role, place, statement):
    """See that a role may not do something."""
    with psycopg.connect(place(role)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)
