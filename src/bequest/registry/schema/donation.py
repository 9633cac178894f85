"""Knows the tables of a possible donation: their columns, and what they refuse but for the triggers."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.consent import ConsentCondition
from bequest.model.death import DeathManner
from bequest.model.enums import ConsentBasis, CustodyResult, DeathCriteria, Organ, OrganPart
from bequest.registry.schema.columns import (
    DECEASED,
    GATE_LEAVES,
    GATES,
    LATER,
    OF_CASE,
    OWN_EVENT,
    codes,
    instant,
    values,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

CAUSES = ("cerebrovascular", "anoxia", "trauma", "other")
STAGES = ("possible", "potential", "eligible")

DONATION: Mapping[str, str] = MappingProxyType({
    "registry_donorcase": f"""(
  donation {{text}} PRIMARY KEY CHECK (length(donation) = 32),
  donor {{text}} NOT NULL UNIQUE CHECK (donor <> ''),
  kind {DECEASED.replace("{name}", "kind")},
  subject_id {{text}} NOT NULL UNIQUE REFERENCES registry_vault (id),
  event_id {{text}} NOT NULL UNIQUE REFERENCES registry_event (id) {LATER}
)""",
    "registry_referral": f"""(
  case_id {{text}} PRIMARY KEY REFERENCES registry_donorcase (donation),
  hospital_id {{text}} NOT NULL REFERENCES registry_centre (id),
  number {{bigint}} NOT NULL CHECK (number > 0),
  referred_at {{text}} NOT NULL {instant("referred_at")},
  referrer {{text}} NOT NULL CHECK (referrer <> ''),
  ventilated {{truth}} NOT NULL,
  cause_class {{text}} NOT NULL {codes("cause_class", CAUSES)},
  stage {{text}} NOT NULL {codes("stage", STAGES)},
  UNIQUE (hospital_id, number)
)""",
    "registry_consent": f"""(
  event_id {OWN_EVENT},
  case_id {{text}} NOT NULL REFERENCES registry_donorcase (donation),
  basis {{text}} NOT NULL {codes("basis", (basis.value for basis in ConsentBasis))},
  organs {{text}} NOT NULL CHECK (organs <> ''),
  recorded_at {{text}} NOT NULL {instant("recorded_at")},
  recorded_by {{text}} NOT NULL,
  objection_found {{truth}} NOT NULL,
  document {{text}} CHECK (length(document) = 64),
  witness {{text}} CHECK (witness <> ''),
  tied_to {{text}} {values("tied_to", ConsentCondition)},
  age_years {{bigint}} CHECK (age_years BETWEEN 0 AND 120),
  resident_months {{bigint}} CHECK (resident_months >= 0),
  lacked_capacity_long {{truth}},
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
  result {{text}} NOT NULL {codes("result", (result.value for result in CustodyResult))},
  register {{text}} NOT NULL CHECK (register <> ''),
  lookback_months {{bigint}} NOT NULL CHECK (lookback_months >= 0),
  checked_at {{text}} NOT NULL {instant("checked_at")},
  register_run_by {{text}} CHECK (register_run_by <> ''),
  signer {{text}} CHECK (signer <> ''),
  died_in_detention {{truth}},
  began_with_fatal_event {{truth}}
)""",
    "registry_certifier": f"""(
  death_id {{text}} NOT NULL REFERENCES registry_event (id) {LATER},
  person {{text}} NOT NULL CHECK (person <> ''),
  case_id {OF_CASE},
  employer {{text}},
  function {{text}},
  registered_years {{bigint}} CHECK (registered_years >= 0),
  certified_at {{text}} NOT NULL {instant("certified_at")},
  declared_no_conflict {{truth}},
  PRIMARY KEY (death_id, person)
)""",
    "registry_examination": f"""(
  death_id {{text}} NOT NULL REFERENCES registry_event (id) {LATER},
  number {{bigint}} NOT NULL CHECK (number > 0),
  case_id {OF_CASE},
  examined_at {{text}} NOT NULL {instant("examined_at")},
  examiner_first {{text}} NOT NULL CHECK (examiner_first <> ''),
  examiner_second {{text}} CHECK (examiner_second <> examiner_first),
  confirms_death {{truth}},
  apnoea_or_ancillary_test {{truth}},
  confounders_excluded {{truth}},
  PRIMARY KEY (death_id, number)
)""",
    "registry_deathdeclaration": f"""(
  event_id {OWN_EVENT},
  case_id {OF_CASE},
  criteria {{text}} NOT NULL {codes("criteria", (criteria.value for criteria in DeathCriteria))},
  declared_at {{text}} NOT NULL {instant("declared_at")},
  manner {{text}} {values("manner", DeathManner)},
  certifier_first {{text}} NOT NULL,
  certifier_second {{text}} CHECK (certifier_second <> certifier_first),
  certifiers_needed {{bigint}} NOT NULL,
  CHECK (certifiers_needed >= CASE criteria WHEN 'circulatory' THEN 1 ELSE 2 END),
  FOREIGN KEY (event_id, certifier_first) REFERENCES registry_certifier (death_id, person),
  FOREIGN KEY (event_id, certifier_second) REFERENCES registry_certifier (death_id, person)
)""",
    "registry_organ": f"""(
  event_id {OWN_EVENT},
  case_id {{text}} NOT NULL REFERENCES registry_donorcase (donation),
  organ {{text}} NOT NULL {codes("organ", (organ.value for organ in Organ))},
  donor_kind {DECEASED.replace("{name}", "donor_kind")},
  facts {{text}},
  digest {{text}} NOT NULL CHECK (length(digest) = 64),
  allocation_open_at {{text}} NOT NULL {instant("allocation_open_at")},
  {GATES},
  {GATE_LEAVES},
  UNIQUE (case_id, organ),
  UNIQUE (event_id, case_id, consent_idx, custody_idx, death_idx, allocation_open_at)
)""",
    "registry_part": f"""(
  id {{text}} PRIMARY KEY,
  case_id {{text}} NOT NULL REFERENCES registry_donorcase (donation),
  part {{text}} NOT NULL {codes("part", (part.value for part in OrganPart))},
  CHECK (id = case_id || ':' || part),
  UNIQUE (id, case_id)
)""",
})  # fmt: skip
