"""Parts, grafts and linked registrations."""

from __future__ import annotations

from bequest.model.enums import Organ, OrganPart
from bequest.model.graft import PARTS, Graft, grafts_are_disjoint
from bequest.model.identifiers import DonorId

LEFT = Graft(DonorId("D-1"), frozenset({OrganPart.KIDNEY_LEFT}))
RIGHT = Graft(DonorId("D-1"), frozenset({OrganPart.KIDNEY_RIGHT}))
BOTH = Graft(DonorId("D-1"), frozenset({OrganPart.KIDNEY_LEFT, OrganPart.KIDNEY_RIGHT}))


def test_every_organ_has_parts() -> None:
    assert set(PARTS) == set(Organ)


def test_two_kidneys_of_one_donor_are_two_grafts() -> None:
    assert grafts_are_disjoint((LEFT, RIGHT))


def test_a_kidney_cannot_be_given_twice() -> None:
    assert not grafts_are_disjoint((LEFT, BOTH))


def test_the_same_part_of_two_donors_is_no_conflict() -> None:
    assert grafts_are_disjoint((LEFT, Graft(DonorId("D-2"), frozenset({OrganPart.KIDNEY_LEFT}))))
