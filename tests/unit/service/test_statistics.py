"""The public figures count every entry of the log by month and kind, up to the end of yesterday."""

from collections import Counter

from bequest.ledger.store import head
from bequest.registry.models import Transplant
from bequest.registry.rows import every, store_of
from registry_offices import kinds
from service_desks import forget
from service_donations import opened_heart, ranked, transplanted


def test_every_entry_is_counted_once_its_day_is_over(each_desk):
    office = each_desk.office
    transplanted(each_desk, ranked(each_desk, opened_heart(each_desk)))
    today = office.clock().date().isoformat()
    before = each_desk.get(None, "/public/stats").json()
    assert before["before"] == today
    assert all(each["month"] <= today[:7] for each in before["months"])
    office.clock.advance(days=1)
    forget()
    after = each_desk.get(None, "/public/stats").json()
    counted = sum((Counter(each["entries"]) for each in after["months"]), Counter())
    assert counted == Counter(kinds(office))
    assert counted.total() == head(store_of(office.using)).size
    assert (
        sum(sum(each["transplants"].values()) for each in after["months"]) == len(every(office.using, Transplant)) == 1
    )
    assert after["months"][-1]["transplants"] == {"heart": 1}


def test_what_is_over_is_counted_once_a_day(desk):
    desk.office.clock.advance(days=1)
    forget()
    first = desk.get(None, "/public/stats").json()
    assert desk.get(None, "/public/stats").json() == first
    assert first["months"]
