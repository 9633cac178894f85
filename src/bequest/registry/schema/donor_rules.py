"""Knows which triggers guard a donation: nothing on a sealed file, and no recovery before its gate."""

from __future__ import annotations

from bequest.model.custody import FROM_FATAL_EVENT, OPENING_RESULTS
from bequest.registry.schema.rule import Rule

_SEALED = (
    "(EXISTS (SELECT 1 FROM registry_standdown WHERE case_id = {case})"
    " OR EXISTS (SELECT 1 FROM registry_recoverystop WHERE case_id = {case})"
    " OR EXISTS (SELECT 1 FROM registry_closing WHERE case_id = {case}))"
)
_SEALED_SAYS = "the file of this donation is sealed: nothing more is written but reports of incidents"
SEALED = (
    "registry_consent", "registry_consentverification", "registry_identitycheck", "registry_custodycheck",
    "registry_certifier", "registry_examination", "registry_deathdeclaration", "registry_organ", "registry_part",
    "registry_registerlookup", "registry_registercorrection", "registry_kincontact", "registry_gaindeclaration",
    "registry_coronerrelease", "registry_holdrelease", "registry_pathway", "registry_observation",
    "registry_observationend", "registry_pause", "registry_resumption", "registry_recovery", "registry_bloodgroup",
    "registry_characterisation", "registry_import", "registry_offer", "registry_offerseat", "registry_offerpart",
    "registry_export", "registry_exportedpart", "registry_discard", "registry_discardedpart",
    "registry_exportend",
)  # fmt: skip
"""Tables of one donation into which nothing is written once its file is sealed."""

_CERTIFIERS = (
    "(SELECT person FROM registry_certifier WHERE case_id = NEW.case_id"
    " UNION SELECT examiner_first FROM registry_examination WHERE case_id = NEW.case_id"
    " UNION SELECT examiner_second FROM registry_examination WHERE case_id = NEW.case_id"
    " AND examiner_second IS NOT NULL)"
)
_ON_TEAM = (
    "SELECT m.person FROM registry_rostermember m JOIN registry_roster t ON t.event_id = m.roster_id"
    " WHERE t.until_at > (SELECT referred_at FROM registry_referral WHERE case_id = NEW.case_id)"
)
_OBSERVED = (
    "EXISTS (SELECT 1 FROM registry_observationend e JOIN registry_observation f ON f.event_id = e.observation_id"
    " WHERE e.case_id = NEW.case_id AND e.result = 'complete' AND e.ended_at <= NEW.begins_at"
    " AND NOT EXISTS (SELECT 1 FROM registry_observation o"
    " WHERE o.case_id = NEW.case_id AND o.circulation_ended_at > f.circulation_ended_at))"
)

_CIRCULATORY = (
    "EXISTS (SELECT 1 FROM registry_deathdeclaration WHERE case_id = NEW.case_id AND criteria = 'circulatory')"
)
WHOLE = "(SELECT count(*) FROM registry_certifier c WHERE c.death_id = d.event_id) >= d.certifiers_needed"
"""Of a declaration `d`: as many people certify as the law asked for."""
_TOO_FEW = (
    "NEW.death_kind = 'death.certified' AND EXISTS (SELECT 1 FROM registry_deathdeclaration d"  # noqa: S608  our own
    " JOIN ledger_entry l ON l.event_id = d.event_id"
    f" WHERE d.case_id = NEW.case_id AND l.idx = NEW.death_idx AND NOT {WHOLE})"
)
_TOO_FEW_SAYS = "nothing is opened or recovered by a death that fewer people certified than the law asks for"
_TIED = (
    "EXISTS (SELECT 1 FROM ledger_entry l JOIN registry_consentverification v ON v.event_id = l.event_id"
    " JOIN registry_consent c ON c.event_id = v.consent_id"
    " WHERE l.idx = NEW.consent_idx AND COALESCE(c.tied_to, '') <> 'none')"
)
_TIED_SAYS = "a donation that is tied to a person or a group, or of which nobody knows, opens no list"
_SHORTEST_LOOKBACK = 12
"""Months (DESIGN.md, section 1); a jurisdiction may only ask for more, `custody_lookback_months` of its parameters."""
_OPENING = ", ".join(f"'{result}'" for result in sorted(each.value for each in OPENING_RESULTS | FROM_FATAL_EVENT))
_UNFREE = (
    "NOT EXISTS (SELECT 1 FROM registry_custodycheck c JOIN ledger_entry l ON l.event_id = c.event_id"  # noqa: S608  our own
    f" WHERE l.idx = NEW.custody_idx AND c.result IN ({_OPENING}) AND c.lookback_months >= {_SHORTEST_LOOKBACK})"
)
_IS_CERTIFIER = f"EXISTS ({_ON_TEAM} AND t.team IN ('recovery', 'transplant') AND m.person IN "
_ON_ANY_TEAM = f" OR EXISTS ({_ON_TEAM} AND m.person = NEW.resumed_by)"

_OF_THE_BEDSIDE = (
    Rule(
        "registry_recovery_after_death", "INSERT", "registry_recovery",
        "NOT EXISTS (SELECT 1 FROM registry_deathdeclaration d JOIN ledger_entry l ON l.event_id = d.event_id"
        " WHERE d.case_id = NEW.case_id AND l.idx = NEW.death_idx AND d.declared_at <= NEW.begins_at)",
        "no recovery begins before the death of its own donor is certified, and a leaf",
    ),
    Rule(
        "registry_organ_of_the_free", "INSERT", "registry_organ", _UNFREE,
        "no organ of somebody in detention is opened, nor by a custody check that looks back less than 12 months",
    ),
    Rule("registry_organ_undirected", "INSERT", "registry_organ", _TIED, _TIED_SAYS),
    Rule("registry_recovery_enough_certifiers", "INSERT", "registry_recovery", _TOO_FEW, _TOO_FEW_SAYS),
    Rule("registry_organ_enough_certifiers", "INSERT", "registry_organ", _TOO_FEW, _TOO_FEW_SAYS),
    Rule(
        "registry_recovery_observed", "INSERT", "registry_recovery", f"{_CIRCULATORY} AND NOT {_OBSERVED}",
        "no recovery after circulatory death begins before the observation without touch was completed",
    ),
    Rule(
        "registry_recovery_certifiers_outside", "INSERT", "registry_recovery",
        f"{_IS_CERTIFIER}{_CERTIFIERS})",
        "no recovery begins while somebody who certified the death is in a recovery or transplant team",
    ),
    Rule(
        "registry_recovery_no_open_pause", "INSERT", "registry_recovery",
        "EXISTS (SELECT 1 FROM registry_pause p WHERE p.case_id = NEW.case_id AND NOT EXISTS"
        " (SELECT 1 FROM registry_resumption r WHERE r.pause_id = p.event_id))",
        "no recovery begins while a pause is open; an independent doctor resumes",
    ),
    Rule(
        "registry_recovery_consent_stands", "INSERT", "registry_recovery",
        "NOT EXISTS (SELECT 1 FROM registry_consentverification v WHERE v.case_id = NEW.case_id AND NOT EXISTS"
        " (SELECT 1 FROM registry_consentrevocation r WHERE r.consent_id = v.consent_id))",
        "no recovery begins without a verified consent that stands",
    ),
    Rule(
        "registry_resumption_independent", "INSERT", "registry_resumption",
        f"NEW.resumed_by IN {_CERTIFIERS}{_ON_ANY_TEAM}",
        "a pause is ended by a doctor who has no part in the donation",
    ),
    Rule(
        "registry_offer_pathway_open", "INSERT", "registry_offer",
        "NEW.death_kind = 'dcd.opened'"  # noqa: S608  our own names
        f" AND NOT EXISTS (SELECT 1 FROM registry_deathdeclaration d WHERE d.case_id = NEW.case_id AND {WHOLE})"
        " AND NOT EXISTS (SELECT 1 FROM registry_pathway"
        " WHERE case_id = NEW.case_id AND expires_at > NEW.offered_at)",
        "a conditional offer is made while the circulatory pathway is open, and not after it has ended",
    ),
)  # fmt: skip

_OF_THE_FILE = (
    *(
        Rule(f"{table}_unsealed", "INSERT", table, _SEALED.format(case="NEW.case_id"), _SEALED_SAYS)
        for table in SEALED
    ),
    Rule(
        "registry_event_unsealed", "INSERT", "registry_event",
        "NEW.case_name IS NOT NULL AND NEW.kind NOT IN ('incident.reported', 'gate.refused', 'outcome', 'skip')"
        " AND (EXISTS (SELECT 1 FROM registry_standdown WHERE case_id = NEW.case_name AND event_id <> NEW.id)"
        " OR EXISTS (SELECT 1 FROM registry_recoverystop WHERE case_id = NEW.case_name AND event_id <> NEW.id)"
        " OR EXISTS (SELECT 1 FROM registry_closing WHERE case_id = NEW.case_name AND event_id <> NEW.id))",
        _SEALED_SAYS,
    ),
    Rule(
        "registry_answer_unsealed", "INSERT", "registry_answer",
        _SEALED.format(case="(SELECT case_id FROM registry_offer WHERE event_id = NEW.offer_id)"), _SEALED_SAYS,
    ),
    Rule(
        "registry_referral_stripped", "DELETE", "registry_referral",
        "NOT EXISTS (SELECT 1 FROM registry_strippedreferral WHERE case_id = OLD.case_id)",
        "a referral is stripped to a count with its reason, and not deleted without",
    ),
    Rule(
        "registry_strippedreferral_no_donor", "INSERT", "registry_strippedreferral",
        "EXISTS (SELECT 1 FROM registry_organ WHERE case_id = NEW.case_id)"
        " OR EXISTS (SELECT 1 FROM registry_pathway WHERE case_id = NEW.case_id)",
        "the referral of a donor is kept as long as the donation is",
    ),
)  # fmt: skip

DONOR_RULES = (*_OF_THE_BEDSIDE, *_OF_THE_FILE)
