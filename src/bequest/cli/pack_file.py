"""Knows the files of downtime: the desk's key, a pack, and what a run takes from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from bequest.cli.private_key import read_private, write_private
from bequest.ledger.commitment import KEY_BYTES
from bequest.ledger.downtime_pack import LARGEST_PACK_BYTES, Pack, read_pack
from bequest.ledger.encoding import base64_bytes, base64_text
from bequest.ledger.errors import LedgerError
from bequest.ledger.facts import pool_columns
from bequest.ledger.keys import PublicKey, parse_vkey
from bequest.matching.pool import build_pool
from bequest.model.column import Table
from bequest.model.errors import InputError
from bequest.policy import library
from bequest.policy.load import load_policy
from bequest.policy.plan_load import load_plan
from bequest.policy.sources import read_sources

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from bequest.matching.pool import Pool
    from bequest.model.enums import Organ
    from bequest.policy.plan import DonorPlan
    from bequest.policy.policy import Policy

_MARK = "bequest-desk-key/1"


@dataclass(frozen=True, slots=True, repr=False)
class DeskKey:
    """Hold what opens packs, 32 bytes, and the public key of the office that makes them."""

    key: bytes
    maker: PublicKey


def write_desk_key(desk: DeskKey, path: Path) -> None:
    """Store a desk's key in a new file that only its owner can read; never write over one."""
    content = f"{_MARK}\n{base64_text(desk.key)}\n{desk.maker.vkey()}\n"
    write_private(content, path, what="the desk's key")


def read_desk_key(path: Path) -> DeskKey:
    """Return the desk's key of a file; what is told of a bad one never quotes from it."""
    mark, key, maker, *_ = [*read_private(path).splitlines(), "", "", ""]
    broken = InputError(f"{path}: this is no key of a desk, or it was altered; make one with bequest downtime key.")
    try:
        found = DeskKey(base64_bytes(key, what="The key"), parse_vkey(maker))
    except LedgerError:
        raise broken from None
    if mark != _MARK or len(found.key) != KEY_BYTES:
        raise broken
    return found


def opened_pack(path: Path, desk_key: Path) -> Pack:
    """Return a pack that the office of the desk's key made; raise `InputError` for any other file."""
    desk = read_desk_key(desk_key)
    try:
        if path.stat().st_size > LARGEST_PACK_BYTES:
            raise InputError(f"{path}: this file is larger than any downtime pack; name the pack.")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: the downtime pack cannot be read ({error.strerror}).") from None
    try:
        return read_pack(data, key=desk.key, maker=desk.maker)
    except LedgerError as error:
        raise InputError(f"{path}: {error}") from None


def packed_policy(pack: Pack, organ: Organ) -> Policy:
    """Return the policy that was in force for an organ; raise `InputError` where there is none or it is another one."""
    packed = pack.policies.get(organ)
    if packed is None:
        raise InputError(f"No policy for the {organ.value} was in force when this pack was made.")
    sources = read_sources(pack.sources, label="the sources of the pack")
    policy = load_policy(packed.written, label=f"policy of the pack for the {organ.value}", sources=sources)
    if policy.hash != packed.hash:
        raise _another(f"The policy for the {organ.value}", pack)
    return policy


def packed_plan(pack: Pack) -> DonorPlan:
    """Return the donor plan that was in force; raise `InputError` where there is none or it is another one."""
    if pack.plan is None:
        raise InputError("No donor plan was in force when this pack was made; rank the organs one by one with match.")
    sources = read_sources(pack.sources, label="the sources of the pack")
    policies = {each.name: each for each in (packed_policy(pack, organ) for organ in pack.policies)}

    def find(name: str) -> Policy:
        return policies[name] if name in policies else library.policy(name)

    plan = load_plan(pack.plan.written, label="donor plan of the pack", sources=sources, find=find)
    if plan.hash != pack.plan.hash:
        raise _another("The donor plan", pack)
    return plan


def _another(what: str, pack: Pack) -> InputError:
    return InputError(
        f"{what} has another hash here than where the pack was made with bequest {pack.engine}; rank with that version."
    )


def packed_places(pack: Pack) -> pl.DataFrame:
    """Return the centres and hospitals as a table of texts."""
    names = sorted({name for place in pack.places for name in place})
    return pl.DataFrame({name: [place.get(name) for place in pack.places] for name in names}, strict=False)


def packed_pool(pack: Pack, organ: Organ, at: datetime) -> Pool:
    """Return one organ's list as of an instant."""
    try:
        registrations = pool_columns(pack.lists.get(organ, ()), Table.REGISTRATION)
        centres = pool_columns(pack.places, Table.CENTRE)
    except LedgerError as error:
        raise InputError(f"The pack for the {organ.value}: {error}") from None
    return build_pool(organ, as_of=at, registrations=registrations, centres=centres)
