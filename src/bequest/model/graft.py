"""Knows the parts of a donor's organs and the grafts made of them."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.enums import Organ, OrganPart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.model.identifiers import CandidateId, DonorId, RegistrationId

_LIVER = (OrganPart.LIVER_LEFT_LATERAL, OrganPart.LIVER_LEFT_MEDIAL, OrganPart.LIVER_RIGHT)
_KIDNEYS = (OrganPart.KIDNEY_LEFT, OrganPart.KIDNEY_RIGHT)
_LUNGS = (OrganPart.LUNG_LEFT, OrganPart.LUNG_RIGHT)

PARTS: Mapping[Organ, tuple[OrganPart, ...]] = MappingProxyType(
    {
        Organ.HEART: (OrganPart.HEART,),
        Organ.LUNG: _LUNGS,
        Organ.LIVER: _LIVER,
        Organ.KIDNEY: _KIDNEYS,
        Organ.PANCREAS: (OrganPart.PANCREAS,),
        Organ.INTESTINE: (OrganPart.INTESTINE,),
        Organ.CORNEA: (OrganPart.CORNEA_LEFT, OrganPart.CORNEA_RIGHT),
        Organ.KIDNEY_PANCREAS: (*_KIDNEYS, OrganPart.PANCREAS),
        Organ.ISLET: (OrganPart.PANCREAS,),
        Organ.LIVER_INTESTINE: (*_LIVER, OrganPart.INTESTINE),
        Organ.HEART_LUNG: (OrganPart.HEART, *_LUNGS),
    }
)
"""The parts a whole organ of each kind consists of; at most one live acceptance per part."""


@dataclass(frozen=True, slots=True)
class DonorOrgan:
    """Hold one organ of one donor and the parts of it that are offered."""

    donor: DonorId
    organ: Organ
    parts: tuple[OrganPart, ...]


@dataclass(frozen=True, slots=True)
class Graft:
    """Hold a set of parts of one donor that go to one recipient together."""

    donor: DonorId
    parts: frozenset[OrganPart]


@dataclass(frozen=True, slots=True)
class LinkedRegistrations:
    """Hold the registrations of one candidate that ask for organs of the same donor."""

    candidate: CandidateId
    registrations: tuple[RegistrationId, ...]


def grafts_are_disjoint(grafts: tuple[Graft, ...]) -> bool:
    """Tell whether no part of any donor stands in two of the grafts."""
    pieces = [(graft.donor, part) for graft in grafts for part in graft.parts]
    return len(pieces) == len(set(pieces))
