"""Knows the files of scores outside the United States; each is recognised by the name of its section.

Of a section only what a score or a travel time is gets compared: points of a policy are cases of that policy.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from adapters.comparison import BadFileError, Compared, Difference, agrees, number_of, rows_of, text_of, texts
from adapters.sheets import Expected, Sheet, compared, inputs_of, outputs, within
from bequest.clinical.scores.uk_kidney_risk import donor_quartile, recipient_quartile
from bequest.clinical.travel import hours_by, travel_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from adapters.sheets import Row

    Content = Mapping[str, object]

_TBS_INPUTS = {
    "age": "age_years",
    "female": "female",
    "hcv": "hepatitis_c",
    "disease_group": "disease_group",
    "creat": "creatinine_umol_per_l",
    "bili": "bilirubin_umol_per_l",
    "inr": "inr",
    "na": "sodium_mmol_per_l",
    "k": "potassium_mmol_per_l",
    "alb": "albumin_g_per_l",
    "rrt": "renal_replacement",
    "inpatient": "inpatient",
    "regyear": "registration_year",
    "surgery": "abdominal_surgery",
    "enceph": "encephalopathy",
    "ascites": "ascites",
    "wait": "waiting_days",
    "rdiab": "diabetes",
    "afp": "afp_max",
    "ntum": "tumours",
    "tsize": "tumour_size_max",
    "dage": "donor_age_years",
    "dcause": "donor_cause_of_death",
    "dbmi": "donor_bmi_kg_per_m2",
    "ddiab": "donor_diabetes",
    "dtype": "donor_type",
    "bg_nonidentical": "blood_group_not_identical",
    "split": "split_criteria",
}
_A_CODE: Mapping[object, str] = {}
"""No text of ours for a code: the score takes the code itself as text."""
_DAYS = Decimal("0.02")
_TBS = Sheet(
    "uk-tbs",
    _TBS_INPUTS,
    {
        "M1_days": Expected("m1_days", _DAYS),
        "M2_days": Expected("m2_days", _DAYS),
        "TBS_days": Expected("tbs_days", _DAYS),
    },
    dict.fromkeys(("disease_group", "dcause", "ddiab"), _A_CODE),
)
_PREDICTORS = Sheet("uk-tbs", {}, {"m1": Expected("m1_predictor"), "m2": Expected("m2_predictor")})
_UKELD = Sheet(
    "ukeld",
    {
        "inr": "inr",
        "bili_umol": "bilirubin_umol_per_l",
        "creat_umol": "creatinine_umol_per_l",
        "na": "sodium_mmol_per_l",
    },
    {"ukeld_2dp": Expected("ukeld", Decimal("0.005"))},
)
_KRRI = Sheet(
    "uk-krri",
    {
        "age": "age_years",
        "on_dialysis_at_listing": "on_dialysis_at_listing",
        "wait_days": "waiting_days",
        "diabetes": "diabetes",
    },
    {"value_2dp": Expected("krri", Decimal("0.005"))},
)
_KDRI = Sheet(
    "uk-kdri",
    {
        "age": "donor_age_years",
        "height": "donor_height_cm",
        "htn": "donor_hypertension",
        "sex": "donor_female",
        "cmv": "donor_cmv_positive",
        "gfr": "donor_egfr_ml_per_min",
        "hospital_days": "donor_hospital_days",
    },
    {"value_2dp": Expected("kdri", Decimal("0.005"))},
)
_LAB_MELD = Sheet(
    "et-lab-meld",
    {"bili_mgdl": "bilirubin_mg_per_dl", "creat_mgdl": "creatinine_mg_per_dl", "inr": "inr"},
    {"meld": Expected("meld"), "raw": Expected("meld_unrounded")},
)
_EXCEPTION = Sheet("et-exception-meld", {"mortality_pct": "mortality_percent"}, {"meld": Expected("meld")})
_ET_MMP = Sheet(
    "et-mmp",
    {
        **{f"{locus}_{copy}": f"{locus}_{copy}" for locus in ("a", "b", "dr") for copy in (1, 2)},
        "blood_group": "blood_group",
        "vpra": "vpra_fraction",
    },
    {"mmp_points_4dp": Expected("mmp_broad", Decimal("0.00005"))},
)
_AU_MISMATCH = Sheet(
    "au-kidney-mismatch",
    {locus: f"hla_{locus}_mismatches" for locus in ("a", "b", "dr", "dq")},
    {"score": Expected("mismatch_score")},
)
_AU_SHARING = Sheet(
    "au-kidney-sharing",
    {"net_kidneys_owed_to_recipient_state": "kidneys_owed_to_recipient_state"},
    {"threshold": Expected("least_score")},
)
_SEXES = {"F": 1, "M": 0}


def is_world(content: Content) -> bool:
    """Return whether a file holds one of these sections."""
    return any(section in content for section in _SECTIONS)


def compare(content: Content) -> Iterator[Compared]:
    """Return each row of each section, compared."""
    found = [row for section, rows in _SECTIONS.items() if section in content for row in rows(content)]
    if not found:
        raise BadFileError("it holds no row that a score can be compared with.")
    yield from found


def _tbs(content: Content) -> Iterator[Compared]:
    for name, row in rows_of(content, "uk_tbs"):
        predictors = row.get("linear_predictor", {})
        if not isinstance(predictors, dict):
            raise BadFileError(f"row {name}, 'linear_predictor' is no table.")
        values, _ = outputs(_TBS, inputs_of(row, where=name), where=name)
        wrong = [
            Difference(f"linear_predictor.{field}", predictors[field], values.get(how.output))
            for field, how in _PREDICTORS.outputs.items()
            if field in predictors and not within(number_of(predictors, field, where=name), values.get(how.output), how)
        ]
        yield Compared(name, row["inputs"], (*compared(_TBS, row, where=name), *wrong))


def _ukeld(content: Content) -> Iterator[Compared]:
    for name, row in rows_of(content, "ukeld"):
        yield Compared(name, row.get("inputs"), tuple(compared(_UKELD, row, where=name)))


def _elas(content: Content) -> Iterator[Compared]:
    for name, row in _rows(content, "elas_meld", "lab_meld"):
        yield Compared(name, row.get("inputs"), tuple(compared(_LAB_MELD, row, where=name)))
    for name, row in _rows(content, "elas_meld", "exception_to_meld"):
        inputs = {"mortality_pct": number_of(row, "mortality_pct", where=name)}
        yield Compared(name, inputs, tuple(compared(_EXCEPTION, {**row, "inputs": inputs}, where=name)))


def _uk_kidney(content: Content) -> Iterator[Compared]:
    for kind, sheet, letter in (("krri", _KRRI, "R"), ("kdri", _KDRI, "D")):
        for name, row in _rows(content, "uk_kidney_2019", kind):
            inputs = dict(inputs_of(row, where=name))
            if "sex" in inputs:
                inputs["sex"] = _SEXES.get(str(inputs["sex"]))
            values, _ = outputs(sheet, inputs, where=name)
            quartile = _lettered(letter, values.get("quartile"))
            differences = list(compared(sheet, {**row, "inputs": inputs}, where=name))
            if row.get("quartile", quartile) != quartile:
                differences.append(Difference("quartile", row["quartile"], quartile))
            yield Compared(name, row["inputs"], tuple(differences))
    for name, row in _rows(content, "uk_kidney_2019", "quartiles"):
        yield Compared(name, dict(row), tuple(_quartile(row, name)))


def _quartile(row: Row, where: str) -> Iterator[Difference]:
    """Return whether the quartile of an index differs."""
    value = np.array([float(number_of(row, "value", where=where))])
    kind = text_of(row, "kind", where=where)
    if kind == "donor":
        got = _lettered("D", donor_quartile(value)[0])
    elif kind == "recipient":
        got = _lettered("R", recipient_quartile(value)[0])
    else:
        raise BadFileError(f"row {where}: '{kind[:40]}' is neither donor nor recipient.")
    if text_of(row, "q", where=where) != got:
        yield Difference("q", row["q"], got)


def _lettered(letter: str, quartile: float | None) -> str | None:
    return None if quartile is None else f"{letter}{quartile:.0f}"


def _etkas(content: Content) -> Iterator[Compared]:
    for name, row in _rows(content, "etkas", "mmp"):
        inputs = inputs_of(row, where=name)
        antigens = {
            f"{locus.lower()}_{copy}": antigen
            for locus in ("A", "B", "DR")
            for copy, antigen in enumerate(texts(inputs.get(locus), where=f"row {name}, '{locus}'"), 1)
        }
        given = {**antigens, "blood_group": inputs.get("blood_group"), "vpra": inputs.get("vpra")}
        yield Compared(name, inputs, tuple(compared(_ET_MMP, {**row, "inputs": given}, where=name)))


def _australian_proposal(content: Content) -> Iterator[Compared]:
    for part, sheet in (("mismatch", _AU_MISMATCH), ("shipping_threshold", _AU_SHARING)):
        for name, row in _rows(content, "australia_kidney_proposed", part):
            inputs = {field: number_of(row, field, where=name) for field in sheet.inputs}
            yield Compared(name, inputs, tuple(compared(sheet, {**row, "inputs": inputs}, where=name)))


def _transport(content: Content) -> Iterator[Compared]:
    journeys = {
        "drive": (travel_model().drive, "distance_km"),
        "air_door_to_door": (travel_model().fly, "driving_distance_km"),
    }
    for name, row in rows_of(content, "transport"):
        mode = text_of(row, "mode", where=name)
        if mode not in journeys:
            raise BadFileError(f"row {name}: '{mode[:40]}' is neither {' nor '.join(journeys)}.")
        journey, field = journeys[mode]
        got = float(hours_by(journey, float(number_of(row, field, where=name))))
        differs = not agrees(number_of(row, "hours", where=name), got)
        yield Compared(name, dict(row), (Difference("hours", row["hours"], got),) if differs else ())


def _rows(content: Content, section: str, part: str) -> Iterator[tuple[str, Row]]:
    """Return the rows of a part of a section, none where the file does not hold it."""
    inside = content[section]
    if not isinstance(inside, dict):
        raise BadFileError(f"'{section}' is no table.")
    if part in inside:
        for name, row in rows_of(inside, part):
            yield f"{part}.{name}", row


_SECTIONS: Mapping[str, Callable[[Content], Iterator[Compared]]] = {
    "uk_tbs": _tbs,
    "ukeld": _ukeld,
    "uk_kidney_2019": _uk_kidney,
    "etkas": _etkas,
    "elas_meld": _elas,
    "transport": _transport,
    "australia_kidney_proposed": _australian_proposal,
}
