"""Knows the tables of agreements between countries, and of organs that come and leave under them: what they hold."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.ledger.leaf_kinds import codes as codes_of_leaves
from bequest.registry.schema.columns import (
    DECEASED,
    GATE_LEAVES,
    GATES,
    ONE_OF_CASE,
    OWN_EVENT,
    codes,
    gate,
    instant,
    leaf,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

EXCHANGE: Mapping[str, str] = MappingProxyType({
    "registry_exchangeagreement": f"""(
  event_id {OWN_EVENT},
  country {{text}} NOT NULL CHECK (length(country) = 2),
  document {{text}} NOT NULL UNIQUE CHECK (length(document) = 64),
  published_at {{text}} NOT NULL {instant("published_at")},
  traceable_both_ways {{truth}},
  equivalent_standard {{truth}},
  joint_list {{truth}} NOT NULL,
  proposed_by {{text}} NOT NULL CHECK (proposed_by <> ''),
  UNIQUE (event_id, proposed_by),
  UNIQUE (event_id, country)
)""",
    "registry_exchangeorganisation": f"""(
  agreement_id {{text}} NOT NULL REFERENCES registry_exchangeagreement (event_id),
  name {{text}} NOT NULL CHECK (name <> ''),
  kind {{text}} NOT NULL {codes("kind", sorted(codes_of_leaves("receiver")))},
  PRIMARY KEY (agreement_id, name)
)""",
    "registry_exchangeenactment": f"""(
  event_id {OWN_EVENT},
  agreement_id {{text}} NOT NULL UNIQUE,
  enacted_on {{text}} NOT NULL CHECK (length(enacted_on) = 10),
  effective_on {{text}} NOT NULL CHECK (length(effective_on) = 10 AND effective_on >= enacted_on),
  proposed_by {{text}} NOT NULL,
  enacted_by {{text}} NOT NULL CHECK (enacted_by <> '' AND enacted_by <> proposed_by),
  FOREIGN KEY (agreement_id, proposed_by) REFERENCES registry_exchangeagreement (event_id, proposed_by)
)""",
    "registry_exchangeend": f"""(
  event_id {OWN_EVENT},
  agreement_id {{text}} NOT NULL UNIQUE REFERENCES registry_exchangeenactment (agreement_id),
  ended_by {{text}} NOT NULL CHECK (ended_by <> '')
)""",
    "registry_import": f"""(
  event_id {OWN_EVENT},
  case_id {ONE_OF_CASE},
  from_country {{text}} NOT NULL,
  donor_kind {DECEASED.replace("{name}", "donor_kind")},
  agreement_id {{text}} NOT NULL REFERENCES registry_exchangeenactment (agreement_id),
  {gate("agreement", ["exchange.enacted"])},
  organisation {{text}} NOT NULL,
  certificate {{text}} NOT NULL CHECK (length(certificate) = 64),
  attested_at {{text}} NOT NULL {instant("attested_at")},
  {leaf("agreement")},
  FOREIGN KEY (agreement_id, from_country) REFERENCES registry_exchangeagreement (event_id, country),
  FOREIGN KEY (agreement_id, organisation) REFERENCES registry_exchangeorganisation (agreement_id, name)
)""",
    "registry_export": f"""(
  event_id {OWN_EVENT},
  case_id {{text}} NOT NULL,
  organ_id {{text}} NOT NULL,
  run_id {{text}} NOT NULL,
  {gate("run", ["match.run"])},
  agreement_id {{text}} NOT NULL REFERENCES registry_exchangeenactment (agreement_id),
  country {{text}} NOT NULL,
  organisation {{text}} NOT NULL,
  exported_at {{text}} NOT NULL {instant("exported_at")},
  allocation_open_at {{text}} NOT NULL,
  {GATES},
  {leaf("run")},
  {GATE_LEAVES},
  CHECK (exported_at >= allocation_open_at),
  UNIQUE (event_id, case_id),
  FOREIGN KEY (run_id, organ_id) REFERENCES registry_matchrun (event_id, organ_id),
  FOREIGN KEY (agreement_id, country) REFERENCES registry_exchangeagreement (event_id, country),
  FOREIGN KEY (agreement_id, organisation) REFERENCES registry_exchangeorganisation (agreement_id, name),
  FOREIGN KEY (organ_id, case_id, consent_idx, custody_idx, death_idx, allocation_open_at)
    REFERENCES registry_organ (event_id, case_id, consent_idx, custody_idx, death_idx, allocation_open_at)
)""",
    "registry_exportedpart": """(
  part_id {text} PRIMARY KEY,
  export_id {text} NOT NULL,
  case_id {text} NOT NULL,
  FOREIGN KEY (export_id, case_id) REFERENCES registry_export (event_id, case_id),
  UNIQUE (part_id, export_id),
  FOREIGN KEY (part_id, case_id) REFERENCES registry_part (id, case_id)
)""",
    "registry_exportend": f"""(
  event_id {OWN_EVENT},
  export_id {{text}} NOT NULL,
  case_id {{text}} NOT NULL,
  ended_as {{text}} NOT NULL {codes("ended_as", sorted(codes_of_leaves("export_end")))},
  ended_on {{text}} NOT NULL CHECK (length(ended_on) = 10),
  reason {{text}} {codes("reason", sorted(codes_of_leaves("discard")))},
  outcome {{text}} {codes("outcome", sorted(codes_of_leaves("outcome")))},
  CHECK ((ended_as = 'discarded') = (reason IS NOT NULL)),
  CHECK (outcome IS NULL OR ended_as = 'transplanted'),
  UNIQUE (event_id, export_id),
  FOREIGN KEY (export_id, case_id) REFERENCES registry_export (event_id, case_id)
)""",
    "registry_exportendpart": """(
  part_id {text} PRIMARY KEY,
  end_id {text} NOT NULL,
  export_id {text} NOT NULL,
  FOREIGN KEY (end_id, export_id) REFERENCES registry_exportend (event_id, export_id),
  FOREIGN KEY (part_id, export_id) REFERENCES registry_exportedpart (part_id, export_id)
)""",
})  # fmt: skip
