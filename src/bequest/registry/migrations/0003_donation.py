"""Knows the tables of donations: cases, consents, checks, death, the organs that were opened."""

from django.db import migrations

from bequest.registry.migration_steps import group


class Migration(migrations.Migration):
    """Make the tables by hand, and tell Django what they look like."""

    dependencies = [("registry", "0002_reviews")]
    operations = [group("donation")]
