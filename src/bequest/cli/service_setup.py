"""Knows how a verb sets the service up: settings from the environment, then Django, then what needs its tables."""

from __future__ import annotations

import os
import secrets
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from bequest.ledger.bundle import Record
    from bequest.ledger.downtime_pack import Pack
    from bequest.model.enums import Organ

_SECRET_BYTES, _WRAPPING_BYTES = 64, 32


class DemoAccount(Protocol):
    """Name what is told of a demo account."""

    name: str
    role: object
    belongs_to: str | None
    password: str


class Finding(Protocol):
    """Name what the doctor finds."""

    what: str
    ok: bool
    says: str


class Imported(Protocol):
    """Name what is told of a list that was taken over."""

    listed: int
    known: int


class Recovered(Protocol):
    """Name what is told of a log that goes on from a lost one: its leaf, and how many leaves of that are here."""

    leaf: int
    kept: int


class ErasedAgain(Protocol):
    """Name what is told of people who were erased again: how many, and why others could not be."""

    erased: int
    open: tuple[str, ...]


class Running(Protocol):
    """Name what is used of `bequest.service.running`, which can be loaded only after Django is set up."""

    def migrate(self) -> None:
        """Bring the tables to this version."""
        ...

    def check_start(self) -> None:
        """Refuse a database that this version does not serve."""
        ...

    def compile_kernels(self) -> None:
        """Have the evaluator compiled."""
        ...

    def fill_demo(self, tell: Callable[[str], None]) -> list[DemoAccount]:
        """Fill an empty demo database."""
        ...

    def fill_demo_list(self, organ: Organ, tell: Callable[[str], None]) -> list[DemoAccount]:
        """Fill an empty demo database with the list of one organ."""
        ...

    def play(self, clock: Callable[[], datetime]) -> None:
        """Keep the office by a clock that is played."""
        ...

    def record(self, checkpoints: Sequence[bytes], trust: str, parties: Mapping[str, object]) -> Record:
        """Return the whole registry as a record."""
        ...

    def run_due(self) -> int:
        """Do what is due now."""
        ...

    def run_daily(self, between: Callable[[], object] = ...) -> int:
        """Do what is due once a day."""
        ...

    def downtime_pack(self) -> Pack:
        """Return what a desk needs while the service is down."""
        ...

    def add_user(self, name: str, role: str, password: str, *, centre: str | None, candidate: str | None) -> None:
        """Make an account."""
        ...

    def new_password(self, name: str, password: str) -> None:
        """Set a password."""
        ...

    def end_factors(self, name: str) -> int:
        """End the second factors of an account."""
        ...

    def close_user(self, name: str) -> None:
        """Close an account."""
        ...

    def new_token(self, name: str, days: int) -> str:
        """Return a new token."""
        ...

    def import_places(self, path: Path) -> tuple[int, int]:
        """Add the places of a file."""
        ...

    def import_registrations(
        self, path: Path, accounts: Sequence[str], *, identities: str | None, tell: Callable[[int, int], None]
    ) -> Imported:
        """List everybody in a file."""
        ...

    def rotate_wrapping_key(self, new_key: bytes) -> int:
        """Put another wrapping key in force."""
        ...

    def rotate_key(self, old: str, new: str) -> int:
        """Record that another key signs for the log."""
        ...

    def recover_log(self, signed: str, key: str, hashes: Sequence[bytes]) -> Recovered:
        """Record that the log goes on from one that was lost."""
        ...

    def erased_list(self, before: str, place: str) -> str:
        """Return the list that a file holds, with everybody who was erased since."""
        ...

    def erase_again(self, listed: str, place: str) -> ErasedAgain:
        """Erase again everybody of a list whose key is in the vault all the same."""
        ...

    def findings(self, environment: Mapping[str, str]) -> Iterable[Finding]:
        """Yield what the doctor finds."""
        ...


class _Asgi(Protocol):
    """Name what is used of `bequest.service.asgi`."""

    def set_up(self, environment: Mapping[str, str]) -> None: ...
    def application(self) -> object: ...


def set_up(environment: Mapping[str, str] | None = None) -> Running:
    """Return what a verb does with the service, set up from the environment of this program where none is given."""
    _asgi().set_up(os.environ if environment is None else environment)
    # The module has these functions; it is ours.
    return cast("Running", cast("object", import_module("bequest.service.running")))


def application() -> object:
    """Return the application of ASGI, once the service is set up."""
    return _asgi().application()


def _asgi() -> _Asgi:
    try:
        return cast("_Asgi", cast("object", import_module("bequest.service.asgi")))
    except ImportError as error:
        if error.name is not None and error.name.startswith("bequest"):
            raise
        raise InputError("The service needs packages that are not installed: pip install 'bequest[service]'.") from None


def demo_environment(folder: Path) -> dict[str, str]:
    """Return the environment of a demo service in a folder, its secrets made where they are missing."""
    folder.mkdir(parents=True, exist_ok=True)
    secret, wrapping = folder / "secret", folder / "wrapping.key"
    if not secret.exists():
        write_private(secret, secrets.token_urlsafe(_SECRET_BYTES).encode())
    if not wrapping.exists():
        write_private(wrapping, secrets.token_bytes(_WRAPPING_BYTES))
    return {
        "BEQUEST_MODE": "demo",
        "BEQUEST_DATABASE": str(folder / "bequest.db"),
        "BEQUEST_SECRET_KEY_FILE": str(secret),
        "BEQUEST_WRAPPING_KEY_FILE": str(wrapping),
    }


def write_private(path: Path, content: bytes) -> None:
    """Write a new file that only its owner can read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
