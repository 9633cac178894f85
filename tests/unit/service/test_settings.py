from __future__ import annotations

import os
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.contrib.auth.password_validation import get_password_validators, validate_password
from django.core.exceptions import ValidationError

from bequest.model.errors import InputError
from bequest.service.office import check_people
from bequest.service.settings import settings_from
from registry_offices import Clock, Entropy
from service_desks import Office

SECRET = "k3Jv9-QmZ7xT2pLs8RwYb4NcDf6GhUa1EoXi5KtVrPq0WzMnBy"  # noqa: S105  of tests


@pytest.fixture
def environment(tmp_path):
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "wrapping").write_bytes(bytes(range(32)))
    return {
        "BEQUEST_COUNTRY": "CH",
        "BEQUEST_HOSTS": "allocation.example",
        "BEQUEST_DATABASE": "postgresql://bequest@db.example/bequest",
        "BEQUEST_SECRET_KEY_FILE": str(tmp_path / "secret"),
        "BEQUEST_WRAPPING_KEY_FILE": str(tmp_path / "wrapping"),
    }


def refused(environment, **changed):
    """Return the sentences with which an environment is refused."""
    with pytest.raises(InputError) as refusal:
        settings_from({**environment, **changed})
    return str(refusal.value)


def test_production_is_what_nobody_has_to_ask_for(environment):
    made = settings_from(environment)
    assert (made["DEBUG"], made["SESSION_COOKIE_SECURE"], made["CSRF_COOKIE_SECURE"]) == (False, True, True)
    assert (made["SECURE_SSL_REDIRECT"], made["SECURE_HSTS_SECONDS"]) == (True, 365 * 24 * 3600)
    assert made["SESSION_COOKIE_NAME"] == "__Host-bequest-session"
    assert made["BEQUEST_SECOND_FACTOR"] is True


def test_there_is_no_admin_site(environment):
    assert "django.contrib.admin" not in settings_from(environment)["INSTALLED_APPS"]


def test_debug_is_refused(environment):
    assert refused(environment, BEQUEST_DEBUG="yes") == (
        "BEQUEST_DEBUG is 'yes': debug pages show what belongs to patients; leave it out."
    )


@pytest.mark.parametrize("secret", ["short", "a" * 60, "abab" * 20])
def test_a_short_or_plain_secret_is_refused(environment, tmp_path, secret):
    (tmp_path / "secret").write_text(secret)
    assert "the secret is too short or too plain" in refused(environment)


def test_the_secret_of_an_example_is_refused(environment, tmp_path):
    (tmp_path / "secret").write_text("django-insecure-" + SECRET)
    assert "this is an example's secret" in refused(environment)


def test_a_missing_secret_is_refused(environment, tmp_path):
    (tmp_path / "secret").unlink()
    assert "BEQUEST_SECRET_KEY_FILE names no file" in refused(environment)


def test_a_wrapping_key_of_another_length_is_refused(environment, tmp_path):
    (tmp_path / "wrapping").write_bytes(b"short")
    assert "the key has 32 bytes, not 5" in refused(environment)


def test_two_processes_on_sqlite_are_refused(environment):
    assert refused(environment, BEQUEST_DATABASE="bequest.db", BEQUEST_PROCESSES="2") == (
        "BEQUEST_PROCESSES is 2, and the database is a file of SQLite, into which one process writes; use PostgreSQL,"
        " or BEQUEST_PROCESSES=1."
    )


def test_two_processes_on_postgresql_are_served(environment):
    assert settings_from({**environment, "BEQUEST_PROCESSES": "2"})["BEQUEST_PROCESSES"] == 2


def test_attempts_to_sign_in_are_counted_in_the_database_where_several_processes_may_serve(environment, tmp_path):
    def counts(**changed):
        return settings_from({**environment, **changed})["CACHES"]["default"]

    assert counts()["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    assert counts(BEQUEST_DATABASE=str(tmp_path / "a.db"))["BACKEND"] == "django.core.cache.backends.locmem.LocMemCache"
    # Whoever tries a thousand names pushes nobody's count out.
    assert counts()["OPTIONS"]["MAX_ENTRIES"] == 100_000


def test_invented_people_are_not_served_as_production(environment):
    assert "BEQUEST_COUNTRY is ZZ" in refused(environment, BEQUEST_COUNTRY="ZZ")


def test_real_people_are_not_served_as_a_demo(environment):
    assert "a demo holds invented people of ZZ only" in refused(environment, BEQUEST_MODE="demo")


@pytest.mark.parametrize(("name", "value", "sentence"), [
    ("BEQUEST_MODE", "test", "it is 'production' or 'demo'"),
    ("BEQUEST_HOSTS", "", "names no host"),
    ("BEQUEST_HOSTS", "*", "names every host"),
    ("BEQUEST_COUNTRY", "Switzerland", "two capital letters"),
    ("BEQUEST_PROCESSES", "many", "a number from 1 to 99"),
])  # fmt: skip
def test_a_value_that_is_none_is_told(environment, name, value, sentence):
    assert sentence in refused(environment, **{name: value})


def test_every_mistake_is_told_at_once(environment):
    assert len(refused(environment, BEQUEST_DEBUG="1", BEQUEST_HOSTS="*", BEQUEST_COUNTRY="x").splitlines()) == 3


@pytest.mark.parametrize("content", ["no json", '{"provider_id": "x"}', '[{"provider_id": "x"}]', "[1]"])
def test_a_file_of_providers_that_is_none_is_told(environment, tmp_path, content):
    (tmp_path / "oidc.json").write_text(content)
    assert "is a JSON list of tables" in refused(environment, BEQUEST_OIDC_FILE=str(tmp_path / "oidc.json"))


def test_a_program_that_is_refused_ends_with_2_and_one_sentence(environment):
    ran = subprocess.run(
        [sys.executable, "-m", "bequest", "serve"], capture_output=True, text=True, check=False, timeout=100,
        env={**os.environ, **environment, "BEQUEST_DEBUG": "yes"},
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == ("bequest: BEQUEST_DEBUG is 'yes': debug pages show what belongs to patients; leave it out.\n")


def test_invented_people_in_a_database_of_real_ones_are_refused(desk):
    real = Office("CH", bytes(32), Clock(), Entropy())
    with pytest.raises(InputError, match="holds registrations of invented people"):
        check_people(real)


def test_a_database_of_invented_people_is_served(desk):
    assert check_people(desk.office) is None


def test_cookies_of_production_are_closed(environment):
    made = settings_from(environment)
    for name in ("SESSION", "CSRF"):
        assert made[f"{name}_COOKIE_NAME"].startswith("__Host-")
        assert made[f"{name}_COOKIE_SECURE"] is True
        assert made[f"{name}_COOKIE_SAMESITE"] == "Lax"
    assert made["SESSION_COOKIE_HTTPONLY"] is True


@pytest.mark.parametrize("password", ["eleven char", "qwerty123456", "1q2w3e4r5t6y"])
def test_a_short_or_common_password_is_refused(environment, password):
    validators = get_password_validators(settings_from(environment)["AUTH_PASSWORD_VALIDATORS"])
    with pytest.raises(ValidationError):
        validate_password(password, password_validators=validators)


INQUIRY = "The ombudsman of patients"


def named(environment, path, **changed):
    return {**environment, "BEQUEST_INQUIRY_KEY_FILE": str(path), "BEQUEST_INQUIRY": INQUIRY, **changed}


@pytest.fixture
def inquiry_pem(tmp_path):
    public = X25519PrivateKey.from_private_bytes(bytes(range(32))).public_key()
    path = tmp_path / "inquiry.pem"
    path.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return path


def test_an_office_names_the_key_of_an_inquiry_and_who_holds_it(environment, inquiry_pem):
    key = settings_from(named(environment, inquiry_pem))["BEQUEST_INQUIRY_KEY"]
    assert (key.held_by, key.pem) == (INQUIRY, inquiry_pem.read_text())
    assert settings_from(environment)["BEQUEST_INQUIRY_KEY"] is None


def test_a_key_that_nobody_holds_or_that_is_none_is_refused(environment, inquiry_pem, tmp_path):
    assert "BEQUEST_INQUIRY says who" in refused(named(environment, inquiry_pem), BEQUEST_INQUIRY=" ")
    assert "no public inquiry key" in refused(named(environment, tmp_path / "secret"))
    assert "names no file" in refused(named(environment, tmp_path / "nowhere"))


@pytest.mark.parametrize("password", ["Transplant2026!", "bequest-allocation", "allocation.example1"])
def test_a_password_of_words_of_the_office_is_refused(environment, password):
    validators = get_password_validators(settings_from(environment)["AUTH_PASSWORD_VALIDATORS"])
    with pytest.raises(ValidationError, match="words of the office"):
        validate_password(password, password_validators=validators)
    validate_password("the donor list of a heron", password_validators=validators)


def test_a_password_known_from_a_breach_is_refused(environment, tmp_path):
    (tmp_path / "breached").write_text("a heron waits by the weir\n")
    wanted = {**environment, "BEQUEST_BREACHED_PASSWORDS": str(tmp_path / "breached")}
    validators = get_password_validators(settings_from(wanted)["AUTH_PASSWORD_VALIDATORS"])
    with pytest.raises(ValidationError, match="too common"):
        validate_password("a heron waits by the weir", password_validators=validators)
    validate_password("a heron waits by the mill", password_validators=validators)
    assert "names no file" in refused(environment, BEQUEST_BREACHED_PASSWORDS=str(tmp_path / "none"))


def test_sign_ins_are_written_down_in_production(environment):
    security = settings_from(environment)["LOGGING"]["loggers"]["bequest.security"]
    assert (security["handlers"], security["level"]) == (["stderr"], "INFO")
