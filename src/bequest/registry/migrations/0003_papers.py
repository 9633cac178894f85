"""Knows the tables of what people and registers said of a donation, and of its end."""

from django.db import migrations

from bequest.registry.migration_steps import group


class Migration(migrations.Migration):
    """Make the tables by hand, and tell Django what they look like."""

    dependencies = [("registry", "0003_donation")]
    operations = [group("papers")]
