"""Knows how files are taken over: the places of an office, and its lists, in the name of accounts of its centres."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.files.columns import columns_of_table
from bequest.files.problems import raise_problems
from bequest.files.rows import check_one_world
from bequest.files.table import judged_file
from bequest.files.typings import check_typings
from bequest.ledger.facts import fact_rows
from bequest.model.column import Table
from bequest.model.errors import InputError
from bequest.registry.centres import add_centres
from bequest.registry.listing_import import Source, import_listings
from bequest.registry.listings import Listing
from bequest.service.accounts import account_named
from bequest.service.office import office
from bequest.service.roles import Action, Role, Verdict, cell_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from bequest.ledger.facts import Facts
    from bequest.registry.listing_import import Imported

_HEADER = ["candidate", "identity", "resident", "agreement"]
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LONGEST = 500


def import_registrations(
    path: Path, accounts: Sequence[str], *, identities: str | None, tell: Callable[[int, int], None]
) -> Imported:
    """List everybody in a file; nothing is written where a row is wrong.

    `accounts` are of those who may list candidates, one a centre. `identities` is a table of text: candidate, identity,
    which goes sealed into the vault, and whether they are resident, or under which agreement they are not.
    """
    actors = _actors(accounts)
    judged = judged_file(path, Table.REGISTRATION)
    check_one_world(judged)
    check_typings(judged)
    raise_problems(judged.problems)
    facts = fact_rows(columns_of_table(judged).values, Table.REGISTRATION)
    known = {} if identities is None else _identities(identities)
    strangers = known.keys() - {row["candidate"] for row in facts}
    if strangers:
        raise InputError(
            f"{len(strangers)} rows of the identities are of candidates who are not in {path.name}; leave them out."
        )
    return import_listings(office(), _listings(facts, known), Source(actors, judged.origin.place, tell))


def import_places(path: Path) -> tuple[int, int]:
    """Add the places of a file; return how many are new, and how many were there. Nothing is added where one is wrong.

    Raises `InputError` for a wrong row, a place that is there with other facts, and a new one after the first run.
    """
    judged = judged_file(path, Table.CENTRE)
    raise_problems(judged.problems)
    facts = fact_rows(columns_of_table(judged).values, Table.CENTRE)
    new = add_centres(office(), facts)
    return new, len(facts) - new


@dataclass(frozen=True, slots=True, repr=False)
class _Person:
    """Hold what stands in no table of registrations: the identity, and whether somebody is resident."""

    identity: str
    resident: bool
    agreement: str | None


def _listings(facts: Sequence[Facts], known: Mapping[str, _Person]) -> list[Listing]:
    """Return the listings; the identity of a candidate goes with the first of their registrations."""
    listings: list[Listing] = []
    named: set[str] = set()
    for row in facts:
        person = known.get(row["candidate"])
        if person is None:
            listings.append(Listing(row))
            continue
        identity = None if row["candidate"] in named else person.identity
        named.add(row["candidate"])
        listings.append(Listing(row, identity, person.resident, person.agreement))
    return listings


def _actors(accounts: Sequence[str]) -> Mapping[str, str]:
    """Return who answers for the rows of each centre: an account that may put its candidates on lists."""
    actors: dict[str, str] = {}
    for name in accounts:
        account = account_named(name)
        verdict = cell_of(Action.REGISTRATIONS_CREATE, Role(account.role)).verdict
        if verdict is not Verdict.OWN_CENTRE or account.centre is None or not account.user.is_active:
            raise InputError(f"Account {name} may put nobody on a list; name an open account of the centre that may.")
        if account.centre in actors:
            raise InputError(f"Accounts {actors[account.centre]} and {name} are of one centre; name one of them.")
        actors[account.centre] = name
    return actors


def _identities(text: str) -> dict[str, _Person]:
    """Return people by candidate; a sentence about a row names its line, and nobody."""
    rows = list(csv.reader(io.StringIO(text)))
    if not rows or rows[0] != _HEADER:
        raise InputError(f"The identities: the first line must be '{','.join(_HEADER)}'; correct the file.")
    wrong = [
        f"The identities, line {line}: {sentence}"
        for line, row in enumerate(rows[1:], start=2)
        if (sentence := _wrong(row)) is not None
    ]
    if wrong:
        raise InputError(*wrong[:200])
    found = {row[0]: _Person(row[1], row[2] == "yes", row[3] or None) for row in rows[1:]}
    if len(found) != len(rows) - 1:
        raise InputError("The identities: a candidate stands in two lines; keep one of them.")
    return found


def _wrong(row: Sequence[str]) -> str | None:
    if len(row) != len(_HEADER) or not all(row[:2]) or len(row[1]) > _LONGEST or not row[1].isprintable():
        return f"the line has a candidate, an identity of at most {_LONGEST} characters, resident and agreement."
    if row[2] not in {"yes", "no"}:
        return "resident is yes or no."
    if row[3] and (row[2] == "yes" or not _DIGEST.fullmatch(row[3])):
        return "an agreement is of somebody who is not resident, as its SHA-256."
    return None
