"""Which parts an offer of a kind hands over."""

from __future__ import annotations

import pytest

from bequest.model.enums import OfferKind, Organ
from bequest.model.errors import InputError
from bequest.model.graft import PARTS
from bequest.offers.graft_choice import graft_choices, offer_kinds_of
from offer_steps import BOTH, LEFT, RIGHT


def test_a_single_kidney_is_the_left_one_or_the_right_one():
    assert graft_choices(Organ.KIDNEY, OfferKind.SINGLE, BOTH) == (LEFT, RIGHT)


def test_a_graft_that_is_not_whole_is_no_choice():
    assert graft_choices(Organ.KIDNEY, OfferKind.SINGLE, RIGHT) == (RIGHT,)
    assert graft_choices(Organ.KIDNEY, OfferKind.BOTH_KIDNEYS, RIGHT) == ()


@pytest.mark.parametrize("organ", list(Organ))
def test_every_list_has_a_single_offer_made_of_its_own_parts(organ):
    choices = graft_choices(organ, OfferKind.SINGLE, PARTS[organ])
    assert choices
    assert all(set(graft) <= set(PARTS[organ]) for graft in choices)


def test_a_kind_of_offer_that_a_list_does_not_have_is_wrong_input():
    with pytest.raises(InputError, match="'both_kidneys' has no graft on the heart list"):
        graft_choices(Organ.HEART, OfferKind.BOTH_KIDNEYS, PARTS[Organ.HEART])


def test_the_kinds_of_a_list_are_those_that_have_a_graft_on_it():
    assert offer_kinds_of(Organ.HEART) == (OfferKind.SINGLE,)
    assert offer_kinds_of(Organ.KIDNEY) == (OfferKind.SINGLE, OfferKind.BOTH_KIDNEYS, OfferKind.EN_BLOC)
