"""cPRA by haplotypes and vPRA by a pool of donors."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bequest.clinical.cpra import cpra_percent, cpra_percents, vpra
from bequest.clinical.equivalences import Edition
from bequest.clinical.typing import typing_columns
from bequest.model.errors import InputError


def test_no_antigen_listed_has_no_cpra_rather_than_0() -> None:
    assert cpra_percent([]) is None
    assert vpra([], typing_columns(["A1"])) is None


def test_an_antigen_that_no_haplotype_holds_has_cpra_0() -> None:
    assert cpra_percent(["A43"]) == Decimal("0.0000")


def test_every_antigen_together_excludes_every_donor() -> None:
    assert cpra_percent(["DQ1", "DQ2", "DQ3", "DQ4"]) == Decimal("100.0000")


def test_cpra_has_four_decimals() -> None:
    assert cpra_percent(["A2"]) == Decimal("47.8953")


def test_many_lists_give_what_each_gives_alone() -> None:
    lists = [["A2"], [], ["B7", "A2"], ["A2", "B7"], ["A02"]]
    assert cpra_percents(lists) == [cpra_percent(names) for names in lists]
    assert cpra_percents([]) == []


def test_more_lists_than_a_block_are_all_computed() -> None:
    lists = [[f"B{number}"] for number in (7, 8, 13, 18, 27, 35, 37, 38, 39, 41, 42, 44, 45, 46, 47, 48, 49)] * 2
    singles = [["A1"], ["A2"], ["A3"], ["A11"], ["A23"], ["A24"], ["A25"], ["A26"], ["A29"], ["A30"], ["A31"]]
    more = [["DR1"], ["DR4"], ["DR7"], ["DR8"], ["DR9"], ["DR10"], ["DR11"], ["DR12"], ["DR13"], ["DR14"]]
    everything = lists + singles + more
    assert cpra_percents(everything)[-1] == cpra_percent(["DR14"])


def test_the_edition_changes_what_a_list_covers() -> None:
    assert cpra_percent(["DQ7"], Edition.OPTN_2025) < cpra_percent(["DQ7"], Edition.OPTN_2017)


@pytest.mark.parametrize("name", ["DR52", "Bw4", "DQA1*05", "DPB1*04:01", "DPA1*01"])
def test_an_antigen_outside_the_table_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"holds HLA-A, -B, -C, -DR and -DQ only, so cPRA cannot count"):
        cpra_percent(["A2", name])


def test_an_unknown_antigen_is_refused() -> None:
    with pytest.raises(InputError, match="did you mean"):
        cpra_percent(["A4"])


@pytest.mark.parametrize(
    ("listed", "share"), [(["A2"], "0.5"), (["A9"], "0.25"), (["A23"], "0"), (["A2", "A24"], "0.75")]
)
def test_vpra_is_the_share_of_donors_that_are_hit(listed: list[str], share: str) -> None:
    donors = typing_columns(["A2 A1", "A2 A3", "A24 A3", None])
    assert vpra(listed, donors) == Decimal(share)


def test_vpra_needs_donors() -> None:
    with pytest.raises(InputError, match="The pool of donors is empty"):
        vpra(["A2"], typing_columns([]))
