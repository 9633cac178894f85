"""Knows the tables of offers, answers and acceptances: their columns, and what they refuse but for the triggers."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.ledger.leaf_kinds import codes as codes_of_leaves
from bequest.model.enums import BloodGroup
from bequest.registry.schema.columns import (
    DECEASED,
    GATE_LEAVES,
    GATES,
    LATER,
    OWN_EVENT,
    codes,
    gate,
    instant,
    leaf,
    values,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

ENDS = ("offer.accepted", "offer.refused", "offer.expired", "offer.withdrawn")
RETURNS = ("offer.refused", "offer.withdrawn")
"""How an acceptance ends before the transplant: it is given back, or taken back."""
NOTES = ("offer.told", "offer.seen", "offer.reminded")
RECIPIENT_EVENTS = ("crossmatch.done", "candidate.admitted", "theatre.booked")
"""What names a recipient for this donor: none of it is made, or begins, before the donor's allocation opened."""
OUTCOMES = ("alive_graft_works", "alive_graft_failed", "died")
LIVE = ("primary", "backup", "provisional")

_WORDS = """words {bytes},
  words_digest {text} CHECK (length(words_digest) = 64),
  second_person {text} CHECK (second_person <> answered_by),
  CHECK ((words IS NULL) = (words_digest IS NULL)),
  CHECK (kind <> 'offer.refused' OR reason <> 'other' OR (words IS NOT NULL AND second_person IS NOT NULL))"""
"""The words behind a reason that has no code, sealed, and who confirmed them."""

OFFERS: Mapping[str, str] = MappingProxyType({
    "registry_offer": f"""(
  event_id {OWN_EVENT},
  case_id {{text}} NOT NULL,
  place_in_case {{bigint}} NOT NULL CHECK (place_in_case >= 0),
  kind {{text}} NOT NULL {codes("kind", LIVE)},
  parts {{text}} NOT NULL CHECK (parts <> ''),
  override_id {{text}} UNIQUE,
  organ_id {{text}} NOT NULL,
  run_id {{text}} NOT NULL,
  {gate("run", ["match.run"])},
  rank {{bigint}} NOT NULL,
  row {{bigint}} NOT NULL,
  registration_id {{text}} NOT NULL REFERENCES registry_registration (id),
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
  UNIQUE (event_id, case_id, allocation_open_at),
  UNIQUE (case_id, place_in_case),
  CHECK (kind <> 'provisional' OR death_kind = 'dcd.opened'),
  FOREIGN KEY (override_id, run_id, rank) REFERENCES registry_override (event_id, run_id, rank),
  FOREIGN KEY (run_id, organ_id) REFERENCES registry_matchrun (event_id, organ_id),
  FOREIGN KEY (organ_id, case_id, consent_idx, custody_idx, death_idx, allocation_open_at)
    REFERENCES registry_organ (event_id, case_id, consent_idx, custody_idx, death_idx, allocation_open_at)
)""",
    "registry_offerseat": f"""(
  offer_id {{text}} NOT NULL,
  place {{bigint}} NOT NULL CHECK (place > 0),
  case_id {{text}} NOT NULL,
  organ_id {{text}} NOT NULL,
  run_id {{text}} NOT NULL,
  {gate("run", ["match.run"])},
  rank {{bigint}} NOT NULL,
  row {{bigint}} NOT NULL,
  registration_id {{text}} NOT NULL REFERENCES registry_registration (id),
  parts {{text}} NOT NULL CHECK (parts <> ''),
  allocation_open_at {{text}} NOT NULL,
  offered_at {{text}} NOT NULL {instant("offered_at")},
  {GATES},
  {leaf("run")},
  {GATE_LEAVES},
  PRIMARY KEY (offer_id, place),
  UNIQUE (offer_id, organ_id),
  CHECK (offered_at >= allocation_open_at),
  FOREIGN KEY (offer_id, case_id) REFERENCES registry_offer (event_id, case_id),
  FOREIGN KEY (run_id, organ_id) REFERENCES registry_matchrun (event_id, organ_id),
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
    "registry_offernote": f"""(
  event_id {OWN_EVENT},
  offer_id {{text}} NOT NULL REFERENCES registry_offer (event_id),
  kind {{text}} NOT NULL {codes("kind", NOTES)},
  minutes {{bigint}} NOT NULL CHECK (minutes >= 0 AND (minutes > 0) = (kind = 'offer.reminded')),
  noted_at {{text}} NOT NULL {instant("noted_at")},
  UNIQUE (offer_id, kind, minutes)
)""",
    "registry_answer": f"""(
  offer_id {{text}} PRIMARY KEY,
  event_id {{text}} NOT NULL UNIQUE REFERENCES registry_event (id) {LATER},
  kind {{text}} NOT NULL {codes("kind", ENDS)},
  reason {{text}},
  answered_by {{text}} NOT NULL,
  answered_at {{text}} NOT NULL {instant("answered_at")},
  expires_at {{text}} NOT NULL,
  {_WORDS},
  CHECK (kind NOT IN ('offer.accepted', 'offer.refused') OR answered_at < expires_at),
  CHECK (kind <> 'offer.expired' OR answered_at >= expires_at),
  CHECK ((kind IN ('offer.refused', 'offer.withdrawn')) = (reason IS NOT NULL)),
  UNIQUE (offer_id, kind),
  FOREIGN KEY (offer_id, expires_at) REFERENCES registry_offer (event_id, expires_at)
)""",
    "registry_return": f"""(
  offer_id {{text}} PRIMARY KEY,
  event_id {{text}} NOT NULL UNIQUE REFERENCES registry_event (id) {LATER},
  answer_kind {{text}} NOT NULL CHECK (answer_kind = 'offer.accepted'),
  kind {{text}} NOT NULL {codes("kind", RETURNS)},
  reason {{text}} NOT NULL,
  answered_by {{text}} NOT NULL,
  answered_at {{text}} NOT NULL {instant("answered_at")},
  {_WORDS},
  FOREIGN KEY (offer_id, answer_kind) REFERENCES registry_answer (offer_id, kind)
)""",
    "registry_promotion": f"""(
  event_id {OWN_EVENT},
  offer_id {{text}} NOT NULL UNIQUE REFERENCES registry_offer (event_id),
  run_id {{text}} NOT NULL,
  rank {{bigint}} NOT NULL,
  row {{bigint}} NOT NULL,
  registration_id {{text}} NOT NULL REFERENCES registry_registration (id),
  kind {{text}} NOT NULL CHECK (kind IN ('primary', 'provisional')),
  parts {{text}} NOT NULL CHECK (parts <> '')
)""",
    "registry_promotionseat": """(
  offer_id {text} NOT NULL REFERENCES registry_promotion (offer_id),
  place {bigint} NOT NULL CHECK (place > 0),
  run_id {text} NOT NULL,
  rank {bigint} NOT NULL,
  row {bigint} NOT NULL,
  registration_id {text} NOT NULL REFERENCES registry_registration (id),
  parts {text} NOT NULL CHECK (parts <> ''),
  PRIMARY KEY (offer_id, place),
  FOREIGN KEY (offer_id, place) REFERENCES registry_offerseat (offer_id, place)
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
    "registry_recipientevent": f"""(
  event_id {OWN_EVENT},
  offer_id {{text}} NOT NULL,
  case_id {{text}} NOT NULL,
  kind {{text}} NOT NULL {codes("kind", RECIPIENT_EVENTS)},
  centre_id {{text}} NOT NULL REFERENCES registry_centre (id),
  result {{text}} {codes("result", ("negative", "positive", "not_judged"))},
  made_at {{text}} NOT NULL {instant("made_at")},
  begins_at {{text}} NOT NULL {instant("begins_at")},
  allocation_open_at {{text}} NOT NULL,
  CHECK (made_at >= allocation_open_at AND begins_at >= allocation_open_at),
  CHECK ((kind = 'crossmatch.done') = (result IS NOT NULL)),
  FOREIGN KEY (offer_id, case_id, allocation_open_at)
    REFERENCES registry_offer (event_id, case_id, allocation_open_at)
)""",
    "registry_shipment": f"""(
  event_id {OWN_EVENT},
  offer_id {{text}} NOT NULL UNIQUE,
  answer_kind {{text}} NOT NULL CHECK (answer_kind = 'offer.accepted'),
  case_id {{text}} NOT NULL,
  recovery_id {{text}} NOT NULL REFERENCES registry_recovery (event_id),
  origin_id {{text}} NOT NULL REFERENCES registry_centre (id),
  centre_id {{text}} NOT NULL REFERENCES registry_centre (id),
  label {{text}} NOT NULL CHECK (length(label) = 64),
  cold_since_at {{text}} NOT NULL {instant("cold_since_at")},
  eta_at {{text}} NOT NULL {instant("eta_at")},
  handed_by {{text}} NOT NULL CHECK (handed_by <> ''),
  taken_by {{text}} NOT NULL CHECK (taken_by <> '' AND taken_by <> handed_by),
  din {{text}},
  CHECK (eta_at > cold_since_at),
  UNIQUE (event_id, eta_at),
  FOREIGN KEY (offer_id, case_id) REFERENCES registry_offer (event_id, case_id),
  FOREIGN KEY (offer_id, answer_kind) REFERENCES registry_answer (offer_id, kind)
)""",
    "registry_scan": f"""(
  event_id {OWN_EVENT},
  shipment_id {{text}} NOT NULL REFERENCES registry_shipment (event_id),
  label {{text}} NOT NULL CHECK (length(label) = 64),
  scanned_at {{text}} NOT NULL {instant("scanned_at")},
  given_by {{text}} NOT NULL CHECK (given_by <> ''),
  taken_by {{text}} NOT NULL CHECK (taken_by <> '' AND taken_by <> given_by)
)""",
    "registry_arrival": f"""(
  event_id {OWN_EVENT},
  shipment_id {{text}} NOT NULL REFERENCES registry_shipment (event_id),
  label {{text}} NOT NULL CHECK (length(label) = 64),
  blood_group {{text}} NOT NULL {values("blood_group", BloodGroup)},
  parts {{text}} NOT NULL CHECK (parts <> ''),
  arrived_at {{text}} NOT NULL {instant("arrived_at")},
  read_by {{text}} NOT NULL CHECK (read_by <> ''),
  confirmed_by {{text}} NOT NULL CHECK (confirmed_by <> '' AND confirmed_by <> read_by),
  agrees {{truth}} NOT NULL
)""",
    "registry_shipmentalarm": f"""(
  event_id {OWN_EVENT},
  shipment_id {{text}} NOT NULL UNIQUE,
  eta_at {{text}} NOT NULL,
  raised_at {{text}} NOT NULL {instant("raised_at")},
  CHECK (raised_at > eta_at),
  FOREIGN KEY (shipment_id, eta_at) REFERENCES registry_shipment (event_id, eta_at)
)""",
    "registry_transplant": f"""(
  event_id {OWN_EVENT},
  offer_id {{text}} NOT NULL UNIQUE,
  answer_kind {{text}} NOT NULL CHECK (answer_kind = 'offer.accepted'),
  centre_id {{text}} NOT NULL REFERENCES registry_centre (id),
  transplanted_at {{text}} NOT NULL {instant("transplanted_at")},
  label_read_by {{text}} NOT NULL CHECK (label_read_by <> ''),
  label_confirmed_by {{text}} NOT NULL CHECK (label_confirmed_by <> '' AND label_confirmed_by <> label_read_by),
  entered_by {{text}} NOT NULL CHECK (entered_by <> ''),
  FOREIGN KEY (offer_id, answer_kind) REFERENCES registry_answer (offer_id, kind)
)""",
    "registry_discard": f"""(
  event_id {OWN_EVENT},
  case_id {{text}} NOT NULL,
  recovery_id {{text}} NOT NULL REFERENCES registry_recovery (event_id),
  reason {{text}} NOT NULL {codes("reason", sorted(codes_of_leaves("discard")))},
  discarded_at {{text}} NOT NULL {instant("discarded_at")},
  discarded_by {{text}} NOT NULL CHECK (discarded_by <> ''),
  witness {{text}} NOT NULL CHECK (witness <> '' AND witness <> discarded_by),
  UNIQUE (event_id, case_id)
)""",
    "registry_discardedpart": """(
  part_id {text} PRIMARY KEY,
  discard_id {text} NOT NULL,
  case_id {text} NOT NULL,
  FOREIGN KEY (discard_id, case_id) REFERENCES registry_discard (event_id, case_id),
  FOREIGN KEY (part_id, case_id) REFERENCES registry_part (id, case_id)
)""",
    "registry_outcome": f"""(
  event_id {OWN_EVENT},
  transplant_id {{text}} NOT NULL REFERENCES registry_transplant (event_id),
  months {{bigint}} NOT NULL CHECK (months >= 0),
  state {{text}} NOT NULL {codes("state", OUTCOMES)},
  UNIQUE (transplant_id, months)
)""",
})  # fmt: skip
