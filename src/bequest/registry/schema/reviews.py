"""Knows the tables of the list's upkeep: recertification, double entry, exceptions, appeals, withdrawal, and reviews.

What must be impossible, whoever writes the SQL: a reviewer of the centre that listed the candidate, one reviewer
counted twice, a decision without its request or against its reviewers, a result confirmed by who typed it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.registry.schema.columns import OWN_EVENT, codes, instant, leaf

if TYPE_CHECKING:
    from collections.abc import Mapping

REVIEWED = ("exception.requested", "appeal.opened")
CONTESTED = (
    "listing.created", "listing.changed", "listing.suspended", "listing.removed", "exception.decided", "appeal.decided",
)  # fmt: skip
ANALYSES = ("hla_typing", "antibodies")
_REASONED = "reason {text} NOT NULL CHECK (reason <> '')"
_OUTCOMES = ("granted", "refused")
_OF_LIST = "registration_id {text} NOT NULL REFERENCES registry_registration (id)"

REVIEWS: Mapping[str, str] = MappingProxyType({
    "registry_recertification": f"""(
  event_id {OWN_EVENT},
  {_OF_LIST},
  datum {{text}} NOT NULL CHECK (datum <> ''),
  level {{text}} NOT NULL CHECK (level <> ''),
  measured_at {{text}} NOT NULL {instant("measured_at")},
  valid_until {{text}} NOT NULL {instant("valid_until")},
  evidence {{text}} NOT NULL CHECK (length(evidence) = 64),
  CHECK (valid_until > measured_at)
)""",
    "registry_resultentry": f"""(
  event_id {OWN_EVENT},
  {_OF_LIST},
  analysis {{text}} NOT NULL {codes("analysis", ANALYSES)},
  sealed {{bytes}} NOT NULL,
  entered_by {{text}} NOT NULL CHECK (entered_by <> ''),
  UNIQUE (event_id, entered_by)
)""",
    "registry_resultcheck": f"""(
  event_id {OWN_EVENT},
  entry_id {{text}} NOT NULL UNIQUE,
  entered_by {{text}} NOT NULL,
  checked_by {{text}} NOT NULL CHECK (checked_by <> '' AND checked_by <> entered_by),
  loci {{text}} NOT NULL,
  FOREIGN KEY (entry_id, entered_by) REFERENCES registry_resultentry (event_id, entered_by)
)""",
    "registry_resultupload": f"""(
  event_id {OWN_EVENT},
  {_OF_LIST},
  analysis {{text}} NOT NULL {codes("analysis", ANALYSES)},
  document {{text}} NOT NULL CHECK (length(document) = 64),
  signer {{text}} NOT NULL CHECK (signer <> '')
)""",
    "registry_withdrawal": f"""(
  event_id {OWN_EVENT},
  registration_id {{text}} NOT NULL UNIQUE REFERENCES registry_registration (id),
  withdrawn_on {{text}} NOT NULL CHECK (length(withdrawn_on) = 10)
)""",
    "registry_relisting": f"""(
  event_id {OWN_EVENT},
  withdrawal_id {{text}} NOT NULL UNIQUE REFERENCES registry_withdrawal (event_id),
  registration_id {{text}} NOT NULL UNIQUE REFERENCES registry_registration (id),
  consented_on {{text}} NOT NULL CHECK (length(consented_on) = 10),
  restored_days {{bigint}} NOT NULL CHECK (restored_days >= 0)
)""",
    "registry_reviewcase": f"""(
  event_id {OWN_EVENT},
  kind {{text}} NOT NULL {codes("kind", REVIEWED)},
  {_OF_LIST},
  centre_id {{text}} NOT NULL REFERENCES registry_centre (id),
  UNIQUE (event_id, kind),
  UNIQUE (event_id, centre_id),
  UNIQUE (event_id, registration_id)
)""",
    "registry_barredcentre": """(
  case_id {text} NOT NULL REFERENCES registry_reviewcase (event_id),
  centre_id {text} NOT NULL REFERENCES registry_centre (id),
  PRIMARY KEY (case_id, centre_id)
)""",
    "registry_appeal": f"""(
  case_id {{text}} PRIMARY KEY,
  case_kind {{text}} NOT NULL CHECK (case_kind = 'appeal.opened'),
  registration_id {{text}} NOT NULL,
  about_idx {{bigint}} NOT NULL,
  about_kind {{text}} NOT NULL {codes("about_kind", CONTESTED)},
  opened_by {{text}} NOT NULL {codes("opened_by", ("candidate", "representative"))},
  ground {{text}} NOT NULL CHECK (ground <> ''),
  FOREIGN KEY (case_id, case_kind) REFERENCES registry_reviewcase (event_id, kind),
  FOREIGN KEY (case_id, registration_id) REFERENCES registry_reviewcase (event_id, registration_id),
  {leaf("about")}
)""",
    "registry_reviewer": f"""(
  event_id {{text}} NOT NULL REFERENCES registry_event (id) DEFERRABLE INITIALLY DEFERRED,
  person {{text}} NOT NULL CHECK (person <> ''),
  centre_id {{text}} NOT NULL REFERENCES registry_centre (id),
  until {{text}} NOT NULL {instant("until")},
  appointed_by {{text}} NOT NULL CHECK (appointed_by <> '' AND appointed_by <> person),
  PRIMARY KEY (event_id, person),
  UNIQUE (event_id, person, centre_id)
)""",
    "registry_review": f"""(
  event_id {OWN_EVENT},
  case_id {{text}} NOT NULL,
  case_centre_id {{text}} NOT NULL,
  appointment_id {{text}} NOT NULL,
  reviewer {{text}} NOT NULL,
  centre_id {{text}} NOT NULL CHECK (centre_id <> case_centre_id),
  verdict {{text}} NOT NULL {codes("verdict", _OUTCOMES)},
  {_REASONED},
  UNIQUE (case_id, reviewer),
  UNIQUE (case_id, reviewer, verdict),
  FOREIGN KEY (case_id, case_centre_id) REFERENCES registry_reviewcase (event_id, centre_id),
  FOREIGN KEY (appointment_id, reviewer, centre_id) REFERENCES registry_reviewer (event_id, person, centre_id)
)""",
    "registry_decision": f"""(
  event_id {OWN_EVENT},
  case_id {{text}} NOT NULL UNIQUE,
  case_kind {{text}} NOT NULL,
  outcome {{text}} NOT NULL {codes("outcome", _OUTCOMES)},
  {_REASONED},
  expires_at {{text}} {instant("expires_at")},
  first_reviewer {{text}} NOT NULL,
  second_reviewer {{text}} NOT NULL CHECK (second_reviewer <> first_reviewer),
  CHECK (case_kind <> 'exception.requested' OR (outcome = 'granted') = (expires_at IS NOT NULL)),
  CHECK (outcome = 'granted' OR expires_at IS NULL),
  FOREIGN KEY (case_id, case_kind) REFERENCES registry_reviewcase (event_id, kind),
  FOREIGN KEY (case_id, first_reviewer, outcome) REFERENCES registry_review (case_id, reviewer, verdict),
  FOREIGN KEY (case_id, second_reviewer, outcome) REFERENCES registry_review (case_id, reviewer, verdict)
)""",
    "registry_exceptionrequest": """(
  case_id {text} PRIMARY KEY,
  case_kind {text} NOT NULL CHECK (case_kind = 'exception.requested'),
  datum {text} NOT NULL CHECK (datum <> ''),
  level {text} NOT NULL CHECK (level <> ''),
  evidence {bytes} NOT NULL,
  evidence_digest {text} NOT NULL CHECK (length(evidence_digest) = 64),
  renews_id {text} REFERENCES registry_decision (event_id),
  FOREIGN KEY (case_id, case_kind) REFERENCES registry_reviewcase (event_id, kind)
)""",
})  # fmt: skip
