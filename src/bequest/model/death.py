"""Knows the declaration of death, who certified it and how, and the circulatory pathway before it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.model.enums import DeathCriteria, Organ
    from bequest.model.identifiers import OrganisationId, PersonId


class DeathManner(Enum):
    """Name the manner of death as the law asks for it; without an answer it is not known."""

    NATURAL = "natural"
    NOT_NATURAL = "not_natural"


class ObservationResult(Enum):
    """Name how the no-touch observation ended."""

    COMPLETE = "complete"
    CIRCULATION_RETURNED = "circulation_returned"
    STOPPED = "stopped"


class PauseReason(Enum):
    """Name why somebody at the bedside paused the recovery."""

    SIGN_OF_LIFE = "sign_of_life"
    CONSENT_DOUBT = "consent_doubt"
    IDENTITY_DOUBT = "identity_doubt"
    CUSTODY_DOUBT = "custody_doubt"
    TEAM_MEMBER_CONCERN = "team_member_concern"


@dataclass(frozen=True, slots=True)
class DeathDeclaration:
    """Hold how and when death was certified.

    `declared_at` is None only while the circulatory pathway is open and the person lives; offers are then
    conditional. `pathway_opened_at` is None for death by neurological criteria.
    """

    criteria: DeathCriteria
    declared_at: datetime | None
    pathway_opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Certifier:
    """Hold one doctor who certified the death; `role` is the function that the law names, `None` is not known."""

    person: PersonId
    employer: OrganisationId | None
    role: str | None
    registered_years: int | None
    certified_at: datetime
    declared_no_conflict: bool | None


@dataclass(frozen=True, slots=True)
class Examination:
    """Hold one examination by neurological criteria; None is not known and counts as not done.

    `apnoea_or_ancillary_test` and `confounders_excluded` tell whether the test was made and whether drugs, cold and the
    like were ruled out.
    """

    examined_at: datetime
    examiners: tuple[PersonId, ...]
    confirms_death: bool | None
    apnoea_or_ancillary_test: bool | None
    confounders_excluded: bool | None


@dataclass(frozen=True, slots=True)
class Observation:
    """Hold the no-touch observation after circulation ended; `result` None while it lasts."""

    circulation_ended_at: datetime
    ended_at: datetime | None
    result: ObservationResult | None


@dataclass(frozen=True, slots=True)
class CirculatoryPathway:
    """Hold the circulatory pathway: the decision to withdraw treatment, made outside donation, and what follows.

    `consented_acts` tells whether each act before death was consented to; None where that is not known.
    `approached_at` is the first word about donation, `kin_raised_it` whether patient or kin began it.
    """

    decided_at: datetime | None
    decided_by: tuple[PersonId, ...]
    approached_at: datetime | None
    kin_raised_it: bool | None
    consented_acts: bool | None
    opened_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class CoronerRelease:
    """Hold what a coroner or prosecutor released, organ by organ."""

    released_at: datetime
    signer: PersonId
    organs: tuple[Organ, ...]


@dataclass(frozen=True, slots=True)
class Pause:
    """Hold one pause of the recovery; it is open until somebody resumes."""

    paused_at: datetime
    paused_by: PersonId
    reason: PauseReason
    resumed_at: datetime | None
    resumed_by: PersonId | None
