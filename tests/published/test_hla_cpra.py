"""cPRA by the OPTN haplotype table, against an independent computation."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from bequest.clinical.cpra import cpra_percent

with (Path(__file__).parent / "data" / "cpra_check_values.csv").open(encoding="utf-8") as file:
    CASES = [(row["unacceptable_antigens"], row["cpra_percent_own_computation"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("listed", "percent"), CASES)
def test_cpra_agrees_to_the_printed_decimals(listed: str, percent: str) -> None:
    assert abs(cpra_percent(listed.split()) - Decimal(percent)) <= Decimal("0.005")
