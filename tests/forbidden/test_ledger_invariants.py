"""Five invariants of the log, each on both databases: I9 times, I12 bookings, I14 money, I15 reads, I17 recovery."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connections

from bequest.model.death import PauseReason
from bequest.policy.names import forbidden_word
from bequest.registry.models import Event, RecipientEvent
from bequest.registry.offers import Accepting, accept_offer
from bequest.registry.pauses import Paused, pause_recovery
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import every, leaf_of, store_of
from bequest.registry.schema.tables import TABLES
from bequest.registry.transplants import Crossmatched, record_crossmatch
from bequest.service.models import Read
from registry_attempts import insert, row
from registry_offices import ask, heart_run, kinds, offer, opened_office
from service_desks import forget, new_desk, own_registration

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
MONEY = {
    "price", "pay", "payment", "payer", "paid", "cost", "insurer", "insurance", "insured", "income", "salary",
    "wealth", "money", "financial", "fee", "bribe",
}  # fmt: skip


@pytest.fixture(params=DATABASES)
def office(request):
    with opened_office(request.param) as office:
        yield office


@pytest.fixture(params=DATABASES)
def desk(request):
    forget()
    with new_desk(request.param) as given:
        yield given
    forget()


def test_leaf_times_never_go_backwards_whatever_the_clock_says(office):
    _, run = heart_run(office)
    office.clock.advance(hours=-5)
    offer(office, run)
    times = {each.id: each.at for each in every(office.using, Event)}
    ordered = [times[each] for each in sorted(times, key=lambda event: leaf_of(office.using, event))]
    assert ordered == sorted(ordered)


def test_no_booking_is_older_than_the_leaves_of_death_and_consent(office):
    _, run = heart_run(office)
    made = offer(office, run)
    accept_offer(office, ask("tomas"), Accepting(made.event_id))
    record_crossmatch(office, ask("tomas"), Crossmatched(made.event_id, "negative"))
    gates = ("consent.verified", "death.certified", "custody.checked")
    newest = max(each.at for each in every(office.using, Event) if each.kind in gates)
    (booked,) = every(office.using, RecipientEvent)
    assert booked.made_at >= newest
    known = {**row(office, "registry_recipientevent"), "event_id": "new", "kind": "theatre.booked", "result": None}
    for name in ("made_at", "begins_at"):
        with pytest.raises(IntegrityError, match=r"(?i)check"):
            insert(office, "registry_recipientevent", {**known, name: "2026-03-01T00:00:00.000000Z"})


def test_no_table_has_a_column_of_money(office):
    with connections[office.using].cursor() as cursor:
        columns = {
            (table, each.name)
            for table in TABLES
            for each in connections[office.using].introspection.get_table_description(cursor, table)
        }
    assert len(columns) > len(TABLES)
    assert {each for each in columns if forbidden_word(each[1]) in MONEY} == set()
    leaf_columns = store_of(office.using).run("SELECT kind FROM ledger_entry").fetchall()
    assert not [kind for (kind,) in leaf_columns if forbidden_word(str(kind).replace(".", "_")) in MONEY]


def test_each_read_of_identified_data_has_a_row_of_its_own(desk):
    name = own_registration()["registration"]
    before = Read.objects.count()
    for _ in range(3):
        assert desk.get("auditor", f"/registrations/{name}").status_code == 200
    assert desk.get("operator", f"/registrations/{name}").status_code == 403
    assert Read.objects.count() == before + 3
    assert {each.subject for each in Read.objects.order_by("-id")[:3]} == {f"registration {name}"}


def test_nothing_is_recovered_while_its_gate_is_shut_and_each_refusal_is_a_leaf(office):
    donation, _ = heart_run(office)
    with pytest.raises(GateRefusedError):
        donation.recovered()
    donation.on_duty("surgeon-1")
    pause_recovery(office, ask("a nurse"), Paused(donation.donation, PauseReason.SIGN_OF_LIFE))
    with pytest.raises(GateRefusedError) as refused:
        donation.recovered()
    assert (refused.value.rule, kinds(office)[-1]) == ("DON-19", "gate.refused")
    assert "recovery.ordered" not in kinds(office)
