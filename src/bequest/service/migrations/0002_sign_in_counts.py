"""Knows the table in which several processes count attempts to sign in together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.management import call_command
from django.db import migrations

from bequest.service.settings import SIGN_IN_COUNTS

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def _make(_: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    call_command("createcachetable", SIGN_IN_COUNTS, database=editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    """Make the table of Django's cache in a database."""

    dependencies = [("service", "0001_accounts")]
    operations = [migrations.RunPython(_make)]
