"""What Django believes of the tables is what they are."""

from django.apps import apps
from django.core.management import call_command
from django.db import connections

from bequest.registry.schema.tables import TABLES
from registry_offices import Clock, Entropy, copied, office_at, template

TABLES_OF_DJANGO = tuple(apps.get_app_config("registry").get_models())


def described_by(model):
    """Return what Django believes of a table; the name is its documented interface, underscore and all."""
    return model._meta  # noqa: SLF001


def test_the_migrations_are_up_to_date_with_the_models(empty_office):
    call_command("makemigrations", "registry", check=True, dry_run=True, verbosity=0)


def test_each_table_has_the_columns_of_its_model_and_no_other(empty_office):
    connection = connections[empty_office.using]
    models = {described_by(model).db_table: model for model in TABLES_OF_DJANGO}
    assert set(models) == set(TABLES)
    for table, model in models.items():
        with connection.cursor() as cursor:
            described = connection.introspection.get_table_description(cursor, table)
        wanted = {field.column: field.null for field in described_by(model).local_concrete_fields if field.column}
        assert {column.name: bool(column.null_ok) for column in described} == wanted, table


def test_no_table_of_the_registry_speaks_of_money_or_of_the_custody_of_a_candidate():
    columns = {(model.__name__, field.name) for model in TABLES_OF_DJANGO for field in described_by(model).fields}
    words = ("price", "payer", "insur", "fee", "cost", "income")
    assert [each for each in columns if any(word in each[1] for word in words)] == []
    assert "custody" not in {name for model, name in columns if model in {"Candidate", "Registration", "Version"}}


def test_a_migrated_database_is_migrated_again_without_change():
    with copied(template("sqlite")) as place, office_at(place, Clock(), Entropy()) as office:
        call_command("migrate", database=office.using, verbosity=0)
