"""Knows how a file of registrations is taken over onto the lists, in the name of accounts of its centres."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from bequest.files.columns import columns_of_table
from bequest.files.problems import raise_problems
from bequest.files.rows import check_one_world
from bequest.files.table import judged_file
from bequest.files.typings import check_typings
from bequest.ledger.facts import fact_rows
from bequest.model.column import Table
from bequest.model.errors import InputError
from bequest.registry.listing_import import Source, import_listings
from bequest.registry.listings import Listing
from bequest.service.accounts import account_named
from bequest.service.office import office
from bequest.service.roles import Action, Role, Verdict, cell_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from bequest.registry.listing_import import Imported

_HEADER = ["candidate", "identity"]
_LONGEST = 500


def import_registrations(
    path: Path, accounts: Sequence[str], *, identities: str | None, tell: Callable[[int, int], None]
) -> Imported:
    """List everybody in a file; nothing is written where a row is wrong.

    `accounts` are of those who may list candidates, one a centre. `identities` is a table of text, candidate and
    identity, of those whose identity goes sealed into the vault.
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
    # The identity of a candidate goes with the first of their registrations.
    listings = [Listing(row, known.pop(row["candidate"], None)) for row in facts]
    return import_listings(office(), listings, Source(actors, judged.origin.place, tell))


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


def _identities(text: str) -> dict[str, str]:
    """Return identities by candidate; a sentence about a row names its line, and nobody."""
    rows = list(csv.reader(io.StringIO(text)))
    if not rows or rows[0] != _HEADER:
        raise InputError("The identities: the first line must be 'candidate,identity'; correct the file.")
    wrong = [
        f"The identities, line {line}: the line has a candidate and an identity of at most {_LONGEST} characters."
        for line, row in enumerate(rows[1:], start=2)
        if len(row) != len(_HEADER) or not all(row) or len(row[1]) > _LONGEST or not row[1].isprintable()
    ]
    if wrong:
        raise InputError(*wrong[:200])
    found = {row[0]: row[1] for row in rows[1:]}
    if len(found) != len(rows) - 1:
        raise InputError("The identities: a candidate stands in two lines; keep one of them.")
    return found
