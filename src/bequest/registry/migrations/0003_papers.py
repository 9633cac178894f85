"""Knows the tables of what people and registers said of a donation, and of its end."""

import django.db.models.deletion
from django.db import migrations, models

from bequest.registry.migration_steps import making


class Migration(migrations.Migration):
    """Make the tables by hand, and tell Django what they look like."""

    dependencies = [("registry", "0003_donation")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[making("papers")],
            state_operations=[
                migrations.CreateModel(
                    name="RegisterLookUp",
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
                        ("register", models.TextField()),
                        ("run_by", models.TextField()),
                        ("signer", models.TextField(null=True)),
                        ("looked_up_at", models.TextField()),
                        ("answer", models.TextField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="RegisterKey",
                    fields=[
                        ("register", models.TextField(primary_key=True, serialize=False)),
                        ("run_by", models.TextField()),
                        ("public_key", models.BinaryField()),
                    ],
                ),
                migrations.CreateModel(
                    name="RegisterCorrection",
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
                            "lookup",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.registerlookup",
                            ),
                        ),
                        (
                            "register",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.registerkey",
                            ),
                        ),
                        ("answer", models.TextField()),
                        ("corrected_at", models.TextField()),
                        ("signature", models.BinaryField()),
                    ],
                ),
                migrations.CreateModel(
                    name="KinContact",
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
                        ("attempted_at", models.TextField()),
                        ("reached", models.BooleanField(null=True)),
                        ("reported_objection", models.BooleanField(null=True)),
                        ("statement", models.TextField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="GainDeclaration",
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
                        ("role", models.TextField()),
                        ("person", models.TextField()),
                        ("declared_at", models.TextField()),
                        ("gain_offered", models.BooleanField(null=True)),
                        ("intermediary_involved", models.BooleanField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="CoronerRelease",
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
                        ("organs", models.TextField()),
                        ("released_at", models.TextField()),
                        ("signer", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="HoldRelease",
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
                        ("rule", models.TextField()),
                        ("role", models.TextField()),
                        ("person", models.TextField()),
                        ("organisation", models.TextField()),
                        ("service", models.TextField(null=True)),
                        ("signed_at", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Import",
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
                        ("from_country", models.TextField()),
                        ("donor_kind", models.TextField()),
                        ("agreement", models.TextField()),
                        ("agreement_published_at", models.TextField()),
                        ("certificate", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Closing",
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
                        ("organs_transplanted", models.BigIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name="StrippedReferral",
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
                        ("referred_on", models.TextField()),
                        ("reason", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="ClosedDay",
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
                            "hospital",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.centre"
                            ),
                        ),
                        ("day", models.TextField()),
                        ("referrals", models.BigIntegerField()),
                        ("last_number", models.BigIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Incident",
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
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.donorcase",
                            ),
                        ),
                        ("severity", models.TextField()),
                        ("rule", models.TextField(null=True)),
                        ("about", models.BigIntegerField(null=True)),
                        ("happened_at", models.TextField()),
                        ("entered_at", models.TextField()),
                        ("reporter", models.TextField()),
                        ("report", models.BinaryField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="RefusalReason",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "event_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "event",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.event"
                            ),
                        ),
                        ("number", models.BigIntegerField()),
                        ("rule", models.TextField()),
                        ("verdict", models.TextField()),
                        ("critical", models.BooleanField()),
                        ("sentence", models.TextField()),
                        ("who", models.TextField()),
                        ("act_by", models.TextField(null=True)),
                        ("lifted_by", models.TextField()),
                        ("source", models.TextField()),
                    ],
                ),
            ],
        ),
    ]
