"""Knows how the tables of accounts are made, and that what was read stays written down."""

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SAYS = "who looked at what is never altered or deleted"
_TABLES = ("service_read", "service_breakglass")


def _guard(_: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for table in _TABLES:
        for statement in _statements(table, editor.connection.vendor):
            editor.execute(statement, params=None)


def _statements(table: str, vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    function = (
        f"CREATE FUNCTION {table}_keep() RETURNS trigger LANGUAGE plpgsql AS $service$"
        f" BEGIN RAISE EXCEPTION '{_SAYS}' USING ERRCODE = 'restrict_violation'; END $service$"
    )
    trigger = (
        f"CREATE TRIGGER {table}_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_keep()"
    )
    return [function, trigger]


class Migration(migrations.Migration):
    """Make accounts, tokens, break-glasses and reads."""

    initial = True
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("registry", "0006_triggers"),
    ]
    operations = [
        migrations.CreateModel(
            "Account",
            [
                (
                    "user",
                    models.OneToOneField(
                        settings.AUTH_USER_MODEL, models.DO_NOTHING, primary_key=True, serialize=False, related_name="+"
                    ),
                ),
                ("role", models.TextField()),
                ("centre", models.TextField(null=True)),
                ("candidate", models.TextField(null=True)),
                ("demo", models.BooleanField()),
                ("given_password", models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            "Token",
            [
                ("digest", models.TextField(primary_key=True, serialize=False)),
                ("account", models.ForeignKey("service.account", models.DO_NOTHING, related_name="+")),
                ("expires_at", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            "BreakGlass",
            [
                ("event_id", models.TextField(primary_key=True, serialize=False)),
                ("account", models.ForeignKey("service.account", models.DO_NOTHING, related_name="+")),
                ("reason", models.TextField()),
                ("words", models.TextField()),
                ("opened_at", models.TextField()),
                ("expires_at", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            "Read",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", models.ForeignKey("service.account", models.DO_NOTHING, related_name="+")),
                ("at", models.TextField()),
                ("action", models.TextField()),
                ("subject", models.TextField()),
                (
                    "break_glass",
                    models.ForeignKey("service.breakglass", models.DO_NOTHING, null=True, related_name="+"),
                ),
            ],
        ),
        migrations.RunPython(_guard),
    ]
