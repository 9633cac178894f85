"""The settings make commits durable, and take secrets from files only."""

import pytest
from django.db import connections

from bequest.model.errors import InputError
from bequest.registry.settings import (
    DATABASE,
    SECRET_KEY_FILE,
    WRAPPING_KEY_FILE,
    database_of,
    secret_of,
    settings_from,
    settings_of,
)
from registry_offices import new_office


def test_a_commit_on_sqlite_is_durable_and_begins_as_a_writer():
    with new_office("sqlite") as office, connections[office.using].cursor() as cursor:
        values = {}
        for pragma in ("journal_mode", "synchronous", "trusted_schema", "foreign_keys"):
            cursor.execute(f"PRAGMA {pragma}")
            values[pragma] = cursor.fetchone()[0]
        assert values == {"journal_mode": "truncate", "synchronous": 2, "trusted_schema": 0, "foreign_keys": 1}
        assert connections[office.using].settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_an_address_of_postgresql_is_taken_apart():
    found = database_of("postgresql://us%20er:pass%2Fword@db.example:5433/registry?sslmode=require")
    assert found == {
        "ENGINE": "django.db.backends.postgresql", "ATOMIC_REQUESTS": False, "NAME": "registry", "USER": "us er",
        "PASSWORD": "pass/word", "HOST": "db.example", "PORT": "5433", "OPTIONS": {"sslmode": "require"},
    }  # fmt: skip
    with pytest.raises(InputError, match="names no database"):
        database_of("postgresql://user@db.example")


def test_there_is_no_admin_site_and_no_transaction_around_a_request():
    settings = settings_of("registry.db", secret_key="x" * 50)
    assert settings["INSTALLED_APPS"] == ["bequest.registry"]
    assert settings["DATABASES"]["default"]["ATOMIC_REQUESTS"] is False


def test_secrets_come_from_files_and_a_missing_one_is_named(tmp_path):
    (tmp_path / "secret").write_text("a secret\n")
    (tmp_path / "empty").write_text("\n")
    environment = {SECRET_KEY_FILE: str(tmp_path / "secret"), DATABASE: "other.db"}
    found = settings_from(environment)
    assert found["SECRET_KEY"] == (tmp_path / "secret").read_text().strip()
    assert found["DATABASES"]["default"]["NAME"] == "other.db"
    for wrong in ({}, {WRAPPING_KEY_FILE: str(tmp_path / "none")}):
        with pytest.raises(InputError, match=f"{WRAPPING_KEY_FILE} names no file"):
            secret_of(wrong, WRAPPING_KEY_FILE)
    with pytest.raises(InputError, match="is empty"):
        secret_of({WRAPPING_KEY_FILE: str(tmp_path / "empty")}, WRAPPING_KEY_FILE)
