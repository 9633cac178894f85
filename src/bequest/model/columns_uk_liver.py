"""Knows the columns that the liver policy of the United Kingdom needs beside the common ones."""

from __future__ import annotations

from decimal import Decimal

from bequest.model.column import Column, Kind, Table
from bequest.model.enums import Organ

_R = Table.REGISTRATION
_D = Table.DONOR
_F = Table.FACTOR
_LIVER = (Organ.LIVER,)
_UK = "world-policies.md section 10"
_CANCER = "read for disease group 1 only"

REGISTRATION: tuple[Column, ...] = (
    Column(_R, "uk_liver_group", Kind.CODE, "group of the UK liver list, as the national service holds it, super-urgency aside", _UK,
           codes=("hepatoblastoma", "multi_organ", "adult", "child"), organs=_LIVER),
    Column(_R, "tbs_disease_group", Kind.CODE, "disease group of the transplant benefit score; 1 is cancer", _UK,
           codes=("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"), organs=_LIVER, in_policies=False),
    Column(_R, "hepatitis_c", Kind.TRUTH, "the candidate has hepatitis C", _UK, organs=_LIVER, in_policies=False),
    Column(_R, "creatinine_umol_per_l", Kind.DECIMAL, "last serum creatinine", _UK, "umol/L", Decimal(1), Decimal(3500), 1,
           organs=_LIVER, in_policies=False),
    Column(_R, "bilirubin_umol_per_l", Kind.DECIMAL, "last total bilirubin", _UK, "umol/L", Decimal("0.2"), Decimal(1700), 1,
           organs=_LIVER, in_policies=False),
    Column(_R, "sodium_mmol_per_l", Kind.DECIMAL, "last serum sodium", _UK, "mmol/L", Decimal(80), Decimal(200), 1, organs=_LIVER,
           in_policies=False),
    Column(_R, "potassium_mmol_per_l", Kind.DECIMAL, "last serum potassium", _UK, "mmol/L", Decimal(1), Decimal(12), 2, organs=_LIVER,
           in_policies=False),
    Column(_R, "albumin_g_per_l", Kind.DECIMAL, "last serum albumin", _UK, "g/L", Decimal(1), Decimal(100), 1, organs=_LIVER,
           in_policies=False),
    Column(_R, "renal_replacement", Kind.TRUTH, "on renal replacement therapy", _UK, organs=_LIVER, in_policies=False),
    Column(_R, "inpatient", Kind.TRUTH, "in hospital", _UK, organs=_LIVER, in_policies=False),
    Column(_R, "abdominal_surgery", Kind.TRUTH, "abdominal surgery in the past", _UK, organs=_LIVER, in_policies=False),
    Column(_R, "encephalopathy", Kind.TRUTH, "encephalopathy", _UK, organs=_LIVER, in_policies=False),
    Column(_R, "ascites", Kind.TRUTH, "ascites", _UK, organs=_LIVER, in_policies=False),
    Column(_R, "diabetes_with_liver_disease", Kind.TRUTH, "a candidate for a liver who has diabetes", _UK, organs=_LIVER,
           in_policies=False),
    Column(_R, "afp_max", Kind.DECIMAL, f"highest alpha-fetoprotein, in the unit of the score; {_CANCER}", _UK, None, Decimal(0),
           Decimal(1000000), 1, organs=_LIVER, in_policies=False),
    Column(_R, "tumours", Kind.WHOLE, f"number of tumours; {_CANCER}", _UK, None, Decimal(0), Decimal(100), organs=_LIVER,
           in_policies=False),
    Column(_R, "tumour_size_max", Kind.DECIMAL, f"largest tumour, in the unit of the score; {_CANCER}", _UK, None, Decimal(0),
           Decimal(50), 1, organs=_LIVER, in_policies=False),
)  # fmt: skip

DONOR: tuple[Column, ...] = (
    Column(_D, "tbs_cause_of_death", Kind.CODE, "cause of death, code of the transplant benefit score", _UK, codes=("1", "2", "3", "4"),
           organs=_LIVER, in_policies=False),
    Column(_D, "tbs_diabetes", Kind.CODE, "history of diabetes, code of the transplant benefit score", _UK, codes=("1", "2", "9"),
           organs=_LIVER, in_policies=False),
    Column(_D, "liver_meets_split_criteria", Kind.TRUTH, "the liver meets the national criteria for splitting", _UK, organs=_LIVER,
           in_policies=False),
)  # fmt: skip

_WITHOUT = (
    "registration.born_on", "registration.sex", "registration.listed_on", "registration.inr",
    *(f"registration.{entry.name}" for entry in REGISTRATION if entry.name != "uk_liver_group"),
)  # fmt: skip
_WITH = (
    *_WITHOUT, "registration.blood_group", "donor.blood_group", "donor.age_years", "donor.height_cm", "donor.weight_kg",
    "donor.death_criteria", *(f"donor.{entry.name}" for entry in DONOR),
)  # fmt: skip
_LEAST, _MOST = Decimal(-1826), Decimal(1826)

FACTORS: tuple[Column, ...] = (
    Column(_F, "tbs_days_without", Kind.DECIMAL,
           "M1 of the transplant benefit score: days expected within five years without a transplant; missing with an INR above 10", _UK,
           "days", Decimal(0), _MOST, 5, organs=_LIVER, inputs=_WITHOUT),
    Column(_F, "tbs_days_with", Kind.DECIMAL,
           "M2 of the transplant benefit score: days expected within five years with this liver; missing with an INR above 10", _UK,
           "days", Decimal(0), _MOST, 5, organs=_LIVER, inputs=_WITH),
    Column(_F, "transplant_benefit_days", Kind.DECIMAL,
           "transplant benefit score: M2 less M1; missing where either is", _UK, "days", _LEAST, _MOST, 5, organs=_LIVER, inputs=_WITH),
)  # fmt: skip
