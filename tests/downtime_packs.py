"""Knows downtime packs for tests: one made of a folder of files, with its keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bequest.cli.pack_file import DeskKey, write_desk_key
from bequest.files.directory import find_table
from bequest.files.table import read_table
from bequest.ledger.downtime_pack import Pack, PackedPolicy, pack_bytes
from bequest.ledger.facts import fact_rows
from bequest.ledger.signers import Ed25519Signer
from bequest.model.column import Table
from bequest.model.enums import Organ
from bequest.policy import library, plans

if TYPE_CHECKING:
    from pathlib import Path

KEY = bytes(range(32))
NONCE = bytes(12)
SIGNER = Ed25519Signer.of("office.example", Ed25519PrivateKey.from_private_bytes(bytes(32)))
PLAN = plans.plan_versions("core/donor-plan")[-1]
MADE_AT = datetime(2026, 10, 31, 22, 30, tzinfo=UTC)


@dataclass(frozen=True)
class PackFiles:
    """Hold a pack and a desk's key as files, and a folder with the donors alone."""

    pack: Path
    desk_key: Path
    donors: Path


def pack_of(directory: Path, organ: Organ = Organ.HEART) -> Pack:
    """Return a pack of one list with its core policy, of the tables in a folder."""
    rows = {
        table: fact_rows(read_table(find_table(directory, table), table).values, table)
        for table in (Table.REGISTRATION, Table.CENTRE)
    }
    written = files("bequest.policies").joinpath(f"core/{organ.value}-core-2026-1.yaml").read_text(encoding="utf-8")
    return Pack(
        jurisdiction="ZZ",
        synthetic=True,
        made_at=MADE_AT,
        log_size=1234,
        engine="0.0.1",
        sources=files("bequest.policies").joinpath("sources.yaml").read_text(encoding="utf-8"),
        policies={organ: PackedPolicy(written, library.policy(f"core/{organ.value}").hash)},
        places=rows[Table.CENTRE],
        lists={organ: rows[Table.REGISTRATION]},
        plan=PackedPolicy(PLAN.written, plans.loaded_plan(PLAN).hash),
    )


def written_pack(pack: Pack, directory: Path, into: Path) -> PackFiles:
    """Return a pack written with its keys, and the donors of a folder beside it."""
    made = PackFiles(into / "office.pack", into / "desk.key", into / "donors")
    made.pack.write_bytes(pack_bytes(pack, key=KEY, nonce=NONCE, signer=SIGNER))
    write_desk_key(DeskKey(KEY, SIGNER.key), made.desk_key)
    made.donors.mkdir()
    donors = find_table(directory, Table.DONOR)
    (made.donors / donors.name).write_bytes(donors.read_bytes())
    return made
