"""Knows the tables of people: the vault, the events, places, lists, candidates and registrations."""

from django.db import migrations

from bequest.registry.migration_steps import group


class Migration(migrations.Migration):
    """Make the tables by hand, and tell Django what they look like."""

    dependencies = [("registry", "0001_ledger")]
    operations = [group("people")]
