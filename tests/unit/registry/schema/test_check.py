"""A database that lost a trigger, an index or a table is found out at the start of a program."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connections

from bequest.registry.schema.check import check_databases, problems
from bequest.registry.schema.triggers import RULES


def run(office, statement):
    """Run a statement as the owner of the tables could."""
    with connections[office.using].cursor() as cursor:
        cursor.execute(statement)


def drop_trigger(office, name, table):
    run(office, f"DROP TRIGGER {name}" + ("" if sqlite(office) else f" ON {table}"))


def sqlite(office):
    """Return whether a registry is on SQLite."""
    return connections[office.using].vendor == "sqlite"


def test_a_new_database_is_as_it_was_made(empty_office):
    assert problems(empty_office.using) == ()
    assert check_databases(databases=[empty_office.using]) == []
    call_command("check", databases=[empty_office.using])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_trigger_that_is_gone_is_named(empty_office, rule):
    drop_trigger(empty_office, rule.name, rule.table)
    assert any(rule.name in problem for problem in problems(empty_office.using))


def test_a_start_is_refused_where_anything_is_gone(empty_office):
    name = "registry_event_no_delete" if sqlite(empty_office) else "registry_event_kept"
    drop_trigger(empty_office, name, "registry_event")
    with pytest.raises(SystemCheckError, match=name):
        call_command("check", databases=[empty_office.using])


def test_the_one_index_that_keeps_an_organ_for_one_person_is_missed(empty_office):
    run(empty_office, "DROP INDEX registry_one_live_acceptance")
    assert any("registry_one_live_acceptance" in problem for problem in problems(empty_office.using))


def test_a_trigger_of_somebody_else_is_named(empty_office):
    made = (
        "CREATE TRIGGER other BEFORE INSERT ON registry_offer BEGIN SELECT 1; END"
        if sqlite(empty_office)
        else "CREATE TRIGGER other BEFORE INSERT ON registry_offer FOR EACH STATEMENT EXECUTE FUNCTION registry_keep()"
    )
    run(empty_office, made)
    assert any("other" in problem and "none of ours" in problem for problem in problems(empty_office.using))


def test_a_trigger_of_the_log_that_is_gone_is_named_as_well(empty_office):
    drop_trigger(empty_office, "ledger_head_grows", "ledger_head")
    assert any("ledger_head_grows" in problem for problem in problems(empty_office.using))


@pytest.mark.postgres
def test_a_function_that_was_altered_and_a_constraint_that_was_dropped_are_named(empty_office):
    if sqlite(empty_office):
        return
    run(
        empty_office,
        "CREATE OR REPLACE FUNCTION registry_keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    )
    run(empty_office, "ALTER TABLE registry_offer DROP CONSTRAINT registry_offer_check")
    said = problems(empty_office.using)
    assert any("function registry_keep" in problem for problem in said)
    assert any("table registry_offer" in problem for problem in said)


def test_a_migration_that_has_yet_to_run_is_told_and_not_stopped(empty_office):
    drop_trigger(empty_office, "registry_vault_destroyed_once", "registry_vault")
    run(empty_office, "DELETE FROM django_migrations WHERE name = '0006_triggers'")
    said = check_databases(databases=[empty_office.using])
    assert [message.id for message in said] == ["registry.W001"]


def test_what_is_no_registry_yet_is_not_judged():
    assert check_databases(databases=None) == []
