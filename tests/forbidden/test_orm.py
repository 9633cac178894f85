"""What must be impossible is refused where Django's own objects are saved, not only where SQL is written by hand."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from bequest.registry import models
from bequest.registry.offers import Accepting, accept_offer
from bequest.registry.rows import every
from bequest.registry.transplants import Transplanted, record_transplant
from registry_attempts import UndoneError
from registry_offices import Donation, ask, heart_run, offer, opened_office

EARLY = "2026-03-01T07:00:00.000000Z"
MADE = {}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def office(request):
    """Give a registry with one transplanted heart, one offered heart, and one mere referral."""
    with opened_office(request.param) as office:
        first, run = heart_run(office)
        first.on_duty("surgeon-1")
        MADE["accepted"] = accepted = offer(office, run).event_id
        accept_offer(office, ask("tomas"), Accepting(accepted))
        first.recovered()
        record_transplant(office, ask("tomas"), Transplanted(accepted, office.clock.now, "olga"))
        second = Donation.reported(office, 1).steps()
        second.open()
        MADE["offered"] = offer(office, second.run()).event_id
        MADE["donor"], MADE["referral"] = second.donation, Donation.reported(office, 2).donation
        yield office


def saved(office, model, where, **changed):
    """Save a row like a known one, with something changed, and undo it; what refuses it is raised."""
    known = next(iter(model.objects.using(office.using).filter(**where).values()))
    with transaction.atomic(using=office.using, durable=True):
        model.objects.using(office.using).create(**{**known, **changed})
        raise UndoneError


def test_a_row_is_refused_for_what_is_changed_in_it_and_nothing_else(office):
    with pytest.raises(UndoneError):
        saved(office, models.Offer, {"event_id": MADE["offered"]}, event_id="new", place_in_case=99)


@pytest.mark.parametrize(
    ("model", "changed"),
    [
        (models.DonorCase, {"donation": "e" * 32, "donor": "D-9", "event_id": "new", "kind": "living"}),
        (models.Organ, {"event_id": "new", "organ": "kidney", "donor_kind": "living"}),
        (models.Organ, {"event_id": "new", "organ": "kidney", "consent_idx": 0}),
        (models.Organ, {"event_id": "new", "organ": "kidney", "custody_idx": 0}),
        (models.Organ, {"event_id": "new", "organ": "kidney", "death_idx": 0}),
        (models.Organ, {"event_id": "new", "organ": "kidney", "allocation_open_at": EARLY}),
        (models.CustodyCheck, {"event_id": "new", "lookback_months": -1}),
        (models.CustodyCheck, {"event_id": "new", "result": "probably clear"}),
        (models.ConsentVerification, {"event_id": "new", "verified_by": "ingrid"}),
        (models.DeathDeclaration, {"event_id": "new", "certifiers_needed": 1}),
        (models.Referral, {"case_id": "f" * 32, "number": 99, "stage": "recovered"}),
        (models.Transplant, {"event_id": "new", "label_confirmed_by": "tomas", "label_read_by": "tomas"}),
        (models.MatchRun, {"event_id": "new", "run_id": "f" * 32, "organ_id": "none"}),
        (models.Residence, {"event_id": "new", "agreement": "agreement 7"}),
    ],
    ids=str,
)
def test_what_no_record_may_say_is_not_saved(office, model, changed):
    with pytest.raises(IntegrityError):
        saved(office, model, {}, **changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"consent_idx": 0}, {"custody_idx": 0}, {"death_idx": 0}, {"run_idx": 0}, {"donor_kind": "living"},
        {"offered_at": EARLY}, {"rank": 99}, {"registration_id": "R-999999"}, {"run_id": "none"},
        {"offered_at": EARLY, "allocation_open_at": EARLY},
    ],
    ids=str,
)  # fmt: skip
def test_no_offer_is_saved_without_its_gates_its_run_and_its_time(office, changed):
    with pytest.raises(IntegrityError):
        saved(
            office, models.Offer, {"event_id": MADE["offered"]}, **{"event_id": "new", "place_in_case": 99, **changed}
        )


def test_no_transplant_is_saved_of_what_nobody_holds(office):
    with pytest.raises(IntegrityError):
        saved(office, models.Transplant, {}, event_id="new", offer_id=MADE["offered"])


def test_a_part_is_not_accepted_twice(office):
    held = every(office.using, models.Acceptance, offer_id=MADE["accepted"])[0]
    with pytest.raises(IntegrityError):
        saved(office, models.Acceptance, {"offer_id": held.offer_id}, offer_id=MADE["offered"])


@pytest.mark.parametrize("which", ["donor", "referral"])
def test_no_recovery_is_saved_by_the_death_of_another_donor(office, which):
    with pytest.raises(IntegrityError):
        saved(office, models.Recovery, {}, event_id="new", case_id=MADE[which])


def test_nothing_is_saved_for_a_named_recipient_before_the_donor_was_open(office):
    made = every(office.using, models.Offer, event_id=MADE["offered"])[0]
    known = {
        "event_id": "new", "offer_id": made.event_id, "case_id": made.case_id, "kind": "theatre.booked",
        "centre_id": every(office.using, models.Centre, "id")[0].id, "result": None,
        "allocation_open_at": made.allocation_open_at,
    }  # fmt: skip
    for times in ({"made_at": EARLY, "begins_at": made.offered_at}, {"made_at": made.offered_at, "begins_at": EARLY}):
        with pytest.raises(IntegrityError), transaction.atomic(using=office.using):
            models.RecipientEvent.objects.using(office.using).create(**known, **times)


@pytest.mark.parametrize(
    ("model", "column"),
    [
        (models.Event, "kind"), (models.DonorCase, "donor"), (models.Consent, "basis"),
        (models.CustodyCheck, "result"), (models.DeathDeclaration, "criteria"), (models.Organ, "facts"),
        (models.MatchRun, "ranked_at"), (models.RunPlaces, "sorts"), (models.Offer, "kind"), (models.Answer, "kind"),
        (models.Transplant, "label_read_by"), (models.Recovery, "organs"), (models.Roster, "team"),
        (models.Residence, "resident"),
    ],
)  # fmt: skip
def test_nothing_that_was_recorded_is_updated_or_deleted(office, model, column):
    rows = model.objects.using(office.using)
    value = rows.values_list(column, flat=True).first()
    with pytest.raises(IntegrityError, match="never altered"), transaction.atomic(using=office.using):
        rows.update(**{column: value})
    with pytest.raises(IntegrityError, match="never altered or deleted"), transaction.atomic(using=office.using):
        rows.all().delete()
