"""Knows the triggers of the list's upkeep: who may review, what a decision changes, and what an appeal is about."""

from __future__ import annotations

from bequest.registry.schema.rule import Rule

_BARRED = (
    "EXISTS (SELECT 1 FROM registry_barredcentre b JOIN registry_reviewer r ON r.centre_id = b.centre_id"
    " WHERE b.case_id = NEW.case_id AND r.person = NEW.reviewer)"
)
_DECIDED = (
    "NEW.kind IN ('exception.decided', 'appeal.decided') AND NOT EXISTS (SELECT 1 FROM registry_decision d"
    " JOIN registry_reviewcase c ON c.event_id = d.case_id WHERE d.event_id = NEW.event_id AND d.outcome = 'granted'"
    " AND c.registration_id = NEW.registration_id)"
)
_ABOUT_ANOTHER = (
    "NOT EXISTS (SELECT 1 FROM ledger_entry l JOIN registry_event e ON e.id = l.event_id"
    " WHERE l.idx = NEW.about_idx AND e.case_name = 'listing ' || NEW.registration_id)"
)

LIST_RULES = (
    Rule(
        "registry_review_from_outside", "INSERT", "registry_review", _BARRED,
        "nobody who works, or has worked, where the candidate is listed reviews the case",
    ),
    Rule(
        "registry_review_before_decision", "INSERT", "registry_review",
        "EXISTS (SELECT 1 FROM registry_decision WHERE case_id = NEW.case_id)",
        "a case that is decided is not reviewed any more",
    ),
    Rule(
        "registry_reviewcase_bars_its_centre", "INSERT", "registry_decision",
        "NOT EXISTS (SELECT 1 FROM registry_barredcentre b JOIN registry_reviewcase c"
        " ON c.event_id = b.case_id AND c.centre_id = b.centre_id WHERE c.event_id = NEW.case_id)",
        "a case that bars no centre is not decided",
    ),
    Rule(
        "registry_version_by_decision", "INSERT", "registry_version", _DECIDED,
        "a registration is changed by a decision that granted it, and by no other",
    ),
    Rule(
        "registry_appeal_about_own", "INSERT", "registry_appeal", _ABOUT_ANOTHER,
        "an appeal is about a step of its own registration",
    ),
)  # fmt: skip
