"""Knows the tables of donations: cases, consents, checks, death, the organs that were opened."""

import django.db.models.deletion
from django.db import migrations, models

from bequest.registry.migration_steps import making


class Migration(migrations.Migration):
    """Make the tables by hand, and tell Django what they look like."""

    dependencies = [("registry", "0002_reviews")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[making("donation")],
            state_operations=[
                migrations.CreateModel(
                    name="DonorCase",
                    fields=[
                        ("donation", models.TextField(primary_key=True, serialize=False)),
                        ("donor", models.TextField(unique=True)),
                        ("kind", models.TextField()),
                        (
                            "subject",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.subject"
                            ),
                        ),
                        (
                            "event",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.event"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Referral",
                    fields=[
                        (
                            "case",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="registry.donorcase",
                            ),
                        ),
                        (
                            "hospital",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.centre"
                            ),
                        ),
                        ("number", models.BigIntegerField()),
                        ("referred_at", models.TextField()),
                        ("referrer", models.TextField()),
                        ("ventilated", models.BooleanField()),
                        ("cause_class", models.TextField()),
                        ("stage", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Consent",
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
                        ("basis", models.TextField()),
                        ("organs", models.TextField()),
                        ("recorded_at", models.TextField()),
                        ("recorded_by", models.TextField()),
                        ("objection_found", models.BooleanField()),
                        ("document", models.TextField(null=True)),
                        ("witness", models.TextField(null=True)),
                        ("tied_to", models.TextField(null=True)),
                        ("age_years", models.BigIntegerField(null=True)),
                        ("resident_months", models.BigIntegerField(null=True)),
                        ("lacked_capacity_long", models.BooleanField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="ConsentVerification",
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
                            "consent",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.consent"
                            ),
                        ),
                        ("recorded_by", models.TextField()),
                        ("verified_by", models.TextField()),
                        ("register", models.TextField()),
                        ("register_answer", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="ConsentRevocation",
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
                            "consent",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.consent"
                            ),
                        ),
                        ("by", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="IdentityCheck",
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
                        ("method", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="CustodyCheck",
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
                        ("result", models.TextField()),
                        ("register", models.TextField()),
                        ("lookback_months", models.BigIntegerField()),
                        ("checked_at", models.TextField()),
                        ("register_run_by", models.TextField(null=True)),
                        ("signer", models.TextField(null=True)),
                        ("died_in_detention", models.BooleanField(null=True)),
                        ("began_with_fatal_event", models.BooleanField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Certifier",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "death_id", "person", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "death",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.event"
                            ),
                        ),
                        ("person", models.TextField()),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.donorcase",
                            ),
                        ),
                        ("employer", models.TextField(null=True)),
                        ("function", models.TextField(null=True)),
                        ("registered_years", models.BigIntegerField(null=True)),
                        ("certified_at", models.TextField()),
                        ("declared_no_conflict", models.BooleanField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Examination",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "death_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "death",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.event"
                            ),
                        ),
                        ("number", models.BigIntegerField()),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.donorcase",
                            ),
                        ),
                        ("examined_at", models.TextField()),
                        ("examiner_first", models.TextField()),
                        ("examiner_second", models.TextField(null=True)),
                        ("confirms_death", models.BooleanField(null=True)),
                        ("apnoea_or_ancillary_test", models.BooleanField(null=True)),
                        ("confounders_excluded", models.BooleanField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="DeathDeclaration",
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
                        ("criteria", models.TextField()),
                        ("declared_at", models.TextField()),
                        ("manner", models.TextField(null=True)),
                        ("certifier_first", models.TextField()),
                        ("certifier_second", models.TextField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Organ",
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
                        ("organ", models.TextField()),
                        ("donor_kind", models.TextField()),
                        ("facts", models.TextField()),
                        ("digest", models.TextField()),
                        ("allocation_open_at", models.TextField()),
                        ("consent_idx", models.BigIntegerField()),
                        ("consent_kind", models.TextField()),
                        ("custody_idx", models.BigIntegerField()),
                        ("custody_kind", models.TextField()),
                        ("death_idx", models.BigIntegerField()),
                        ("death_kind", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Part",
                    fields=[
                        ("id", models.TextField(primary_key=True, serialize=False)),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.donorcase",
                            ),
                        ),
                        ("part", models.TextField()),
                    ],
                ),
            ],
        ),
    ]
