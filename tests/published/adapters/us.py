"""Knows the files of scores of the United States: which score and edition a row asks for, and what its fields mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from adapters.comparison import BadFileError, Compared, Difference, agrees, rows_of
from bequest.clinical.scores.registry import score_named
from bequest.clinical.scores.score import score_one
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bequest.clinical.scores.score import Score


@dataclass(frozen=True, slots=True)
class Sheet:
    """Hold one kind of file.

    `inputs` and `outputs` give our names for theirs; a field `mapping[field]` names the output and, after a space, the
    class of known differences it belongs to. `edition_field` is the field of a row that names the edition.
    """

    inputs: Mapping[str, str]
    outputs: Mapping[str, tuple[str, str]]
    edition_field: str = ""


_LABORATORY = {
    "bili": "bilirubin_mg_per_dl",
    "bili_umol": "bilirubin_umol_per_l",
    "inr": "inr",
    "cr": "creatinine_mg_per_dl",
    "cr_umol": "creatinine_umol_per_l",
    "na": "sodium_mmol_per_l",
    "alb": "albumin_g_per_dl",
    "dial": "dialysis",
    "dialysis": "dialysis",
}
_DONOR = {
    "age": "donor_age_years",
    "ht": "donor_height_cm",
    "wt": "donor_weight_kg",
    "htn": "hypertension",
    "dm": "diabetes",
    "cva": "cerebrovascular_death",
    "cr": "creatinine_mg_per_dl",
    "dcd": "circulatory_death",
    "black": "african_american",
    "hcv": "hcv_positive",
}
_SHEETS = {
    "MELD 3.0": {
        "meld-3": Sheet(
            {**_LABORATORY, "female": "female", "age_reg": "age_at_registration_years", "age": "age_years"},
            {"expected": ("meld_3", ""), "raw": ("meld_3_unrounded", "")},
        ),
    },
    "MELD(i) and MELD-Na": {
        "meld-i": Sheet(_LABORATORY, {"expected_meld": ("meld_i", "")}),
        "meld-na": Sheet(
            _LABORATORY,
            {
                "expected": ("meld_na", ""),
                "expected_unrounded_from_unrounded_meld": ("meld_na", "meld-na-of-2008"),
            },
        ),
    },
    "PELD legacy": {
        "peld": Sheet(
            {**_LABORATORY, "age_lt1": "infant", "growth_failure": "growth_failure"},
            {"expected": ("peld", ""), "raw": ("peld_unrounded", "")},
            edition_field="formula",
        ),
    },
    "KDRI/KDPI": {
        "kdpi": Sheet(
            _DONOR,
            {
                "expected_kdri_rao": ("kdri", ""),
                "expected_kdri_scaled": ("kdri_scaled", ""),
                "expected_kdpi": ("kdpi_percent", ""),
            },
            edition_field="mapping_table_year",
        ),
    },
    "EPTS": {
        "epts": Sheet(
            {
                "age": "age_years",
                "diabetes": "diabetes",
                "prior_transplant": "prior_transplant",
                "years_dialysis": "dialysis_years",
            },
            {"expected_raw": ("epts_raw", ""), "expected_epts": ("epts_percent", ""), "top20": ("epts_top_20", "")},
            edition_field="mapping",
        ),
    },
}


def is_ours(content: Mapping[str, object]) -> bool:
    """Return whether a file is one of these."""
    return _sheets(content) is not None


def compare(content: Mapping[str, object]) -> Iterator[Compared]:
    """Return each row of a file, compared."""
    sheets = _sheets(content)
    assert sheets is not None, "only a file of these shapes is compared"
    for name, row in rows_of(content, "examples"):
        inputs = row.get("inputs")
        if not isinstance(inputs, dict):
            raise BadFileError(f"row {name} has no table 'inputs'.")
        asked = {score: sheet for score, sheet in sheets.items() if set(sheet.outputs) & set(row)}
        if not asked:
            raise BadFileError(f"row {name} states no expected value.")
        differences = [
            difference
            for score, sheet in asked.items()
            for difference in _differences(_score(score, sheet, row, name), sheet, row, name)
        ]
        yield Compared(name, inputs, tuple(differences))


def _sheets(content: Mapping[str, object]) -> Mapping[str, Sheet] | None:
    title = content.get("score")
    if not isinstance(title, str):
        return None
    return next((sheets for begins, sheets in _SHEETS.items() if title.startswith(begins)), None)


def _score(name: str, sheet: Sheet, row: Mapping[str, object], where: str) -> Score:
    """Return the edition that a row names."""
    if not sheet.edition_field:
        return score_named(name)
    said = str(row.get(sheet.edition_field))
    year = re.search(r"20\d\d", said)
    edition = "legacy" if said.startswith("PELD legacy") else year[0] if year else said
    try:
        return score_named(f"{name}@{edition}")
    except InputError as error:
        raise BadFileError(f"row {where}, '{sheet.edition_field}': {error}") from None


def _differences(score: Score, sheet: Sheet, row: Mapping[str, object], where: str) -> Iterator[Difference]:
    """Return where our values are not those of a row; an input that we refuse is a difference in every field."""
    inputs = _inputs(score, sheet, row, where)
    try:
        values: Mapping[str, float | None] = score_one(score, inputs).values
        refused = ""
    except InputError as error:
        values, refused = {}, f"refused: {error}"
    for field, (output, known_as) in sheet.outputs.items():
        if field not in row:
            continue
        expected = row[field]
        if not isinstance(expected, int | Decimal | None):
            raise BadFileError(f"row {where}, '{field}': {str(expected)[:40]} is no number.")
        if refused or not agrees(expected, values[output]):
            yield Difference(field, expected, refused or values[output], known_as)


def _inputs(score: Score, sheet: Sheet, row: Mapping[str, object], where: str) -> dict[str, object]:
    """Return the inputs of a row by our names; what the edition does not read must not decide anything."""
    given = row["inputs"]
    assert isinstance(given, dict), "the caller has looked"
    known = {name for entry in score.inputs for name in (entry.name, *entry.other_units)}
    inputs: dict[str, object] = {}
    for field, value in given.items():
        if field not in sheet.inputs:
            raise BadFileError(f"row {where} has an input '{field[:40]}', which no score of this file reads.")
        if not isinstance(value, int | Decimal | None):
            raise BadFileError(f"row {where}, '{field}': {str(value)[:40]} is no number and neither true nor false.")
        if sheet.inputs[field] in known:
            inputs[sheet.inputs[field]] = float(value) if isinstance(value, Decimal) else value
    return inputs
