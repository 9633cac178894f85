"""Knows the triggers of all tables."""

from django.db import migrations

from bequest.registry.migration_steps import making


class Migration(migrations.Migration):
    """Make the triggers last, because they name several tables."""

    dependencies = [
        ("registry", "0003_bedside"), ("registry", "0003_downtimes"), ("registry", "0005_offers"),
        ("registry", "0005_exchange"),
    ]  # fmt: skip
    operations = [making("triggers")]
