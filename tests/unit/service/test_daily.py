"""What is due once a day is done once, whoever does it and however often it dies in between."""

from __future__ import annotations

from contextlib import suppress

import pytest

from bequest.model.errors import InputError
from bequest.registry.closed_days import days_to_close
from bequest.registry.closings import DonorClosed, close_donor
from bequest.registry.models import ClosedDay, DonorCase, Event, ReadDay, Referral, ShownRow, StrippedReferral, Subject
from bequest.registry.offers import Ending, decline_offer
from bequest.registry.read_days import committed_digest, read_days_to_close
from bequest.registry.recording import record
from bequest.registry.rows import every, needed
from bequest.registry.secrecy import event_fields
from bequest.service import daily
from bequest.service.daily import counted_reads, run_daily
from bequest.service.models import Read
from registry_offices import Donation, ask, heart_run, kinds, loose_ends, offer


@pytest.fixture(autouse=True)
def few_hospitals(monkeypatch):
    """Have days closed of three hospitals only: a country has hundreds, and each is a transaction."""

    def few(office, now):
        names = sorted({each.hospital for each in days_to_close(office, now)})[:3]
        return [each for each in days_to_close(office, now) if each.hospital in names]

    monkeypatch.setattr(daily, "days_to_close", few)


def told(office, kind):
    """Return what the leaves of a kind say, in their order."""
    return [event_fields(office, each) for each in every(office.using, Event, "at", kind=kind)]


def test_a_day_without_reads_is_closed_with_nought_and_the_next_with_what_was_read(each_desk):
    office = each_desk.office
    office.clock.advance(days=1)
    run_daily(office)
    first = office.clock.now.date()
    each_desk.get("auditor", "/reads")
    Read.objects.create(account=each_desk.accounts["auditor"], at=f"{first}T09:00:00.000000Z", action="x", subject="y")
    office.clock.advance(days=1)
    assert read_days_to_close(office, office.clock.now) == [first]
    run_daily(office)
    closed = told(office, "access.day_closed")
    assert [each["reads"] for each in closed] == [0, 1]
    row = needed(office.using, ReadDay, "", day=first.isoformat())
    assert row.digest == counted_reads(office, first).digest
    assert closed[1]["log"] == committed_digest(bytes(row.salt), row.digest)
    assert loose_ends(office) == (0, 0, 0)


def test_offers_can_be_looked_at_between_two_steps_of_a_long_day(desk):
    office = desk.office
    office.clock.advance(days=3)
    seen = []
    done = run_daily(office, lambda: seen.append(len(kinds(office))))
    assert len(seen) == done > 3
    assert len(set(seen)) == done


def test_a_hospital_is_closed_each_day_and_once(desk):
    office = desk.office
    office.clock.advance(days=3)
    run_daily(office)
    closed = {(row.hospital_id, row.day) for row in every(office.using, ClosedDay)}
    assert len({hospital for hospital, _ in closed}) == len(closed) >= 3
    office.clock.advance(days=1)
    run_daily(office)
    assert len({(row.hospital_id, row.day) for row in every(office.using, ClosedDay)}) == len(closed) + 3


def test_a_referral_is_stripped_when_its_time_is_over_with_the_reason_on_its_file(desk):
    office = desk.office
    reported = Donation.reported(office)
    case = needed(office.using, DonorCase, "", donation=reported.donation)
    assert needed(office.using, Subject, "", id=case.subject_id).identity is not None
    office.clock.advance(hours=71)
    run_daily(office)
    assert every(office.using, StrippedReferral) == []
    office.clock.advance(hours=2)
    run_daily(office)
    row = needed(office.using, StrippedReferral, "", case_id=reported.donation)
    assert row.reason == "no_consent"
    assert every(office.using, Referral, case_id=reported.donation) == []
    assert needed(office.using, Subject, "", id=case.subject_id).identity is None


def test_the_rows_that_bundles_show_of_an_ended_donation_are_kept(desk):
    office = desk.office
    donation, run = heart_run(office)
    decline_offer(office, ask("tomas"), Ending(offer(office, run).event_id, "size_mismatch"))
    run_daily(office)
    assert every(office.using, ShownRow) == []
    close_donor(office, ask(), DonorClosed(donation.donation, "no_recipient"))
    run_daily(office)
    [kept] = every(office.using, ShownRow)
    assert kept.run_id == run.event_id
    run_daily(office)
    assert len(every(office.using, ShownRow)) == 1


@pytest.mark.parametrize("before", [0, 2])
def test_a_worker_that_dies_anywhere_loses_and_doubles_nothing(each_desk, monkeypatch, before):
    office = each_desk.office
    Donation.reported(office)
    office.clock.advance(days=4)

    class DiedError(BaseException):
        """End the worker."""

    left = before

    def dies(*arguments):
        nonlocal left
        entered = record(*arguments)
        left -= 1
        if left < 0:
            raise DiedError
        return entered

    with monkeypatch.context() as patched, suppress(DiedError):
        for module in ("closed_days", "strippings", "read_days"):
            patched.setattr(f"bequest.registry.{module}.record", dies)
        run_daily(office)
    run_daily(office)
    assert len(every(office.using, StrippedReferral)) == 1
    assert kinds(office).count("access.day_closed") == 1
    hospitals = [row.hospital_id for row in every(office.using, ClosedDay)]
    assert len(hospitals) == len(set(hospitals)) >= 3
    assert loose_ends(office) == (0, 0, 0)


def test_a_step_that_is_refused_leaves_the_others_be(desk, monkeypatch):
    def refuses(*_):
        raise InputError("Somebody did it meanwhile.")

    desk.office.clock.advance(days=2)
    monkeypatch.setattr(daily, "close_day", refuses)
    assert run_daily(desk.office) == 1


def test_a_person_closes_a_day_by_hand_and_in_order_only(desk):
    desk.office.clock.advance(days=2)
    over = read_days_to_close(desk.office, desk.office.clock.now)[0]
    assert desk.post("allocator", f"/reads/days/{over}/closing").status_code == 403
    assert desk.post("operator", f"/reads/days/{over}/closing").status_code == 201
    again = desk.post("operator", f"/reads/days/{over}/closing")
    assert (again.status_code, "closed already" in again.json()["detail"]) == (422, True)
    assert desk.post("operator", f"/reads/days/{desk.office.clock.now.date()}/closing").status_code == 422


def test_the_operator_adds_the_key_of_a_register_once(desk):
    key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    about, body = "/registers/donor_register/key", {"run_by": "the registrar", "public_key": key}
    assert desk.post("auditor", about, body).status_code == 403
    assert desk.post("operator", about, body).json() == {"name": "donor_register", "run_by": "the registrar"}
    assert desk.post("operator", about, body).status_code == 201
    other = {**body, "run_by": "somebody else"}
    assert desk.post("operator", about, other).status_code == 422
