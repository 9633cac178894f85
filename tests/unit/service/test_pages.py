"""Holds the pages of the documentation, and the tables, against the service."""

from __future__ import annotations

from pathlib import Path

from django.core.management import call_command

from bequest.service import settings
from bequest.service.permissions_page import permissions_page

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
