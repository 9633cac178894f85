"""Knows which triggers guard what comes or goes: across the border under an agreement, away for good."""

from __future__ import annotations

from bequest.registry.schema.donor_rules import WHOLE
from bequest.registry.schema.place_rules import left_out
from bequest.registry.schema.rule import GONE, REVOKED, Rule

_UNANSWERED = "NOT EXISTS (SELECT 1 FROM registry_answer a WHERE a.offer_id = {offer})"
_BACK = "registry_exportendpart p JOIN registry_exportend e ON e.event_id = p.end_id AND e.ended_as = 'returned'"
_EXPORTED = (
    "EXISTS (SELECT 1 FROM registry_exportedpart WHERE part_id = NEW.part_id)"  # noqa: S608  our own names
    f" AND NOT EXISTS (SELECT 1 FROM {_BACK} WHERE p.part_id = NEW.part_id)"
)
_DISCARDED = "EXISTS (SELECT 1 FROM registry_discardedpart WHERE part_id = NEW.part_id)"
_DISPOSED = "what was disposed of is offered to nobody, accepted by nobody, and leaves for nowhere"
_AGREED = (
    "NOT EXISTS (SELECT 1 FROM registry_exchangeenactment e JOIN registry_event v ON v.id = e.event_id"
    " WHERE e.agreement_id = NEW.agreement_id AND v.at <= NEW.{at} AND e.effective_on <= substr(NEW.{at}, 1, 10))"
    " OR EXISTS (SELECT 1 FROM registry_exchangeend WHERE agreement_id = NEW.agreement_id)"
)
"""Of a row that crosses the border at an instant: its agreement was not put in force before, or has ended."""
_AWAY = "what has left the country is offered to nobody here, and accepted by nobody"

EXCHANGE_RULES = (
    Rule(
        "registry_export_consent_stands", "INSERT", "registry_export", REVOKED.format(idx="NEW.consent_idx"), GONE
    ),
    Rule(
        "registry_export_run_signed", "INSERT", "registry_export",
        "(SELECT count(*) FROM registry_runsignature WHERE run_id = NEW.run_id) < 2",
        "two people sign the national run before an organ leaves the country",
    ),
    Rule(
        "registry_export_newest_run", "INSERT", "registry_export",
        "(SELECT idx FROM ledger_entry WHERE event_id = NEW.run_id) <> NEW.run_idx"
        " OR EXISTS (SELECT 1 FROM registry_matchrun m JOIN ledger_entry l ON l.event_id = m.event_id"
        " WHERE m.organ_id = NEW.organ_id AND l.idx > NEW.run_idx)",
        "an organ leaves the country after its newest national run, and names its leaf",
    ),
    Rule(
        "registry_export_nobody_left", "INSERT", "registry_export",
        "NOT EXISTS (SELECT 1 FROM registry_runplaces WHERE run_id = NEW.run_id)"  # noqa: S608  our own names
        " OR "
        + left_out("(SELECT places + 1 FROM registry_runplaces WHERE run_id = NEW.run_id)", ["offered", "exported"]),
        "an organ leaves the country once everybody of its national run was offered it, or it is on record why not",
    ),
    Rule(
        "registry_export_all_answered", "INSERT", "registry_export",
        "EXISTS (SELECT 1 FROM registry_offer o WHERE o.organ_id = NEW.organ_id"  # noqa: S608  our own names
        f" AND {_UNANSWERED.format(offer='o.event_id')})"
        " OR EXISTS (SELECT 1 FROM registry_offerseat s WHERE s.organ_id = NEW.organ_id"
        f" AND {_UNANSWERED.format(offer='s.offer_id')})",
        "an organ leaves the country while no offer of it waits for an answer",
    ),
    Rule(
        "registry_export_after_death", "INSERT", "registry_export",
        f"NOT EXISTS (SELECT 1 FROM registry_deathdeclaration d WHERE d.case_id = NEW.case_id AND {WHOLE})",  # noqa: S608  our own names
        "no organ leaves the country before the death of its donor is certified",
    ),
    Rule(
        "registry_export_agreed", "INSERT", "registry_export",
        _AGREED.format(at="exported_at"), "an organ leaves the country under a published agreement that is in force",
    ),
    Rule(
        "registry_import_agreed", "INSERT", "registry_import", _AGREED.format(at="attested_at"),
        "an organ comes from abroad under a published agreement that is in force",
    ),
    Rule(
        "registry_import_by_its_leaf", "INSERT", "registry_import",
        "(SELECT l.idx FROM ledger_entry l JOIN registry_exchangeenactment e ON e.event_id = l.event_id"
        " WHERE e.agreement_id = NEW.agreement_id) IS DISTINCT FROM NEW.agreement_idx",
        "an import names the leaf that put its own agreement in force",
    ),
    Rule(
        "registry_import_traceable", "INSERT", "registry_import",
        "NOT EXISTS (SELECT 1 FROM registry_exchangeagreement a WHERE a.event_id = NEW.agreement_id"
        " AND a.traceable_both_ways AND a.equivalent_standard AND a.published_at <= NEW.attested_at)",
        "an organ comes from abroad where traceability both ways and an equivalent standard are agreed",
    ),
    Rule(
        "registry_exportedpart_free", "INSERT", "registry_exportedpart",
        "EXISTS (SELECT 1 FROM registry_acceptance WHERE part_id = NEW.part_id AND ended_by_id IS NULL)"  # noqa: S608  our own names
        " OR EXISTS (SELECT 1 FROM registry_offerpart p WHERE p.part_id = NEW.part_id"
        f" AND {_UNANSWERED.format(offer='p.offer_id')})",
        "what somebody here holds or is offered does not leave the country",
    ),
    Rule(
        "registry_discard_of_own_recovery", "INSERT", "registry_discard",
        "NOT EXISTS (SELECT 1 FROM registry_recovery r WHERE r.event_id = NEW.recovery_id"
        " AND r.case_id = NEW.case_id AND r.begins_at <= NEW.discarded_at)",
        "what is disposed of was recovered from its own donor, and before",
    ),
    Rule(
        "registry_discardedpart_free", "INSERT", "registry_discardedpart",
        "EXISTS (SELECT 1 FROM registry_acceptance WHERE part_id = NEW.part_id AND ended_by_id IS NULL)"  # noqa: S608  our own names
        " OR EXISTS (SELECT 1 FROM registry_offerpart p WHERE p.part_id = NEW.part_id"
        f" AND {_UNANSWERED.format(offer='p.offer_id')})",
        "what somebody holds or is offered, or was transplanted, is not disposed of",
    ),
    Rule("registry_discardedpart_still_here", "INSERT", "registry_discardedpart", _EXPORTED, _AWAY),
    *(
        Rule(f"{table}_not_discarded", "INSERT", table, _DISCARDED, _DISPOSED)
        for table in ("registry_offerpart", "registry_acceptance", "registry_exportedpart")
    ),
    Rule(
        "registry_offerpart_after_return", "INSERT", "registry_offerpart",
        f"EXISTS (SELECT 1 FROM {_BACK} JOIN ledger_entry l ON l.event_id = e.event_id WHERE p.part_id = NEW.part_id"  # noqa: S608  our own names
        " AND l.idx > (SELECT run_idx FROM registry_offer WHERE event_id = NEW.offer_id))",
        "what came back into the country is offered by a run that was made afterwards",
    ),
    Rule(
        "registry_exportend_after_export", "INSERT", "registry_exportend",
        "NEW.ended_on < (SELECT substr(exported_at, 1, 10) FROM registry_export WHERE event_id = NEW.export_id)",
        "what left the country has its end on the day on which it left, or later",
    ),
    Rule("registry_offerpart_still_here", "INSERT", "registry_offerpart", _EXPORTED, _AWAY),
    Rule("registry_acceptance_still_here", "INSERT", "registry_acceptance", _EXPORTED, _AWAY),
)  # fmt: skip
