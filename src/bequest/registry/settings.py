"""Knows the settings of Django for the registry alone; a service adds its own to them.

No admin site: a clinical table is written by use cases and nothing else. No transaction a request: the one writer
begins and ends its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

DATABASE, SECRET_KEY_FILE, WRAPPING_KEY_FILE = (
    "BEQUEST_DATABASE", "BEQUEST_SECRET_KEY_FILE", "BEQUEST_WRAPPING_KEY_FILE",
)  # fmt: skip
"""Names in the environment: the address of the database, and the files of the two secrets."""
ERASED_LIST = "BEQUEST_ERASED_LIST"
NEXT_WRAPPING_KEY_FILE = "BEQUEST_NEXT_WRAPPING_KEY_FILE"
"""The file of the wrapping key that takes the place of the other one, while both are in use."""
_DEFAULT = "bequest.db"
_BUSY_SECONDS = 30
_PRAGMAS = "PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=FULL; PRAGMA trusted_schema=OFF"
_POSTGRESQL = ("postgresql", "postgres")


def settings_of(place: str, *, secret_key: str) -> dict[str, object]:
    """Return the settings for a database: the path of a file of SQLite, or an address `postgresql://...`."""
    return {
        "SECRET_KEY": secret_key,
        "INSTALLED_APPS": ["bequest.registry"],
        "DATABASES": {"default": database_of(place)},
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "DEBUG": False,
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
    }


def settings_from(environment: Mapping[str, str]) -> dict[str, object]:
    """Return the settings that an environment names; raise `InputError` where the file of the secret is missing."""
    secret_key = secret_of(environment, SECRET_KEY_FILE).decode().strip()
    return settings_of(environment.get(DATABASE, _DEFAULT), secret_key=secret_key)


def secret_of(environment: Mapping[str, str], name: str) -> bytes:
    """Return the content of the file that the environment names; raise `InputError` where there is none."""
    path = environment.get(name)
    if not path or not Path(path).is_file():
        raise InputError(f"{name} names no file; give the path of the file that holds the secret.")
    data = Path(path).read_bytes()
    if not data.strip():
        raise InputError(f"{name}: the file is empty; put the secret into it.")
    return data


def database_of(place: str) -> dict[str, object]:
    """Return Django's settings of one database.

    On SQLite every transaction begins as a writer, because Django's row locks do nothing there; and a confirmed commit
    outlasts a power cut. Requests are never wrapped in a transaction: the writer's own must be the outermost.
    """
    if place.partition("://")[0] in _POSTGRESQL:
        return {"ENGINE": "django.db.backends.postgresql", "ATOMIC_REQUESTS": False, **_address(place)}
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": place,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": _PRAGMAS, "timeout": _BUSY_SECONDS},
    }


def _address(place: str) -> dict[str, object]:
    parts = urlsplit(place)
    if not parts.path.strip("/"):
        raise InputError("The address of PostgreSQL names no database: postgresql://user@host:port/database.")
    return {
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
