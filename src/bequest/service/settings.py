"""Knows the settings of Django for the service, made from an environment and the files that it names.

What must never run beside real people is refused here, before anything starts: `settings_from` names every mistake.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, cast

from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.trust import read_trust
from bequest.model.donor import SYNTHETIC_COUNTRY
from bequest.model.errors import InputError
from bequest.registry.settings import (
    DATABASE,
    NEXT_WRAPPING_KEY_FILE,
    SECRET_KEY_FILE,
    WRAPPING_KEY_FILE,
    database_of,
    secret_of,
    settings_of,
)
from bequest.service.inquiry_key import INQUIRY_KEY_FILE, InquiryKey, inquiry_key_of

if TYPE_CHECKING:
    from collections.abc import Mapping

MODE, COUNTRY, HOSTS, PROCESSES, DEBUG, OIDC_FILE, SOURCE, PROXY, BUNDLES = (
    "BEQUEST_MODE", "BEQUEST_COUNTRY", "BEQUEST_HOSTS", "BEQUEST_PROCESSES", "BEQUEST_DEBUG", "BEQUEST_OIDC_FILE",
    "BEQUEST_SOURCE", "BEQUEST_TRUSTED_PROXY", "BEQUEST_BUNDLES",
)  # fmt: skip
"""Names in the environment; docs/how-to/run-the-service.md says what each means."""
IDLE, BREACHED = "BEQUEST_IDLE_MINUTES", "BEQUEST_BREACHED_PASSWORDS"
TRUST = "BEQUEST_TRUST_FILE"
_IDLE_MINUTES, _LONGEST_SESSION_MINUTES = "60", 12 * 60
SOURCE_DEFAULT = "/source/"
"""The service hands out its own source, unless another address is named."""
_SHORTEST_SECRET = 50
_FEWEST_CHARACTERS = 8
_WRAPPING_BYTES = 32
SIGN_IN_COUNTS = "service_signincount"
"""The table in which several processes count attempts to sign in together."""
_KEPT_SECONDS = 600
_MOST_COUNTS = 100_000
_YEAR = 365 * 24 * 3600
_ROOM = Path(__file__).parent


class Mode(Enum):
    """Name what a service is for; nothing but `production` may hold real people."""

    PRODUCTION = "production"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Hold what an environment asks for, every value checked."""

    mode: Mode
    country: str
    hosts: tuple[str, ...]
    processes: int
    place: str
    secret_key: str
    wrapping_key: bytes
    next_wrapping_key: bytes | None
    source: str
    oidc: tuple[dict[str, object], ...]
    proxy: bool
    bundles: str
    inquiry_key: InquiryKey | None
    idle_minutes: int
    breached: str
    trust: str

    @property
    def production(self) -> bool:
        return self.mode is Mode.PRODUCTION


def settings_from(environment: Mapping[str, str]) -> dict[str, object]:
    """Return the settings that an environment asks for; raise `InputError` with a sentence for each mistake in it."""
    wanted = _wanted(environment)
    return {
        **settings_of(wanted.place, secret_key=wanted.secret_key),
        "DATABASES": {"default": service_database(wanted.place)},
        **_frame(wanted),
        **_sign_in(wanted),
        **_protection(wanted),
        "BEQUEST_MODE": wanted.mode.value,
        "BEQUEST_COUNTRY": wanted.country,
        "BEQUEST_WRAPPING_KEY": wanted.wrapping_key,
        "BEQUEST_NEXT_WRAPPING_KEY": wanted.next_wrapping_key,
        "BEQUEST_PROCESSES": wanted.processes,
        "BEQUEST_SOURCE": wanted.source,
        "BEQUEST_BUNDLES": wanted.bundles,
        "BEQUEST_INQUIRY_KEY": wanted.inquiry_key,
        "BEQUEST_SECOND_FACTOR": wanted.production,
        "BEQUEST_TRUST": wanted.trust,
        "BEQUEST_IDLE_SECONDS": 60 * wanted.idle_minutes,
    }


def _wanted(environment: Mapping[str, str]) -> _Wanted:
    mode = _mode(environment)
    place = environment.get(DATABASE, "bequest.db")
    secret_key = secret_of(environment, SECRET_KEY_FILE).decode(errors="replace").strip()
    wanted = _Wanted(
        mode=mode,
        country=environment.get(COUNTRY, SYNTHETIC_COUNTRY if mode is Mode.DEMO else ""),
        hosts=tuple(name for name in re.split(r"[,\s]+", environment.get(HOSTS, "")) if name)
        or (("127.0.0.1", "localhost") if mode is Mode.DEMO else ()),
        processes=_count(environment.get(PROCESSES, "1")),
        place=place,
        secret_key=secret_key,
        wrapping_key=secret_of(environment, WRAPPING_KEY_FILE),
        next_wrapping_key=(
            secret_of(environment, NEXT_WRAPPING_KEY_FILE) if NEXT_WRAPPING_KEY_FILE in environment else None
        ),
        source=environment.get(SOURCE, SOURCE_DEFAULT),
        oidc=_oidc(environment),
        proxy=environment.get(PROXY, "no") == "yes",
        bundles=environment.get(BUNDLES, ""),
        inquiry_key=inquiry_key_of(
            environment, secret_of(environment, INQUIRY_KEY_FILE) if INQUIRY_KEY_FILE in environment else None
        ),
        trust=_trust(environment),
        breached=environment.get(BREACHED, ""),
        idle_minutes=_minutes(environment.get(IDLE, _IDLE_MINUTES)),
    )
    problems = _problems(wanted, debug=environment.get(DEBUG, "no"))
    if problems:
        raise InputError(*problems)
    return wanted


def _problems(wanted: _Wanted, *, debug: str) -> list[str]:
    found: list[str] = []
    if debug != "no":
        found.append(f"{DEBUG} is '{debug}': debug pages show what belongs to patients; leave it out.")
    if len(wanted.secret_key) < _SHORTEST_SECRET or len(set(wanted.secret_key)) < _FEWEST_CHARACTERS:
        found.append(
            f"{SECRET_KEY_FILE}: the secret is too short or too plain; make one of {_SHORTEST_SECRET} random"
            " characters or more: python -c 'import secrets; print(secrets.token_urlsafe(64))'."
        )
    if "insecure" in wanted.secret_key or "change" in wanted.secret_key.lower():
        found.append(f"{SECRET_KEY_FILE}: this is an example's secret; make one of your own.")
    if wanted.breached and not Path(wanted.breached).is_file():
        found.append(f"{BREACHED} names no file; give one with a password a line, or leave it out.")
    for name, key in ((WRAPPING_KEY_FILE, wanted.wrapping_key), (NEXT_WRAPPING_KEY_FILE, wanted.next_wrapping_key)):
        if key is not None and len(key) != _WRAPPING_BYTES:
            found.append(f"{name}: the key has {_WRAPPING_BYTES} bytes, not {len(key)}.")
    return found + _country_problems(wanted) + _host_problems(wanted)


def _country_problems(wanted: _Wanted) -> list[str]:
    found: list[str] = []
    if not re.fullmatch("[A-Z]{2}", wanted.country):
        found.append(f"{COUNTRY} is the country of the office, two capital letters of ISO 3166-1; ZZ is for the demo.")
    if wanted.production and wanted.country == SYNTHETIC_COUNTRY:
        found.append(f"{COUNTRY} is ZZ, the country of invented people; they are served with {MODE}=demo only.")
    if not wanted.production and wanted.country != SYNTHETIC_COUNTRY:
        found.append(f"{MODE} is demo, and {COUNTRY} is {wanted.country}: a demo holds invented people of ZZ only.")
    return found


def _host_problems(wanted: _Wanted) -> list[str]:
    found: list[str] = []
    if wanted.production and not wanted.hosts:
        found.append(f"{HOSTS} names no host; give the names under which the service is reached.")
    if "*" in wanted.hosts:
        found.append(f"{HOSTS} names every host; give the names under which the service is reached.")
    if wanted.processes > 1 and not is_postgresql(wanted.place):
        found.append(
            f"{PROCESSES} is {wanted.processes}, and the database is a file of SQLite, into which one process writes;"
            f" use PostgreSQL, or {PROCESSES}=1."
        )
    return found


def service_database(place: str) -> dict[str, object]:
    """Return Django's settings of the database, which the tables of sign-in share with the registry."""
    found = database_of(place)
    if is_postgresql(place):
        # A seat keeps its connection (seats.py), and asks whether it still holds before a request uses it.
        return {**found, "CONN_MAX_AGE": _KEPT_SECONDS, "CONN_HEALTH_CHECKS": True}
    return {**found, "ENGINE": "bequest.service.sqlite"}


def is_postgresql(place: str) -> bool:
    """Return whether a database may have several writers."""
    return place.startswith(("postgresql://", "postgres://"))


def _mode(environment: Mapping[str, str]) -> Mode:
    written = environment.get(MODE, Mode.PRODUCTION.value)
    try:
        return Mode(written)
    except ValueError:
        raise InputError(f"{MODE} is '{written[:40]}'; it is 'production' or 'demo'.") from None


def _count(written: str) -> int:
    if not re.fullmatch("[1-9][0-9]?", written):
        raise InputError(f"{PROCESSES} is '{written[:40]}'; it is a number from 1 to 99.")
    return int(written)


def _minutes(written: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,2}", written) or int(written) > _LONGEST_SESSION_MINUTES:
        raise InputError(f"{IDLE} is '{written[:40]}'; it is a number of minutes from 1 to {_LONGEST_SESSION_MINUTES}.")
    return int(written)


def _trust(environment: Mapping[str, str]) -> str:
    """Return the trust file that says which witnesses make a quorum; empty where none is named."""
    if TRUST not in environment:
        return ""
    text = secret_of(environment, TRUST).decode(errors="replace")
    try:
        read_trust(text)
    except BrokenError as error:
        raise InputError(f"{TRUST}: {error}; correct the trust file.") from None
    return text


def _oidc(environment: Mapping[str, str]) -> tuple[dict[str, object], ...]:
    """Return the providers of OpenID Connect that a file of JSON names; none without the file."""
    if OIDC_FILE not in environment:
        return ()
    sentence = (
        f"{OIDC_FILE} is a JSON list of tables with provider_id, name, client_id, secret and"
        " settings.server_url; correct the file."
    )
    try:
        found = cast("object", json.loads(secret_of(environment, OIDC_FILE)))
    except ValueError:
        raise InputError(sentence) from None
    if not isinstance(found, list):
        raise InputError(sentence)
    apps: list[dict[str, object]] = []
    for each in cast("list[object]", found):
        if not isinstance(each, dict) or not {"provider_id", "name", "client_id", "settings"} <= set(
            cast("dict[str, object]", each)
        ):
            raise InputError(sentence)
        apps.append(cast("dict[str, object]", each))
    return tuple(apps)


def _frame(wanted: _Wanted) -> dict[str, object]:
    """Return what Django is made of here: no admin site."""
    return {
        "ALLOWED_HOSTS": list(wanted.hosts),
        "INSTALLED_APPS": list(_APPS),
        "MIDDLEWARE": list(_MIDDLEWARE),
        "ROOT_URLCONF": "bequest.service.urls",
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [_ROOM / "templates"],
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                        "bequest.service.pages.about",
                    ]
                },
            }
        ],
        "STATIC_URL": "/static/",
        # Files are served from the packages that bring them, so that nothing has to be collected before a start.
        "WHITENOISE_USE_FINDERS": True,
        "WHITENOISE_AUTOREFRESH": False,
        "LANGUAGE_CODE": "en",
        "USE_I18N": True,
        "CSRF_FAILURE_VIEW": "bequest.service.pages.csrf_failed",
        "LOGGING": _logging(wanted),
        "CACHES": {"default": _counts(wanted.place)},
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
    }


def _counts(place: str) -> dict[str, object]:
    """Return where attempts to sign in are counted: in the database, where several processes serve.

    Whoever tries many names must not push the counts of others out.
    """
    shared = database_of(place)["ENGINE"] == "django.db.backends.postgresql"
    kind, where = ("db.DatabaseCache", SIGN_IN_COUNTS) if shared else ("locmem.LocMemCache", "bequest")
    return {
        "BACKEND": f"django.core.cache.backends.{kind}",
        "LOCATION": where,
        "OPTIONS": {"MAX_ENTRIES": _MOST_COUNTS},
    }


_APPS = (
    "django.contrib.auth",
    "django.contrib.humanize",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "bequest.registry",
    "bequest.service",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "ninja",
)
_MIDDLEWARE = (
    "bequest.service.protection.ProtectionMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "bequest.service.protection.IdleMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "bequest.service.own_password.OwnPasswordMiddleware",
    "bequest.service.protection.SecondFactorMiddleware",
)


def _logging(wanted: _Wanted) -> dict[str, object]:
    """Return what is written to standard error: of people who are invented, no sign-ins and denials."""
    security = ["stderr"] if wanted.production else []
    return {
        # Nothing of a request's body, and no address with somebody's number in it, is written anywhere.
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"stderr": {"class": "logging.StreamHandler"}},
        "loggers": {
            "bequest.security": {"handlers": security, "level": "INFO", "propagate": False},
            "django.request": {"handlers": ["stderr"], "level": "CRITICAL", "propagate": False},
            "django.security": {"handlers": ["stderr"], "level": "CRITICAL", "propagate": False},
            "django.server": {"handlers": [], "propagate": False},
        },
    }


def _validators(wanted: _Wanted) -> list[dict[str, object]]:
    """Return what a password must not be: short, common, known from a breach, one's own name, words of the office."""
    of_django = "django.contrib.auth.password_validation."
    breached = [wanted.breached] if wanted.breached else []
    return [
        {"NAME": f"{of_django}MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
        {"NAME": f"{of_django}CommonPasswordValidator"},
        *(
            {"NAME": f"{of_django}CommonPasswordValidator", "OPTIONS": {"password_list_path": path}}
            for path in breached
        ),
        {"NAME": f"{of_django}UserAttributeSimilarityValidator"},
        {"NAME": "bequest.service.passwords.OfficeWordsValidator", "OPTIONS": {"hosts": wanted.hosts}},
    ]


def _sign_in(wanted: _Wanted) -> dict[str, object]:
    """Return how people sign in: by name and password with a second factor, by passkey, or at their own provider."""
    return {
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "AUTH_PASSWORD_VALIDATORS": _validators(wanted),
        "LOGIN_URL": "/accounts/login/",
        "LOGIN_REDIRECT_URL": "/",
        "LOGOUT_REDIRECT_URL": "/",
        "ACCOUNT_ADAPTER": "bequest.service.sign_in.NoSignUp",
        "SOCIALACCOUNT_ADAPTER": "bequest.service.sign_in.NoSocialSignUp",
        "ACCOUNT_LOGIN_METHODS": {"username"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_RATE_LIMITS": {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"},
        "ACCOUNT_REAUTHENTICATION_REQUIRED": True,
        "ALLAUTH_TRUSTED_PROXY_COUNT": 1 if wanted.proxy else 0,
        "MFA_ADAPTER": "bequest.service.sign_in.SealedFactors",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": not wanted.production,
        "MFA_TOTP_ISSUER": "Bequest",
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": list(wanted.oidc)}},
        "SOCIALACCOUNT_STORE_TOKENS": False,
    }


def _protection(wanted: _Wanted) -> dict[str, object]:
    """Return what guards cookies and connections; a demo is served without TLS, on the machine itself only."""
    secure = wanted.production
    prefix = "__Host-" if secure else ""
    found: dict[str, object] = {
        "SESSION_COOKIE_NAME": f"{prefix}bequest-session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_AGE": 60 * _LONGEST_SESSION_MINUTES,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "CSRF_COOKIE_NAME": f"{prefix}bequest-csrf",
        "CSRF_COOKIE_SECURE": secure,
        "CSRF_COOKIE_SAMESITE": "Lax",
        "CSRF_TRUSTED_ORIGINS": [f"https://{name}" for name in wanted.hosts] if secure else [],
        "SECURE_SSL_REDIRECT": secure,
        "SECURE_HSTS_SECONDS": _YEAR if secure else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": secure,
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 1_000_000,
    }
    if wanted.proxy:
        found["SECURE_PROXY_SSL_HEADER"] = ("HTTP_X_FORWARDED_PROTO", "https")
    return found
