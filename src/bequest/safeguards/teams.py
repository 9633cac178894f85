"""Knows who belongs to which side of a donation: those who certify, recover, transplant, coordinate and treat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.model.donor_file import LiveOfferKind
from bequest.model.team import Team

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bequest.model.donor_file import DonorFile
    from bequest.model.identifiers import PersonId, RegistrationId
    from bequest.model.team import Roster

TAKING = frozenset({Team.RECOVERY, Team.TRANSPLANT})
"""The teams that recover or transplant; whoever decides about a death is in neither."""
_INTENDING = frozenset({LiveOfferKind.PRIMARY, LiveOfferKind.BACKUP})


def certifiers_of(file: DonorFile) -> frozenset[PersonId]:
    """Return everybody who certified the death or examined for it, for an earlier declaration too."""
    examiners = (person for each in file.examinations for person in each.examiners)
    return frozenset({*(each.person for each in file.certifiers), *examiners, *file.also_certified})


def members(file: DonorFile, teams: Iterable[Team]) -> frozenset[PersonId]:
    """Return who is on a roster of these teams that had not ended when the donor was referred."""
    wanted = frozenset(teams)
    rosters = (each for each in file.rosters if each.team in wanted and not _over(each, file.referral.referred_at))
    return frozenset(person for each in rosters for person in each.members)


def on_duty(file: DonorFile, team: Team, at: datetime) -> frozenset[PersonId]:
    """Return who is on duty in a team at an instant; a roster without beginning or end counts as then on duty."""
    rosters = (each for each in file.rosters if each.team is team and not _over(each, at))
    return frozenset(
        person for each in rosters if each.from_at is None or each.from_at <= at for person in each.members
    )


def intended_recipients(file: DonorFile) -> tuple[RegistrationId, ...]:
    """Return the registrations with a live primary or backup offer, in alphabetical order."""
    return tuple(sorted({each.registration for each in file.live_offers if each.kind in _INTENDING}))


def carers(file: DonorFile, registration: RegistrationId) -> frozenset[PersonId] | None:
    """Return who treats a candidate, None where nobody has said."""
    teams = [each.doctors for each in file.care_teams if each.registration == registration]
    return frozenset(person for doctors in teams for person in doctors) if teams else None


def _over(roster: Roster, at: datetime) -> bool:
    return roster.until_at is not None and roster.until_at <= at
