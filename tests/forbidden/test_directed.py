"""An organ is directed to nobody, whichever way it is tried, and no organ is sold abroad."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from bequest.files import read_donor
from bequest.model.consent import ConsentCondition
from bequest.model.enums import DonorKind, Organ
from bequest.model.errors import BequestError, InputError
from bequest.model.tables import read_rows
from bequest.model.team import Role
from bequest.policy import library
from bequest.policy.load import load_policy
from bequest.policy.sources import packaged_sources
from bequest.registry import models, rules
from bequest.registry.exports import Exported, export_organ
from bequest.registry.hold_releases import HoldReleased, release_hold
from bequest.registry.imports import ImportAttested, attest_import
from bequest.registry.overrides import Departure, request_override
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import every
from bequest.safeguards.finding import Verdict
from donor_files import law_of_directed
from file_tables import DONOR, directory_of
from organ_attempts import organ_upon
from registry_attempts import UndoneError, insert
from registry_exports import ABROAD, DOCUMENT, agreed, declined_by_all
from registry_offices import Donation, ask, heart_run, kinds, opened_office
from service_desks import forget, new_desk
from service_donations import certified, consent, done, opened_heart, prepared, ranked, refused, reported

TIED = [ConsentCondition.TO_A_PERSON, ConsentCondition.TO_A_GROUP, None]
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture
def desk():
    forget()
    with new_desk() as given:
        yield given
    forget()


@pytest.fixture(params=DATABASES)
def office(request):
    with opened_office(request.param) as given:
        yield given


def tied(office, condition, number=0):
    """Return a donation whose consent, verified as any other, is tied to somebody."""
    donation = Donation.reported(office, number).steps("consented", "verified").consented(tied_to=condition)
    donation.verified()
    return donation


def reasons(refusal, rule):
    """Return what a rule found."""
    return [each.finding for each in refusal.value.reasons if each.rule == rule]


# ------------------------------------------------------------------ to a person, or a group


@pytest.mark.parametrize("condition", ["to_a_person", "to_a_group", None])
def test_an_organ_that_is_directed_is_opened_for_nobody(desk, condition):
    donation = certified(desk, prepared(desk))
    who, address, body = consent(donation)
    done(desk, who, address, {**body, "tied_to": condition})
    told = {"register": "donor_register", "register_answer": "yes"}
    done(desk, "allocator", f"/donors/{donation}/consents/verification", told)
    facts = {"facts": {"blood_group": "O", "age_years": "40"}}
    answer = refused(desk, "donor_coordinator", f"/donors/{donation}/organs/heart", facts)
    assert "ALC-11" in {each["rule"] for each in answer["reasons"]}
    assert kinds(desk.office)[answer["leaf"]] == "gate.refused"
    assert refused(desk, "allocator", f"/donors/{donation}/organs/heart/runs")["step"] == "allocation"


def test_a_consent_that_is_tied_after_the_organ_was_opened_stops_every_offer(desk):
    donation = opened_heart(desk)
    run = ranked(desk, donation)
    who, address, body = consent(donation)
    done(desk, who, address, {**body, "tied_to": "to_a_person"})
    told = refused(desk, "allocator", f"/runs/{run}/offers", {"rank": 1})
    assert "ALC-11" in {each["rule"] for each in told["reasons"]}


@pytest.mark.parametrize("field", ["recipient", "candidate", "registration", "directed_to", "for"])
def test_no_request_about_a_donation_has_room_for_the_person_who_is_to_have_the_organ(desk, field):
    donation = opened_heart(desk)
    who, address, body = consent(donation)
    for place, sent in (
        (address, body),
        (f"/donors/{donation}/organs/kidney", {"facts": {}}),
        (f"/donors/{donation}/organs/heart/runs", {}),
        (f"/donors/{donation}/organs/heart/exports", {"document": DOCUMENT, "organisation": "abroad"}),
    ):
        before = kinds(desk.office)
        asked_by = "allocator" if place.endswith(("runs", "exports")) else who
        assert desk.post(asked_by, place, {**sent, field: "R-000001"}).status_code == 422
        assert kinds(desk.office) == before


def test_the_packaged_law_of_no_country_lets_a_donation_be_directed():
    rows = [row for row in read_rows("safeguards/jurisdictions.csv") if row["parameter"] == "directed_donation"]
    assert [(row["country"], row["value"]) for row in rows] == [("*", "no")]


def test_where_a_law_allows_it_the_donation_waits_for_the_authority_and_nobody_lifts_that(office, monkeypatch):
    monkeypatch.setattr(rules, "law_of", lambda _: law_of_directed())
    donation = tied(office, ConsentCondition.TO_A_PERSON)
    with pytest.raises(GateRefusedError) as refusal:
        donation.open()
    (found,) = reasons(refusal, "ALC-11")
    assert (found.verdict, found.who) == (Verdict.HELD, (Role.COMPETENT_AUTHORITY,))
    assert "the donor named a close relative (an Act, section 1)" in found.sentence
    signed = HoldReleased(
        donation.donation, "ALC-11", Role.COMPETENT_AUTHORITY, "c-1", "a ministry", None, office.clock.now
    )
    with pytest.raises(GateRefusedError, match="lifted by nobody"):
        release_hold(office, ask(), signed)


@pytest.mark.parametrize("changed", [{"status": "unverified"}, {"note": ""}], ids=str)
def test_a_law_without_its_source_or_its_conditions_allows_nothing(office, monkeypatch, changed):
    monkeypatch.setattr(rules, "law_of", lambda _: law_of_directed(**changed))
    with pytest.raises(GateRefusedError) as refusal:
        tied(office, ConsentCondition.TO_A_PERSON).open()
    (found,) = reasons(refusal, "ALC-11")
    assert (found.verdict, "not written down with its source" in found.sentence) == (Verdict.BLOCKED, True)


def test_a_group_is_favoured_by_no_law(office, monkeypatch):
    monkeypatch.setattr(rules, "law_of", lambda _: law_of_directed())
    with pytest.raises(GateRefusedError) as refusal:
        tied(office, ConsentCondition.TO_A_GROUP).open()
    assert reasons(refusal, "ALC-11")[0].verdict is Verdict.BLOCKED


def test_a_directed_organ_from_abroad_is_opened_for_nobody_either(office):
    donation = tied(office, ConsentCondition.TO_A_PERSON)
    agreed(office)
    attested = ImportAttested(donation.donation, "YY", DonorKind.DECEASED, DOCUMENT, ABROAD.name, "cd" * 32)
    attest_import(office, ask(), attested)
    with pytest.raises(GateRefusedError) as refusal:
        donation.open()
    assert reasons(refusal, "ALC-11")


def test_no_departure_from_the_order_is_for_a_person_whom_the_donor_named(office):
    _, run = heart_run(office)
    with pytest.raises(InputError, match="no reason to depart"):
        request_override(office, ask(), Departure(run.event_id, 3, "directed_donation", "The family asked for him."))
    known = {"event_id": "new", "run_id": run.event_id, "rank": 3, "reason": "directed_donation", "words": b"x",
             "requested_by": "nadia"}  # fmt: skip
    with pytest.raises(IntegrityError):
        insert(office, "registry_override", known)


@pytest.mark.parametrize("name", ["directed_to", "recipient", "favours", "tied_to"])
def test_no_file_names_the_person_whom_a_donor_would_favour(tmp_path, name):
    with pytest.raises(InputError):
        read_donor(directory_of(tmp_path, donors=[{**DONOR, name: "R-1"}]), "D-1")


@pytest.mark.parametrize("condition", ["registration == 'R-000001'", "candidate.registration == 'R-000001'",
                                       "candidate.candidate == 'C-000001'", "donor.directed_to == 1"])  # fmt: skip
def test_no_policy_names_a_person(condition):
    written = library.versions("core/heart")[-1].written
    wrong = written.replace("when: abo_compatible", f"when: {condition}", 1)
    assert wrong != written
    with pytest.raises(BequestError):
        load_policy(wrong, label="a policy for one", sources=packaged_sources())


@pytest.mark.parametrize("condition", TIED)
def test_no_statement_opens_an_organ_upon_a_consent_that_is_tied(office, condition):
    known = organ_upon(office, tied(office, condition))
    with pytest.raises(IntegrityError, match="tied to a person or a group"):
        insert(office, "registry_organ", known)


@pytest.mark.parametrize("condition", TIED)
def test_an_organ_is_not_saved_upon_a_consent_that_is_tied(office, condition):
    known = organ_upon(office, tied(office, condition))
    with pytest.raises(IntegrityError, match="tied to a person or a group"):
        models.Organ.objects.using(office.using).create(**known)


def test_the_attempts_are_refused_for_what_the_consent_is_tied_to_and_nothing_else(office):
    with pytest.raises(UndoneError):
        insert(office, "registry_organ", organ_upon(office, tied(office, ConsentCondition.NONE)))


# ------------------------------------------------------------------ abroad


def exhausted(office):
    """Return a donation whose heart everybody at home has declined."""
    donation, run = heart_run(office)
    declined_by_all(office, run)
    return donation


def test_no_organ_leaves_before_the_national_run_or_without_an_agreement_or_to_a_payer(desk):
    donation, to = opened_heart(desk), {"document": DOCUMENT, "organisation": "transplant.example"}
    about = f"/donors/{donation}/organs/heart/exports"
    assert refused(desk, "allocator", about, to)["rule"] == "TRC-06"
    agreed(desk.office)
    assert refused(desk, "allocator", about, to)["rule"] == "ALC-12"
    ranked(desk, donation)
    assert refused(desk, "allocator", about, to)["rule"] == "ALC-12"
    assert refused(desk, "allocator", about, {**to, "organisation": "a-rich-insurer"})["rule"] == "TRC-06"
    assert desk.post("allocator", about, {**to, "payer": "a-rich-insurer"}).status_code == 422
    assert kinds(desk.office)[-1] == "gate.refused"


@pytest.mark.parametrize("who", ["donor_coordinator", "policy_office", "physician", "operator", "patient", "bedside"])
def test_nobody_but_the_duty_desk_lets_an_organ_leave(desk, who):
    donation = opened_heart(desk)
    body = {"document": DOCUMENT, "organisation": "transplant.example"}
    assert desk.post(who, f"/donors/{donation}/organs/heart/exports", body).status_code == 403


@pytest.mark.parametrize(
    "changed", [{"organisation": "a-rich-insurer"}, {"country": "XX"}, {"run_id": "none"}], ids=str
)
def test_no_export_is_saved_to_whom_no_agreement_names(office, changed):
    donation = exhausted(office)
    agreed(office)
    export_organ(office, ask(), Exported(donation.donation, Organ.HEART, DOCUMENT, "transplant.example"))
    (known,) = models.Export.objects.using(office.using).values()
    with pytest.raises(IntegrityError):
        models.Export.objects.using(office.using).create(**{**known, "event_id": "new", **changed})
    assert len(every(office.using, models.Export)) == 1


def test_no_organ_comes_from_abroad_upon_the_word_of_who_asks(desk):
    about = f"/donors/{reported(desk)}/imports"
    told = {
        "from_country": "YY", "donor_kind": "deceased", "document": DOCUMENT, "organisation": ABROAD.name,
        "certificate": "cd" * 32,
    }  # fmt: skip
    assert refused(desk, "allocator", about, told)["rule"] == "TRC-09"
    agreed(desk.office, traceable_both_ways=None)
    said = {"traceable_both_ways": True, "equivalent_standard": True, "agreement_published_at": "2025-01-01T00:00:00Z"}
    for name, value in said.items():
        assert desk.post("allocator", about, {**told, name: value}).status_code == 422
    assert refused(desk, "allocator", about, told)["rule"] == "TRC-09"
    assert kinds(desk.office)[-1] == "gate.refused"


@pytest.mark.parametrize(
    "changed", [{"organisation": "a-rich-insurer"}, {"from_country": "XX"}, {"agreement_id": "none"}], ids=str
)
def test_no_import_is_saved_of_whom_no_agreement_in_force_names(office, changed):
    agreed(office)
    first, other = Donation.reported(office), Donation.reported(office, 1)
    attest_import(
        office, ask(), ImportAttested(first.donation, "YY", DonorKind.DECEASED, DOCUMENT, ABROAD.name, "cd" * 32)
    )
    (known,) = models.Import.objects.using(office.using).values()
    with pytest.raises(IntegrityError):
        models.Import.objects.using(office.using).create(
            **{**known, "event_id": "new", "case_id": other.donation, **changed}
        )
    assert len(every(office.using, models.Import)) == 1
