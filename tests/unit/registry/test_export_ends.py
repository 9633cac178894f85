"""What left the country has its end on record: transplanted or discarded there, or back here and ranked anew."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError

from bequest.model.enums import Organ, OrganPart
from bequest.model.errors import InputError
from bequest.registry.closed_days import close_day, days_to_close
from bequest.registry.closings import DonorClosed, close_donor
from bequest.registry.discards import Discarded, discard_parts
from bequest.registry.export_ends import ExportEnded, end_export
from bequest.registry.exports import Exported, export_organ
from bequest.registry.models import Event, ExportEnd, ExportEndPart
from bequest.registry.offers import Accepting, accept_offer
from bequest.registry.programmes import ProgrammeAsked, pause_programme, resume_programme
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import every, needed
from bequest.registry.run_orders import places_of
from bequest.registry.secrecy import event_fields
from bequest.registry.transplants import Transplanted, record_transplant
from registry_attempts import UndoneError, insert, row
from registry_bundles import signed, verified
from registry_exports import ABROAD, DOCUMENT, agreed, declined_by_all
from registry_offices import Donation, ask, enact, heart_run, kinds, loose_ends, offer, opened_office


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def office(request):
    with opened_office(request.param) as office:
        yield office


def gone(office):
    """Return a donation whose heart was recovered and has left the country, its run, and the export."""
    donation, run = heart_run(office)
    donation.on_duty("surgeon-1")
    donation.recovered()
    agreed(office)
    declined_by_all(office, run)
    left = export_organ(office, ask(), Exported(donation.donation, Organ.HEART, DOCUMENT, ABROAD.name))
    return donation, run, left.event_id


def passed_over(office):
    """Return the like of a heart that nobody at home was asked for: every programme paused, and goes on now."""
    donation, run = heart_run(office)
    donation.on_duty("surgeon-1")
    donation.recovered()
    agreed(office)
    centres = sorted({each.centre for each in places_of(office.using, run.event_id)})
    for centre in centres:
        pause_programme(office, ask("lucia"), ProgrammeAsked(centre, Organ.HEART))
    left = export_organ(office, ask(), Exported(donation.donation, Organ.HEART, DOCUMENT, ABROAD.name))
    for centre in centres:
        resume_programme(office, ask("lucia"), ProgrammeAsked(centre, Organ.HEART))
    return donation, run, left.event_id


def told(office, donation, export, ended_as="transplanted", **changed):
    """Have the organisation abroad tell what became of an export."""
    return end_export(
        office, ask(), replace(ExportEnded(donation.donation, export, ended_as, office.clock.now.date()), **changed)
    )


def test_a_heart_that_was_transplanted_abroad_has_both_ends_and_its_file_is_closed(office):
    donation, _, export = gone(office)
    with pytest.raises(GateRefusedError, match="what became of the heart") as refused:
        close_donor(office, ask(), DonorClosed(donation.donation, "exported"))
    assert (refused.value.rule, refused.value.step) == ("TRC-01", "closing")
    entered = told(office, donation, export, outcome="alive_graft_works")
    fields = event_fields(office, needed(office.using, Event, "", id=entered.event_id))
    assert (fields["ended_as"], fields["part"], kinds(office)[fields["exported"]]) == (
        "transplanted", ["heart"], "organ.exported",
    )  # fmt: skip
    assert not {"recipient", "registration", "candidate"} & set(fields)
    close_donor(office, ask(), DonorClosed(donation.donation, "exported"))
    assert loose_ends(office) == (0, 0, 0)
    with pytest.raises(IntegrityError, match="sealed"):
        insert(office, "registry_exportend", {**row(office, "registry_exportend"), "event_id": "new"})


def test_a_heart_that_was_discarded_abroad_has_a_reason(office):
    donation, _, export = gone(office)
    assert told(office, donation, export, "discarded", reason="damage").index
    assert needed(office.using, ExportEnd, "").reason == "damage"
    close_donor(office, ask(), DonorClosed(donation.donation, "exported"))


def test_an_end_is_told_once(office):
    donation, _, export = gone(office)
    told(office, donation, export)
    with pytest.raises(InputError, match="every part of this export is on record"):
        told(office, donation, export, "returned")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"ended_as": "sold"}, "is no code"),
        ({"ended_as": "discarded"}, "has a reason"),
        ({"reason": "damage"}, "has a reason"),
        ({"ended_as": "discarded", "reason": "too_dear"}, "is no code"),
        ({"ended_as": "returned", "outcome": "died"}, "is that of a transplant"),
        ({"outcome": "rich"}, "is no code"),
        ({"parts": (OrganPart.LUNG_LEFT,)}, "waits for its end: heart"),
        ({"export": "0" * 32}, "no such export"),
    ],
    ids=str,
)
def test_what_is_no_end_is_told(office, changed, words):
    donation, _, export = gone(office)
    with pytest.raises(InputError, match=words):
        told(office, donation, **{"export": export, **changed})


@pytest.mark.parametrize("days", [-1, 1])
def test_an_end_is_on_no_day_before_it_left_and_on_none_to_come(office, days):
    donation, _, export = gone(office)
    with pytest.raises(InputError, match="on a later day that has come"):
        told(office, donation, export, ended_on=office.clock.now.date() + timedelta(days=days))


def test_what_came_back_is_offered_by_a_fresh_run_and_by_no_older_one(office, tmp_path):
    donation, run, export = passed_over(office)
    told(office, donation, export, "returned")
    with pytest.raises(GateRefusedError):
        offer(office, run)
    with pytest.raises(GateRefusedError, match="what became of the heart"):
        close_donor(office, ask(), DonorClosed(donation.donation, "exported"))
    again = donation.run()
    made = offer(office, again)
    accept_offer(office, ask("tomas"), Accepting(made.event_id))
    record_transplant(office, ask("tomas"), Transplanted(made.event_id, office.clock.now, "olga"))
    close_donor(office, ask(), DonorClosed(donation.donation, "transplanted"))
    office.clock.advance(days=1)
    for day in days_to_close(office, office.clock.now):
        close_day(office, ask(), day)
    assert verified(signed(office), tmp_path) == 0


def test_what_came_back_is_disposed_of_and_leaves_no_more(office, tmp_path):
    donation, _, export = gone(office)
    told(office, donation, export, "returned")
    with pytest.raises(GateRefusedError):
        export_organ(office, ask(), Exported(donation.donation, Organ.HEART, DOCUMENT, ABROAD.name))
    again = donation.run()
    declined_by_all(office, again)
    with pytest.raises(GateRefusedError, match="it is here no more"):
        export_organ(office, ask(), Exported(donation.donation, Organ.HEART, DOCUMENT, ABROAD.name))
    disposed = Discarded(
        donation.donation, (OrganPart.HEART,), "time_limit", office.clock.now, "surgeon-1", "pathologist-1"
    )  # fmt: skip
    discard_parts(office, ask(), disposed)
    close_donor(office, ask(), DonorClosed(donation.donation, "exported"))
    office.clock.advance(days=1)
    for day in days_to_close(office, office.clock.now):
        close_day(office, ask(), day)
    assert verified(signed(office), tmp_path) == 0


def test_two_kidneys_that_left_together_end_one_by_one(office):
    enact(office, "core/kidney")
    donation = Donation.reported(office).steps()
    donation.open(Organ.KIDNEY)
    donation.run(Organ.KIDNEY)
    agreed(office)
    export = export_organ(office, ask(), Exported(donation.donation, Organ.KIDNEY, DOCUMENT, ABROAD.name)).event_id
    told(office, donation, export, parts=(OrganPart.KIDNEY_LEFT,))
    told(office, donation, export, "discarded", reason="anatomy")
    ends = {each.event_id: each.ended_as for each in every(office.using, ExportEnd)}
    assert {each.part_id.rpartition(":")[2]: ends[each.end_id] for each in every(office.using, ExportEndPart)} == {
        "kidney-left": "transplanted", "kidney-right": "discarded",
    }  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"ended_as": "sold"},
        {"ended_as": "discarded"},
        {"reason": "damage"},
        {"ended_as": "returned", "outcome": "died"},
        {"export_id": "none"},
        {"ended_on": "2026-01-01"},
    ],
    ids=str,
)
def test_the_database_keeps_no_other_end(office, changed):
    donation, _, export = gone(office)
    told(office, donation, export)
    known = {**row(office, "registry_exportend"), "event_id": "new"}
    with pytest.raises(UndoneError):
        insert(office, "registry_exportend", known)
    with pytest.raises(IntegrityError):
        insert(office, "registry_exportend", {**known, **changed})
    part = row(office, "registry_exportendpart")
    with pytest.raises(IntegrityError):
        insert(office, "registry_exportendpart", {**part, "part_id": "none"})


def test_the_database_offers_nothing_that_came_back_by_an_older_run(office):
    donation, _, export = gone(office)
    before = row(office, "registry_offer")["event_id"]
    told(office, donation, export, "returned")
    part = {"offer_id": before, "part_id": f"{donation.donation}:heart", "case_id": donation.donation}
    with pytest.raises(IntegrityError, match=r"by a run that was made afterwards|never altered"):
        insert(office, "registry_offerpart", part)
