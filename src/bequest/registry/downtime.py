"""Knows what a desk needs while the service is down: lists, places, policies and plan in force, at one leaf."""

from __future__ import annotations

import json
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from bequest import __version__
from bequest.ledger.downtime_pack import Pack, PackedPolicy
from bequest.ledger.facts import fact_rows
from bequest.model.column import Table
from bequest.model.enums import Organ
from bequest.registry.donor_plans import plan_in_force
from bequest.registry.lists import listed_before
from bequest.registry.models import Centre
from bequest.registry.policies import policies_in_force
from bequest.registry.rows import every, store_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from bequest.ledger.facts import Facts
    from bequest.registry.office import Office


def downtime_pack(office: Office) -> Pack:
    """Return everything as it was before one leaf of the log, so that no list shows half a change."""
    at = office.clock().replace(microsecond=0)
    (size,) = store_of(office.using).run("SELECT size FROM ledger_head WHERE one = 1").fetchone() or (0,)
    before = cast("int", size)
    return Pack(
        jurisdiction=office.jurisdiction,
        synthetic=office.synthetic,
        made_at=at,
        log_size=before,
        engine=__version__,
        sources=files("bequest.policies").joinpath("sources.yaml").read_text(encoding="utf-8"),
        policies=_policies(office.using, at.date()),
        places=tuple(cast("Facts", json.loads(centre.facts)) for centre in every(office.using, Centre, "id")),
        plan=_plan(office.using, at.date()),
        lists=MappingProxyType({organ: _rows(office, organ, at, before) for organ in Organ}),
    )


def _rows(office: Office, organ: Organ, at: datetime, before: int) -> tuple[Facts, ...]:
    rows = fact_rows(listed_before(office.using, organ, at, leaf=before).columns, Table.REGISTRATION)
    return tuple(sorted(rows, key=lambda facts: facts["registration"]))


def _plan(using: str, day: date) -> PackedPolicy | None:
    row = plan_in_force(using, day)
    return None if row is None else PackedPolicy(row.written, row.hash)


def _policies(using: str, day: date) -> Mapping[Organ, PackedPolicy]:
    return MappingProxyType(
        {
            organ: PackedPolicy(each.policy.written, each.policy.hash)
            for organ, each in policies_in_force(using, day).items()
        }
    )
