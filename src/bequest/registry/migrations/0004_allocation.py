"""Knows the tables of allocation: policies, match runs, offers, answers and acceptances."""

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
                    ],
                ),
                migrations.CreateModel(
                    name="Offer",
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
                        (
                            "organ",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.organ"
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.matchrun"
                            ),
                        ),
                        ("run_idx", models.BigIntegerField()),
                        ("run_kind", models.TextField()),
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
                        ("donor_kind", models.TextField()),
                        ("allocation_open_at", models.TextField()),
                        ("offered_at", models.TextField()),
                        ("expires_at", models.TextField()),
                        ("consent_idx", models.BigIntegerField()),
                        ("consent_kind", models.TextField()),
                        ("custody_idx", models.BigIntegerField()),
                        ("custody_kind", models.TextField()),
                        ("death_idx", models.BigIntegerField()),
                        ("death_kind", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="OfferPart",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "offer_id", "part_id", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "offer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.offer"
                            ),
                        ),
                        (
                            "part",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.part"
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
                    ],
                ),
                migrations.CreateModel(
                    name="Answer",
                    fields=[
                        (
                            "offer",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="registry.offer",
                            ),
                        ),
                        (
                            "event",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.event"
                            ),
                        ),
                        ("kind", models.TextField()),
                        ("reason", models.TextField(null=True)),
                        ("answered_at", models.TextField()),
                        ("expires_at", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Acceptance",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "offer_id", "part_id", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "offer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.offer"
                            ),
                        ),
                        (
                            "part",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.part"
                            ),
                        ),
                        ("kind", models.TextField()),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.event",
                            ),
                        ),
                    ],
                ),
            ],
        ),
    ]
