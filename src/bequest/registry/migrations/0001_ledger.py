"""Knows the tables of the log, which the log's own room defines."""

from django.db import migrations

from bequest.registry.migration_steps import making


class Migration(migrations.Migration):
    """Make the log before anything that refers to it."""

    initial = True
    operations = [making("ledger")]
