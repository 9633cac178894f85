"""Knows a lawful donor file of each pathway, one instant by one, for the tests of the gates."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bequest.model.consent import (
    Consent,
    ConsentCondition,
    ConsentSigning,
    KinContact,
    RegisterAnswer,
    RegisterLookUp,
)
from bequest.model.custody import CustodyCheck
from bequest.model.death import (
    Certifier,
    CirculatoryPathway,
    DeathDeclaration,
    DeathManner,
    Examination,
    Observation,
    ObservationResult,
)
from bequest.model.donor_file import (
    BloodGroupResult,
    DonorFile,
    GainDeclaration,
    IdentityCheck,
    IdentityMethod,
    LiveOffer,
    LiveOfferKind,
)
from bequest.model.enums import BloodGroup, ConsentBasis, CustodyResult, DeathCriteria, DonorKind, Organ
from bequest.model.identifiers import CentreId, DonorId, OrganisationId, PersonId, RegistrationId
from bequest.model.referral import CauseClass, Referral, ReferralStage
from bequest.model.team import CareTeam, Release, Role, Roster, Service, Team
from bequest.safeguards import jurisdiction
from bequest.safeguards.finding import Setting, Step
from bequest.safeguards.jurisdiction import Entry, Parameter
from bequest.safeguards.offer_rules import (
    Activity,
    Authorisation,
    OfferCheck,
    PreservationForecast,
    Residence,
)
from bequest.safeguards.rule_text import annex_a

REFERRED = datetime(2026, 11, 1, tzinfo=UTC)
HOSPITAL, CENTRE = CentreId("H-1"), CentreId("C-1")
REGISTRATION, OTHER = RegistrationId("R-1"), RegistrationId("R-2")
LAW = jurisdiction("ZZ")


def hours(number: float) -> datetime:
    """Return the instant so many hours after the referral."""
    return REFERRED + timedelta(hours=number)


AT = hours(12)
ALLOCATION = Setting(Step.ALLOCATION, AT, LAW)
RECOVERY = Setting(Step.RECOVERY, AT, LAW)
OFFER = Setting(Step.OFFER, AT, LAW)
ELSEWHERE = Setting(Step.OTHER, AT, LAW)


def certifier(person: str, at: float = 8, **changes) -> Certifier:
    """Return a valid certifier."""
    # What each truth means stands in the records.
    made = Certifier(PersonId(person), OrganisationId("hospital"), "treating_doctor", 12, hours(at), True)  # noqa: FBT003
    return replace(made, **changes)


def examination(at: float, **changes) -> Examination:
    """Return a whole examination that confirms the death."""
    return replace(Examination(hours(at), (PersonId("P-C1"), PersonId("P-C2")), True, True, True), **changes)  # noqa: FBT003


LAWFUL = DonorFile(
    donor=DonorId("D-1"),
    hospital=HOSPITAL,
    country="ZZ",
    referral=Referral(
        "17",
        HOSPITAL,
        REFERRED,
        PersonId("P-REF"),
        "identity",
        ventilated=True,
        cause=CauseClass.STROKE,
        stage=ReferralStage.FAMILY_APPROACHED,
    ),
    kind=DonorKind.DECEASED,
    age_years=Decimal(44),
    resident_months=400,
    lacked_capacity_long=False,
    identity=IdentityCheck(IdentityMethod.DOCUMENTS_AND_KIN, hours(1), PersonId("P-ID")),
    consent=Consent(ConsentBasis.WRITTEN_WISH, hours(5), (Organ.HEART, Organ.KIDNEY), objection_found=False),
    consent_signing=ConsentSigning(PersonId("P-CO"), PersonId("P-KIN"), "ab" * 32, ConsentCondition.NONE),
    look_ups=(RegisterLookUp("wishes", OrganisationId("registrar"), PersonId("P-REG"), hours(2), RegisterAnswer.YES),),
    kin_contacts=(KinContact(hours(3), reached=True, reported_objection=False, statement_hash="cd" * 32),),
    custody=CustodyCheck(
        CustodyResult.CLEAR,
        hours(2),
        "prison register",
        OrganisationId("ministry of justice"),
        PersonId("P-CUS"),
        12,
        died_in_detention=False,
        began_with_fatal_event=None,
    ),
    death=DeathDeclaration(DeathCriteria.NEUROLOGICAL, hours(9), None),
    certifiers=(certifier("P-C1"), certifier("P-C2", 9)),
    examinations=(examination(2), examination(8)),
    manner=DeathManner.NATURAL,
    coordinator=PersonId("P-CO"),
    rosters=(Roster(Team.RECOVERY, CENTRE, (PersonId("P-S1"),), hours(0), hours(48)),),
    care_teams=(CareTeam(REGISTRATION, (PersonId("P-T1"),)), CareTeam(OTHER, (PersonId("P-T2"),))),
    declarations=(
        GainDeclaration(Role.DONOR_COORDINATOR, hours(6), gain_offered=False, intermediary_involved=False),
        GainDeclaration(Role.NEXT_OF_KIN, hours(6), gain_offered=False, intermediary_involved=False),
    ),
    blood_groups=(
        BloodGroupResult("S-1", PersonId("P-N1"), BloodGroup.A1, hours(6)),
        BloodGroupResult("S-2", PersonId("P-N2"), BloodGroup.A, hours(7)),
    ),
    characterised=tuple(annex_a()),
    intended_organs=(Organ.HEART,),
)

PATHWAY = CirculatoryPathway(
    decided_at=hours(1),
    decided_by=(PersonId("P-D1"), PersonId("P-D2")),
    approached_at=hours(3),
    kin_raised_it=False,
    consented_acts=True,
    opened_at=hours(7),
    expires_at=hours(24),
)
CONDITIONAL = replace(
    LAWFUL,
    death=DeathDeclaration(DeathCriteria.CIRCULATORY, None, hours(7)),
    certifiers=(),
    examinations=(),
    pathway=PATHWAY,
)
CIRCULATORY = replace(
    CONDITIONAL,
    death=DeathDeclaration(DeathCriteria.CIRCULATORY, hours(11.5), hours(7)),
    certifiers=(certifier("P-C1", 11.5),),
    observation=Observation(hours(11), hours(11.25), ObservationResult.COMPLETE),
)

OFFERED = OfferCheck(
    file=LAWFUL,
    offer=LiveOffer(REGISTRATION, LiveOfferKind.PRIMARY),
    organ=Organ.HEART,
    centre=CENTRE,
    centre_country="ZZ",
    authorisations=(
        Authorisation(HOSPITAL, Activity.PROCUREMENT, None, hours(-1000), hours(1000)),
        Authorisation(CENTRE, Activity.TRANSPLANT, Organ.HEART, hours(-1000), hours(1000)),
    ),
    forecast=PreservationForecast(Decimal("3.5"), Decimal(4), skipped_for_distance=False),
    residence=Residence(resident=True, agreement=None, resident_as_urgent=None),
    exchange=None,
    ranked_group=LAWFUL.blood_groups[0].group,
)


def release(rule: str, role: Role, *, person: str = "P-MAG", service: Service | None = Service.JUSTICE) -> Release:
    """Return a signature that lifts a hold, an hour before the step."""
    return Release(rule, role, PersonId(person), OrganisationId("court"), service, hours(11))


def said(findings) -> list[tuple[str, str]]:
    """Return verdict and sentence of each finding."""
    return [(each.verdict.value, each.sentence) for each in findings]


def law_without(*parameters):
    """Return the law of ZZ in which some parameters are not known."""
    return replace(LAW, entries={name: entry for name, entry in LAW.entries.items() if name not in parameters})


def law_with(**values):
    """Return the law of ZZ with other values, by the names of parameters.csv."""
    entries = dict(LAW.entries)
    for name, value in values.items():
        entries[Parameter(name)] = Entry(value, "D", "own_design", "test", "")
    return replace(LAW, entries=entries)


def law_of_directed(status="sourced", note="the donor named a close relative", country="ZZ"):
    """Return the law of a country that allows a donation to be directed to a person."""
    entry = Entry(value=True, certainty="P", status=status, cite="an Act, section 1", note=note)
    entries = {**LAW.entries, Parameter.DIRECTED_DONATION: entry}
    return replace(LAW, country=country, entries=entries)
