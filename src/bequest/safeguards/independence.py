"""Knows who must be outside: certifiers outside the teams and the care of recipients, and those who end a pause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.model.team import Role, Team
from bequest.safeguards.finding import ALLOWED, Step, blocked, flagged, held, known_by, written
from bequest.safeguards.jurisdiction import Parameter, permits
from bequest.safeguards.teams import TAKING, carers, certifiers_of, intended_recipients, members, on_duty

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.model.death import Pause
    from bequest.model.donor_file import DonorFile
    from bequest.model.identifiers import PersonId
    from bequest.safeguards.finding import Findings, Setting


def certifiers_outside(file: DonorFile, setting: Setting) -> Findings:
    """Find a certifier in a recovery or transplant team or in the care of a ranked candidate (DON-05).

    The care of an intended recipient blocks, and is asked again at every offer; that of another ranked candidate is
    flagged. Who recovers must be known before recovery, who treats an intended recipient before the offer.
    """
    certifiers = certifiers_of(file)
    found = tuple(
        finding
        for person in sorted(certifiers & members(file, TAKING))
        for finding in blocked(f"'{person}' certifies the death and is in a recovery or transplant team.")
    )
    return (*found, *_recovery_team(file, setting), *_intended(file, certifiers), *_ranked(file, certifiers))


def coordinator_outside(file: DonorFile, setting: Setting) -> Findings:
    """Find a donor coordinator in a recovery or transplant team (DON-16)."""
    if file.coordinator is None:
        return held("The donor coordinator is not named.", Role.DONOR_COORDINATOR, Role.MEDICAL_DIRECTOR)
    if file.coordinator not in members(file, TAKING):
        return ALLOWED
    sentence = "The donor coordinator is in a recovery or transplant team."
    demanded = permits(setting.law, Parameter.COORDINATOR_INDEPENDENT)
    return flagged(sentence, Role.MEDICAL_DIRECTOR) if demanded is False else blocked(sentence)


def no_open_pause(file: DonorFile, setting: Setting) -> Findings:
    """Find a pause that is open, or that somebody ended who is no independent doctor (DON-19)."""
    return tuple(finding for pause in file.pauses for finding in _pause(pause, file, setting.at))


def _recovery_team(file: DonorFile, setting: Setting) -> Findings:
    if setting.step is not Step.RECOVERY or on_duty(file, Team.RECOVERY, setting.at):
        return ALLOWED
    return held("The recovery team has not declared who is on duty.", Role.RECOVERY_TEAM)


def _intended(file: DonorFile, certifiers: frozenset[PersonId]) -> Findings:
    found: Findings = ALLOWED
    for registration in intended_recipients(file):
        care = carers(file, registration)
        if care is None:
            found = (
                *found,
                *held(f"Who treats the intended recipient '{registration}' is not known.", Role.TRANSPLANT_CENTRE),
            )
        for person in sorted(certifiers & (care or frozenset())):
            found = (
                *found,
                *blocked(f"'{person}' certifies the death and treats the intended recipient '{registration}'."),
            )
    return found


def _ranked(file: DonorFile, certifiers: frozenset[PersonId]) -> Findings:
    intended = frozenset(intended_recipients(file))
    others = sorted({*file.ranked, *(each.registration for each in file.live_offers)} - intended)
    return tuple(
        finding
        for registration in others
        for person in sorted(certifiers & (carers(file, registration) or frozenset()))
        for finding in flagged(f"'{person}' certifies the death and treats the ranked candidate '{registration}'.")
    )


def _pause(pause: Pause, file: DonorFile, at: datetime) -> Findings:
    since = f"paused at {written(pause.paused_at)} ({pause.reason.value})"
    if pause.resumed_by is None or not known_by(pause.resumed_at, at):
        return blocked(f"The recovery is {since}; only an independent doctor resumes it.")
    if pause.resumed_by in _involved(file, pause):
        return blocked(f"The recovery, {since}, was resumed by somebody who has a part in the donation.")
    return ALLOWED


def _involved(file: DonorFile, pause: Pause) -> frozenset[PersonId]:
    treating = frozenset(person for each in file.care_teams for person in each.doctors)
    named = frozenset({pause.paused_by, file.referral.referrer} | ({file.coordinator} if file.coordinator else set()))
    return members(file, Team) | certifiers_of(file) | treating | named
