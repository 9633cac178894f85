"""Why an offer may be declined."""

from __future__ import annotations

import pytest

from bequest.model.enums import Organ
from bequest.model.tables import read_rows
from bequest.offers.decline_reason import decline_reasons, reasons_for

LEDGER = {row["code"] for row in read_rows("ledger/leaf_codes.csv") if row["list"] == "decline"}
ASKED_FOR = {"other", "conscience"}
"""Codes that the ledger's table does not have yet."""


@pytest.mark.parametrize("organ", list(Organ))
def test_every_list_has_reasons_about_its_own_organ_besides_the_common_ones(organ):
    own = [reason for reason in reasons_for(organ) if reason.organs != frozenset(Organ)]
    assert own


def test_a_reason_about_the_heart_is_no_reason_for_a_kidney():
    assert "coronary_disease" not in [reason.code for reason in reasons_for(Organ.KIDNEY)]


def test_every_reason_has_a_code_of_the_ledger():
    assert {reason.leaf_code for reason in decline_reasons().values()} <= LEDGER | ASKED_FOR


def test_the_catch_all_alone_needs_words_and_a_second_person():
    assert [reason.code for reason in decline_reasons().values() if reason.needs_second_person] == ["other"]


def test_refusing_to_take_part_is_a_reason_of_its_own():
    assert not decline_reasons()["conscience"].needs_second_person
    assert decline_reasons()["conscience"].organs == frozenset(Organ)


def test_a_reason_about_the_graft_leaves_other_kinds_of_offer_open():
    assert not decline_reasons()["size_mismatch"].covers_organ
    assert decline_reasons()["candidate_unwell"].covers_organ
