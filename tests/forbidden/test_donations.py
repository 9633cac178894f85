"""What must be impossible around a donor is refused by use cases, by the ORM and by plain SQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, connections, transaction

from bequest.model.consent import RegisterAnswer
from bequest.model.death import PauseReason
from bequest.model.enums import BloodGroup, DonorKind, Organ
from bequest.model.team import Team
from bequest.registry import models
from bequest.registry.closed_days import DayClosed, close_day
from bequest.registry.closings import DonorClosed, close_donor
from bequest.registry.declarations import Declarant
from bequest.registry.imports import ImportAttested, attest_import
from bequest.registry.incidents import IncidentReported, report_incident
from bequest.registry.match_runs import RunAsked, run_match
from bequest.registry.pauses import Paused, Resumed, pause_recovery, resume_recovery
from bequest.registry.refusal import GateRefusedError
from bequest.registry.register_corrections import (
    RegisterCorrected,
    add_register_key,
    correct_register,
    correction_text,
)
from bequest.registry.rows import every, leaf_of, needed
from bequest.registry.samples import BloodGroupRead, Characterised, characterise_donor, record_blood_group
from bequest.registry.schema.donor_rules import SEALED
from bequest.registry.stand_downs import StoodDown, stand_down
from bequest.registry.strippings import ReferralStripped, strip_referral
from registry_attempts import UndoneError, attempt, insert, insertion, row
from registry_exports import ABROAD, DOCUMENT, agreed
from registry_offices import Donation, ask, kinds, opened_office

REGISTER = Ed25519PrivateKey.from_private_bytes(b"r" * 32)
MADE = {}


def corrected(office, donation):
    """Have a register take an objection back."""
    key = REGISTER.public_key().public_bytes_raw()
    add_register_key(office, register="donor_register", run_by="the registrar", public_key=key)
    wrong = donation.looked_up(RegisterAnswer.OBJECTION)
    at, answer = office.clock.now, RegisterAnswer.YES
    text = correction_text(office, look_up=wrong.event_id, answer=answer, corrected_at=at)
    correct_register(office, ask(), RegisterCorrected(wrong.event_id, answer, at, REGISTER.sign(text.encode()).hex()))


def recovered(office):
    """Return a donation on the circulatory pathway, paused, resumed, observed, dead, and recovered."""
    donation = Donation.reported(office).steps("looked_up", "dead")
    corrected(office, donation)
    donation.on_pathway()
    donation.open()
    donation.on_duty("surgeon-1")
    paused = pause_recovery(office, ask("a nurse"), Paused(donation.donation, PauseReason.SIGN_OF_LIFE))
    resume_recovery(office, ask("dr-far"), Resumed(paused.event_id, office.clock.now))
    donation.observed()
    donation.dead_after_circulation()
    donation.recovered()
    read = BloodGroupRead(donation.donation, "S-1", "n-1", BloodGroup.A, office.clock.now)
    record_blood_group(office, ask("lab"), read)
    characterise_donor(office, ask("lab"), Characterised(donation.donation, ("blood_group",)))
    return donation


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def office(request):
    """Give a registry in which every table of donations has a row."""
    with opened_office(request.param) as office:
        MADE["recovered"] = recovered(office)
        MADE["ready"] = ready = Donation.reported(office, 1).steps()
        ready.papers()
        ready.declared(Declarant.NEXT_OF_KIN)
        ready.open()
        MADE["referral"] = referral = Donation.reported(office, 2)
        agreed(office)
        attest_import(office, ask(), ImportAttested(
            referral.donation, "YY", DonorKind.DECEASED, DOCUMENT, ABROAD.name, "cd" * 32
        ))  # fmt: skip
        MADE["stood down"] = stood = Donation.reported(office, 0, "D-STOOD").steps("dead")
        stood.on_pathway()
        stood.open()
        stand_down(office, ask(), StoodDown(stood.donation, "medical"))
        MADE["closed"] = closed = Donation.reported(office, 0, "D-CLOSED").steps()
        closed.open()
        close_donor(office, ask(), DonorClosed(closed.donation, "no_recipient"))
        MADE["stripped"] = stripped = Donation.reported(office, 0, "D-STRIPPED")
        office.clock.advance(hours=73)
        strip_referral(office, ask(), ReferralStripped(stripped.donation, "no_consent"))
        close_day(office, ask(), DayClosed(stripped.facts["hospital"], office.clock.now.date() - timedelta(days=1)))
        report_incident(office, ask(), IncidentReported(
            office.clock.now, "minor", "public", donation=stood.donation
        ))  # fmt: skip
        yield office


def recovery_of(office, donation, **changed):
    """Return the columns of a recovery that could begin now."""
    death = needed(office.using, models.DeathDeclaration, "", case_id=donation.donation)
    known = row(office, "registry_recovery")
    values = {
        **known, "event_id": "new", "case_id": donation.donation, "begins_at": death.declared_at,
        "death_idx": leaf_of(office.using, death.event_id),
    }  # fmt: skip
    return {**values, **changed}


def test_the_attempts_are_refused_for_what_is_changed_in_them_and_nothing_else(office):
    with pytest.raises(UndoneError):
        insert(office, "registry_recovery", recovery_of(office, MADE["ready"]))


def test_no_recovery_without_the_leaf_of_its_own_donors_death(office):
    ready, other = MADE["ready"], MADE["recovered"]
    others = leaf_of(office.using, needed(
        office.using, models.DeathDeclaration, "", case_id=other.donation
    ).event_id)  # fmt: skip
    consent = leaf_of(office.using, every(office.using, models.Consent, "event_id")[0].event_id)
    for changed in (
        {"death_idx": others}, {"death_idx": consent}, {"death_idx": 99999}, {"death_kind": "dcd.opened"},
        {"case_id": MADE["referral"].donation}, {"begins_at": "2026-03-01T08:00:00.000000Z"},
    ):  # fmt: skip
        with pytest.raises(IntegrityError):
            insert(office, "registry_recovery", recovery_of(office, ready, **changed))


@pytest.mark.parametrize("changed", ["removed", "too early", "broken off"])
def test_no_recovery_after_circulatory_death_without_a_completed_observation(office, changed):
    donation = MADE["recovered"]
    values = row(office, "registry_recovery", case_id=donation.donation)
    seen = row(office, "registry_observation", case_id=donation.donation)
    with transaction.atomic(using=office.using), connections[office.using].cursor() as cursor:
        later = {**seen, "event_id": "later", "circulation_ended_at": values["begins_at"],
                 "until_at": "2027-01-01T00:00:00.000000Z"}  # fmt: skip
        cursor.execute(insertion("registry_observation", later), list(later.values()))
        if changed != "removed":
            end = {**row(office, "registry_observationend"), "event_id": "end", "observation_id": "later",
                   "until_at": later["until_at"], "result": "stopped" if changed == "broken off" else "complete",
                   "ended_at": values["begins_at"]}  # fmt: skip
            refused = changed == "too early"
            if refused:
                with pytest.raises(IntegrityError, match=r"(?i)check"), transaction.atomic(using=office.using):
                    cursor.execute(insertion("registry_observationend", end), list(end.values()))
            else:
                cursor.execute(insertion("registry_observationend", end), list(end.values()))
        again = {**values, "event_id": "new"}
        with pytest.raises(IntegrityError, match="observation"), transaction.atomic(using=office.using):
            cursor.execute(insertion("registry_recovery", again), list(again.values()))
        transaction.set_rollback(True, using=office.using)


@pytest.mark.parametrize("team", [Team.RECOVERY, Team.TRANSPLANT])
@pytest.mark.parametrize("person", ["dr-one", "dr-two"])
def test_no_recovery_by_who_certified_the_death(office, team, person):
    with transaction.atomic(using=office.using), connections[office.using].cursor() as cursor:
        roster = {**row(office, "registry_roster"), "event_id": "new roster", "team": team.value,
                  "until_at": "2027-01-01T00:00:00.000000Z"}  # fmt: skip
        member = {"roster_id": "new roster", "person": person}
        for table, values in (("registry_roster", roster), ("registry_rostermember", member)):
            cursor.execute(insertion(table, values), list(values.values()))
        values = recovery_of(office, MADE["ready"])
        with pytest.raises(IntegrityError, match="certified the death"), transaction.atomic(using=office.using):
            cursor.execute(insertion("registry_recovery", values), list(values.values()))
        transaction.set_rollback(True, using=office.using)


def test_no_recovery_during_a_pause_and_no_end_of_it_by_who_has_a_part(office):
    known = row(office, "registry_pause")
    pause = {**known, "event_id": "new pause", "case_id": MADE["ready"].donation}
    with transaction.atomic(using=office.using), connections[office.using].cursor() as cursor:
        cursor.execute(insertion("registry_pause", pause), list(pause.values()))
        values = recovery_of(office, MADE["ready"])
        with pytest.raises(IntegrityError, match="pause is open"), transaction.atomic(using=office.using):
            cursor.execute(insertion("registry_recovery", values), list(values.values()))
        end = {**row(office, "registry_resumption"), "event_id": "new end", "pause_id": "new pause",
               "case_id": pause["case_id"]}  # fmt: skip
        for changed in (
            {"resumed_by": known["paused_by"]}, {"resumed_by": "dr-one"}, {"resumed_by": "surgeon-1"},
            {"examined_at": "2026-03-01T08:00:00.000000Z"}, {"paused_by": "somebody"}, {"pause_id": "none"},
        ):  # fmt: skip
            wrong = {**end, **changed}
            with pytest.raises(IntegrityError), transaction.atomic(using=office.using):
                cursor.execute(insertion("registry_resumption", wrong), list(wrong.values()))
        cursor.execute(insertion("registry_resumption", end), list(end.values()))
        cursor.execute(insertion("registry_recovery", values), list(values.values()))
        transaction.set_rollback(True, using=office.using)


def test_no_recovery_under_a_withdrawn_consent(office):
    consent = needed(office.using, models.Consent, "", case_id=MADE["ready"].donation)
    revoked = {"event_id": "new revocation", "consent_id": consent.event_id, "by": "next_of_kin"}
    with transaction.atomic(using=office.using), connections[office.using].cursor() as cursor:
        cursor.execute(insertion("registry_consentrevocation", revoked), list(revoked.values()))
        values = recovery_of(office, MADE["ready"])
        with pytest.raises(IntegrityError, match="consent that stands"), transaction.atomic(using=office.using):
            cursor.execute(insertion("registry_recovery", values), list(values.values()))
        transaction.set_rollback(True, using=office.using)


FRESH = {
    "registry_consent": {}, "registry_consentverification": {}, "registry_part": {"id": "new"},
    "registry_certifier": {"person": "dr-new"}, "registry_examination": {"number": 9},
    "registry_offer": None, "registry_offerpart": None, "registry_offerseat": None,
    # test_exports.py, test_discards.py and test_export_ends.py in tests/unit/registry attempt these.
    "registry_export": None, "registry_exportedpart": None,
    "registry_discard": None, "registry_discardedpart": None, "registry_exportend": None,
}  # fmt: skip
HELD = [table for table in SEALED if FRESH.get(table, {}) is not None]


@pytest.mark.parametrize("which", ["stood down", "closed"])
@pytest.mark.parametrize("table", HELD)
def test_nothing_is_written_into_a_sealed_file(office, table, which):
    known = row(office, table)
    fresh = {"event_id": f"new {which}"} if "event_id" in known else {}
    values = {**known, **fresh, **FRESH.get(table, {}), "case_id": MADE[which].donation}
    # An organ and a recovery lack their own leaves as well; which of their triggers is asked first is not said.
    other = "|own donor|never altered" if table in {"registry_organ", "registry_recovery"} else ""
    with pytest.raises(IntegrityError, match=f"sealed{other}"):
        insert(office, table, values)


@pytest.mark.parametrize("which", ["stood down", "closed"])
def test_no_event_joins_a_sealed_file_but_reports_and_refusals(office, which):
    known = {**row(office, "registry_event"), "id": "new", "request_key": "new", "case_name": MADE[which].donation}
    for kind in ("consent.recorded", "death.certified", "offer.made", "offer.accepted", "recovery.ordered"):
        with pytest.raises(IntegrityError, match="sealed"):
            insert(office, "registry_event", {**known, "kind": kind})
    for kind in ("incident.reported", "gate.refused"):
        with pytest.raises(UndoneError):
            insert(office, "registry_event", {**known, "kind": kind})


@pytest.mark.parametrize(
    ("table", "changed"),
    [
        ("registry_pathway", {"decider_second": "dr-a"}),
        ("registry_pathway", {"approached_at": "2026-01-01T00:00:00.000000Z"}),
        ("registry_pathway", {"expires_at": "2026-01-01T00:00:00.000000Z"}),
        ("registry_import", {"donor_kind": "living"}),
        ("registry_import", {"certificate": "none"}),
        ("registry_pause", {"reason": "impatience"}),
        ("registry_closing", {"organs_transplanted": 2}),
        ("registry_closedday", {"referrals": 99}),
        ("registry_roster", {"until_at": "2026-01-01T00:00:00.000000Z"}),
        ("registry_incident", {"happened_at": "2030-01-01T00:00:00.000000Z"}),
        ("registry_registercorrection", {"signature": b"short"}),
        ("registry_holdrelease", {"role": "buyer"}),
    ],
    ids=str,
)
def test_what_no_record_may_say_is_refused(office, table, changed):
    case = MADE["ready" if table == "registry_import" else "referral"].donation
    fresh = {"event_id": "new", "day": "2026-12-01", "lookup_id": "none", "case_id": case}
    known = row(office, table)
    with pytest.raises(IntegrityError, match=r"(?i)check"):
        insert(office, table, {**known, **{name: fresh[name] for name in fresh if name in known}, **changed})


@pytest.mark.parametrize(
    "changed",
    [
        {"agreement_id": "none"},
        {"agreement_idx": 0},
        {"agreement_kind": "exchange.proposed"},
        {"from_country": "XX"},
        {"organisation": "a-rich-insurer"},
        {"attested_at": "2026-01-01T00:00:00.000000Z"},
    ],
    ids=str,
)
def test_nothing_comes_from_abroad_but_under_an_agreement_in_force_and_by_whom_it_names(office, changed):
    known = {**row(office, "registry_import"), "event_id": "new", "case_id": MADE["ready"].donation}
    with pytest.raises(UndoneError):
        insert(office, "registry_import", known)
    with pytest.raises(IntegrityError):
        insert(office, "registry_import", {**known, **changed})


def test_who_certified_a_death_is_on_record_and_one_alone_is_never_enough_by_neurological_criteria(office):
    known = row(office, "registry_deathdeclaration", case_id=MADE["ready"].donation)
    fresh = {**known, "event_id": "new", "case_id": MADE["referral"].donation}
    with pytest.raises(IntegrityError):
        insert(office, "registry_deathdeclaration", fresh)
    with pytest.raises(IntegrityError, match=r"(?i)check"):
        insert(office, "registry_deathdeclaration", {**fresh, "certifiers_needed": 1})


def test_a_referral_is_deleted_only_where_its_count_is_left_and_that_of_a_donor_never(office):
    for which in ("referral", "ready"):
        with pytest.raises(IntegrityError, match="stripped"):
            attempt(office, "DELETE FROM registry_referral WHERE case_id = %s", [MADE[which].donation])
        with pytest.raises(IntegrityError, match="stripped"):
            models.Referral.objects.using(office.using).filter(case_id=MADE[which].donation).delete()
    left = {**row(office, "registry_strippedreferral"), "case_id": MADE["ready"].donation, "number": 99}
    with pytest.raises(IntegrityError, match="referral of a donor is kept"):
        insert(office, "registry_strippedreferral", left)


PAPERS = sorted(
    table for table in (
        "registry_pathway", "registry_standdown", "registry_observation", "registry_observationend", "registry_pause",
        "registry_resumption", "registry_recovery", "registry_bloodgroup", "registry_characterisation",
        "registry_import", "registry_closing", "registry_strippedreferral", "registry_closedday", "registry_incident",
        "registry_registercorrection", "registry_registerkey",
    )
)  # fmt: skip


@pytest.mark.parametrize("table", PAPERS)
def test_what_was_recorded_is_never_altered_deleted_or_replaced(office, table):
    known = row(office, table)
    column = next(iter(known))
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError, match="never altered or deleted"):
            attempt(office, statement)
    verb = "INSERT OR REPLACE" if connections[office.using].vendor == "sqlite" else "INSERT"
    with pytest.raises(IntegrityError):
        attempt(office, insertion(table, known, verb), list(known.values()))


@pytest.mark.parametrize("model", [models.Incident, models.Recovery, models.StandDown, models.Pause, models.Certifier])
def test_the_orm_alters_and_deletes_nothing_either(office, model):
    rows = model.objects.using(office.using)
    with pytest.raises(IntegrityError, match="never altered or deleted"):
        rows.filter(case_id__isnull=False).update(case_id=MADE["referral"].donation)
    with pytest.raises(IntegrityError, match="never altered or deleted"):
        rows.filter(case_id__isnull=False).delete()


def test_an_identity_is_forgotten_and_never_another_one(office):
    with pytest.raises(IntegrityError):
        attempt(office, "UPDATE registry_vault SET identity = %s WHERE identity IS NOT NULL", [b"another"])
    with pytest.raises(UndoneError):
        attempt(office, "UPDATE registry_vault SET identity = NULL")


def test_a_person_in_detention_a_living_or_an_unidentified_one_is_never_opened(office):
    donation = Donation.reported(office, 0, "D-NOBODY").steps("identified")
    with pytest.raises(GateRefusedError) as refused:
        donation.open()
    assert refused.value.rule == "DON-14"
    assert "coroner" in str(refused.value)
    with pytest.raises(IntegrityError):
        models.DonorCase.objects.using(office.using).create(
            donation="e" * 32, donor="D-LIVING", kind="living", subject_id="none", event_id="new"
        )


def test_the_list_is_searched_for_an_opened_organ_only(office):
    for which, organ in (("referral", Organ.HEART), ("ready", Organ.KIDNEY)):
        with pytest.raises(GateRefusedError, match="no list is searched"):
            run_match(office, ask(), RunAsked(MADE[which].donation, organ))
        assert kinds(office)[-1] == "gate.refused"


def test_a_referral_has_no_room_for_organ_or_tissue_and_nobody_is_typed_behind_its_back(office):
    read = BloodGroupRead(MADE["referral"].donation, "S-9", "n-1", BloodGroup.A, office.clock.now)
    with pytest.raises(GateRefusedError):
        record_blood_group(office, ask("lab"), read)
    with pytest.raises(GateRefusedError):
        record_blood_group(office, ask("lab"), replace(read, donation=MADE["stood down"].donation))
