"""Knows the tables of allocation: policies, match runs, and what changes who is offered an organ next."""

from django.db import migrations

from bequest.registry.migration_steps import group


class Migration(migrations.Migration):
    """Make the tables by hand, and tell Django what they look like."""

    dependencies = [("registry", "0003_donation")]
    operations = [group("allocation")]
