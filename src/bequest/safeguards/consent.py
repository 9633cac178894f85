"""Knows when a consent opens a gate: legal authority and scope, no objection, order of times, deemed consent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.model.consent import ConsentCondition, RegisterAnswer
from bequest.model.enums import ConsentBasis
from bequest.model.graft import PARTS
from bequest.model.team import Role
from bequest.safeguards.finding import ALLOWED, Step, blocked, blocked_critical, held, known_by, written
from bequest.safeguards.jurisdiction import Parameter, number_of, permits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bequest.model.consent import Consent, KinContact, RegisterLookUp
    from bequest.model.donor_file import DonorFile
    from bequest.model.enums import Organ
    from bequest.safeguards.finding import Findings, Setting
    from bequest.safeguards.jurisdiction import Jurisdiction

_SOURCED = "sourced"


def legal_authority(file: DonorFile, setting: Setting) -> Findings:
    """Find what is missing of the consent that the law requires, and organs beyond its scope (DON-01)."""
    consent = file.consent
    if consent is None:
        return blocked("No consent to donation is recorded; without a legal basis nobody is a donor.")
    return (*_signing(file), *_evidence(file, consent, setting.at), *_scope(file, consent, setting))


def no_objection(file: DonorFile, setting: Setting) -> Findings:
    """Find an objection, or that nobody knows whether there is one; no release, role or flag is read (DON-02)."""
    objected = (
        (file.consent is not None and file.consent.objection_found)
        or any(each.answer is RegisterAnswer.OBJECTION for each in file.look_ups)
        or any(each.reported_objection for each in file.kin_contacts)
    )
    if objected:
        return blocked("An objection to donation was found; nobody can override it.")
    return (*_look_up(file, setting), *_kin(file, setting))


def consent_before_the_step(file: DonorFile, setting: Setting) -> Findings:
    """Find a consent or a look-up that is not earlier than what it allows; equal instants fail (DON-03)."""
    if file.consent is None:
        return blocked("The time at which consent was recorded is not known; record the consent first.")
    recorded_at = file.consent.recorded_at
    incision_at = file.incision_at
    if incision_at is not None:
        return _before_incision(file.look_ups, recorded_at, incision_at)
    if recorded_at > setting.at or (setting.step is Step.RECOVERY and recorded_at == setting.at):
        return blocked(f"The consent is dated {written(recorded_at)}, which is not before the step; check both clocks.")
    return ALLOWED


def deemed_consent(file: DonorFile, setting: Setting) -> Findings:
    """Find where consent may not be deemed: it then has to be given expressly (DON-04)."""
    if file.consent is None or file.consent.basis is not ConsentBasis.DEEMED_BY_LAW:
        return ALLOWED
    allowed = permits(setting.law, Parameter.DEEMED_CONSENT)
    if allowed is None:
        return held("The law written down here does not say whether consent may be deemed.", Role.COMPETENT_AUTHORITY)
    if not allowed:
        return blocked(f"Consent may not be deemed in {setting.law.country}; it has to be express.")
    return (
        *_old_enough(file, setting),
        *_resident(file, setting),
        *_capable(file),
        *_attempts(file, setting),
        *_identified(file),
    )


def directed_donation(file: DonorFile, setting: Setting) -> Findings:
    """Find a donation tied to a group, or to a person where no law with a source allows it (ALC-11).

    Where one does, its conditions are for the competent authority to judge: the donation waits, and no list is run.
    """
    condition = None if file.consent_signing is None else file.consent_signing.condition
    if condition is None:
        return held("Nobody wrote down whether the donation is tied to a condition.", Role.DONOR_COORDINATOR)
    if condition is ConsentCondition.TO_A_GROUP:
        return blocked("The donation is tied to a group of people; no law makes that lawful here.")
    return _to_a_person(setting.law) if condition is ConsentCondition.TO_A_PERSON else ALLOWED


def beyond_scope(asked: Sequence[Organ], given: Sequence[Organ]) -> tuple[Organ, ...]:
    """Return the organs asked for that have a part which none of the organs given has."""
    parts = {part for organ in given for part in PARTS[organ]}
    return tuple(organ for organ in asked if not set(PARTS[organ]) <= parts)


def _to_a_person(law: Jurisdiction) -> Findings:
    entry = law.entries.get(Parameter.DIRECTED_DONATION)
    if entry is None or entry.value is not True:
        return blocked(f"The donation is tied to a person, which the law of {law.country} does not allow.")
    if entry.status != _SOURCED or not entry.note:
        return blocked(
            f"The donation is tied to a person, and on which conditions the law of {law.country} allows that is not "
            "written down with its source."
        )
    return held(
        f"The donation is tied to a person. The law of {law.country} allows that where: {entry.note} ({entry.cite}). "
        "The competent authority decides; no list is run for it.",
        Role.COMPETENT_AUTHORITY,
    )


def _signing(file: DonorFile) -> Findings:
    signing = file.consent_signing
    if signing is not None and signing.revoked_at is not None:
        return blocked(f"The consent was revoked at {written(signing.revoked_at)}.")
    if signing is None or None in {signing.recorder, signing.witness, signing.document_hash}:
        return held(
            "The consent lacks its document, its recorder or its witness.", Role.DONOR_COORDINATOR, Role.NEXT_OF_KIN
        )
    if signing.recorder == signing.witness:
        return held("One person is recorder and witness of the consent; two have to sign.", Role.DONOR_COORDINATOR)
    return ALLOWED


def _evidence(file: DonorFile, consent: Consent, at: datetime) -> Findings:
    answers = {each.answer for each in file.look_ups if known_by(each.looked_up_at, at)}
    if consent.basis is ConsentBasis.REGISTERED_YES and RegisterAnswer.YES not in answers:
        return held("The consent is said to be registered, and no register has answered so.", Role.REGISTER_KEEPER)
    if consent.basis is ConsentBasis.KIN_AUTHORISED and not any(_agreed(each, at) for each in file.kin_contacts):
        return held(
            "The consent is said to be the family's, and no talk with them is recorded.", Role.DONOR_COORDINATOR
        )
    return ALLOWED


def _agreed(contact: KinContact, at: datetime) -> bool:
    return contact.reached is True and contact.reported_objection is False and known_by(contact.attempted_at, at)


def _scope(file: DonorFile, consent: Consent, setting: Setting) -> Findings:
    if not consent.organs:
        return blocked("The consent covers no organ.")
    if setting.step is not Step.ALLOCATION and not file.intended_organs:
        return held("It is not said which organs this step is about.", Role.DONOR_COORDINATOR)
    return tuple(
        finding
        for organ in beyond_scope(file.intended_organs, consent.organs)
        for finding in blocked(f"The consent does not cover the organ '{organ.value}'.")
    )


def _look_up(file: DonorFile, setting: Setting) -> Findings:
    if permits(setting.law, Parameter.REGISTER_LOOK_UP) is False and not file.look_ups:
        return ALLOWED
    asked = {each.register for each in file.look_ups}
    answered = {each.register for each in file.look_ups if _answered(each, file, setting.at)}
    if not asked:
        return held("The register of wishes was not asked.", Role.DONOR_COORDINATOR, Role.REGISTER_KEEPER)
    return tuple(
        finding
        for register in sorted(asked - answered)
        for finding in held(f"The register '{register}' has given no signed answer.", Role.REGISTER_KEEPER)
    )


def _answered(look_up: RegisterLookUp, file: DonorFile, at: datetime) -> bool:
    # An answer from before the referral says nothing of an objection since.
    fresh = file.referral.referred_at <= look_up.looked_up_at <= at
    return fresh and look_up.answer is not None and look_up.signer is not None


def _kin(file: DonorFile, setting: Setting) -> Findings:
    if any(each.reached is not False and each.reported_objection is None for each in file.kin_contacts):
        return held("What the next of kin said about an objection is not recorded.", Role.DONOR_COORDINATOR)
    always = permits(setting.law, Parameter.KIN_CONTACT_ALWAYS) is not False
    if always and not any(_agreed(each, setting.at) for each in file.kin_contacts):
        return held("The law demands that the next of kin are asked, and nobody is recorded.", Role.DONOR_COORDINATOR)
    return ALLOWED


def _before_incision(look_ups: Sequence[RegisterLookUp], recorded_at: datetime, incision_at: datetime) -> Findings:
    late: Findings = ALLOWED
    if recorded_at >= incision_at:
        late = blocked_critical(
            f"The consent is dated {written(recorded_at)}, not before the incision at {written(incision_at)}."
        )
    if look_ups and min(each.looked_up_at for each in look_ups) >= incision_at:
        late = (
            *late,
            *blocked_critical(f"The register was first asked no earlier than the incision at {written(incision_at)}."),
        )
    return late


def _old_enough(file: DonorFile, setting: Setting) -> Findings:
    least = number_of(setting.law, Parameter.DEEMED_FROM_AGE_YEARS)
    if file.age_years is None or least is None:
        return held("The age that deemed consent asks for is not known.", Role.DONOR_COORDINATOR)
    return ALLOWED if file.age_years >= least else blocked(f"Consent is not deemed below the age of {least} years.")


def _resident(file: DonorFile, setting: Setting) -> Findings:
    least = number_of(setting.law, Parameter.DEEMED_RESIDENCE_MONTHS)
    if file.resident_months is None or least is None:
        return held("The residence that deemed consent asks for is not known.", Role.DONOR_COORDINATOR)
    if file.resident_months >= least:
        return ALLOWED
    return blocked(f"Consent is not deemed after fewer than {least} months of residence.")


def _capable(file: DonorFile) -> Findings:
    if file.lacked_capacity_long is None:
        return held("Whether the person had long lacked capacity is not known.", Role.DONOR_COORDINATOR)
    if file.lacked_capacity_long:
        return blocked("Consent is not deemed for somebody who had long lacked capacity.")
    return ALLOWED


def _attempts(file: DonorFile, setting: Setting) -> Findings:
    least = number_of(setting.law, Parameter.DEEMED_KIN_ATTEMPTS)
    if least is None:
        return held("How often the next of kin must be tried is not known.", Role.COMPETENT_AUTHORITY)
    made = sum(known_by(each.attempted_at, setting.at) for each in file.kin_contacts)
    if made >= least:
        return ALLOWED
    return blocked(f"Consent is not deemed before the next of kin were tried; attempts: {made} of {least}.")


def _identified(file: DonorFile) -> Findings:
    if file.identity is None or file.identity.method is None:
        return blocked("Consent cannot be deemed for a person whose identity is not established.")
    return ALLOWED
