"""Knows the tables of the registry in SQLite and PostgreSQL, and all that they refuse but for the triggers.

Django's own migrations make no foreign keys over two columns, and defer those that they make. So the tables are
written here, and the models only describe them. What refers to the event that made a row is deferred, because the event
is written after it; an event refers to its leaf, deferred as well: no transaction ends with an event and no leaf. All
other references are immediate.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.ledger.store_schema import Dialect
from bequest.model.enums import (
    ConsentBasis,
    CustodyResult,
    DeathCriteria,
    OfferKind,
    Organ,
    OrganPart,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LATER = "DEFERRABLE INITIALLY DEFERRED"
OWN_EVENT = f"{{text}} PRIMARY KEY REFERENCES registry_event (id) {LATER}"


def _codes(name: str, codes: Iterable[str]) -> str:
    listed = ", ".join(f"'{code}'" for code in codes)
    return f"CHECK ({name} IN ({listed}))"


def _instant(name: str) -> str:
    """Return the check that a text is an instant as leaves write it, so that texts sort as instants do."""
    return f"CHECK (length({name}) = 27 AND {name} LIKE '____-__-__T__:__:__.______Z')"


def _gate(name: str, kinds: Iterable[str]) -> str:
    """Return the two columns that name a leaf of certain kinds."""
    return f"{name}_idx {{bigint}} NOT NULL,\n  {name}_kind {{text}} NOT NULL {_codes(f'{name}_kind', kinds)}"


def _leaf(name: str) -> str:
    """Return the key by which those two columns refer to a leaf, which has to be there when the row is written."""
    return f"FOREIGN KEY ({name}_idx, {name}_kind) REFERENCES ledger_entry (idx, kind)"


_GATES = ",\n  ".join([
    _gate("consent", ["consent.verified"]),
    _gate("custody", ["custody.checked"]),
    _gate("death", ["death.certified", "dcd.opened"]),
])  # fmt: skip
_GATE_LEAVES = ",\n  ".join(_leaf(name) for name in ("consent", "custody", "death"))
_DECEASED = "{text} NOT NULL CHECK ({name} = 'deceased')"
LISTING_KINDS = ("listing.created", "listing.changed", "listing.suspended", "listing.removed")
ENDS = ("offer.accepted", "offer.refused", "offer.expired", "offer.withdrawn")
CAUSES = ("cerebrovascular", "anoxia", "trauma", "other")
STAGES = ("possible", "potential", "eligible")

PEOPLE: Mapping[str, str] = MappingProxyType({
    "registry_vault": f"""(
  id {{text}} PRIMARY KEY,
  wrapped_key {{bytes}},
  identity {{bytes}},
  destroyed_at {{text}} {_instant("destroyed_at")},
  CHECK ((destroyed_at IS NULL) = (wrapped_key IS NOT NULL)),
  CHECK (destroyed_at IS NULL OR identity IS NULL)
)""",
    "registry_event": f"""(
  id {{text}} PRIMARY KEY REFERENCES ledger_entry (event_id) {LATER},
  kind {{text}} NOT NULL CHECK (kind <> ''),
  case_name {{text}} CHECK (case_name <> ''),
  actor {{text}} NOT NULL CHECK (actor <> ''),
  request_key {{text}} NOT NULL UNIQUE CHECK (request_key <> ''),
  request_digest {{text}} NOT NULL CHECK (length(request_digest) = 64),
  at {{text}} NOT NULL {_instant("at")},
  subject_id {{text}} REFERENCES registry_vault (id),
  payload {{bytes}} NOT NULL,
  wrapped_key {{bytes}} NOT NULL
)""",
    "registry_centre": """(
  id {text} PRIMARY KEY,
  facts {text} NOT NULL,
  digest {text} NOT NULL CHECK (length(digest) = 64)
)""",
    "registry_waitinglist": f"""(
  organ {{text}} PRIMARY KEY {_codes("organ", (organ.value for organ in Organ))}
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
  kind {{text}} NOT NULL {_codes("kind", LISTING_KINDS)},
  facts {{text}},
  digest {{text}} CHECK (length(digest) = 64),
  CHECK ((kind = 'listing.removed') = (digest IS NULL)),
  CHECK (facts IS NULL OR digest IS NOT NULL)
)""",
})  # fmt: skip

DONATION: Mapping[str, str] = MappingProxyType({
    "registry_donorcase": f"""(
  donation {{text}} PRIMARY KEY CHECK (length(donation) = 32),
  donor {{text}} NOT NULL UNIQUE CHECK (donor <> ''),
  kind {_DECEASED.replace("{name}", "kind")},
  subject_id {{text}} NOT NULL UNIQUE REFERENCES registry_vault (id),
  event_id {{text}} NOT NULL UNIQUE REFERENCES registry_event (id) {LATER}
)""",
    "registry_referral": f"""(
  case_id {{text}} PRIMARY KEY REFERENCES registry_donorcase (donation),
  hospital_id {{text}} NOT NULL REFERENCES registry_centre (id),
  number {{bigint}} NOT NULL CHECK (number > 0),
  referred_at {{text}} NOT NULL {_instant("referred_at")},
  referrer {{text}} NOT NULL CHECK (referrer <> ''),
  ventilated {{truth}} NOT NULL,
  cause_class {{text}} NOT NULL {_codes("cause_class", CAUSES)},
  stage {{text}} NOT NULL {_codes("stage", STAGES)},
  UNIQUE (hospital_id, number)
)""",
    "registry_consent": f"""(
  event_id {OWN_EVENT},
  case_id {{text}} NOT NULL REFERENCES registry_donorcase (donation),
  basis {{text}} NOT NULL {_codes("basis", (basis.value for basis in ConsentBasis))},
  organs {{text}} NOT NULL CHECK (organs <> ''),
  recorded_at {{text}} NOT NULL {_instant("recorded_at")},
  recorded_by {{text}} NOT NULL,
  objection_found {{truth}} NOT NULL,
  document {{text}} CHECK (length(document) = 64),
  UNIQUE (event_id, case_id, recorded_by)
)""",
    "registry_consentverification": f"""(
  event_id {OWN_EVENT},
  case_id {{text}} NOT NULL,
  consent_id {{text}} NOT NULL UNIQUE,
  recorded_by {{text}} NOT NULL,
  verified_by {{text}} NOT NULL CHECK (verified_by <> recorded_by),
  register {{text}} NOT NULL,
  register_answer {{text}} NOT NULL,
  FOREIGN KEY (consent_id, case_id, recorded_by) REFERENCES registry_consent (event_id, case_id, recorded_by)
)""",
    "registry_consentrevocation": f"""(
  event_id {OWN_EVENT},
  consent_id {{text}} NOT NULL UNIQUE REFERENCES registry_consent (event_id),
  by {{text}} NOT NULL
)""",
    "registry_identitycheck": f"""(
  event_id {OWN_EVENT},
  case_id {{text}} NOT NULL UNIQUE REFERENCES registry_donorcase (donation),
  method {{text}} NOT NULL
)""",
    "registry_custodycheck": f"""(
  event_id {OWN_EVENT},
  case_id {{text}} NOT NULL REFERENCES registry_donorcase (donation),
  result {{text}} NOT NULL {_codes("result", (result.value for result in CustodyResult))},
  register {{text}} NOT NULL CHECK (register <> ''),
  lookback_months {{bigint}} NOT NULL CHECK (lookback_months >= 12),
  checked_at {{text}} NOT NULL {_instant("checked_at")}
)""",
    "registry_deathdeclaration": f"""(
  event_id {OWN_EVENT},
  case_id {{text}} NOT NULL UNIQUE REFERENCES registry_donorcase (donation),
  criteria {{text}} NOT NULL {_codes("criteria", (criteria.value for criteria in DeathCriteria))},
  declared_at {{text}} NOT NULL {_instant("declared_at")},
  certifier_first {{text}} NOT NULL,
  certifier_second {{text}} NOT NULL CHECK (certifier_second <> certifier_first)
)""",
    "registry_organ": f"""(
  event_id {OWN_EVENT},
  case_id {{text}} NOT NULL REFERENCES registry_donorcase (donation),
  organ {{text}} NOT NULL {_codes("organ", (organ.value for organ in Organ))},
  donor_kind {_DECEASED.replace("{name}", "donor_kind")},
  facts {{text}} NOT NULL,
  digest {{text}} NOT NULL CHECK (length(digest) = 64),
  allocation_open_at {{text}} NOT NULL {_instant("allocation_open_at")},
  {_GATES},
  {_GATE_LEAVES},
  UNIQUE (case_id, organ),
  UNIQUE (event_id, case_id, consent_idx, custody_idx, death_idx, allocation_open_at)
)""",
    "registry_part": f"""(
  id {{text}} PRIMARY KEY,
  case_id {{text}} NOT NULL REFERENCES registry_donorcase (donation),
  part {{text}} NOT NULL {_codes("part", (part.value for part in OrganPart))},
  CHECK (id = case_id || ':' || part),
  UNIQUE (id, case_id)
)""",
})  # fmt: skip

ALLOCATION: Mapping[str, str] = MappingProxyType({
    "registry_policy": f"""(
  event_id {OWN_EVENT},
  hash {{text}} NOT NULL UNIQUE CHECK (length(hash) = 64),
  name {{text}} NOT NULL,
  edition {{text}} NOT NULL,
  organ {{text}} NOT NULL {_codes("organ", (organ.value for organ in Organ))},
  written {{text}} NOT NULL,
  proposed_by {{text}} NOT NULL
)""",
    "registry_policyenactment": f"""(
  event_id {OWN_EVENT},
  policy_id {{text}} NOT NULL UNIQUE REFERENCES registry_policy (event_id),
  enacted_on {{text}} NOT NULL CHECK (length(enacted_on) = 10),
  effective_on {{text}} NOT NULL CHECK (length(effective_on) = 10 AND effective_on >= enacted_on),
  signer_first {{text}} NOT NULL,
  signer_second {{text}} NOT NULL CHECK (signer_second <> signer_first)
)""",
    "registry_matchrun": f"""(
  event_id {OWN_EVENT},
  organ_id {{text}} NOT NULL REFERENCES registry_organ (event_id),
  enactment_id {{text}} NOT NULL REFERENCES registry_policyenactment (event_id),
  run_id {{text}} NOT NULL UNIQUE CHECK (length(run_id) = 32),
  wrapped_key {{bytes}} NOT NULL,
  ranked_at {{text}} NOT NULL {_instant("ranked_at")},
  inputs {{text}},
  lottery_seed {{text}} CHECK (length(lottery_seed) = 64),
  UNIQUE (event_id, organ_id)
)""",
    "registry_matchrow": f"""(
  run_id {{text}} NOT NULL REFERENCES registry_matchrun (event_id),
  rank {{bigint}} NOT NULL CHECK (rank > 0),
  row {{bigint}} NOT NULL CHECK (row >= 0),
  registration_id {{text}} NOT NULL REFERENCES registry_registration (id),
  offer_kind {{text}} NOT NULL {_codes("offer_kind", (kind.value for kind in OfferKind))},
  PRIMARY KEY (run_id, rank),
  UNIQUE (run_id, rank, row, registration_id)
)""",
    "registry_passedover": f"""(
  event_id {OWN_EVENT},
  run_id {{text}} NOT NULL,
  first_rank {{bigint}} NOT NULL,
  last_rank {{bigint}} NOT NULL CHECK (last_rank >= first_rank),
  reason {{text}} NOT NULL CHECK (reason <> ''),
  FOREIGN KEY (run_id, first_rank) REFERENCES registry_matchrow (run_id, rank),
  FOREIGN KEY (run_id, last_rank) REFERENCES registry_matchrow (run_id, rank)
)""",
    "registry_offer": f"""(
  event_id {OWN_EVENT},
  case_id {{text}} NOT NULL,
  organ_id {{text}} NOT NULL,
  run_id {{text}} NOT NULL,
  {_gate("run", ["match.run"])},
  rank {{bigint}} NOT NULL,
  row {{bigint}} NOT NULL,
  registration_id {{text}} NOT NULL,
  donor_kind {_DECEASED.replace("{name}", "donor_kind")},
  allocation_open_at {{text}} NOT NULL,
  offered_at {{text}} NOT NULL {_instant("offered_at")},
  expires_at {{text}} NOT NULL {_instant("expires_at")},
  {_GATES},
  {_leaf("run")},
  {_GATE_LEAVES},
  CHECK (offered_at >= allocation_open_at),
  CHECK (expires_at > offered_at),
  UNIQUE (event_id, expires_at),
  UNIQUE (event_id, case_id),
  FOREIGN KEY (run_id, organ_id) REFERENCES registry_matchrun (event_id, organ_id),
  FOREIGN KEY (run_id, rank, row, registration_id) REFERENCES registry_matchrow (run_id, rank, row, registration_id),
  FOREIGN KEY (organ_id, case_id, consent_idx, custody_idx, death_idx, allocation_open_at)
    REFERENCES registry_organ (event_id, case_id, consent_idx, custody_idx, death_idx, allocation_open_at)
)""",
    "registry_offerpart": """(
  offer_id {text} NOT NULL,
  part_id {text} NOT NULL,
  case_id {text} NOT NULL,
  PRIMARY KEY (offer_id, part_id),
  FOREIGN KEY (offer_id, case_id) REFERENCES registry_offer (event_id, case_id),
  FOREIGN KEY (part_id, case_id) REFERENCES registry_part (id, case_id)
)""",
    "registry_answer": f"""(
  offer_id {{text}} PRIMARY KEY,
  event_id {{text}} NOT NULL UNIQUE REFERENCES registry_event (id) {LATER},
  kind {{text}} NOT NULL {_codes("kind", ENDS)},
  reason {{text}},
  answered_at {{text}} NOT NULL {_instant("answered_at")},
  expires_at {{text}} NOT NULL,
  CHECK (kind <> 'offer.accepted' OR answered_at <= expires_at),
  CHECK (kind <> 'offer.expired' OR answered_at > expires_at),
  CHECK ((kind IN ('offer.refused', 'offer.withdrawn')) = (reason IS NOT NULL)),
  UNIQUE (offer_id, kind),
  FOREIGN KEY (offer_id, expires_at) REFERENCES registry_offer (event_id, expires_at)
)""",
    "registry_acceptance": """(
  offer_id {text} NOT NULL,
  part_id {text} NOT NULL,
  kind {text} NOT NULL CHECK (kind = 'offer.accepted'),
  ended_by_id {text} REFERENCES registry_event (id) DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (offer_id, part_id),
  FOREIGN KEY (offer_id, kind) REFERENCES registry_answer (offer_id, kind),
  FOREIGN KEY (offer_id, part_id) REFERENCES registry_offerpart (offer_id, part_id)
)""",
})  # fmt: skip

TABLES: Mapping[str, str] = MappingProxyType({**PEOPLE, **DONATION, **ALLOCATION})
"""The columns and constraints of each table, after those of the tables that it refers to."""

INDEXES = (
    "CREATE UNIQUE INDEX registry_one_live_acceptance ON registry_acceptance (part_id) WHERE ended_by_id IS NULL",
    "CREATE INDEX registry_event_of_case ON registry_event (case_name)",
    "CREATE INDEX registry_version_of_registration ON registry_version (registration_id)",
    "CREATE INDEX registry_offer_of_run ON registry_offer (run_id)",
    "CREATE INDEX registry_offer_of_registration ON registry_offer (registration_id)",
    "CREATE INDEX registry_offerpart_of_part ON registry_offerpart (part_id)",
)

_NAMES: Mapping[Dialect, Mapping[str, str]] = MappingProxyType({
    Dialect.SQLITE: {"text": "TEXT", "bigint": "INTEGER", "bytes": "BLOB", "truth": "INTEGER"},
    # Texts sort as their bytes do, whatever the language of the database.
    Dialect.POSTGRESQL: {"text": 'text COLLATE "C"', "bigint": "bigint", "bytes": "bytea", "truth": "boolean"},
})  # fmt: skip


def table_statements(dialect: Dialect, tables: Iterable[str] = tuple(TABLES)) -> tuple[str, ...]:
    """Return the statements that make tables, with their indexes and the rows of the waiting lists, in their order."""
    strict = " STRICT" if dialect is Dialect.SQLITE else ""
    wanted = tuple(tables)
    made = (f"CREATE TABLE {name} {TABLES[name].format(**_NAMES[dialect])}{strict}" for name in wanted)
    indexes = (index for index in INDEXES if any(f" ON {name} " in index for name in wanted))
    # The names of organs are our own.
    lists = (f"INSERT INTO registry_waitinglist (organ) VALUES ('{organ.value}')" for organ in Organ)  # noqa: S608
    return (*made, *indexes, *(lists if "registry_waitinglist" in wanted else ()))
