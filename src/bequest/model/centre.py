"""Knows the places: transplant centres, donor hospitals, and the organisations that recover organs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bequest.model.enums import CentreKind
    from bequest.model.identifiers import CentreId, OrganisationId


@dataclass(frozen=True, slots=True)
class Centre:
    """Hold one place; `country` is where it stands, `region` None where its country has none."""

    centre: CentreId
    kind: CentreKind
    name: str | None
    country: str
    region: str | None
    latitude_deg: float
    longitude_deg: float


@dataclass(frozen=True, slots=True)
class ProcurementOrganisation:
    """Hold the organisation that recovers organs for some hospitals; `controlled_by` names who directs it."""

    organisation: OrganisationId
    name: str
    controlled_by: str
    hospitals: tuple[CentreId, ...]
