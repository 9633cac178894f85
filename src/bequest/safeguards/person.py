"""Knows who may be a donor at all: a deceased, identified person, and how long a referral may be kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bequest.model.enums import DonorKind
from bequest.model.referral import ReferralStage
from bequest.model.team import Role
from bequest.safeguards.finding import ALLOWED, blocked, held, known_by, written
from bequest.safeguards.jurisdiction import Parameter, number_of

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.model.donor_file import DonorFile
    from bequest.model.referral import Referral
    from bequest.safeguards.finding import Findings, Setting
    from bequest.safeguards.jurisdiction import Jurisdiction

_FOLLOWED_UP = frozenset({ReferralStage.GATES_OPEN})


def deceased_donor(file: DonorFile, _setting: Setting) -> Findings:
    """Find a living donor, or one of whom it is not said (DON-17)."""
    if file.kind is None:
        return held("It is not said that the donor is a deceased one.", Role.DONOR_COORDINATOR)
    if file.kind is DonorKind.LIVING:
        return blocked("The donor is living; Bequest offers organs of deceased donors only.")
    return ALLOWED


def identity_established(file: DonorFile, setting: Setting) -> Findings:
    """Find an unidentified donor: the case goes to the coroner (DON-14)."""
    check = file.identity
    if check is None or check.method is None or check.verifier is None or not known_by(check.verified_at, setting.at):
        return blocked("The identity of the person is not established; refer the case to the coroner.")
    return ALLOWED


def referral_kept(referral: Referral, setting: Setting) -> Findings:
    """Find a referral that became no donor and has to be stripped to a count (DON-21)."""
    if referral.stage in _FOLLOWED_UP:
        return ALLOWED
    strip_at = referral_strip_at(referral, setting.law)
    if strip_at is None:
        return held("How long a referral is kept is not known.", Role.DATA_CONTROLLER)
    if setting.at >= strip_at:
        return blocked(f"The referral was to be stripped to a count with its reason at {written(strip_at)}.")
    return ALLOWED


def referral_strip_at(referral: Referral, law: Jurisdiction) -> datetime | None:
    """Return the instant from which a referral that became no donor is a count; None where that is not known."""
    hours = number_of(law, Parameter.REFERRAL_KEEP_HOURS)
    return None if hours is None else referral.referred_at + timedelta(hours=hours)
