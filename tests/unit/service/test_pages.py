"""Holds the pages of the documentation, and the tables, against the service."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.core.management import call_command
from django.test import Client, override_settings

from bequest.ledger import stored_checkpoints
from bequest.ledger.checkpoint import Checkpoint
from bequest.ledger.note import sign
from bequest.ledger.store import head
from bequest.registry.rows import durable, store_of
from bequest.service import settings
from bequest.service.office import now
from bequest.service.permissions_page import permissions_page
from bequest.service.quorum import quorum_notice
from bequest.service.running import findings
from ledger_keys import ORIGIN, log_signer, witness_signer

DOCS = Path(__file__).parents[3] / "docs"


def test_the_page_of_permissions_is_made_from_the_table():
    assert (DOCS / "reference" / "permissions.md").read_text(encoding="utf-8") == permissions_page()


def test_every_setting_is_told():
    told = (DOCS / "how-to" / "run-the-service.md").read_text(encoding="utf-8")
    names = [value for name, value in vars(settings).items() if name.isupper() and str(value).startswith("BEQUEST_")]
    assert len(names) > 8
    # Debug is no setting: it is refused.
    assert [name for name in names if f"| `{name}` |" not in told] == ["BEQUEST_DEBUG"]


def test_the_migrations_make_the_tables_that_are_in_the_code(desk):
    call_command("makemigrations", "service", check=True, dry_run=True, verbosity=0)


def test_ten_minutes_without_a_quorum_are_told_everywhere(desk):
    witness = witness_signer(2, "witness.example/one").key.vkey()
    trust = f"log {log_signer().key.vkey()}\nwitness one {witness}\nquorum one\n"
    store = store_of(desk.office.using)
    front = head(store)
    note = sign(Checkpoint(ORIGIN, front.size, front.root()).text(), [log_signer()])
    with durable(desk.office.using):
        stored_checkpoints.add(store, note, at=(now() - timedelta(minutes=11)).isoformat(timespec="microseconds"))
    assert quorum_notice() is None
    with override_settings(BEQUEST_TRUST=trust):
        assert "No quorum of witnesses since" in quorum_notice()
        for address in ("/api/v1/", "/api/v1/ledger/head"):
            assert Client().get(address).json()["notice"] == quorum_notice()
        assert b"the operator alone vouches" in Client().get("/accounts/login/").content
        assert "quorum" in {each.what for each in findings({}) if not each.ok}
