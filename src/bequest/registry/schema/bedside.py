"""Knows the tables of what happens at the bedside: rosters, pathway, observation, pause, recovery, samples."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.ledger.leaf_kinds import codes as codes_of_leaves
from bequest.model.death import DeathManner, ObservationResult, PauseReason
from bequest.model.enums import BloodGroup
from bequest.model.team import Team
from bequest.registry.schema.columns import OF_CASE, ONE_OF_CASE, OWN_EVENT, codes, gate, instant, leaf, values

if TYPE_CHECKING:
    from collections.abc import Mapping

BEDSIDE: Mapping[str, str] = MappingProxyType({
    "registry_roster": f"""(
  event_id {OWN_EVENT},
  centre_id {{text}} NOT NULL REFERENCES registry_centre (id),
  team {{text}} NOT NULL {values("team", Team)},
  from_at {{text}} NOT NULL {instant("from_at")},
  until_at {{text}} NOT NULL {instant("until_at")},
  CHECK (until_at > from_at)
)""",
    "registry_rostermember": """(
  roster_id {text} NOT NULL REFERENCES registry_roster (event_id),
  person {text} NOT NULL CHECK (person <> ''),
  PRIMARY KEY (roster_id, person)
)""",
    "registry_pathway": f"""(
  event_id {OWN_EVENT},
  case_id {ONE_OF_CASE},
  decided_at {{text}} NOT NULL {instant("decided_at")},
  decider_first {{text}} NOT NULL CHECK (decider_first <> ''),
  decider_second {{text}} NOT NULL CHECK (decider_second <> '' AND decider_second <> decider_first),
  approached_at {{text}} NOT NULL {instant("approached_at")},
  kin_raised_it {{truth}},
  consented_acts {{truth}},
  manner {{text}} {values("manner", DeathManner)},
  opened_at {{text}} NOT NULL {instant("opened_at")},
  expires_at {{text}} NOT NULL {instant("expires_at")},
  CHECK (decided_at < approached_at OR kin_raised_it),
  CHECK (decided_at <= opened_at),
  CHECK (expires_at > opened_at)
)""",
    "registry_standdown": f"""(
  event_id {OWN_EVENT},
  case_id {{text}} NOT NULL UNIQUE REFERENCES registry_pathway (case_id),
  reason {{text}} NOT NULL {codes("reason", sorted(codes_of_leaves("stand_down")))}
)""",
    "registry_observation": f"""(
  event_id {OWN_EVENT},
  case_id {OF_CASE},
  circulation_ended_at {{text}} NOT NULL {instant("circulation_ended_at")},
  until_at {{text}} NOT NULL {instant("until_at")},
  CHECK (until_at > circulation_ended_at),
  UNIQUE (event_id, case_id, until_at)
)""",
    "registry_observationend": f"""(
  event_id {OWN_EVENT},
  observation_id {{text}} NOT NULL UNIQUE,
  case_id {{text}} NOT NULL,
  until_at {{text}} NOT NULL,
  ended_at {{text}} NOT NULL {instant("ended_at")},
  result {{text}} NOT NULL {values("result", ObservationResult)},
  CHECK (result <> 'complete' OR ended_at >= until_at),
  FOREIGN KEY (observation_id, case_id, until_at) REFERENCES registry_observation (event_id, case_id, until_at)
)""",
    "registry_pause": f"""(
  event_id {OWN_EVENT},
  case_id {OF_CASE},
  paused_by {{text}} NOT NULL CHECK (paused_by <> ''),
  paused_at {{text}} NOT NULL {instant("paused_at")},
  reason {{text}} NOT NULL {values("reason", PauseReason)},
  UNIQUE (event_id, case_id, paused_by, paused_at)
)""",
    "registry_resumption": f"""(
  event_id {OWN_EVENT},
  pause_id {{text}} NOT NULL UNIQUE,
  case_id {{text}} NOT NULL,
  paused_by {{text}} NOT NULL,
  paused_at {{text}} NOT NULL,
  resumed_by {{text}} NOT NULL CHECK (resumed_by <> '' AND resumed_by <> paused_by),
  examined_at {{text}} NOT NULL {instant("examined_at")},
  CHECK (examined_at >= paused_at),
  FOREIGN KEY (pause_id, case_id, paused_by, paused_at)
    REFERENCES registry_pause (event_id, case_id, paused_by, paused_at)
)""",
    "registry_recoverystop": f"""(
  event_id {OWN_EVENT},
  case_id {ONE_OF_CASE},
  pause_id {{text}} NOT NULL UNIQUE REFERENCES registry_pause (event_id),
  reason {{text}} NOT NULL {values("reason", PauseReason)}
)""",
    "registry_recovery": f"""(
  event_id {OWN_EVENT},
  case_id {ONE_OF_CASE},
  organs {{text}} NOT NULL CHECK (organs <> ''),
  begins_at {{text}} NOT NULL {instant("begins_at")},
  {gate("death", ["death.certified"])},
  {leaf("death")}
)""",
    "registry_bloodgroup": f"""(
  event_id {OWN_EVENT},
  case_id {OF_CASE},
  sample {{text}} NOT NULL CHECK (sample <> ''),
  drawn_by {{text}} NOT NULL CHECK (drawn_by <> ''),
  blood_group {{text}} {values("blood_group", BloodGroup)},
  resulted_at {{text}} NOT NULL {instant("resulted_at")},
  UNIQUE (case_id, sample)
)""",
    "registry_characterisation": f"""(
  event_id {OWN_EVENT},
  case_id {OF_CASE},
  fields {{text}} NOT NULL CHECK (fields <> '')
)""",
})  # fmt: skip
