"""Knows the tables of what happens at the bedside."""

from django.db import migrations

from bequest.registry.migration_steps import group


class Migration(migrations.Migration):
    """Make the tables by hand, and tell Django what they look like."""

    dependencies = [("registry", "0003_papers")]
    operations = [group("bedside")]
