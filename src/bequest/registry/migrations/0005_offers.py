"""Knows the tables of offers: what is offered to whom, answers, acceptances."""

from django.db import migrations

from bequest.registry.migration_steps import group


class Migration(migrations.Migration):
    """Make the tables by hand, and tell Django what they look like."""

    dependencies = [("registry", "0003_bedside"), ("registry", "0004_allocation")]
    operations = [group("offers")]
