"""What is asked again and again finds its rows by an index, however long the log is."""

import pytest

from bequest.registry.rows import store_of
from bequest.registry.versions import VERSIONS
from registry_offices import opened_office

QUESTIONS = {
    "the versions of a registration": (VERSIONS.format(marks="?"), ("R-000001",)),
    "the leaf of an event": (
        "SELECT l.idx FROM registry_event e JOIN ledger_entry l ON l.event_id = e.id WHERE e.id = ?",
        ("e",),
    ),
    "the leaves of a case": (
        "SELECT max(l.idx) FROM registry_event e JOIN ledger_entry l ON l.event_id = e.id WHERE e.case_name = ?",
        ("listing R-000001",),
    ),
    "what changed since a leaf": (
        "SELECT v.kind FROM ledger_entry l JOIN registry_version v ON v.event_id = l.event_id WHERE l.idx > ?",
        (10**9,),
    ),
}


@pytest.mark.postgres
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_join_with_the_log_reads_no_table_from_end_to_end(name):
    question, asked = QUESTIONS[name]
    with opened_office("postgresql") as office:
        store = store_of(office.using)
        # A list this small is read whole by choice; where that is dear, an index that can be used is used.
        store.run("SET enable_seqscan = off")
        plan = "\n".join(str(line) for (line,) in store.run(f"EXPLAIN {question}", asked).fetchall())
    assert "Seq Scan" not in plan
