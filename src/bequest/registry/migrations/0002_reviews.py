"""Knows the tables of the list's upkeep: results, recertification, exceptions, appeals, reviews and withdrawal."""

from django.db import migrations

from bequest.registry.migration_steps import group


class Migration(migrations.Migration):
    """Make the tables by hand, and tell Django what they look like."""

    dependencies = [("registry", "0002_people")]
    operations = [group("reviews")]
