"""Knows the file of the lung composite allocation score, whose rows state some parts of it, and of LAS 2021."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from adapters.comparison import Compared, Difference, rows_of
from adapters.sheets import Expected, Sheet, compared, inputs_of, number, outputs, within

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from adapters.sheets import Row

_INPUTS = {
    "grp": "diagnosis_group",
    "age": "age_years",
    "bmi": "bmi_kg_per_m2",
    "funstat": "functional_status",
    "walk6m": "walk_6_minutes_feet",
    "o2": "oxygen_at_rest_l_per_min",
    "pap_syst": "pa_systolic_mmhg",
    "pco2": "pco2_mmhg",
    "pco2_15": "pco2_rise",
    "vent": "ventilated",
    "ecmo": "ecmo",
    "creat": "creatinine_mg_per_dl",
    "bili": "bilirubin_mg_per_dl",
    "ci": "cardiac_index_l_per_min_per_m2",
    "nm": "distance_nm",
    "abo": "blood_group",
    "cpra": "cpra_fraction",
}
_TEXTS = {"funstat": {1: "no assistance", 2: "some assistance", 3: "total assistance"}}
_PREDICTOR, _POINTS, _LAS = Decimal("1e-6"), Decimal("1e-5"), Decimal("1e-12")
_PARTS = {
    "expected_wl_lp": Expected("waitlist_predictor", _PREDICTOR),
    "expected_posttx_lp_cas23": Expected("post_transplant_predictor", _PREDICTOR),
    "expected_wl_points": Expected("waitlist_points", _POINTS),
    "expected_posttx_points": Expected("post_transplant_points", _POINTS),
    "expected_proximity_points": Expected("proximity_points", _POINTS),
    "expected_abo_points": Expected("blood_group_points", _POINTS),
    "expected_cpra_points": Expected("cpra_points", _POINTS),
}
_TRAVEL = "expected_travel_points"
_TRAVEL_POINTS = {_TRAVEL: Expected("travel_points", _POINTS)}
_CAS = Sheet("lung-cas@optn-2025-12-10", _INPUTS, _PARTS | _TRAVEL_POINTS, _TEXTS)
_CAS_2023 = Sheet("lung-cas@cas-2023-09", _INPUTS, _PARTS | _TRAVEL_POINTS, _TEXTS)
_OTHER_DIVISOR = Sheet("lung-cas@cas-2023-09", _INPUTS, _TRAVEL_POINTS, _TEXTS)
_LAS_2021 = Sheet("lung-las@optn-2021", _INPUTS, {}, _TEXTS)
_LAS_HUNDREDTH = "expected_LAS2021_0_1"


def is_lung(content: Mapping[str, object]) -> bool:
    """Return whether a file holds parts of the lung score."""
    return str(content.get("score")).startswith("Lung CAS")


def compare(content: Mapping[str, object]) -> Iterator[Compared]:
    """Return each row, compared with the edition that the file names, else with that of the policy text."""
    sheet = _CAS_2023 if "Sept 2023" in str(content["score"]) else _CAS
    for name, row in rows_of(content, "examples"):
        differences = [_named(one, row, name) for one in compared(sheet, row, where=name)]
        yield Compared(name, inputs_of(row, where=name), (*differences, *_las(row, name)))


def _named(one: Difference, row: Row, where: str) -> Difference:
    """Return a difference in travel points as a known one, where the edition with the other divisor agrees."""
    if one.field != _TRAVEL or any(compared(_OTHER_DIVISOR, row, where=where)):
        return one
    return Difference(one.field, one.expected, one.got, "lung-travel-divisor")


def _las(row: Row, where: str) -> Iterator[Difference]:
    """Return where LAS, which the file states as a share of 100, differs."""
    if _LAS_HUNDREDTH not in row:
        return
    values, refused = outputs(_LAS_2021, inputs_of(row, where=where), where=where)
    las = values.get("las")
    share = None if las is None else las / 100
    if refused or not within(number(row[_LAS_HUNDREDTH], where, _LAS_HUNDREDTH), share, Expected("las", _LAS)):
        yield Difference(_LAS_HUNDREDTH, row[_LAS_HUNDREDTH], refused or share)
