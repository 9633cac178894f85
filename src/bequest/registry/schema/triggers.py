"""Knows the triggers of the registry: what was recorded stays, and an organ is opened by leaves of its own donor only.

On SQLite a migration that rebuilds a table drops its triggers without a word: it makes them again from here. The check
at a start tells whoever forgets.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.ledger.store_schema import Dialect
from bequest.registry.schema.donor_rules import DONOR_RULES
from bequest.registry.schema.exchange_rules import EXCHANGE_RULES
from bequest.registry.schema.list_rules import LIST_RULES
from bequest.registry.schema.place_rules import PLACE_RULES, left_out
from bequest.registry.schema.rule import GONE, REVOKED, Rule
from bequest.registry.schema.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEPT = "what the registry holds is never altered or deleted; a correction is a new event"
_CHANGING = frozenset({
    "registry_vault", "registry_officekey", "registry_version", "registry_acceptance", "registry_referral",
    "registry_organ",
})  # fmt: skip
"""Tables of which a row may change, each in one way; a referral may also be stripped."""
KEPT = tuple(name for name in TABLES if name not in _CHANGING)

_KEYS: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType({
    "registry_event": (("id",), ("request_key",)),
    "registry_vault": (("id",),),
    "registry_closedevent": (("event_id",),),
    "registry_officekey": (("generation",),),
    "registry_readday": (("event_id",), ("day",)),
    "registry_restoration": (("event_id",), ("downtime_id",)),
    "registry_centre": (("id",),),
    "registry_waitinglist": (("organ",),),
    "registry_candidate": (("id",), ("subject_id",)),
    "registry_registration": (("id",), ("pseudonym",)),
    "registry_resultcheck": (("event_id",), ("entry_id",)),
    "registry_withdrawal": (("event_id",), ("registration_id",)),
    "registry_relisting": (("event_id",), ("withdrawal_id",), ("registration_id",)),
    "registry_barredcentre": (("case_id", "centre_id"),),
    "registry_exceptionrequest": (("case_id",),),
    "registry_appeal": (("case_id",),),
    "registry_reviewer": (("event_id", "person"),),
    "registry_review": (("event_id",), ("case_id", "reviewer")),
    "registry_decision": (("event_id",), ("case_id",)),
    "registry_donorcase": (("donation",), ("donor",), ("subject_id",), ("event_id",)),
    "registry_referral": (("case_id",), ("hospital_id", "number")),
    "registry_consentverification": (("event_id",), ("consent_id",)),
    "registry_consentrevocation": (("event_id",), ("consent_id",)),
    "registry_identitycheck": (("event_id",), ("case_id",)),
    "registry_certifier": (("death_id", "person"),),
    "registry_examination": (("death_id", "number"),),
    "registry_registerkey": (("register",),),
    "registry_registercorrection": (("event_id",), ("lookup_id",)),
    "registry_rostermember": (("roster_id", "person"),),
    "registry_pathway": (("event_id",), ("case_id",)),
    "registry_standdown": (("event_id",), ("case_id",)),
    "registry_observationend": (("event_id",), ("observation_id",)),
    "registry_resumption": (("event_id",), ("pause_id",)),
    "registry_recoverystop": (("event_id",), ("case_id",), ("pause_id",)),
    "registry_recovery": (("event_id",), ("case_id",)),
    "registry_bloodgroup": (("event_id",), ("case_id", "sample")),
    "registry_import": (("event_id",), ("case_id",)),
    "registry_closing": (("event_id",), ("case_id",)),
    "registry_strippedreferral": (("case_id",), ("hospital_id", "number")),
    "registry_closedday": (("event_id",), ("hospital_id", "day")),
    "registry_refusalreason": (("event_id", "number"),),
    "registry_organ": (("event_id",), ("case_id", "organ")),
    "registry_part": (("id",),),
    "registry_policy": (("event_id",), ("hash",)),
    "registry_policyenactment": (("event_id",), ("policy_id",)),
    "registry_matchrun": (("event_id",), ("run_id",)),
    "registry_runplaces": (("run_id",),),
    "registry_shownrow": (("run_id", "row"),),
    "registry_runsignature": (("event_id",), ("run_id", "signer")),
    "registry_stagebeginning": (("event_id",), ("run_id", "stage")),
    "registry_filterlifting": (("event_id",), ("filter_id",)),
    "registry_donorfilterlifting": (("event_id",), ("filter_id",)),
    "registry_programmeresumption": (("event_id",), ("pause_id",)),
    "registry_overridedecision": (("event_id",), ("override_id",)),
    "registry_offer": (("event_id",), ("case_id", "place_in_case"), ("override_id",)),
    "registry_offerseat": (("offer_id", "place"), ("offer_id", "organ_id")),
    "registry_offerpart": (("offer_id", "part_id"),),
    "registry_offernote": (("event_id",), ("offer_id", "kind", "minutes")),
    "registry_return": (("offer_id",), ("event_id",)),
    "registry_shipment": (("event_id",), ("offer_id",)),
    "registry_shipmentalarm": (("event_id",), ("shipment_id",)),
    "registry_transplant": (("event_id",), ("offer_id",)),
    "registry_outcome": (("event_id",), ("transplant_id", "months")),
    "registry_promotion": (("event_id",), ("offer_id",)),
    "registry_promotionseat": (("offer_id", "place"),),
    "registry_answer": (("offer_id",), ("event_id",)),
    "registry_acceptance": (("offer_id", "part_id"),),
    "registry_exchangeagreement": (("event_id",), ("document",)),
    "registry_exchangeorganisation": (("agreement_id", "name"),),
    "registry_exchangeenactment": (("event_id",), ("agreement_id",)),
    "registry_exchangeend": (("event_id",), ("agreement_id",)),
    "registry_exportedpart": (("part_id",),),
    "registry_exportendpart": (("part_id",),),
    "registry_discardedpart": (("part_id",),),
})  # fmt: skip
"""The keys of a table under which SQLite's REPLACE would delete a row; `event_id` alone where none are given."""


_OF_CASE = (
    "SELECT count(*) FROM ledger_entry l JOIN registry_event e ON e.id = l.event_id"
    " WHERE l.idx IN (NEW.consent_idx, NEW.custody_idx, NEW.death_idx)"
    " AND e.case_name = NEW.case_id AND e.at <= NEW.allocation_open_at"
)
_OFFERED = "(SELECT consent_idx FROM registry_offer WHERE event_id = NEW.offer_id)"


_OTHER_ORGAN = " OR ".join(
    f"NEW.{name} <> OLD.{name}"
    for name in (
        "event_id", "case_id", "organ", "donor_kind", "digest", "allocation_open_at", "consent_idx", "consent_kind",
        "custody_idx", "custody_kind", "death_idx", "death_kind",
    )
)  # fmt: skip
_NOT_ERASED = (
    "NOT EXISTS (SELECT 1 FROM registry_donorcase c JOIN registry_vault s ON s.id = c.subject_id"
    " WHERE c.donation = OLD.case_id AND s.destroyed_at IS NOT NULL)"
)


def _of_seats(table: str) -> tuple[Rule, ...]:
    """Return what guards a place that is offered something: of the leading organ, and of each further one."""
    return (
        Rule(table + "_consent_stands", "INSERT", table, REVOKED.format(idx="NEW.consent_idx"), GONE),
        Rule(
            table + "_run_signed",
            "INSERT",
            table,
            "(SELECT count(*) FROM registry_runsignature WHERE run_id = NEW.run_id) < 2",
            "two people sign a run before the first offer of it",
        ),
        Rule(
            table + "_newest_run",
            "INSERT",
            table,
            "(SELECT idx FROM ledger_entry WHERE event_id = NEW.run_id) <> NEW.run_idx"
            " OR EXISTS (SELECT 1 FROM registry_matchrun m JOIN ledger_entry l ON l.event_id = m.event_id"
            " WHERE m.organ_id = NEW.organ_id AND l.idx > NEW.run_idx)",
            "offers follow the newest run of the organ, and name its leaf",
        ),
        Rule(
            table + "_accounted_for",
            "INSERT",
            table,
            left_out("NEW.rank", ["offered"]),
            "everybody above in the order was offered the organ, or it is on record why not",
        ),
    )


RULES = (
    *DONOR_RULES,
    *LIST_RULES,
    *EXCHANGE_RULES,
    *_of_seats("registry_offer"),
    *_of_seats("registry_offerseat"),
    *PLACE_RULES,
    Rule(
        "registry_organ_opened_by_own_leaves", "INSERT", "registry_organ", f"({_OF_CASE}) <> 3",
        "an organ is opened by the consent, the custody check and the death of its own donor, and not before them",
    ),
    Rule("registry_organ_with_facts", "INSERT", "registry_organ", "NEW.facts IS NULL",
         "an organ is opened with the facts of its donor"),
    Rule(
        "registry_organ_only_erased", "UPDATE", "registry_organ",
        f"OLD.facts IS NULL OR NEW.facts IS NOT NULL OR {_OTHER_ORGAN} OR {_NOT_ERASED}",
        "the facts of a donor are never altered; they can only be erased with their person",
    ),
    Rule(
        "registry_matchrun_stage_began", "INSERT", "registry_matchrun",
        "NEW.stage IS NOT NULL AND NOT EXISTS (SELECT 1 FROM registry_stagebeginning"
        " WHERE run_id = NEW.follows_id AND stage = NEW.stage)",
        "the order of a stage is ranked once the stage of its run has begun, with what shows that it may",
    ),
    Rule("registry_organ_consent_stands", "INSERT", "registry_organ",
          REVOKED.format(idx="NEW.consent_idx"), GONE),
    Rule("registry_answer_consent_stands", "INSERT", "registry_answer",
          f"NEW.kind = 'offer.accepted' AND {REVOKED.format(idx=_OFFERED)}", GONE),
    Rule(
        "registry_offer_override_approved", "INSERT", "registry_offer",
        "NEW.override_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM registry_overridedecision"
        " WHERE override_id = NEW.override_id AND kind = 'override.approved')",
        "a departure from the order is approved by a second person before the offer",
    ),
    Rule(
        "registry_acceptance_not_of_backup", "INSERT", "registry_acceptance",
        "EXISTS (SELECT 1 FROM registry_offer o WHERE o.event_id = NEW.offer_id AND o.kind = 'backup'"
        " AND NOT EXISTS (SELECT 1 FROM registry_promotion p WHERE p.offer_id = o.event_id))",
        "a backup offer holds nothing before it is promoted",
    ),
    Rule(
        "registry_acceptance_of_returned", "INSERT", "registry_acceptance",
        "EXISTS (SELECT 1 FROM registry_return WHERE offer_id = NEW.offer_id)",
        "what was given back is not accepted any more",
    ),
    Rule(
        "registry_transplant_of_held", "INSERT", "registry_transplant",
        "NOT EXISTS (SELECT 1 FROM registry_acceptance WHERE offer_id = NEW.offer_id AND ended_by_id IS NULL)",
        "only what somebody holds by a live acceptance is transplanted",
    ),
    Rule(
        "registry_transplant_as_labelled", "INSERT", "registry_transplant",
        "EXISTS (SELECT 1 FROM registry_shipment s WHERE s.offer_id = NEW.offer_id AND NOT EXISTS"
        " (SELECT 1 FROM registry_arrival a WHERE a.shipment_id = s.event_id AND a.agrees))",
        "an organ that was carried is implanted once two people have read on arrival what its label must say",
    ),
    Rule(
        "registry_shipment_of_held", "INSERT", "registry_shipment",
        "NOT EXISTS (SELECT 1 FROM registry_acceptance WHERE offer_id = NEW.offer_id AND ended_by_id IS NULL)"
        " OR NOT EXISTS (SELECT 1 FROM registry_recovery"
        " WHERE event_id = NEW.recovery_id AND case_id = NEW.case_id)",
        "an organ is carried that somebody holds, after the recovery of its own donor began",
    ),
    Rule(
        "registry_return_before_transplant", "INSERT", "registry_return",
        "EXISTS (SELECT 1 FROM registry_transplant WHERE offer_id = NEW.offer_id)",
        "what was transplanted is not given back",
    ),
    Rule(
        "registry_promotion_in_its_run", "INSERT", "registry_promotion",
        "NOT EXISTS (SELECT 1 FROM registry_offer o WHERE o.event_id = NEW.offer_id AND o.kind = 'backup'"
        " AND o.registration_id = NEW.registration_id)",
        "a promotion is of a backup offer to the same registration",
    ),
    Rule(
        "registry_vault_destroyed_once", "UPDATE", "registry_vault",
        "OLD.destroyed_at IS NOT NULL OR NEW.id <> OLD.id"
        " OR (NEW.destroyed_at IS NULL AND NEW.wrapped_key <> OLD.wrapped_key)"
        " OR (NEW.identity IS NOT NULL AND NEW.identity IS DISTINCT FROM OLD.identity)",
        "the key of a person is destroyed once, and never altered or made again",
    ),
    Rule(
        "registry_officekey_only_sealed_anew", "UPDATE", "registry_officekey", "NEW.generation <> OLD.generation",
        "a key of the office is sealed anew under another wrapping key, and stays the key of its generation",
    ),
    Rule(
        "registry_version_only_erased", "UPDATE", "registry_version",
        "NEW.facts IS NOT NULL OR NEW.centre_id IS NOT NULL OR NEW.event_id <> OLD.event_id"
        " OR NEW.registration_id <> OLD.registration_id OR NEW.kind <> OLD.kind"
        " OR NEW.digest IS DISTINCT FROM OLD.digest"
        " OR NOT EXISTS (SELECT 1 FROM registry_registration r JOIN registry_candidate c ON c.id = r.candidate_id"
        " JOIN registry_vault s ON s.id = c.subject_id"
        " WHERE r.id = OLD.registration_id AND s.destroyed_at IS NOT NULL)",
        "facts of a registration are never altered; they can only be erased with their person",
    ),
    Rule(
        "registry_acceptance_ended_once", "UPDATE", "registry_acceptance",
        "OLD.ended_by_id IS NOT NULL OR NEW.offer_id <> OLD.offer_id OR NEW.part_id <> OLD.part_id"
        " OR NEW.kind <> OLD.kind",
        "an acceptance is ended once, and not altered",
    ),
    Rule(
        "registry_referral_stays", "UPDATE", "registry_referral", "",
        "a referral is not altered; it can only be stripped",
    ),
)  # fmt: skip


def trigger_statements(dialect: Dialect) -> tuple[str, ...]:
    """Return the statements that make the triggers, and on PostgreSQL their functions before them."""
    return _sqlite() if dialect is Dialect.SQLITE else _postgresql()


def _sqlite() -> tuple[str, ...]:
    kept = [
        _sqlite_trigger(f"{table}_no_{verb.lower()}", verb, table, "", _KEPT)
        for table in TABLES
        for verb in ("UPDATE", "DELETE")
        if table in KEPT or (verb == "DELETE" and table != "registry_referral")
    ]
    # REPLACE deletes the row in its way without asking a DELETE trigger, so an INSERT that would meet one is refused.
    replaced = [
        _sqlite_trigger(f"{table}_no_replace", "INSERT", table, _taken(table), _KEPT) for table in TABLES
    ]  # fmt: skip
    live = _sqlite_trigger(
        "registry_acceptance_one_live", "INSERT", "registry_acceptance",
        "NEW.ended_by_id IS NULL AND EXISTS"
        " (SELECT 1 FROM registry_acceptance WHERE part_id = NEW.part_id AND ended_by_id IS NULL)",
        "a part has one live acceptance",
    )  # fmt: skip
    # SQLite before 3.39 does not know IS DISTINCT FROM; its IS NOT says the same.
    rules = [
        _sqlite_trigger(rule.name, rule.event, rule.table, rule.when.replace("IS DISTINCT FROM", "IS NOT"), rule.says)
        for rule in RULES
    ]
    return (*kept, *replaced, live, *rules)


def _taken(table: str) -> str:
    keys = _KEYS.get(table, (("event_id",),))
    met = (" AND ".join(f"{column} = NEW.{column}" for column in key) for key in keys)
    return f"EXISTS (SELECT 1 FROM {table} WHERE {' OR '.join(met)})"  # noqa: S608  our own names


def _sqlite_trigger(name: str, event: str, table: str, when: str, says: str) -> str:
    condition = f" WHEN {when}" if when else ""
    return f"CREATE TRIGGER {name} BEFORE {event} ON {table}{condition} BEGIN SELECT RAISE(ABORT, '{says}'); END"


def _postgresql() -> tuple[str, ...]:
    functions = [_function("registry_keep", "true", _KEPT)]
    triggers: list[str] = []
    for table in TABLES:
        if table in KEPT:
            triggers.append(_trigger(f"{table}_kept", "DELETE OR UPDATE OR TRUNCATE", table, "STATEMENT"))
        elif table == "registry_referral":
            triggers.append(_trigger(f"{table}_kept", "TRUNCATE", table, "STATEMENT"))
        else:
            triggers.append(_trigger(f"{table}_kept", "DELETE OR TRUNCATE", table, "STATEMENT"))
    for rule in RULES:
        row = "OLD" if rule.event == "DELETE" else "NEW"
        functions.append(_function(rule.name, rule.when or "true", rule.says, row=row))
        triggers.append(_trigger(rule.name, rule.event, rule.table, "ROW", runs=rule.name))
    return (*functions, *triggers, _own_schema())


def _function(name: str, refused_if: str, says: str, *, row: str = "NEW") -> str:
    return f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $registry$
BEGIN
  IF {refused_if} THEN
    RAISE EXCEPTION '{says}' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN {row};
END
$registry$"""


# Written as PostgreSQL itself writes it down again, so that the check at a start can compare.
def _trigger(name: str, events: str, table: str, each: str, *, runs: str = "registry_keep") -> str:
    return f"CREATE TRIGGER {name} BEFORE {events} ON {table} FOR EACH {each} EXECUTE FUNCTION {runs}()"


def _own_schema() -> str:
    """Return the statement that binds the functions to their own schema, where nobody puts other tables before it."""
    ours = ("registry_keep", *(rule.name for rule in RULES))
    names = ", ".join(f"'{name}'" for name in ours)
    return f"""DO $registry$
DECLARE
  each text;
BEGIN
  FOREACH each IN ARRAY ARRAY[{names}] LOOP
    EXECUTE format('ALTER FUNCTION %I.%I() SET search_path = %I, pg_temp', current_schema(), each, current_schema());
  END LOOP;
END
$registry$"""
