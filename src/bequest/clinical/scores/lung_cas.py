"""Knows the lung composite allocation score of 2023 and its parts, each of which stands on its own.

Source: OPTN Policies of 2025-12-10, sections 10.1 and 21.1 to 21.6; what the reproduced text cuts off (part of the
model after transplant, its defaults, the baseline curves) from github ClevelandClinicQHS/COMET @867567f (MIT).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.scores.coefficients import number, numbers, series
from bequest.clinical.scores.inputs import flag, measured
from bequest.clinical.scores.lung_model import (
    CLINICAL,
    FILE,
    FUNCTION,
    GROUPS,
    Support,
    baseline,
    diagnosis_input,
    diagnosis_term,
    from_12_years,
    of_adults,
    of_group,
    waitlist_predictor,
)
from bequest.clinical.scores.score import Output, Score, ScoreInput, half_up
from bequest.clinical.scores.survival import expected_days
from bequest.clinical.scores.terms import Pieces, by_choice, choice, on_pieces, or_default
from bequest.model.tables import read_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.clinical.scores.score import Columns

    Column = NDArray[np.float64]  # (people,)

DIAGNOSES = (
    "bronchiectasis",
    "sarcoidosis",
    "pulmonary fibrosis, not idiopathic",
    "COVID-19 fibrosis",
    "lymphangioleiomyomatosis",
    "obliterative bronchiolitis",
    "constrictive bronchiolitis",
)
BLOOD_GROUPS = ("O", "A", "B", "AB")
PRIORITIES = ("1", "2")
OF_THE_CANDIDATE = (
    "waitlist_points",
    "post_transplant_points",
    "blood_group_points",
    "cpra_points",
    "height_points",
    "child_points",
    "prior_living_donor_points",
)
OF_THE_PLACEMENT = ("travel_points", "proximity_points")


def _compute(edition: str, given: Columns) -> dict[str, Column]:
    waitlist = _waitlist_predictor(given)
    after = _post_transplant_predictor(given)
    found = {
        "waitlist_predictor": waitlist,
        "post_transplant_predictor": after,
        "waitlist_points": _waitlist_points(given, waitlist),
        "post_transplant_points": _post_transplant_points(given, after),
        "blood_group_points": _blood_group_points(edition, given["blood_group"]),
        "cpra_points": _upward(or_default(given["cpra_percent"], 0) / 100, "cpra"),
        "height_points": _upward(_share_of_unfit_height(given), "height"),
        "child_points": _all_or_nothing(_below_18(given["age_at_registration_years"]), "child"),
        "prior_living_donor_points": _all_or_nothing(given["prior_living_donor"], "prior_living_donor"),
        "travel_points": travel_points(edition, given["distance_nm"]),
        "proximity_points": proximity_points(given["distance_nm"]),
    }
    found["candidate_points"] = sum((found[name] for name in OF_THE_CANDIDATE), np.zeros_like(waitlist))
    found["cas"] = sum((found[name] for name in OF_THE_PLACEMENT), found["candidate_points"])
    return found


def _waitlist_predictor(given: Columns) -> Column:
    missing = numbers(FILE, "waitlist.missing")
    on_ecmo = or_default(given["ecmo"], missing["flag"])
    oxygen = or_default(given["oxygen_at_rest_l_per_min"], missing["oxygen"])
    support = Support(
        ventilated=np.maximum(or_default(given["ventilated"], missing["flag"]), on_ecmo),
        oxygen_l_per_min=np.where(on_ecmo == 1, number(FILE, "waitlist.oxygen_on_ecmo_l_per_min"), oxygen),
    )
    terms = numbers(FILE, "waitlist.diagnosis"), numbers(FILE, "waitlist.sarcoidosis")
    return waitlist_predictor(given, support, diagnosis_term(given, DIAGNOSES, *terms))


def _post_transplant_predictor(given: Columns) -> Column:
    age = given["age_years"]
    terms = numbers(FILE, "post_transplant.diagnosis"), numbers(FILE, "post_transplant.sarcoidosis")
    function = numbers(FILE, "post_transplant.function")
    support = np.maximum(
        or_default(given["ventilated"], _after("missing.flag")),
        or_default(given["ecmo"], _after("missing.flag")),
    )
    predictor = (
        on_pieces(_pieces("age"), age)
        + _capped(given["cardiac_index_l_per_min_per_m2"], "cardiac_index")
        + of_adults(age, _capped(given["creatinine_mg_per_dl"], "creatinine"))
        + _capped(given["walk_6_minutes_feet"], "walk_feet")
        + of_group(given["diagnosis_group"], numbers(FILE, "post_transplant.group"))
        + diagnosis_term(given, DIAGNOSES, *terms)
        # Missing counts as total assistance here, against the candidate, and as none in the waitlist model.
        + by_choice(given["functional_status"], [function[name] for name in FUNCTION], function["total assistance"])
        + _after("ventilated_or_ecmo") * support
    )
    return from_12_years(age, predictor)


def _capped(values: Column, name: str) -> Column:
    """Return the term of a value after its default and its cap."""
    filled = or_default(values, _after(f"missing.{name}"))
    return on_pieces(_pieces(name), np.minimum(filled, _after(f"{name}.cap")))


def _waitlist_points(given: Columns, predictor: Column) -> Column:
    """Return the waitlist points; below 12 years those of the priority, none where it is not given."""
    days = expected_days(baseline("lung_cas23_waitlist_baseline_survival.csv"), predictor)
    of_model = _upward(1 - days / number(FILE, "waitlist.days"), "waitlist")
    of_priority = numbers(FILE, "points.under_12.waitlist")
    of_child = by_choice(given["priority_under_12"], [of_priority[name] for name in PRIORITIES])
    return np.where(_under_12(given), of_child, of_model)


def _post_transplant_points(given: Columns, predictor: Column) -> Column:
    days = expected_days(baseline("lung_cas23_posttx_baseline_survival.csv"), predictor)
    of_model = number(FILE, "points.post_transplant.most") * days / _after("days")
    return np.where(_under_12(given), number(FILE, "points.under_12.post_transplant"), of_model)


def _blood_group_points(edition: str, blood_group: Column) -> Column:
    """Return the points for how rarely a donor's blood group fits; a subgroup of A counts as its group."""
    share = numbers(FILE, "points.blood_group_incompatible_share")
    scale = numbers(FILE, f"editions.{edition}.blood_group")
    rarity = by_choice(blood_group, [share[name] for name in BLOOD_GROUPS]) / scale["greatest_share"]
    return scale["most"] * (scale["base"] ** rarity - 1) / (scale["base"] - 1)


def _share_of_unfit_height(given: Columns) -> Column:
    """Return the share of donors whose height does not fit, by the whole centimetre and the diagnosis group."""
    table = _heights()
    row = half_up(given["height_cm"]) - _lowest_height_cm()
    known = ~np.isnan(row) & ~np.isnan(given["diagnosis_group"])
    rows = np.where(known, row, 0).astype(np.intp)
    groups = np.where(known, given["diagnosis_group"], 0).astype(np.intp)
    return np.where(known, table[rows, groups], np.nan)


def travel_points(edition: str, distance_nm: Column) -> Column:
    """Return the travel points, which fall below 0 at great distances, as the policy states no floor."""
    cost = number(FILE, "points.travel.slope") * distance_nm
    for knot, change in zip(series(FILE, "points.travel.knots"), series(FILE, "points.travel.changes"), strict=True):
        cost = cost + change * np.maximum(distance_nm - knot, 0)
    return number(FILE, "points.travel.most") * (1 - cost / number(FILE, f"editions.{edition}.travel_divisor"))


def proximity_points(distance_nm: Column) -> Column:
    """Return the points for nearness, shape of the distances."""
    near, far = number(FILE, "points.proximity.near"), number(FILE, "points.proximity.far")
    loss = number(FILE, "points.proximity.near_loss") / (far - near)
    close = 1 - loss * np.maximum(distance_nm - near, 0)
    middle, rate = number(FILE, "points.proximity.far_middle"), number(FILE, "points.proximity.far_rate")
    distant = number(FILE, "points.proximity.far_most") / (1 + np.exp(rate * (distance_nm - middle)))
    return number(FILE, "points.proximity.most") * np.where(distance_nm >= far, distant, close)


def _upward(share: Column, part: str) -> Column:
    """Return the points of a share from 0 to 1 on the rising scale of a part."""
    base = number(FILE, f"points.{part}.base")
    return number(FILE, f"points.{part}.most") * (base**share - 1) / (base - 1)


def _all_or_nothing(flag: Column, part: str) -> Column:
    return number(FILE, f"points.{part}") * flag


def _below_18(age_years: Column) -> Column:
    below = age_years < number(FILE, "points.child_below_years")
    return np.where(np.isnan(age_years), np.nan, below.astype(np.float64))


def _under_12(given: Columns) -> NDArray[np.bool_]:
    return given["age_years"] < number(FILE, "points.under_12.below_years")


def _after(path: str) -> float:
    return number(FILE, f"post_transplant.{path}")


@cache
def _pieces(name: str) -> Pieces:
    path = f"post_transplant.{name}"
    return Pieces(
        starts=series(FILE, f"{path}.starts"),
        slopes=series(FILE, f"{path}.slopes"),
        bases=series(FILE, f"{path}.bases"),
        slope_below=number(FILE, f"{path}.slope_below"),
    )


_HEIGHTS = "scores/lung_cas23_height_proportion_incompatible.csv"


@cache
def _heights() -> NDArray[np.float64]:
    """Return the share of donors whose height does not fit, shape (centimetres from the lowest, groups)."""
    lowest = _lowest_height_cm()
    shares = {(row["dx_grp"], float(row["cand_hgt"]) - lowest): float(row["phgt"]) for row in read_rows(_HEIGHTS)}
    return np.array([[shares[group, row] for group in GROUPS] for row in range(len(shares) // len(GROUPS))])


@cache
def _lowest_height_cm() -> float:
    return min(float(row["cand_hgt"]) for row in read_rows(_HEIGHTS))


_PART = "without it neither its points nor the score have a value"


def _of_a_part(entry: ScoreInput) -> ScoreInput:
    """Return an input without which the other parts still have their points."""
    return replace(entry, meaning=f"{entry.meaning}; {_PART}", required=False)


_INPUTS = (
    *(_of_a_part(entry) if entry.required else entry for entry in CLINICAL),
    diagnosis_input(DIAGNOSES),
    flag("ecmo", "extracorporeal membrane oxygenation", required=False),
    _of_a_part(choice("priority_under_12", "priority; only of a candidate below 12 years", PRIORITIES)),
    _of_a_part(choice("blood_group", "ABO group", BLOOD_GROUPS)),
    ScoreInput(
        "cpra_percent",
        "calculated panel reactive antibody with its decimals; empty where no unacceptable antigen is listed, which "
        "gives 0 points",
        unit="%",
        low=0,
        high=100,
        required=False,
        other_units=MappingProxyType({"cpra_fraction": 100.0}),
    ),
    _of_a_part(
        ScoreInput("height_cm", "height, rounded half up to a whole cm (our reading)", unit="cm", low=60, high=230),
    ),
    _of_a_part(measured("age_at_registration_years", meaning="age when registered for a lung")),
    _of_a_part(flag("prior_living_donor", "gave an organ in the United States while alive")),
    _of_a_part(ScoreInput("distance_nm", "distance from the donor hospital", unit="nautical miles", low=0)),
)
_OUTPUTS = (
    Output("cas", "composite allocation score", "points"),
    Output("candidate_points", "the score without travel and proximity, which depend on the donor hospital", "points"),
    Output("waitlist_points", "survival on the waiting list, 0 to 25", "points"),
    Output("post_transplant_points", "survival after transplant, 0 to 25", "points"),
    Output("blood_group_points", "blood group that few donors fit, 0 to 5", "points"),
    Output("cpra_points", "sensitisation, 0 to 5", "points"),
    Output("height_points", "height that few donors fit, 0 to 5", "points"),
    Output("child_points", "registered below 18 years, 0 or 20", "points"),
    Output("prior_living_donor_points", "prior living donor, 0 or 5", "points"),
    Output("travel_points", "travel efficiency, at most 5", "points"),
    Output("proximity_points", "proximity efficiency, 0 to 5", "points"),
    Output("waitlist_predictor", "linear predictor of death while waiting"),
    Output("post_transplant_predictor", "linear predictor of death within 5 years after transplant"),
)
_CAUTION = (
    "Part of the model after transplant, its defaults and the baseline curves are known from one public programme "
    "only. The expected days after transplant are summed over days 0 to 1825; the policy sums days 1 to 1826, which is "
    "less by under 0.0137 points. Creatinine below 18 years adds nothing (our reading)."
)


def _edition(edition: str, effective: date | None, source: str, caution: str) -> Score:
    return Score(
        name="lung-cas",
        edition=edition,
        title="Lung composite allocation score (CAS)",
        effective=effective,
        until=None,
        source=source,
        inputs=_INPUTS,
        outputs=_OUTPUTS,
        compute=partial(_compute, edition),
        verified=False,
        caution=f"{_CAUTION} {caution}",
    )


SCORES: tuple[Score, ...] = (
    _edition(
        "cas-2023-03",
        date(2023, 3, 9),
        "OPTN Policy 10 of 2023; ClevelandClinicQHS/COMET@867567f R/CAS23.R, R/calculate_cas.R (MIT)",
        "The divisor of the travel points is that of the programme, 118981.1. The day on which the blood group points "
        "changed in 2023 is not sourced.",
    ),
    _edition(
        "cas-2023-09",
        None,
        "OPTN Policy 10 as amended in 2023; ClevelandClinicQHS/COMET@867567f R/CAS23.R, R/calculate_cas.R (MIT)",
        "The divisor of the travel points is that of the programme, 118981.1. The month of the amendment (September "
        "2023) is not sourced.",
    ),
    _edition(
        "optn-2025-12-10",
        date(2025, 12, 10),
        "OPTN Policies effective 2025-12-10, sections 10.1 and 21; ClevelandClinicQHS/COMET@867567f (MIT)",
        "The divisor of the travel points is that of the policy, 116989.1. Travel and proximity changed during 2026; "
        "the new numbers are not sourced.",
    ),
)
