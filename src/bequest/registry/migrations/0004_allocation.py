"""Knows the tables of allocation: policies, match runs, and what changes who is offered an organ next."""

import django.db.models.deletion
from django.db import migrations, models

from bequest.registry.migration_steps import making


class Migration(migrations.Migration):
    """Make the tables by hand, and tell Django what they look like."""

    dependencies = [("registry", "0003_donation")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[making("allocation")],
            state_operations=[
                migrations.CreateModel(
                    name="Policy",
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
                        ("hash", models.TextField(unique=True)),
                        ("name", models.TextField()),
                        ("edition", models.TextField()),
                        ("organ", models.TextField()),
                        ("written", models.TextField()),
                        ("proposed_by", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="PolicyEnactment",
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
                            "policy",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.policy"
                            ),
                        ),
                        ("enacted_on", models.TextField()),
                        ("effective_on", models.TextField()),
                        ("signer_first", models.TextField()),
                        ("signer_second", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="MatchRun",
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
                            "organ",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.organ"
                            ),
                        ),
                        (
                            "enactment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.policyenactment",
                            ),
                        ),
                        ("run_id", models.TextField(unique=True)),
                        ("wrapped_key", models.BinaryField()),
                        ("ranked_at", models.TextField()),
                        ("inputs", models.TextField(null=True)),
                        ("lottery_seed", models.TextField(null=True)),
                        ("reply_minutes", models.BigIntegerField()),
                        ("remind_minutes", models.TextField()),
                        ("at_once", models.BigIntegerField()),
                        ("backups", models.BigIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name="MatchRow",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "run_id", "rank", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.matchrun"
                            ),
                        ),
                        ("rank", models.BigIntegerField()),
                        ("row", models.BigIntegerField()),
                        (
                            "registration",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.registration",
                            ),
                        ),
                        ("offer_kind", models.TextField()),
                        (
                            "centre",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.centre"
                            ),
                        ),
                        ("stage", models.TextField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="RunSignature",
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
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.matchrun"
                            ),
                        ),
                        ("signer", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="StageBeginning",
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
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.matchrun"
                            ),
                        ),
                        ("stage", models.TextField()),
                        ("evidence", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Filter",
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
                        ("name", models.TextField()),
                        ("set_by", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="FilterLifting",
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
                            "filter",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.filter"
                            ),
                        ),
                        ("lifted_by", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="ProgrammePause",
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
                        ("organ", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="ProgrammeResumption",
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
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.programmepause",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="CareTeam",
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
                        ("doctors", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Authorisation",
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
                        ("activity", models.TextField()),
                        ("organ", models.TextField(null=True)),
                        ("from_at", models.TextField()),
                        ("until_at", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Override",
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
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.matchrun"
                            ),
                        ),
                        ("rank", models.BigIntegerField()),
                        ("reason", models.TextField()),
                        ("words", models.BinaryField()),
                        ("requested_by", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="OverrideDecision",
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
                            "override",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.override"
                            ),
                        ),
                        ("kind", models.TextField()),
                        ("requested_by", models.TextField()),
                        ("decided_by", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="PassedOver",
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
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.matchrun"
                            ),
                        ),
                        ("first_rank", models.BigIntegerField()),
                        ("last_rank", models.BigIntegerField()),
                        ("reason", models.TextField()),
                        (
                            "cause",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.event"
                            ),
                        ),
                    ],
                ),
            ],
        ),
    ]
