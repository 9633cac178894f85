"""Knows the tables of offers: what is offered to whom, answers, acceptances."""

import django.db.models.deletion
from django.db import migrations, models

from bequest.registry.migration_steps import making


class Migration(migrations.Migration):
    """Make the tables by hand, and tell Django what they look like."""

    dependencies = [("registry", "0004_allocation")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[making("offers")],
            state_operations=[
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
                        ("place_in_case", models.BigIntegerField()),
                        ("kind", models.TextField()),
                        ("parts", models.TextField()),
                        (
                            "override",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.override",
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
                    name="OfferNote",
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
                            "offer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.offer"
                            ),
                        ),
                        ("kind", models.TextField()),
                        ("minutes", models.BigIntegerField()),
                        ("noted_at", models.TextField()),
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
                        ("answered_by", models.TextField()),
                        ("answered_at", models.TextField()),
                        ("expires_at", models.TextField()),
                        ("words", models.BinaryField(null=True)),
                        ("words_digest", models.TextField(null=True)),
                        ("second_person", models.TextField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Return",
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
                        ("answer_kind", models.TextField()),
                        ("kind", models.TextField()),
                        ("reason", models.TextField()),
                        ("answered_by", models.TextField()),
                        ("answered_at", models.TextField()),
                        ("words", models.BinaryField(null=True)),
                        ("words_digest", models.TextField(null=True)),
                        ("second_person", models.TextField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Promotion",
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
                            "offer",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.offer"
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
                        ("kind", models.TextField()),
                        ("parts", models.TextField()),
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
                migrations.CreateModel(
                    name="RecipientEvent",
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
                            "offer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.offer"
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
                        ("kind", models.TextField()),
                        (
                            "centre",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.centre"
                            ),
                        ),
                        ("result", models.TextField(null=True)),
                        ("made_at", models.TextField()),
                        ("begins_at", models.TextField()),
                        ("allocation_open_at", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Transplant",
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
                            "offer",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.offer"
                            ),
                        ),
                        ("answer_kind", models.TextField()),
                        (
                            "centre",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="registry.centre"
                            ),
                        ),
                        ("transplanted_at", models.TextField()),
                        ("label_read_by", models.TextField()),
                        ("label_confirmed_by", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Outcome",
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
                            "transplant",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="registry.transplant",
                            ),
                        ),
                        ("months", models.BigIntegerField()),
                        ("state", models.TextField()),
                    ],
                ),
            ],
        ),
    ]
