"""Knows the tables of what people and registers said of a donation, of its end, of refusals and incidents."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.ledger.leaf_kinds import codes as codes_of_leaves
from bequest.model.consent import RegisterAnswer
from bequest.model.team import Role, Service
from bequest.registry.schema.columns import LATER, OF_CASE, ONE_OF_CASE, OWN_EVENT, codes, instant, values

if TYPE_CHECKING:
    from collections.abc import Mapping

PAPERS: Mapping[str, str] = MappingProxyType({
    "registry_registerlookup": f"""(
  event_id {OWN_EVENT},
  case_id {OF_CASE},
  register {{text}} NOT NULL CHECK (register <> ''),
  run_by {{text}} NOT NULL CHECK (run_by <> ''),
  signer {{text}} CHECK (signer <> ''),
  looked_up_at {{text}} NOT NULL {instant("looked_up_at")},
  answer {{text}} {values("answer", RegisterAnswer)},
  UNIQUE (event_id, case_id, register)
)""",
    "registry_registerkey": """(
  register {text} PRIMARY KEY CHECK (register <> ''),
  run_by {text} NOT NULL CHECK (run_by <> ''),
  public_key {bytes} NOT NULL CHECK (length(public_key) = 32)
)""",
    "registry_registercorrection": f"""(
  event_id {OWN_EVENT},
  case_id {{text}} NOT NULL,
  lookup_id {{text}} NOT NULL UNIQUE,
  register_id {{text}} NOT NULL REFERENCES registry_registerkey (register),
  answer {{text}} NOT NULL {values("answer", RegisterAnswer)},
  corrected_at {{text}} NOT NULL {instant("corrected_at")},
  signature {{bytes}} NOT NULL CHECK (length(signature) = 64),
  FOREIGN KEY (lookup_id, case_id, register_id) REFERENCES registry_registerlookup (event_id, case_id, register)
)""",
    "registry_kincontact": f"""(
  event_id {OWN_EVENT},
  case_id {OF_CASE},
  attempted_at {{text}} NOT NULL {instant("attempted_at")},
  reached {{truth}},
  reported_objection {{truth}},
  statement {{text}} CHECK (length(statement) = 64)
)""",
    "registry_gaindeclaration": f"""(
  event_id {OWN_EVENT},
  case_id {OF_CASE},
  role {{text}} NOT NULL {codes("role", sorted(codes_of_leaves("declarant")))},
  person {{text}} NOT NULL CHECK (person <> ''),
  declared_at {{text}} NOT NULL {instant("declared_at")},
  gain_offered {{truth}},
  intermediary_involved {{truth}}
)""",
    "registry_coronerrelease": f"""(
  event_id {OWN_EVENT},
  case_id {OF_CASE},
  organs {{text}} NOT NULL CHECK (organs <> ''),
  released_at {{text}} NOT NULL {instant("released_at")},
  signer {{text}} NOT NULL CHECK (signer <> '')
)""",
    "registry_holdrelease": f"""(
  event_id {OWN_EVENT},
  case_id {OF_CASE},
  rule {{text}} NOT NULL CHECK (length(rule) = 6),
  role {{text}} NOT NULL {values("role", Role)},
  person {{text}} NOT NULL CHECK (person <> ''),
  organisation {{text}} NOT NULL CHECK (organisation <> ''),
  service {{text}} {values("service", Service)},
  signed_at {{text}} NOT NULL {instant("signed_at")}
)""",
    "registry_closing": f"""(
  event_id {OWN_EVENT},
  case_id {ONE_OF_CASE},
  reason {{text}} NOT NULL {codes("reason", sorted(codes_of_leaves("close_reason")))},
  organs_transplanted {{bigint}} NOT NULL CHECK (organs_transplanted >= 0),
  CHECK ((reason = 'transplanted') = (organs_transplanted > 0)),
  UNIQUE (case_id, reason)
)""",
    "registry_strippedreferral": """(
  case_id {text} PRIMARY KEY,
  hospital_id {text} NOT NULL REFERENCES registry_centre (id),
  number {bigint} NOT NULL CHECK (number > 0),
  referred_on {text} NOT NULL CHECK (length(referred_on) = 10),
  reason {text} NOT NULL,
  UNIQUE (hospital_id, number),
  FOREIGN KEY (case_id, reason) REFERENCES registry_closing (case_id, reason)
)""",
    "registry_closedday": f"""(
  event_id {OWN_EVENT},
  hospital_id {{text}} NOT NULL REFERENCES registry_centre (id),
  day {{text}} NOT NULL CHECK (length(day) = 10 AND day LIKE '____-__-__'),
  referrals {{bigint}} NOT NULL CHECK (referrals >= 0),
  last_number {{bigint}} NOT NULL CHECK (last_number >= referrals),
  UNIQUE (hospital_id, day)
)""",
    "registry_incident": f"""(
  event_id {OWN_EVENT},
  case_id {{text}} REFERENCES registry_donorcase (donation),
  severity {{text}} NOT NULL {codes("severity", sorted(codes_of_leaves("severity")))},
  rule {{text}} CHECK (length(rule) = 6),
  about {{bigint}} CHECK (about >= 0),
  happened_at {{text}} NOT NULL {instant("happened_at")},
  entered_at {{text}} NOT NULL {instant("entered_at")},
  reporter {{text}} NOT NULL {codes("reporter", sorted(codes_of_leaves("reporter")))},
  report {{bytes}},
  CHECK (happened_at <= entered_at)
)""",
    "registry_sealedreport": f"""(
  event_id {OWN_EVENT},
  inquiry_key {{text}} NOT NULL CHECK (length(inquiry_key) = 64),
  report {{bytes}} NOT NULL CHECK (length(report) > 0)
)""",
    "registry_refusalreason": f"""(
  event_id {{text}} NOT NULL REFERENCES registry_event (id) {LATER},
  number {{bigint}} NOT NULL CHECK (number > 0),
  rule {{text}} NOT NULL CHECK (length(rule) = 6),
  verdict {{text}} NOT NULL {codes("verdict", ("blocked", "held", "flagged"))},
  critical {{truth}} NOT NULL,
  sentence {{text}} NOT NULL CHECK (sentence <> ''),
  who {{text}} NOT NULL,
  act_by {{text}} {instant("act_by")},
  lifted_by {{text}} NOT NULL,
  source {{text}} NOT NULL,
  PRIMARY KEY (event_id, number)
)""",
})  # fmt: skip
