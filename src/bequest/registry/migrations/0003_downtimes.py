"""Knows the tables of downtimes."""

from django.db import migrations

from bequest.registry.migration_steps import group


class Migration(migrations.Migration):
    """Make them."""

    dependencies = [("registry", "0002_people")]
    operations = [group("downtimes")]
