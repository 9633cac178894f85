"""Knows the tables of people: the vault, the events, places, lists, candidates and registrations."""

import django.db.models.deletion
from django.db import migrations, models

from bequest.registry.migration_steps import making


class Migration(migrations.Migration):
    """Make the tables by hand, and tell Django what they look like."""

    dependencies = [("registry", "0001_ledger")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[making("people")],
            state_operations=[
                migrations.CreateModel(
                    name="Subject",
                    fields=[
                        ("id", models.TextField(primary_key=True, serialize=False)),
                        ("wrapped_key", models.BinaryField(null=True)),
                        ("identity", models.BinaryField(null=True)),
                        ("destroyed_at", models.TextField(null=True)),
                    ],
                    options={
                        "db_table": "registry_vault",
                    },
                ),
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        ("id", models.TextField(primary_key=True, serialize=False)),
                        ("kind", models.TextField()),
                        ("case_name", models.TextField(null=True)),
                        ("actor", models.TextField()),
                        ("request_key", models.TextField(unique=True)),
                        ("request_digest", models.TextField()),
                        ("at", models.TextField()),
                        ("happened_at", models.TextField()),
                        (
                            "subject",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.subject",
                            ),
                        ),
                        ("payload", models.BinaryField()),
                        ("wrapped_key", models.BinaryField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Centre",
                    fields=[
                        ("id", models.TextField(primary_key=True, serialize=False)),
                        ("facts", models.TextField()),
                        ("digest", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="WaitingList",
                    fields=[
                        ("organ", models.TextField(primary_key=True, serialize=False)),
                    ],
                ),
                migrations.CreateModel(
                    name="Candidate",
                    fields=[
                        ("id", models.TextField(primary_key=True, serialize=False)),
                        (
                            "subject",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.subject"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Registration",
                    fields=[
                        ("id", models.TextField(primary_key=True, serialize=False)),
                        (
                            "candidate",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.candidate",
                            ),
                        ),
                        (
                            "waiting_list",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.waitinglist",
                            ),
                        ),
                        ("pseudonym", models.TextField(unique=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Version",
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
                            "registration",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.registration",
                            ),
                        ),
                        ("kind", models.TextField()),
                        ("facts", models.TextField(null=True)),
                        ("digest", models.TextField(null=True)),
                    ],
                ),
            ],
        ),
    ]
