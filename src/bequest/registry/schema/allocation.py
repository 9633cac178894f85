"""Knows the tables of policies, match runs and departures from them: their columns, and what they refuse."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.enums import Organ
from bequest.registry.schema.columns import LATER, OWN_EVENT, codes, instant, packed

if TYPE_CHECKING:
    from collections.abc import Mapping

ACTIVITIES = ("procurement", "transplant")
OVERRIDES = ("time_limit", "medical_emergency", "logistics", "data_error")
ACTS = ("offered", "accepted", "transplanted", "exported")
DECISIONS = ("override.approved", "override.refused")

ALLOCATION: Mapping[str, str] = MappingProxyType({
    "registry_policy": f"""(
  event_id {OWN_EVENT},
  hash {{text}} NOT NULL UNIQUE CHECK (length(hash) = 64),
  name {{text}} NOT NULL,
  edition {{text}} NOT NULL,
  organ {{text}} {codes("organ", (organ.value for organ in Organ))},
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
  ranked_at {{text}} NOT NULL {instant("ranked_at")},
  inputs {{text}},
  lottery_seed {{text}} CHECK (length(lottery_seed) = 64),
  reply_minutes {{bigint}} NOT NULL CHECK (reply_minutes > 0),
  remind_minutes {{text}} NOT NULL,
  at_once {{bigint}} NOT NULL CHECK (at_once > 0),
  backups {{bigint}} NOT NULL CHECK (backups >= 0),
  follows_id {{text}},
  stage {{text}} CHECK (stage <> ''),
  plan_id {{text}} REFERENCES registry_policyenactment (event_id),
  plan_organs {{text}} CHECK (plan_organs <> ''),
  CHECK ((stage IS NULL) = (follows_id IS NULL)),
  CHECK (plan_organs IS NULL OR plan_id IS NOT NULL),
  UNIQUE (event_id, organ_id),
  FOREIGN KEY (follows_id, organ_id) REFERENCES registry_matchrun (event_id, organ_id)
)""",
    "registry_runplaces": f"""(
  run_id {{text}} PRIMARY KEY REFERENCES registry_matchrun (event_id),
  places {{bigint}} NOT NULL CHECK (places >= 0),
  {packed("registrations")},
  {packed("candidates")},
  {packed("tree_rows")},
  {packed("sort_numbers")},
  sorts {{text}} NOT NULL
)""",
    "registry_shownrow": """(
  run_id {text} NOT NULL REFERENCES registry_matchrun (event_id),
  row {bigint} NOT NULL CHECK (row >= 0),
  opening {text} NOT NULL,
  PRIMARY KEY (run_id, row)
)""",
    "registry_runsignature": f"""(
  event_id {OWN_EVENT},
  run_id {{text}} NOT NULL REFERENCES registry_matchrun (event_id),
  signer {{text}} NOT NULL CHECK (signer <> ''),
  UNIQUE (run_id, signer)
)""",
    "registry_stagebeginning": f"""(
  event_id {OWN_EVENT},
  run_id {{text}} NOT NULL REFERENCES registry_matchrun (event_id),
  stage {{text}} NOT NULL CHECK (stage <> ''),
  evidence {{text}} NOT NULL CHECK (length(evidence) = 64),
  UNIQUE (run_id, stage)
)""",
    "registry_filter": f"""(
  event_id {OWN_EVENT},
  registration_id {{text}} NOT NULL REFERENCES registry_registration (id),
  name {{text}} NOT NULL CHECK (name <> ''),
  set_by {{text}} NOT NULL
)""",
    "registry_filterlifting": f"""(
  event_id {OWN_EVENT},
  filter_id {{text}} NOT NULL UNIQUE REFERENCES registry_filter (event_id),
  lifted_by {{text}} NOT NULL
)""",
    "registry_donorfilter": f"""(
  event_id {OWN_EVENT},
  centre_id {{text}} NOT NULL REFERENCES registry_centre (id),
  organ {{text}} NOT NULL {codes("organ", (organ.value for organ in Organ))},
  name {{text}} NOT NULL CHECK (name <> ''),
  refuses {{text}} NOT NULL CHECK (refuses <> ''),
  set_by {{text}} NOT NULL,
  donors {{bigint}} NOT NULL CHECK (donors >= 0),
  possible {{bigint}} NOT NULL CHECK (possible >= 0 AND possible <= donors)
)""",
    "registry_donorfilterlifting": f"""(
  event_id {OWN_EVENT},
  filter_id {{text}} NOT NULL UNIQUE REFERENCES registry_donorfilter (event_id),
  lifted_by {{text}} NOT NULL
)""",
    "registry_programmepause": f"""(
  event_id {OWN_EVENT},
  centre_id {{text}} NOT NULL REFERENCES registry_centre (id),
  organ {{text}} NOT NULL {codes("organ", (organ.value for organ in Organ))}
)""",
    "registry_programmeresumption": f"""(
  event_id {OWN_EVENT},
  pause_id {{text}} NOT NULL UNIQUE REFERENCES registry_programmepause (event_id)
)""",
    "registry_careteam": f"""(
  event_id {OWN_EVENT},
  registration_id {{text}} NOT NULL REFERENCES registry_registration (id),
  doctors {{text}} NOT NULL CHECK (doctors <> '')
)""",
    "registry_residence": f"""(
  event_id {OWN_EVENT},
  registration_id {{text}} NOT NULL REFERENCES registry_registration (id),
  resident {{truth}} NOT NULL,
  agreement {{text}} CHECK (length(agreement) = 64)
)""",
    "registry_authorisation": f"""(
  event_id {OWN_EVENT},
  centre_id {{text}} NOT NULL REFERENCES registry_centre (id),
  activity {{text}} NOT NULL {codes("activity", ACTIVITIES)},
  organ {{text}} {codes("organ", (organ.value for organ in Organ))},
  from_at {{text}} NOT NULL {instant("from_at")},
  until_at {{text}} NOT NULL {instant("until_at")},
  CHECK (until_at > from_at)
)""",
    "registry_override": f"""(
  event_id {OWN_EVENT},
  run_id {{text}} NOT NULL REFERENCES registry_runplaces (run_id),
  rank {{bigint}} NOT NULL CHECK (rank > 0),
  reason {{text}} NOT NULL {codes("reason", OVERRIDES)},
  words {{bytes}} NOT NULL,
  requested_by {{text}} NOT NULL,
  UNIQUE (event_id, run_id, rank),
  UNIQUE (event_id, requested_by)
)""",
    "registry_overridedecision": f"""(
  event_id {OWN_EVENT},
  override_id {{text}} NOT NULL UNIQUE,
  kind {{text}} NOT NULL {codes("kind", DECISIONS)},
  requested_by {{text}} NOT NULL,
  decided_by {{text}} NOT NULL CHECK (decided_by <> requested_by),
  FOREIGN KEY (override_id, requested_by) REFERENCES registry_override (event_id, requested_by)
)""",
    "registry_passedover": f"""(
  event_id {OWN_EVENT},
  run_id {{text}} NOT NULL REFERENCES registry_runplaces (run_id),
  first_rank {{bigint}} NOT NULL CHECK (first_rank > 0),
  last_rank {{bigint}} NOT NULL CHECK (last_rank >= first_rank),
  reason {{text}} NOT NULL CHECK (reason <> ''),
  act {{text}} NOT NULL {codes("act", ACTS)},
  cause_id {{text}} NOT NULL REFERENCES registry_event (id) {LATER}
)""",
})  # fmt: skip
