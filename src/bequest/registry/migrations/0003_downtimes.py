"""Knows the tables of downtimes."""

import django.db.models.deletion
from django.db import migrations, models

from bequest.registry.migration_steps import making


class Migration(migrations.Migration):
    """Make them."""

    dependencies = [("registry", "0002_people")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[making("downtimes")],
            state_operations=[
                migrations.CreateModel(
                    name="Downtime",
                    fields=[
                        (
                            "event",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="registry.event",
                            ),
                        ),
                        ("part", models.TextField()),
                        ("begun_at", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Restoration",
                    fields=[
                        (
                            "event",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="registry.event",
                            ),
                        ),
                        (
                            "downtime",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.downtime",
                            ),
                        ),
                        ("restored_at", models.TextField()),
                    ],
                ),
            ],
        ),
    ]
