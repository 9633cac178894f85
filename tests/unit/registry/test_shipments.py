"""An organ after recovery: its label, its hands, its arrival read by two, its time in the cold, and the alarm."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError

from bequest.model.enums import BloodGroup, OrganPart
from bequest.model.errors import InputError
from bequest.registry.models import Arrival, Scan, Shipment, ShipmentAlarm, Transplant
from bequest.registry.offers import Accepting, accept_offer
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import every, needed
from bequest.registry.shipments import (
    ArrivalChecked,
    LabelScanned,
    OrganShipped,
    check_arrival,
    cold_clock,
    scan_label,
    ship_organ,
)
from bequest.registry.timers import next_due, run_due
from bequest.registry.transplants import Transplanted, record_transplant
from bequest.safeguards.traceability import LabelItem
from registry_attempts import insert, row
from registry_offices import ask, heart_run, kinds, loose_ends, offer

LABEL = "ab" * 32


def accepted(office, *, recovered=True):
    """Return a donation whose heart was accepted, and the offer; the recovery has begun."""
    donation, run = heart_run(office)
    made = offer(office, run).event_id
    accept_offer(office, ask("tomas"), Accepting(made))
    if recovered:
        donation.on_duty("surgeon-1")
        donation.recovered()
    return donation, made


def leaving(office, made, **changed):
    """Hand the heart over to a courier."""
    now = office.clock.now
    shipped = OrganShipped(made, LABEL, tuple(LabelItem), now, now + timedelta(hours=2), "surgeon-1", "courier-1")
    return ship_organ(office, ask("ingrid"), replace(shipped, **changed))


def arriving(office, donation, shipment, **changed):
    """Have two people read the heart that arrives."""
    group = BloodGroup(donation.facts["blood_group"])
    read = ArrivalChecked(
        shipment, LABEL, group, (OrganPart.HEART,), office.clock.now, "nurse-7", "surgeon-7"
    )  # fmt: skip
    return check_arrival(office, ask("tomas"), replace(read, **changed))


def test_a_heart_goes_from_hand_to_hand_and_is_implanted(office):
    donation, made = accepted(office)
    shipment = leaving(office, made).event_id
    scanned = LabelScanned(shipment, LABEL, office.clock.now, "courier-1", "porter-1")
    scan_label(office, ask("courier-1"), scanned)
    arriving(office, donation, shipment)
    given = Transplanted(made, office.clock.now, "olga")
    record_transplant(office, ask("tomas"), given)
    assert kinds(office)[-4:] == ["organ.shipped", "organ.scanned", "organ.arrived", "organ.transplanted"]
    assert needed(office.using, Shipment, "").origin_id == donation.facts["hospital"]
    assert needed(office.using, Scan, "").taken_by == "porter-1"
    assert needed(office.using, Arrival, "").agrees
    assert loose_ends(office) == (0, 0, 0)


@pytest.mark.parametrize("item", LabelItem)
def test_a_label_that_lacks_something_holds_the_organ_where_it_is(office, item):
    _, made = accepted(office)
    with pytest.raises(GateRefusedError, match=item.value) as refused:
        leaving(office, made, items=tuple(each for each in LabelItem if each is not item))
    assert (refused.value.rule, refused.value.step) == ("TRC-05", "hand_over")
    assert kinds(office)[-1] == "gate.refused"


def test_an_organ_of_which_no_recovery_is_known_is_not_carried(office):
    _, made = accepted(office, recovered=False)
    with pytest.raises(GateRefusedError, match="origin of the organ") as refused:
        leaving(office, made)
    assert (refused.value.rule, kinds(office)[-1]) == ("TRC-07", "gate.refused")


def test_an_organ_that_nobody_holds_is_carried_to_nobody(office):
    _, run = heart_run(office)
    with pytest.raises(GateRefusedError, match="live acceptance") as refused:
        leaving(office, offer(office, run).event_id)
    assert refused.value.rule == "ALC-09"


@pytest.mark.parametrize(
    "changed",
    [
        {"label": "cd" * 32},
        {"blood_group": BloodGroup.AB},
        {"parts": (OrganPart.LIVER_RIGHT,)},
    ],
    ids=str,
)
def test_what_does_not_agree_on_arrival_is_taken_as_a_fact_and_bars_the_transplant(office, changed):
    donation, made = accepted(office)
    shipment = leaving(office, made).event_id
    arriving(office, donation, shipment, **changed)
    assert kinds(office)[-1] == "organ.arrived"
    with pytest.raises(GateRefusedError, match="what was sent") as refused:
        record_transplant(office, ask("tomas"), Transplanted(made, office.clock.now, "olga"))
    assert refused.value.rule == "TRC-05"
    arriving(office, donation, shipment)
    record_transplant(office, ask("tomas"), Transplanted(made, office.clock.now, "olga"))


def test_plain_sql_implants_nothing_that_was_carried_and_not_read_on_arrival(office):
    donation, made = accepted(office)
    shipment = leaving(office, made).event_id
    values = {
        "event_id": "new", "offer_id": made, "answer_kind": "offer.accepted", "centre_id": donation.facts["hospital"],
        "transplanted_at": "2026-12-01T00:00:00.000000Z", "label_read_by": "a", "label_confirmed_by": "b",
        "entered_by": "c",
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="read on arrival"):
        insert(office, "registry_transplant", values)
    arriving(office, donation, shipment)
    for changed in ({"confirmed_by": "nurse-7"}, {"label": "short"}, {"blood_group": "X"}, {"shipment_id": "none"}):
        with pytest.raises(IntegrityError):
            insert(office, "registry_arrival", {**row(office, "registry_arrival"), "event_id": "new", **changed})


def test_one_reader_of_an_arrival_is_too_few_and_nobody_gives_an_organ_to_themselves(office):
    donation, made = accepted(office)
    with pytest.raises(InputError, match="from one person to another"):
        leaving(office, made, taken_by="surgeon-1")
    shipment = leaving(office, made).event_id
    with pytest.raises(InputError, match="Two people read"):
        arriving(office, donation, shipment, confirmed_by="nurse-7")
    with pytest.raises(InputError, match="handed over already"):
        leaving(office, made)


def test_an_organ_that_is_not_scanned_in_by_its_time_raises_one_alarm_by_the_worker(office):
    donation, made = accepted(office)
    shipment = leaving(office, made).event_id
    due = needed(office.using, Shipment, "").eta_at
    assert next_due(office, office.clock.now).isoformat()[:19] == due[:19]
    assert run_due(office, office.clock.now) == ()
    office.clock.advance(hours=3)
    run_due(office, office.clock.now)
    assert kinds(office)[-1] == "organ.overdue"
    assert run_due(office, office.clock.now) == ()
    assert [each.shipment_id for each in every(office.using, ShipmentAlarm)] == [shipment]
    arriving(office, donation, shipment)


def test_the_cold_clock_runs_from_the_flush_to_the_transplant_against_the_limit(office):
    donation, made = accepted(office)
    shipment = leaving(office, made).event_id
    kept = needed(office.using, Shipment, "")
    office.clock.advance(hours=3)
    clock = cold_clock(office, kept, office.clock.now)
    assert (clock.hours.quantize(Decimal("0.1")), clock.limit_hours) == (Decimal("3.0"), Decimal(6))
    arriving(office, donation, shipment)
    record_transplant(office, ask("tomas"), Transplanted(made, office.clock.now, "olga"))
    stopped = cold_clock(office, kept, office.clock.now + timedelta(days=1))
    assert stopped.hours < clock.limit_hours


def test_a_donation_number_is_that_of_a_cornea(office):
    _, made = accepted(office)
    with pytest.raises(InputError, match="that of a cornea"):
        leaving(office, made, din="G123498654321H")


def test_who_read_the_label_on_paper_is_entered_and_who_enters_it_is_another_field(office):
    _, made = accepted(office)
    record_transplant(office, ask("desk"), Transplanted(made, office.clock.now, "olga", label_read_by="nurse-7"))
    kept = needed(office.using, Transplant, "")
    assert (kept.label_read_by, kept.label_confirmed_by, kept.entered_by) == ("nurse-7", "olga", "desk")
