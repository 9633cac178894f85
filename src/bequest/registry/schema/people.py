"""Knows the tables of who waits and where, and of events: their columns, and what they refuse but for the triggers."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.enums import Organ
from bequest.registry.schema.columns import LATER, OWN_EVENT, codes, instant

if TYPE_CHECKING:
    from collections.abc import Mapping

LISTING_KINDS = (
    "listing.created", "listing.changed", "listing.suspended", "listing.removed", "exception.decided", "appeal.decided",
)  # fmt: skip

PEOPLE: Mapping[str, str] = MappingProxyType({
    "registry_vault": f"""(
  id {{text}} PRIMARY KEY,
  wrapped_key {{bytes}},
  identity {{bytes}},
  destroyed_at {{text}} {instant("destroyed_at")},
  CHECK ((destroyed_at IS NULL) = (wrapped_key IS NOT NULL)),
  CHECK (destroyed_at IS NULL OR identity IS NULL)
)""",
    "registry_officekey": """(
  generation {bigint} NOT NULL PRIMARY KEY CHECK (generation > 0),
  sealed {bytes} NOT NULL
)""",
    "registry_event": f"""(
  id {{text}} PRIMARY KEY REFERENCES ledger_entry (event_id) {LATER},
  kind {{text}} NOT NULL CHECK (kind <> ''),
  case_name {{text}} CHECK (case_name <> ''),
  actor {{text}} NOT NULL CHECK (actor <> ''),
  request_key {{text}} NOT NULL UNIQUE CHECK (request_key <> ''),
  request_digest {{text}} NOT NULL CHECK (length(request_digest) = 64),
  at {{text}} NOT NULL {instant("at")},
  happened_at {{text}} NOT NULL {instant("happened_at")} CHECK (happened_at <= at),
  subject_id {{text}} REFERENCES registry_vault (id),
  payload {{bytes}} NOT NULL,
  wrapped_key {{bytes}} NOT NULL
)""",
    "registry_closedevent": f"""(
  event_id {{text}} PRIMARY KEY REFERENCES registry_event (id),
  erasure_id {{text}} NOT NULL REFERENCES registry_event (id) {LATER},
  left_open {{text}} NOT NULL
)""",
    "registry_centre": """(
  id {text} PRIMARY KEY,
  facts {text} NOT NULL,
  digest {text} NOT NULL CHECK (length(digest) = 64)
)""",
    "registry_waitinglist": f"""(
  organ {{text}} PRIMARY KEY {codes("organ", (organ.value for organ in Organ))}
)""",
    "registry_candidate": """(
  id {text} PRIMARY KEY CHECK (id <> ''),
  subject_id {text} NOT NULL UNIQUE REFERENCES registry_vault (id)
)""",
    "registry_registration": """(
  id {text} PRIMARY KEY CHECK (id <> ''),
  candidate_id {text} NOT NULL REFERENCES registry_candidate (id),
  waiting_list_id {text} NOT NULL REFERENCES registry_waitinglist (organ),
  pseudonym {text} NOT NULL UNIQUE CHECK (length(pseudonym) = 32)
)""",
    "registry_version": f"""(
  event_id {OWN_EVENT},
  registration_id {{text}} NOT NULL REFERENCES registry_registration (id),
  kind {{text}} NOT NULL {codes("kind", LISTING_KINDS)},
  centre_id {{text}} REFERENCES registry_centre (id),
  facts {{text}},
  digest {{text}} CHECK (length(digest) = 64),
  CHECK ((centre_id IS NULL) = (facts IS NULL)),
  CHECK ((kind = 'listing.removed') = (digest IS NULL)),
  CHECK (facts IS NULL OR digest IS NOT NULL)
)""",
})  # fmt: skip
