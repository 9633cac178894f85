"""Knows the tables of what happens at the bedside."""

import django.db.models.deletion
from django.db import migrations, models

from bequest.registry.migration_steps import making


class Migration(migrations.Migration):
    """Make the tables by hand, and tell Django what they look like."""

    dependencies = [("registry", "0003_papers")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[making("bedside")],
            state_operations=[
                migrations.CreateModel(
                    name="Roster",
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
                            "centre",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.centre"
                            ),
                        ),
                        ("team", models.TextField()),
                        ("from_at", models.TextField()),
                        ("until_at", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="RosterMember",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "roster_id", "person", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "roster",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.roster"
                            ),
                        ),
                        ("person", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Pathway",
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
                            "case",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.donorcase",
                            ),
                        ),
                        ("decided_at", models.TextField()),
                        ("decider_first", models.TextField()),
                        ("decider_second", models.TextField()),
                        ("approached_at", models.TextField()),
                        ("kin_raised_it", models.BooleanField(null=True)),
                        ("consented_acts", models.BooleanField(null=True)),
                        ("manner", models.TextField(null=True)),
                        ("opened_at", models.TextField()),
                        ("expires_at", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="StandDown",
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
                            "case",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.donorcase",
                            ),
                        ),
                        ("reason", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Observation",
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
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.donorcase",
                            ),
                        ),
                        ("circulation_ended_at", models.TextField()),
                        ("until_at", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="ObservationEnd",
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
                            "observation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.observation",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.donorcase",
                            ),
                        ),
                        ("until_at", models.TextField()),
                        ("ended_at", models.TextField()),
                        ("result", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Pause",
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
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.donorcase",
                            ),
                        ),
                        ("paused_by", models.TextField()),
                        ("paused_at", models.TextField()),
                        ("reason", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Resumption",
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
                            "pause",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.pause"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.donorcase",
                            ),
                        ),
                        ("paused_by", models.TextField()),
                        ("paused_at", models.TextField()),
                        ("resumed_by", models.TextField()),
                        ("examined_at", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Recovery",
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
                            "case",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.donorcase",
                            ),
                        ),
                        ("organs", models.TextField()),
                        ("begins_at", models.TextField()),
                        ("death_idx", models.BigIntegerField()),
                        ("death_kind", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="BloodGroupResult",
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
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.donorcase",
                            ),
                        ),
                        ("sample", models.TextField()),
                        ("drawn_by", models.TextField()),
                        ("blood_group", models.TextField(null=True)),
                        ("resulted_at", models.TextField()),
                    ],
                    options={
                        "db_table": "registry_bloodgroup",
                    },
                ),
                migrations.CreateModel(
                    name="Characterisation",
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
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.donorcase",
                            ),
                        ),
                        ("fields", models.TextField()),
                    ],
                ),
            ],
        ),
    ]
