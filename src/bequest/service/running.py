"""Knows what the command line does with the service once Django is set up: check, migrate, fill, run timers, accounts.

It is imported by name after `asgi.set_up`, because tables can be imported only then.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from stat import S_IMODE
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, close_old_connections, connections
from django.db.migrations.executor import MigrationExecutor

from bequest.ledger import warm as ledger
from bequest.ledger.merkle import consistency_path
from bequest.ledger.store import head
from bequest.ledger.stored_checkpoints import cosignatures, newest
from bequest.matching import warm as matching
from bequest.model.errors import InputError
from bequest.registry import erased_list as erased
from bequest.registry import log_keys, office_keys, timers
from bequest.registry.downtime import downtime_pack as packed
from bequest.registry.evidence import Published, record_of
from bequest.registry.log_keys import KeyRotated, LogRecovered
from bequest.registry.office import Request
from bequest.registry.office_keys import check_keys
from bequest.registry.rows import store_of
from bequest.registry.schema.check import problems
from bequest.registry.settings import ERASED_LIST, NEXT_WRAPPING_KEY_FILE, SECRET_KEY_FILE, WRAPPING_KEY_FILE
from bequest.service import accounts, daily, demo, list_import
from bequest.service.accounts import NewAccount, account_named, add_account, close_account, set_password
from bequest.service.office import check_people, now, office, play_time
from bequest.service.quorum import quorum_notice
from bequest.service.roles import Role
from bequest.service.settings import OIDC_FILE
from bequest.service.sign_in import TOKEN_BYTES, keep_token, token_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bequest.ledger.bundle import Record
    from bequest.ledger.downtime_pack import Pack
    from bequest.model.enums import Organ
    from bequest.registry.erased_list import ErasedAgain
    from bequest.registry.listing_import import Imported

_HOSPITALS = 20
_LEAST_FREE_BYTES = 1_000_000_000
_EARLIEST = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
_OTHERS = 0o077
_USING = "default"
OPERATOR = "operator"
"""Who acts in the log where somebody uses the command line of the machine itself."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold one line of the doctor: what was looked at, whether it is as it must be, and what to do if not."""

    what: str
    ok: bool
    says: str


def migrate() -> None:
    """Bring the tables of the database to this version."""
    call_command("migrate", verbosity=0)


def compile_kernels() -> None:
    """Have the evaluator and the hashing of rows compiled, or read from their cache, before anybody waits for a run."""
    matching.warm()
    ledger.warm()


def check_start() -> None:
    """Raise `InputError` where the database is not one that this version serves, or holds whom it must not."""
    if _waiting():
        raise InputError("The database has migrations yet to run; run bequest migrate first.")
    wrong = problems(_USING)
    if wrong:
        raise InputError(*wrong)
    check_people(office())
    check_keys(office())


def fill_demo(tell: Callable[[str], None]) -> list[demo.DemoAccount]:
    """Fill an empty demo database; return the accounts that were made, none where there are accounts already."""
    return demo.fill(office(), tell)


def fill_demo_list(organ: Organ, tell: Callable[[str], None]) -> list[demo.DemoAccount]:
    """Fill an empty demo database with the list of one organ only, and few hospitals: a night needs no others."""
    return demo.fill(office(), tell, organs=(organ,), hospitals=_HOSPITALS)


def record(checkpoints: Sequence[bytes], trust: str, parties: Mapping[str, object]) -> Record:
    """Return the whole registry as the record of which bundles are made, with what of it is not in the registry."""
    return record_of(office(), Published(checkpoints, trust, parties))


def play(clock: Callable[[], datetime]) -> None:
    """Keep the office by a clock that is played; refused but in an empty database of invented people."""
    play_time(clock)


def run_due() -> int:
    """Do what is due now, on a connection that is made anew where the last one broke."""
    close_old_connections()
    return len(timers.run_due(office(), office().clock()))


def run_daily(between: Callable[[], object] = lambda: None) -> int:
    """Do what is due once a day: strip referrals, close days; `between` is called after each step."""
    close_old_connections()
    return daily.run_daily(office(), between)


def downtime_pack() -> Pack:
    """Return everything that a desk needs while the service is down, as of the last leaf."""
    return packed(office())


def add_user(name: str, role: str, password: str, *, centre: str | None, candidate: str | None) -> None:
    """Make an account."""
    add_account(NewAccount(name, _role(role), password, centre, candidate))


def new_password(name: str, password: str) -> None:
    """Set the password of an account anew."""
    set_password(name, password)


def end_factors(name: str) -> int:
    """End the second factors of an account, and return how many there were."""
    return accounts.end_factors(name)


def close_user(name: str) -> None:
    """Close an account."""
    close_account(name)


def new_token(name: str, days: int) -> str:
    """Return a new token of an account, which holds for some days."""
    account = account_named(name)
    text = token_text(secrets.token_bytes(TOKEN_BYTES))
    keep_token(account, text, expires_at=now() + timedelta(days=days))
    return text


def import_places(path: Path) -> tuple[int, int]:
    """Add the places of a file; return how many are new, and how many were there."""
    return list_import.import_places(path)


def import_registrations(
    path: Path, accounts: Sequence[str], *, identities: str | None, tell: Callable[[int, int], None]
) -> Imported:
    """List everybody in a file."""
    return list_import.import_registrations(path, accounts, identities=identities, tell=tell)


def rotate_wrapping_key(new_key: bytes) -> int:
    """Put another wrapping key in force, and return the generation of the office's key from here on."""
    return office_keys.rotate_wrapping_key(replace(office(), next_wrapping_key=new_key), new_key)


def rotate_key(old: str, new: str) -> int:
    """Record that another key signs for the log, and return the leaf; asked again, it is the same leaf."""
    digest = hashlib.sha256(f"{old} {new}".encode()).hexdigest()
    return log_keys.rotate_key(office(), Request(f"rotate {digest}", OPERATOR), KeyRotated(old, new)).index


def erased_list(before: str, place: str) -> str:
    """Return the list that a file holds, with everybody who was erased since."""
    return erased.written(erased.goes_on(office(), erased.read_list(before, place=place)))


def erase_again(listed: str, place: str) -> ErasedAgain:
    """Erase again everybody of a list whose key is in the vault all the same."""
    return erased.erase_again(office(), erased.read_list(listed, place=place), actor=OPERATOR)


@dataclass(frozen=True, slots=True)
class Recovered:
    """Hold the leaf by which a log goes on from a lost one, and how many leaves of that one are here."""

    leaf: int
    kept: int


def recover_log(signed: str, key: str, hashes: Sequence[bytes]) -> Recovered:
    """Record that the log goes on from a lost one, whose leaves have these hashes; asked again, it is the same leaf."""
    kept = log_keys.leaves_kept(_USING, hashes)
    proof = tuple(each.hex() for each in consistency_path(hashes, kept))
    digest = hashlib.sha256(f"{signed} {key}".encode()).hexdigest()
    asked = LogRecovered(signed, key, kept, proof)
    return Recovered(log_keys.recover_log(office(), Request(f"recover {digest}", OPERATOR), asked).index, kept)


def _role(written: str) -> Role:
    try:
        return Role(written)
    except ValueError:
        raise InputError(
            f"'{written[:40]}' is no role; the roles are {', '.join(role.value for role in Role)}."
        ) from None


def _waiting() -> bool:
    executor = MigrationExecutor(connections[_USING])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def findings(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what the doctor finds: of the database, the disk, the clock, the files of keys, and the publisher."""
    try:
        connections[_USING].ensure_connection()
    except DatabaseError as error:
        yield Finding("database", ok=False, says=f"cannot be reached ({' '.join(str(error).split())}); check it.")
        return
    yield Finding("database", ok=True, says=f"{connections[_USING].vendor} answers.")
    yield from _of_tables()
    yield _of_erased(environment.get(ERASED_LIST))
    yield from _of_statistics()
    yield from _of_disk()
    at = now()
    yield Finding(
        "clock", ok=at > _EARLIEST, says=f"{at:%Y-%m-%d %H:%M:%S} UTC" + ("." if at > _EARLIEST else "; set it.")
    )
    for name in (SECRET_KEY_FILE, WRAPPING_KEY_FILE, NEXT_WRAPPING_KEY_FILE, OIDC_FILE):
        if name in environment:
            yield _of_file(name, Path(environment[name]))


def _of_tables() -> Iterator[Finding]:
    if _waiting():
        yield Finding("tables", ok=False, says="migrations have yet to run; run bequest migrate.")
        return
    wrong = problems(_USING)
    if wrong:
        yield from (Finding("tables", ok=False, says=each) for each in wrong)
    else:
        yield Finding("tables", ok=True, says="every table, index and trigger is as it was made.")
    try:
        check_people(office())
        yield Finding("people", ok=True, says="invented people and real ones are apart.")
    except InputError as error:
        yield Finding("people", ok=False, says=str(error))
    try:
        check_keys(office())
        yield Finding("wrapping key", ok=True, says="it opens the keys of the office.")
    except InputError as error:
        yield Finding("wrapping key", ok=False, says=str(error))
    yield from _of_publisher()


def _of_erased(path: str | None) -> Finding:
    """Return whether everybody who was erased stands on the list that is kept apart, and has no key here again."""
    try:
        here = erased.erased_list(office())
        if path is None:
            says = f"{len(here):,} were erased, and no list of them is kept apart; set {ERASED_LIST}."
            return Finding("erased persons", ok=not here, says=says if here else "nobody was erased.")
        listed = () if here == () and not Path(path).exists() else _listed_erased(Path(path))
        back = erased.back_again(_USING, listed)
        lacking = {each.subject for each in here} - {each.subject for each in listed}
    except (InputError, OSError, UnicodeDecodeError, DatabaseError) as error:
        return Finding("erased persons", ok=False, says=f"cannot be compared with their list ({error}).")
    if back:
        says = f"{len(back):,} have their keys again, as after a restored backup; run bequest erased again {path}"
        return Finding("erased persons", ok=False, says=says)
    if lacking:
        says = f"{len(lacking):,} are not on the list that is kept apart; run bequest erased list --out {path}"
        return Finding("erased persons", ok=False, says=says)
    return Finding("erased persons", ok=True, says="all are on the list that is kept apart, and have no key here.")


def _listed_erased(path: Path) -> tuple[erased.Erased, ...]:
    return erased.read_list(path.read_text(encoding="utf-8"), place=str(path))


def _of_publisher() -> Iterator[Finding]:
    store = store_of(_USING)
    size, signed = head(store).size, newest(store)
    if signed is None:
        yield Finding("publisher", ok=False, says=f"nothing of {size} entries is signed; start bequest publisher.")
        return
    behind = size - signed.checkpoint.size
    says = "has signed every entry." if behind == 0 else f"is {behind} entries behind; see whether it runs."
    yield Finding("publisher", ok=behind == 0, says=says)
    notice = quorum_notice()
    if notice is not None:
        yield Finding("quorum", ok=False, says=notice)
    names = sorted({each.name for each in cosignatures(store, signed.checkpoint.size)})
    says = f"{', '.join(names)} cosigned." if names else "nobody cosigned the newest checkpoint; see to the witnesses."
    yield Finding("witnesses", ok=bool(names), says=says)


def _of_statistics() -> Iterator[Finding]:
    if connections[_USING].vendor != "postgresql":
        return
    row = store_of(_USING).run("SELECT current_setting('autovacuum')").fetchone()
    ok = row == ("on",)
    says = "autovacuum is on." if ok else "autovacuum is off, so that pages become slow; switch it on in PostgreSQL."
    yield Finding("statistics", ok=ok, says=says)


def _of_disk() -> Iterator[Finding]:
    database = cast("dict[str, object]", settings.DATABASES[_USING])
    if connections[_USING].vendor != "sqlite":
        return
    free = shutil.disk_usage(Path(str(database["NAME"])).resolve().parent).free
    enough = free >= _LEAST_FREE_BYTES
    says = f"{free / 1e9:.1f} GB are free" + ("." if enough else "; make room, or nothing can be recorded soon.")
    yield Finding("disk", ok=enough, says=says)


def _of_file(name: str, path: Path) -> Finding:
    mode = S_IMODE(path.stat().st_mode)
    if mode & _OTHERS:
        return Finding(name, ok=False, says=f"others can read the file (mode {mode:o}); chmod 600 it.")
    return Finding(name, ok=True, says="only its owner can read the file.")
