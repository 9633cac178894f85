"""Knows the tables of policies, match runs and offers: their columns, and what they refuse but for the triggers."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.enums import OfferKind, Organ
from bequest.registry.schema.columns import DECEASED, GATE_LEAVES, GATES, LATER, OWN_EVENT, codes, gate, instant, leaf

if TYPE_CHECKING:
    from collections.abc import Mapping

ENDS = ("offer.accepted", "offer.refused", "offer.expired", "offer.withdrawn")

ALLOCATION: Mapping[str, str] = MappingProxyType({
    "registry_policy": f"""(
  event_id {OWN_EVENT},
  hash {{text}} NOT NULL UNIQUE CHECK (length(hash) = 64),
  name {{text}} NOT NULL,
  edition {{text}} NOT NULL,
  organ {{text}} NOT NULL {codes("organ", (organ.value for organ in Organ))},
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
  UNIQUE (event_id, organ_id)
)""",
    "registry_matchrow": f"""(
  run_id {{text}} NOT NULL REFERENCES registry_matchrun (event_id),
  rank {{bigint}} NOT NULL CHECK (rank > 0),
  row {{bigint}} NOT NULL CHECK (row >= 0),
  registration_id {{text}} NOT NULL REFERENCES registry_registration (id),
  offer_kind {{text}} NOT NULL {codes("offer_kind", (kind.value for kind in OfferKind))},
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
  {gate("run", ["match.run"])},
  rank {{bigint}} NOT NULL,
  row {{bigint}} NOT NULL,
  registration_id {{text}} NOT NULL,
  donor_kind {DECEASED.replace("{name}", "donor_kind")},
  allocation_open_at {{text}} NOT NULL,
  offered_at {{text}} NOT NULL {instant("offered_at")},
  expires_at {{text}} NOT NULL {instant("expires_at")},
  {GATES},
  {leaf("run")},
  {GATE_LEAVES},
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
  kind {{text}} NOT NULL {codes("kind", ENDS)},
  reason {{text}},
  answered_at {{text}} NOT NULL {instant("answered_at")},
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
