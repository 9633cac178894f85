"""Knows everything that is written down of one donation, as the record that the safeguards are asked with.

Nothing is judged here. What nobody wrote down is not known, and opens no gate.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, TypedDict, TypeVar

from bequest.ledger.leaf import instant_text
from bequest.model.consent import Consent, ConsentCondition, ConsentSigning, KinContact, RegisterAnswer, RegisterLookUp
from bequest.model.custody import CustodyCheck
from bequest.model.death import (
    Certifier,
    CirculatoryPathway,
    CoronerRelease,
    DeathDeclaration,
    DeathManner,
    Examination,
    Observation,
    ObservationResult,
    Pause,
    PauseReason,
)
from bequest.model.donor_file import BloodGroupResult, DonorFile, GainDeclaration, IdentityCheck, IdentityMethod
from bequest.model.enums import BloodGroup, ConsentBasis, CustodyResult, DeathCriteria, DonorKind, Organ
from bequest.model.identifiers import CentreId, DonorId, OrganisationId, PersonId
from bequest.model.referral import CauseClass, Referral, ReferralStage
from bequest.model.team import Release, Role, Roster, Service, Team
from bequest.registry import models
from bequest.registry.instants import instant_from
from bequest.registry.rows import every, found, leaf_of, needed

if TYPE_CHECKING:
    from datetime import datetime
    from enum import Enum

    from bequest.registry.fields import Row
    from bequest.registry.office import Office

_E = TypeVar("_E", bound="Enum")
_R = TypeVar("_R", bound="Row")
_CAUSES = {
    "cerebrovascular": CauseClass.STROKE,
    "anoxia": CauseClass.ANOXIA,
    "trauma": CauseClass.INJURY,
    "other": CauseClass.OTHER,
}
COORDINATOR = "donor_coordinator"
_DECLARANTS = {COORDINATOR: Role.DONOR_COORDINATOR, "next_of_kin": Role.NEXT_OF_KIN}


def donor_file(office: Office, case: models.DonorCase, *, organs: tuple[Organ, ...] = ()) -> DonorFile:
    """Return the file of a case; `organs` are those that the step at hand is about.

    Offers that stand, care teams and booked events of recipients are of the room of offers; whoever asks about one
    adds them.
    """
    using, donation = office.using, case.donation
    referral = _referral(using, case)
    file = DonorFile(
        donor=DonorId(case.donor),
        hospital=referral.hospital,
        country=office.jurisdiction,
        referral=referral,
        kind=DonorKind(case.kind),
        identity=_identity(using, donation),
        custody=_custody(using, donation),
        look_ups=_look_ups(using, donation),
        kin_contacts=tuple(
            KinContact(instant_from(each.attempted_at), each.reached, each.reported_objection, each.statement)
            for each in _of(using, models.KinContact, donation)
        ),
        rosters=_rosters(using, referral.referred_at),
        releases=_releases(using, donation),
        intended_organs=organs,
    )
    file = _with_consent(using, donation, file)
    file = _with_death(using, donation, file)
    file = _with_declarations(using, donation, file)
    return _with_samples(using, donation, _with_bedside(using, donation, file))


def newest(using: str, table: type[_R], donation: str) -> _R | None:
    """Return the newest row of a case in a table whose rows are named by their events."""
    rows = _of(using, table, donation)
    return rows[-1] if rows else None


def _of(using: str, table: type[_R], donation: str) -> list[_R]:
    """Return the rows of a case, the oldest leaf first."""
    return sorted(every(using, table, case_id=donation), key=lambda row: leaf_of(using, str(row.pk)))


def _referral(using: str, case: models.DonorCase) -> Referral:
    sentence = "The referral of this donation was stripped to a count; report the person again."
    return referral_of(using, needed(using, models.Referral, sentence, case_id=case.donation))


def referral_of(using: str, row: models.Referral) -> Referral:
    """Return a referral as the safeguards read it; who the person is stays sealed, and no rule reads it."""
    return Referral(
        number=str(row.number),
        hospital=CentreId(row.hospital_id),
        referred_at=instant_from(row.referred_at),
        referrer=PersonId(row.referrer),
        identity_for_look_up=None,
        ventilated=row.ventilated,
        cause=_CAUSES[row.cause_class],
        stage=_stage(using, row.case_id),
    )


def _stage(using: str, donation: str) -> ReferralStage:
    """Return how far a case has come, which its own records tell."""
    ends = (models.Closing, models.StandDown, models.RecoveryStop)
    if any(found(using, table, case_id=donation) for table in ends):
        return ReferralStage.CLOSED
    if found(using, models.Organ, case_id=donation) or found(using, models.Pathway, case_id=donation):
        return ReferralStage.GATES_OPEN
    if found(using, models.KinContact, case_id=donation):
        return ReferralStage.FAMILY_APPROACHED
    return ReferralStage.LOOKED_UP if found(using, models.RegisterLookUp, case_id=donation) else ReferralStage.REPORTED


def _identity(using: str, donation: str) -> IdentityCheck | None:
    row = found(using, models.IdentityCheck, case_id=donation)
    if row is None:
        return None
    event = needed(using, models.Event, "A check has its event.", id=row.event_id)
    return IdentityCheck(IdentityMethod(row.method), instant_from(event.at), PersonId(event.actor))


def _custody(using: str, donation: str) -> CustodyCheck | None:
    row = newest(using, models.CustodyCheck, donation)
    if row is None:
        return None
    return CustodyCheck(
        result=CustodyResult(row.result),
        checked_at=instant_from(row.checked_at),
        register=row.register,
        register_run_by=_organisation(row.register_run_by),
        signer=_person(row.signer),
        lookback_months=row.lookback_months,
        died_in_detention=row.died_in_detention,
        began_with_fatal_event=row.began_with_fatal_event,
    )


def _look_ups(using: str, donation: str) -> tuple[RegisterLookUp, ...]:
    """Return what the registers answered; where a register corrected itself, its correction in place of the answer."""
    corrections = {each.lookup_id: each for each in every(using, models.RegisterCorrection, case_id=donation)}
    answers: list[RegisterLookUp] = []
    for row in _of(using, models.RegisterLookUp, donation):
        answer = RegisterLookUp(
            register=row.register,
            run_by=OrganisationId(row.run_by),
            signer=_person(row.signer),
            looked_up_at=instant_from(row.looked_up_at),
            answer=_member(RegisterAnswer, row.answer),
        )
        correction = corrections.get(row.event_id)
        if correction is not None:
            answer = replace(
                answer,
                signer=PersonId(row.register),
                looked_up_at=instant_from(correction.corrected_at),
                answer=RegisterAnswer(correction.answer),
            )
        answers.append(answer)
    return tuple(answers)


def _rosters(using: str, since: datetime) -> tuple[Roster, ...]:
    """Return the rosters of all teams that had not ended when the donor was referred."""
    rows = every(using, models.Roster, "event_id", until_at__gt=instant_text(since))
    members: dict[str, list[PersonId]] = {}
    names = [row.event_id for row in rows]
    for member in every(using, models.RosterMember, "roster_id", "person", roster_id__in=names):
        members.setdefault(member.roster_id, []).append(PersonId(member.person))
    return tuple(
        Roster(
            Team(row.team),
            CentreId(row.centre_id),
            tuple(members.get(row.event_id, ())),
            instant_from(row.from_at),
            instant_from(row.until_at),
        )
        for row in rows
    )


def _releases(using: str, donation: str) -> tuple[Release, ...]:
    return tuple(
        Release(
            rule=row.rule,
            role=Role(row.role),
            person=PersonId(row.person),
            organisation=OrganisationId(row.organisation),
            service=_member(Service, row.service),
            signed_at=instant_from(row.signed_at),
        )
        for row in _of(using, models.HoldRelease, donation)
    )


def _with_consent(using: str, donation: str, file: DonorFile) -> DonorFile:
    row = newest(using, models.Consent, donation)
    if row is None:
        return file
    revoked = found(using, models.ConsentRevocation, consent_id=row.event_id)
    revoked_at = None
    if revoked is not None:
        revoked_at = instant_from(needed(using, models.Event, "A revocation has its event.", id=revoked.event_id).at)
    organs = tuple(Organ(name) for name in row.organs.split())
    return replace(
        file,
        consent=Consent(
            ConsentBasis(row.basis), instant_from(row.recorded_at), organs, objection_found=row.objection_found
        ),
        consent_signing=ConsentSigning(
            recorder=PersonId(row.recorded_by),
            witness=_person(row.witness),
            document_hash=row.document,
            condition=_member(ConsentCondition, row.tied_to),
            revoked_at=revoked_at,
        ),
        age_years=None if row.age_years is None else Decimal(row.age_years),
        resident_months=row.resident_months,
        lacked_capacity_long=row.lacked_capacity_long,
    )


def _with_death(using: str, donation: str, file: DonorFile) -> DonorFile:
    row = newest(using, models.DeathDeclaration, donation)
    pathway = found(using, models.Pathway, case_id=donation)
    opened_at = None if pathway is None else instant_from(pathway.opened_at)
    death = None
    if row is not None:
        death = DeathDeclaration(DeathCriteria(row.criteria), instant_from(row.declared_at), opened_at)
    elif opened_at is not None:
        death = DeathDeclaration(DeathCriteria.CIRCULATORY, None, opened_at)
    manner = None if row is None else row.manner
    if manner is None and pathway is not None:
        manner = pathway.manner
    return replace(
        file,
        death=death,
        pathway=None if pathway is None else pathway_of(pathway),
        manner=_member(DeathManner, manner),
        **_certified(using, donation, row),
    )


class _Certified(TypedDict):
    certifiers: tuple[Certifier, ...]
    examinations: tuple[Examination, ...]
    also_certified: tuple[PersonId, ...]


def _certified(using: str, donation: str, newest_one: models.DeathDeclaration | None) -> _Certified:
    """Return who certified by the newest declaration, after which examinations, and who had a part in one before it.

    An examination that found no death stays, whichever declaration it was of.
    """
    name = None if newest_one is None else newest_one.event_id
    certifiers = every(using, models.Certifier, "death_id", "person", case_id=donation)
    examinations = every(using, models.Examination, "death_id", "number", case_id=donation)
    earlier = {each.person for each in certifiers if each.death_id != name}
    for each in examinations:
        if each.death_id != name:
            earlier |= {each.examiner_first, each.examiner_second or each.examiner_first}
    return {
        "certifiers": tuple(_certifier(each) for each in certifiers if each.death_id == name),
        "examinations": tuple(
            _examination(each) for each in examinations if each.death_id == name or each.confirms_death is False
        ),
        "also_certified": tuple(map(PersonId, sorted(earlier))),
    }


def whole_deaths(using: str, donation: str) -> tuple[str, ...]:
    """Return the declarations of a death, by their events, that as many people signed as the law asked for then."""
    certifiers = [each.death_id for each in every(using, models.Certifier, case_id=donation)]
    return tuple(
        row.event_id
        for row in _of(using, models.DeathDeclaration, donation)
        if certifiers.count(row.event_id) >= row.certifiers_needed
    )


def pathway_of(row: models.Pathway) -> CirculatoryPathway:
    """Return an opened circulatory pathway as the safeguards read it."""
    return CirculatoryPathway(
        decided_at=instant_from(row.decided_at),
        decided_by=(PersonId(row.decider_first), PersonId(row.decider_second)),
        approached_at=instant_from(row.approached_at),
        kin_raised_it=row.kin_raised_it,
        consented_acts=row.consented_acts,
        opened_at=instant_from(row.opened_at),
        expires_at=instant_from(row.expires_at),
    )


def _certifier(row: models.Certifier) -> Certifier:
    return Certifier(
        person=PersonId(row.person),
        employer=_organisation(row.employer),
        role=row.function,
        registered_years=row.registered_years,
        certified_at=instant_from(row.certified_at),
        declared_no_conflict=row.declared_no_conflict,
    )


def _examination(row: models.Examination) -> Examination:
    examiners = (row.examiner_first, *(() if row.examiner_second is None else (row.examiner_second,)))
    return Examination(
        examined_at=instant_from(row.examined_at),
        examiners=tuple(map(PersonId, examiners)),
        confirms_death=row.confirms_death,
        apnoea_or_ancillary_test=row.apnoea_or_ancillary_test,
        confounders_excluded=row.confounders_excluded,
    )


def _with_declarations(using: str, donation: str, file: DonorFile) -> DonorFile:
    rows = _of(using, models.GainDeclaration, donation)
    coordinators = [row.person for row in rows if row.role == COORDINATOR]
    coroner = newest(using, models.CoronerRelease, donation)
    return replace(
        file,
        declarations=tuple(
            GainDeclaration(
                _DECLARANTS[row.role], instant_from(row.declared_at), row.gain_offered, row.intermediary_involved
            )
            for row in rows
        ),
        coordinator=PersonId(coordinators[-1]) if coordinators else None,
        coroner_release=None
        if coroner is None
        else CoronerRelease(
            instant_from(coroner.released_at),
            PersonId(coroner.signer),
            tuple(Organ(name) for name in coroner.organs.split()),
        ),
    )


def _with_bedside(using: str, donation: str, file: DonorFile) -> DonorFile:
    observation = newest(using, models.Observation, donation)
    recovery = found(using, models.Recovery, case_id=donation)
    return replace(
        file,
        observation=None if observation is None else _observation(using, observation),
        pauses=tuple(
            pause_of(row, found(using, models.Resumption, pause_id=row.event_id))
            for row in _of(using, models.Pause, donation)
        ),
        incision_at=None if recovery is None else instant_from(recovery.begins_at),
    )


def _observation(using: str, row: models.Observation) -> Observation:
    end = found(using, models.ObservationEnd, observation_id=row.event_id)
    return Observation(
        instant_from(row.circulation_ended_at),
        None if end is None else instant_from(end.ended_at),
        None if end is None else ObservationResult(end.result),
    )


def pause_of(row: models.Pause, end: models.Resumption | None) -> Pause:
    """Return a pause, with what ended it, as the safeguards read it."""
    return Pause(
        paused_at=instant_from(row.paused_at),
        paused_by=PersonId(row.paused_by),
        reason=PauseReason(row.reason),
        resumed_at=None if end is None else instant_from(end.examined_at),
        resumed_by=None if end is None else PersonId(end.resumed_by),
    )


def _with_samples(using: str, donation: str, file: DonorFile) -> DonorFile:
    characterised = newest(using, models.Characterisation, donation)
    return replace(
        file,
        blood_groups=tuple(
            BloodGroupResult(
                row.sample, PersonId(row.drawn_by), _member(BloodGroup, row.blood_group), instant_from(row.resulted_at)
            )
            for row in _of(using, models.BloodGroupResult, donation)
        ),
        characterised=() if characterised is None else tuple(characterised.fields.split()),
    )


def _person(name: str | None) -> PersonId | None:
    return None if name is None else PersonId(name)


def _organisation(name: str | None) -> OrganisationId | None:
    return None if name is None else OrganisationId(name)


def _member(kind: type[_E], value: str | None) -> _E | None:
    return None if value is None else kind(value)
