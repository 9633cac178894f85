"""Knows the tables of the list's upkeep: results, recertification, exceptions, appeals, reviews and withdrawal."""

import django.db.models.deletion
from django.db import migrations, models

from bequest.registry.migration_steps import making


class Migration(migrations.Migration):
    """Make the tables by hand, and tell Django what they look like."""

    dependencies = [("registry", "0002_people")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[making("reviews")],
            state_operations=[
                migrations.CreateModel(
                    name="ReviewCase",
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
                        ("kind", models.TextField()),
                        (
                            "centre",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.centre"
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
                    ],
                ),
                migrations.CreateModel(
                    name="BarredCentre",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "case_id", "centre_id", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.reviewcase",
                            ),
                        ),
                        (
                            "centre",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.centre"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Decision",
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
                        ("case_kind", models.TextField()),
                        ("outcome", models.TextField()),
                        ("reason", models.TextField()),
                        ("expires_at", models.TextField(null=True)),
                        ("first_reviewer", models.TextField()),
                        ("second_reviewer", models.TextField()),
                        (
                            "case",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.reviewcase",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Recertification",
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
                        ("datum", models.TextField()),
                        ("level", models.TextField()),
                        ("measured_at", models.TextField()),
                        ("valid_until", models.TextField()),
                        ("evidence", models.TextField()),
                        (
                            "registration",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.registration",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ResultEntry",
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
                        ("analysis", models.TextField()),
                        ("sealed", models.BinaryField()),
                        ("entered_by", models.TextField()),
                        (
                            "registration",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.registration",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ResultCheck",
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
                        ("entered_by", models.TextField()),
                        ("checked_by", models.TextField()),
                        ("loci", models.TextField()),
                        (
                            "entry",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.resultentry",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ResultUpload",
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
                        ("analysis", models.TextField()),
                        ("document", models.TextField()),
                        ("signer", models.TextField()),
                        (
                            "registration",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.registration",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Review",
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
                        ("case_centre_id", models.TextField()),
                        ("appointment_id", models.TextField()),
                        ("reviewer", models.TextField()),
                        ("verdict", models.TextField()),
                        ("reason", models.TextField()),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.reviewcase",
                            ),
                        ),
                        (
                            "centre",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.centre"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Reviewer",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "event_id", "person", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("person", models.TextField()),
                        ("until", models.TextField()),
                        ("appointed_by", models.TextField()),
                        (
                            "centre",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.centre"
                            ),
                        ),
                        (
                            "event",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.event"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Withdrawal",
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
                        ("withdrawn_on", models.TextField()),
                        (
                            "registration",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.registration",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Relisting",
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
                        ("consented_on", models.TextField()),
                        ("restored_days", models.BigIntegerField()),
                        (
                            "registration",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.registration",
                            ),
                        ),
                        (
                            "withdrawal",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.withdrawal",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Appeal",
                    fields=[
                        (
                            "case",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="registry.reviewcase",
                            ),
                        ),
                        ("case_kind", models.TextField()),
                        ("about_idx", models.BigIntegerField()),
                        ("about_kind", models.TextField()),
                        ("opened_by", models.TextField()),
                        ("ground", models.TextField()),
                        (
                            "registration",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.registration",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ExceptionRequest",
                    fields=[
                        (
                            "case",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="registry.reviewcase",
                            ),
                        ),
                        ("case_kind", models.TextField()),
                        ("datum", models.TextField()),
                        ("level", models.TextField()),
                        ("evidence", models.BinaryField()),
                        ("evidence_digest", models.TextField()),
                        (
                            "renews",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.decision",
                            ),
                        ),
                    ],
                ),
            ],
        ),
    ]
