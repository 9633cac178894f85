"""Knows when custody bars donation: detention always, a guard or hold from the fatal event until a magistrate acts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bequest.model.custody import FROM_FATAL_EVENT, NEVER
from bequest.model.enums import CustodyResult
from bequest.model.team import Role
from bequest.safeguards.finding import ALLOWED, RuleId, blocked, flagged, held, known_by
from bequest.safeguards.jurisdiction import Parameter, number_of
from bequest.safeguards.release import released

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.model.custody import CustodyCheck
    from bequest.model.donor_file import DonorFile
    from bequest.safeguards.finding import Findings, Setting

_RELEASABLE = FROM_FATAL_EVENT | {CustodyResult.RELEASED_BY_MAGISTRATE}
_NO_DETENTION = frozenset({CustodyResult.CLEAR, CustodyResult.UNKNOWN})
_RULE = RuleId("DON-11")
_MAGISTRATE = (Role.MAGISTRATE, Role.CORONER)


def neither_executed_nor_sentenced(file: DonorFile, _setting: Setting) -> Findings:
    """Find an execution or a sentence of death; no release, role or flag is read (DON-10)."""
    if file.custody is not None and file.custody.result in NEVER:
        return blocked("The person was executed or sentenced to death; nobody can override it. Report it.")
    return ALLOWED


def not_in_custody(file: DonorFile, setting: Setting) -> Findings:
    """Find detention now, within the look-back or at death; a guard from the fatal event is held (DON-11)."""
    check = file.custody
    if check is None:  # DON-12 waits for the check
        return held("Whether the person was in custody is not known.", Role.DONOR_COORDINATOR)
    found: Findings = ALLOWED
    if check.died_in_detention:
        found = blocked("The person died in a place of detention.")
    if check.died_in_detention is None:
        found = held("Whether the place of death is one of detention is not recorded.", Role.DONOR_COORDINATOR)
    if check.result in _NO_DETENTION:
        return found
    return (*found, *_detained(file, check, setting))


def custody_known(file: DonorFile, setting: Setting) -> Findings:
    """Find a custody check that is missing, unsigned, too short or without an answer (DON-12)."""
    reason = _not_known(file, setting)
    if reason is None:
        return ALLOWED
    answer_by = _answer_by(file, setting)
    if answer_by is not None and setting.at >= answer_by:
        return blocked(f"{reason} The time for an answer has passed.")
    return held(reason, Role.DONOR_COORDINATOR, Role.REGISTER_KEEPER, by=answer_by)


def _detained(file: DonorFile, check: CustodyCheck, setting: Setting) -> Findings:
    word = check.result.value
    if check.result not in _RELEASABLE:
        return blocked(f"The custody check says '{word}'; organs of people in detention are never offered.")
    if check.began_with_fatal_event is False:
        return blocked(f"The custody check says '{word}', which began before the fatal event and counts as detention.")
    if check.began_with_fatal_event is None:
        sentence = f"The custody check says '{word}'; whether it began with the fatal event is not known."
        return held(sentence, *_MAGISTRATE)
    if released(file.releases, _RULE, at=setting.at, not_before=check.checked_at):
        return flagged(f"The custody check says '{word}'; a magistrate or coroner released the person.")
    return held(
        f"The custody check says '{word}'; only a magistrate or coroner outside health and prison services releases.",
        *_MAGISTRATE,
    )


def _not_known(file: DonorFile, setting: Setting) -> str | None:
    check = file.custody
    if check is None or check.result is CustodyResult.UNKNOWN or not known_by(check.checked_at, setting.at):
        return "Whether the person was in custody is not known."
    if check.checked_at < file.referral.referred_at:
        return "The custody check was made before the referral, and says nothing of the time since."
    if None in {check.register, check.register_run_by, check.signer}:
        return "The custody check does not name its register, who runs that register, and its signer."
    asked = number_of(setting.law, Parameter.CUSTODY_LOOKBACK_MONTHS)
    if asked is None or check.lookback_months is None or check.lookback_months < asked:
        return "The custody check does not look back as many months as the law asks for."
    return None


def _answer_by(file: DonorFile, setting: Setting) -> datetime | None:
    hours = number_of(setting.law, Parameter.CUSTODY_ANSWER_HOURS)
    return None if hours is None else file.referral.referred_at + timedelta(hours=hours)
