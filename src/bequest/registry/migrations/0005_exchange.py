"""Knows the tables of agreements between countries, and of what leaves under them."""

from django.db import migrations

from bequest.registry.migration_steps import group


class Migration(migrations.Migration):
    """Make the tables by hand, and tell Django what they look like."""

    dependencies = [("registry", "0004_allocation")]
    operations = [group("exchange")]
