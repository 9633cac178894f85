"""Knows the tables of downtimes, lost logs and days of reads: columns, and what they refuse but for the triggers."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.registry.schema.columns import OWN_EVENT, instant

if TYPE_CHECKING:
    from collections.abc import Mapping

DOWNTIMES: Mapping[str, str] = MappingProxyType({
    "registry_downtime": f"""(
  event_id {OWN_EVENT},
  part {{text}} NOT NULL CHECK (part <> ''),
  begun_at {{text}} NOT NULL {instant("begun_at")}
)""",
    "registry_restoration": f"""(
  event_id {OWN_EVENT},
  downtime_id {{text}} NOT NULL UNIQUE REFERENCES registry_downtime (event_id),
  restored_at {{text}} NOT NULL {instant("restored_at")}
)""",
    "registry_lostlog": f"""(
  event_id {OWN_EVENT},
  note {{text}} NOT NULL CHECK (note <> ''),
  proof {{text}} NOT NULL
)""",
    "registry_readday": f"""(
  event_id {OWN_EVENT},
  day {{text}} NOT NULL UNIQUE CHECK (length(day) = 10 AND day LIKE '____-__-__'),
  reads {{bigint}} NOT NULL CHECK (reads >= 0),
  digest {{text}} NOT NULL CHECK (length(digest) = 64),
  salt {{bytes}} NOT NULL
)""",
})  # fmt: skip
