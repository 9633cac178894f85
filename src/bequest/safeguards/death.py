"""Knows when a death is certified as the law of the place asks: certifiers, examinations, observation, coroner."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bequest.model.death import DeathManner, ObservationResult
from bequest.model.enums import DeathCriteria
from bequest.model.team import Role
from bequest.safeguards.consent import beyond_scope
from bequest.safeguards.finding import ALLOWED, Step, blocked, blocked_critical, held, known_by, written
from bequest.safeguards.jurisdiction import Parameter, names_of, number_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bequest.model.death import Certifier, Examination, Observation
    from bequest.model.donor_file import DonorFile
    from bequest.safeguards.finding import Findings, Setting

_NO_LAW = "The law written down here does not say {}."


def enough_certifiers(file: DonorFile, setting: Setting) -> Findings:
    """Find too few different valid certifiers, or functions that the law names and nobody held (DON-06)."""
    if file.death is None:
        return held("By which criteria death is declared is not known.", Role.CERTIFYING_DOCTOR)
    neurological = file.death.criteria is DeathCriteria.NEUROLOGICAL
    if not neurological and file.death.declared_at is None and setting.step is not Step.RECOVERY:
        return ALLOWED  # on the circulatory pathway nobody has died yet; DON-18 judges the pathway
    least = number_of(
        setting.law, Parameter.NEUROLOGICAL_CERTIFIERS if neurological else Parameter.CIRCULATORY_CERTIFIERS
    )
    years = number_of(setting.law, Parameter.CERTIFIER_REGISTERED_YEARS)
    if least is None or years is None:
        return held(_NO_LAW.format("how many doctors certify a death, and of what standing"), Role.COMPETENT_AUTHORITY)
    valid = [each for each in file.certifiers if _valid(each, years, setting.at)]
    count = len({each.person for each in valid})
    found: Findings = ALLOWED
    named = len({each.person for each in file.certifiers})
    if named < least:
        found = held(
            f"Fewer people certified the death than the law asks for: {named} of {least}. Another declaration names "
            "everybody who certifies.",
            Role.CERTIFYING_DOCTOR,
        )
    elif count < least:
        found = blocked(
            f"Valid certifiers of the death: {count} of {least}. Each is another doctor, has the standing that the law "
            "asks for and has declared no conflict."
        )
    return (*found, *(_functions(valid, setting) if neurological else ALLOWED))


def no_touch_observed(file: DonorFile, setting: Setting) -> Findings:
    """Find an observation without touch that is missing, too short, broken off, or not over (DON-07)."""
    if file.death is None or file.death.criteria is DeathCriteria.NEUROLOGICAL:
        return ALLOWED
    minutes = number_of(setting.law, Parameter.NO_TOUCH_MINUTES)
    if minutes is None:
        return held(_NO_LAW.format("how long nobody touches the body"), Role.COMPETENT_AUTHORITY)
    seen = file.observation
    if seen is None:
        return blocked("No observation without touch is recorded.")
    until = seen.circulation_ended_at + timedelta(minutes=minutes)
    return (*_touched(file, until), *_completed(seen, until, setting.at))


def neurological_examinations(file: DonorFile, setting: Setting) -> Findings:
    """Find too few examinations, too close together, without their tests, or one that does not confirm (DON-08)."""
    if file.death is None or file.death.criteria is DeathCriteria.CIRCULATORY:
        return ALLOWED
    least = number_of(setting.law, Parameter.NEUROLOGICAL_EXAMINATIONS)
    minutes = number_of(setting.law, Parameter.NEUROLOGICAL_INTERVAL_MINUTES)
    if least is None or minutes is None:
        return held(_NO_LAW.format("how often death is examined, and how far apart"), Role.COMPETENT_AUTHORITY)
    if any(each.confirms_death is False for each in file.examinations):
        return blocked("An examination does not confirm the death.")
    count = _spaced([each for each in file.examinations if _whole(each, setting.at)], timedelta(minutes=minutes))
    if count >= least:
        return ALLOWED
    return blocked(
        f"Whole examinations at least {minutes} minutes apart: {count} of {least}. Each needs its apnoea or ancillary "
        "test, and confounders excluded."
    )


def coroner_released(file: DonorFile, setting: Setting) -> Findings:
    """Find a death that is not natural, or not known to be, without a coroner's release of the organs (DON-13)."""
    if file.manner is None:
        return held("The manner of death is not known.", Role.CERTIFYING_DOCTOR, Role.CORONER)
    if file.manner is DeathManner.NATURAL:
        return ALLOWED
    release = file.coroner_release
    if release is None or not known_by(release.released_at, setting.at):
        return blocked("The death is not a natural one, and no coroner or prosecutor has released the organs.")
    if not release.organs:
        return blocked("The coroner released no organ.")
    return tuple(
        finding
        for organ in beyond_scope(file.intended_organs, release.organs)
        for finding in blocked(f"The coroner did not release the organ '{organ.value}'.")
    )


def _valid(certifier: Certifier, years: int, at: datetime) -> bool:
    standing = certifier.registered_years is not None and certifier.registered_years >= years
    return (
        standing
        and certifier.employer is not None
        and certifier.declared_no_conflict is True
        and known_by(certifier.certified_at, at)
    )


def _functions(valid: Sequence[Certifier], setting: Setting) -> Findings:
    asked = names_of(setting.law, Parameter.NEUROLOGICAL_CERTIFIER_ROLES)
    if asked is None:
        return held(_NO_LAW.format("which functions certify a death"), Role.COMPETENT_AUTHORITY)
    absent = sorted(set(asked) - {each.role for each in valid})
    if not absent:
        return ALLOWED
    return blocked(f"Nobody certified the death as {', '.join(each.replace('_', ' ') for each in absent)}.")


def _touched(file: DonorFile, until: datetime) -> Findings:
    if file.incision_at is not None and file.incision_at < until:
        return blocked_critical(
            f"The incision at {written(file.incision_at)} lies within the observation, up to {written(until)}."
        )
    declared_at = None if file.death is None else file.death.declared_at
    if declared_at is not None and declared_at < until:
        return blocked(f"Death was declared at {written(declared_at)}, before the observation was over.")
    return ALLOWED


def _completed(seen: Observation, until: datetime, at: datetime) -> Findings:
    if seen.result is None or seen.ended_at is None or not known_by(seen.ended_at, at) or at < until:
        return held(f"The observation without touch lasts until {written(until)}.", Role.CERTIFYING_DOCTOR, by=until)
    if seen.result is not ObservationResult.COMPLETE:
        return blocked(f"The observation without touch ended with '{seen.result.value}'.")
    if seen.ended_at < until:
        return blocked(f"The observation without touch ended at {written(seen.ended_at)}, before {written(until)}.")
    return ALLOWED


def _whole(examination: Examination, at: datetime) -> bool:
    return (
        examination.confirms_death is True
        and examination.apnoea_or_ancillary_test is True
        and examination.confounders_excluded is True
        and known_by(examination.examined_at, at)
    )


def _spaced(examinations: Sequence[Examination], least: timedelta) -> int:
    count, last = 0, None
    for instant in sorted(each.examined_at for each in examinations):
        if last is None or instant - last >= least:
            count, last = count + 1, instant
    return count
