"""What must be impossible on the list's side is refused by the database itself, whoever writes the SQL."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connections, transaction

from bequest.registry.appeals import Contested, open_appeal
from bequest.registry.models import Appeal, Decision, Registration, Review, Reviewer
from bequest.registry.recertification import Measured, recertify
from bequest.registry.results import Typed, TypedAgain, Uploaded, confirm_result, enter_result, upload_result
from bequest.registry.rows import added, every, leaf_of, needed
from bequest.registry.schema.reviews import REVIEWS
from bequest.registry.versions import newest_version, versions_of
from bequest.registry.withdrawals import ConsentToListingWithdrawn, ListedAgain, list_again, withdraw_from_list
from list_cases import NAME, OUTSIDE, OWN, Case, appointed, asked, granted, now, reviewers
from registry_offices import ask, opened_office

OTHER = "R-000002"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def office(request):
    """Give a registry in which every table of the list's side has a row, and one case waits for its reviewers."""
    with opened_office(request.param) as office:
        people_outside = reviewers(office)
        appointed(office, "insider", OWN)
        appointed(office, "of-other", now(office, OTHER)["centre"])
        recertify(office, ask("lucia"), Measured(NAME, "urgency", "2", office.clock.now, "inotropes"))
        entry = enter_result(office, ask("osei"), Typed(NAME, "hla_typing", "A1 B8 DR17"))
        confirm_result(office, ask("ines"), TypedAgain(entry.event_id, "A1 B8 DR17"))
        upload_result(office, ask("osei"), Uploaded(NAME, "hla_typing", "A1 B8 DR17", "a" * 64, "dr-osei"))
        granted(office, people_outside)
        leaf = leaf_of(office.using, versions_of(office.using, NAME)[0].event_id)
        opened = open_appeal(office, ask("candidate"), Contested(NAME, leaf, "candidate", "fact"))
        Case(office, opened.event_id, opened.index).reviewed(*people_outside[1:], verdict="granted")
        withdraw_from_list(office, ask("candidate"), ConsentToListingWithdrawn("R-000003"))
        again = ListedAgain("R-000003", "R-900003", office.clock.now.date())
        list_again(office, ask("lucia"), again)
        asked(office, OTHER).reviewed(people_outside[0])
        yield office


class UndoneError(Exception):
    """End an attempt that the database let pass, so that nothing of it stays."""


def attempt(office, statement, parameters=()):
    """Run a statement and undo it; what refuses it is raised."""
    with transaction.atomic(using=office.using, durable=True):
        with connections[office.using].cursor() as cursor:
            cursor.execute(statement, parameters)
        raise UndoneError


def insert(office, table, values, verb="INSERT"):
    """Try to insert a row."""
    places = ", ".join(["%s"] * len(values))
    attempt(office, f"{verb} INTO {table} ({', '.join(values)}) VALUES ({places})", list(values.values()))


def row(office, table, **where):
    """Return a row of a table by its columns' names."""
    condition = " AND ".join(f"{name} = %s" for name in where) or "1 = 1"
    with connections[office.using].cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE {condition}", list(where.values()))
        return dict(zip([each[0] for each in cursor.description], cursor.fetchone(), strict=True))


def waiting_case(office):
    """Return the case that one reviewer has looked at and nobody has decided."""
    return row(office, "registry_reviewcase", registration_id=OTHER)


def review_of(office, person):
    """Return a review of the waiting case that could be given."""
    case = waiting_case(office)
    appointment = row(office, "registry_reviewer", person=person)
    return {
        "event_id": "new", "case_id": case["event_id"], "case_centre_id": case["centre_id"],
        "appointment_id": appointment["event_id"], "reviewer": person, "centre_id": appointment["centre_id"],
        "verdict": "granted", "reason": "criteria_met",
    }  # fmt: skip


def test_the_attempts_are_refused_for_what_is_changed_in_them_and_nothing_else(office):
    with pytest.raises(UndoneError):
        insert(office, "registry_review", review_of(office, "reviewer-1"))


def test_no_reviewer_of_the_listing_centre(office):
    own = row(office, "registry_reviewer", centre_id=waiting_case(office)["centre_id"])["person"]
    with pytest.raises(IntegrityError):
        insert(office, "registry_review", review_of(office, own))
    outside = waiting_case(office)["event_id"]
    with pytest.raises(IntegrityError):
        insert(office, "registry_review", {**review_of(office, own), "case_centre_id": OUTSIDE[1], "case_id": outside})


def test_no_reviewer_who_also_belongs_to_a_barred_centre(office):
    case = waiting_case(office)
    with transaction.atomic(using=office.using), connections[office.using].cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_reviewer (event_id, person, centre_id, until, appointed_by)"
            " VALUES ('new', 'reviewer-1', %s, '2027-01-01T00:00:00.000000Z', 'chair')",
            [case["centre_id"]],
        )
        values = review_of(office, "reviewer-2") | {
            "reviewer": "reviewer-1",
            "appointment_id": row(office, "registry_reviewer", person="reviewer-1", centre_id=OUTSIDE[1])["event_id"],
            "centre_id": OUTSIDE[1],
        }
        places = ", ".join(["%s"] * len(values))
        with pytest.raises(IntegrityError, match="has worked, where"), transaction.atomic(using=office.using):
            cursor.execute(
                f"INSERT INTO registry_review ({', '.join(values)}) VALUES ({places})", list(values.values())
            )
        transaction.set_rollback(True, using=office.using)


@pytest.mark.parametrize(
    "changed",
    [
        {"reviewer": "nobody"},
        {"centre_id": "NOWHERE"},
        {"appointment_id": "none"},
        {"case_id": "none"},
        {"verdict": "withdrawn"},
        {"reason": ""},
    ],
    ids=str,
)
def test_no_review_without_appointment_case_verdict_and_reason(office, changed):
    with pytest.raises(IntegrityError):
        insert(office, "registry_review", {**review_of(office, "reviewer-1"), **changed})


def test_one_reviewer_is_not_counted_twice(office):
    with pytest.raises(IntegrityError):
        insert(office, "registry_review", review_of(office, "reviewer-0"))
    known = row(office, "registry_decision")
    with pytest.raises(IntegrityError):
        insert(office, "registry_decision", {
            **known, "event_id": "new", "case_id": waiting_case(office)["event_id"],
            "first_reviewer": "reviewer-0", "second_reviewer": "reviewer-0",
        })  # fmt: skip


def test_a_decided_case_is_reviewed_no_more(office):
    decision = row(office, "registry_decision")
    case = row(office, "registry_reviewcase", event_id=decision["case_id"])
    late = {**review_of(office, "reviewer-2"), "case_id": case["event_id"], "case_centre_id": case["centre_id"]}
    with pytest.raises(IntegrityError, match="not reviewed any more"):
        insert(office, "registry_review", late)


def appeal_decision(office):
    """Return the decision on the appeal, on which two reviewers agree and which nobody has entered yet."""
    case = needed(office.using, Appeal, "", registration_id=NAME).case_id
    return {
        "event_id": "new", "case_id": case, "case_kind": "appeal.opened", "outcome": "granted",
        "reason": "fact_was_wrong", "expires_at": None, "first_reviewer": "reviewer-1",
        "second_reviewer": "reviewer-2",
    }  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"case_id": "none"},
        {"case_kind": "exception.requested", "expires_at": "2026-04-01T00:00:00.000000Z"},
        {"outcome": "refused"},
        {"outcome": "withdrawn"},
        {"second_reviewer": "reviewer-0"},
        {"second_reviewer": "reviewer-1"},
        {"second_reviewer": "nobody"},
        {"reason": ""},
        {"expires_at": "soon"},
    ],
    ids=str,
)
def test_no_decision_without_its_request_and_two_who_agree(office, changed):
    with pytest.raises(UndoneError):
        insert(office, "registry_decision", appeal_decision(office))
    with pytest.raises(IntegrityError):
        insert(office, "registry_decision", {**appeal_decision(office), **changed})


def test_no_exception_is_granted_without_an_end_and_none_is_decided_twice(office):
    known = row(office, "registry_decision", case_kind="exception.requested")
    with pytest.raises(IntegrityError):
        insert(office, "registry_decision", {**known, "event_id": "new"})
    with pytest.raises(IntegrityError, match=r"(?i)check|unique|duplicate|never"):
        insert(office, "registry_decision", {**known, "event_id": "new", "expires_at": None})


@pytest.mark.parametrize("kind", ["exception.decided", "appeal.decided"])
def test_no_registration_is_changed_by_a_decision_that_was_not_made_for_it(office, kind):
    version = row(office, "registry_version", registration_id=NAME)
    with pytest.raises(IntegrityError, match="by a decision that granted it"):
        insert(office, "registry_version", {**version, "event_id": "new", "kind": kind})
    decision = needed(office.using, Decision, "", case_kind="exception.requested")
    other = {**version, "event_id": decision.event_id, "registration_id": OTHER, "kind": kind}
    with pytest.raises(IntegrityError):
        insert(office, "registry_version", other)


def test_no_appeal_is_about_somebody_elses_step(office):
    known = row(office, "registry_appeal")
    case = {**row(office, "registry_reviewcase", event_id=known["case_id"]), "event_id": "new"}
    others = leaf_of(office.using, newest_version(office.using, OTHER).event_id)
    with transaction.atomic(using=office.using), connections[office.using].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO registry_reviewcase ({', '.join(case)}) VALUES (%s, %s, %s, %s)", list(case.values())
        )
        values = {**known, "case_id": "new", "about_idx": others, "about_kind": "listing.created"}
        with pytest.raises(IntegrityError, match="of its own registration"), transaction.atomic(using=office.using):
            cursor.execute(
                f"INSERT INTO registry_appeal ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))})",
                list(values.values()),
            )
        transaction.set_rollback(True, using=office.using)


@pytest.mark.parametrize(
    ("table", "changed"),
    [
        ("registry_resultcheck", {"checked_by": "osei"}),
        ("registry_resultcheck", {"checked_by": "osei", "entered_by": "somebody"}),
        ("registry_resultcheck", {"entry_id": "none"}),
        ("registry_resultupload", {"signer": ""}),
        ("registry_resultupload", {"document": "none"}),
        ("registry_resultentry", {"analysis": "price"}),
        ("registry_reviewer", {"appointed_by": "insider", "person": "insider"}),
        ("registry_recertification", {"valid_until": "2026-01-01T00:00:00.000000Z"}),
        ("registry_recertification", {"evidence": ""}),
        ("registry_relisting", {"restored_days": -1}),
        ("registry_relisting", {"withdrawal_id": "none"}),
        ("registry_exceptionrequest", {"evidence_digest": ""}),
        ("registry_exceptionrequest", {"case_kind": "appeal.opened"}),
        ("registry_reviewcase", {"kind": "offer.made"}),
    ],
    ids=str,
)
def test_what_no_record_may_say_is_refused(office, table, changed):
    key = "case_id" if table == "registry_exceptionrequest" else "event_id"
    known = {**row(office, table), key: "new", **changed}
    if table == "registry_resultcheck" and "entry_id" not in changed:
        entry = row(office, "registry_resultentry")
        known |= {"entry_id": entry["event_id"]}
    with pytest.raises(IntegrityError):
        insert(office, table, known)


@pytest.mark.parametrize("table", REVIEWS)
def test_what_was_recorded_is_never_altered_deleted_or_replaced(office, table):
    known = row(office, table)
    column = next(iter(known))
    with pytest.raises(IntegrityError, match="never altered or deleted"):
        attempt(office, f"UPDATE {table} SET {column} = {column}")
    with pytest.raises(IntegrityError, match="never altered or deleted"):
        attempt(office, f"DELETE FROM {table}")
    verb = "INSERT OR REPLACE" if connections[office.using].vendor == "sqlite" else "INSERT"
    with pytest.raises(IntegrityError):
        insert(office, table, known, verb)


def test_the_same_is_refused_through_djangos_own_queries(office):
    case = waiting_case(office)["event_id"]
    with pytest.raises(IntegrityError), transaction.atomic(using=office.using):
        Decision.objects.using(office.using).filter(outcome="granted").update(outcome="refused")
    with pytest.raises(IntegrityError), transaction.atomic(using=office.using):
        Review.objects.using(office.using).all().delete()
    own = needed(office.using, Reviewer, "", person="insider")
    with pytest.raises(IntegrityError), transaction.atomic(using=office.using):
        added(office.using, Review(
            event_id="new", case_id=case, case_centre_id=own.centre_id, appointment_id=own.event_id,
            reviewer="insider", centre_id=own.centre_id, verdict="granted", reason="criteria_met",
        ))  # fmt: skip


def test_custody_and_payment_of_a_candidate_are_no_columns_of_a_case(office):
    for table in REVIEWS:
        assert not {"custody", "payer", "price", "insurer"} & set(row(office, table))
    assert {each.id for each in every(office.using, Registration, id=NAME)} == {NAME}
