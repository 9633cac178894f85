"""Knows the columns that the lung policy of the United States needs beside the common ones."""

from __future__ import annotations

from decimal import Decimal

from bequest.model.column import Column, Kind, Table
from bequest.model.enums import Organ

_R = Table.REGISTRATION
_F = Table.FACTOR
_LUNG = (Organ.LUNG,)
_MODEL = "clinical-scores.md 6.2 and 6.3"
_SCALES = "clinical-scores.md 6.1"
_CLINICAL = (
    "registration.born_on", "registration.lung_diagnosis_group", "registration.lung_diagnosis", "registration.height_cm",
    "registration.weight_kg", "registration.functional_status", "registration.walk_6_minutes_feet",
    "registration.oxygen_at_rest_l_per_min", "registration.pa_systolic_mmhg", "registration.pco2_mmhg", "registration.pco2_rise",
    "registration.ventilated", "registration.ecmo", "registration.creatinine_mg_per_dl", "registration.bilirubin_mg_per_dl",
    "registration.cardiac_index_l_per_min_per_m2", "registration.lung_priority_under_12",
)  # fmt: skip

REGISTRATION: tuple[Column, ...] = (
    Column(_R, "lung_diagnosis_group", Kind.CODE, "diagnosis group of the lung list", _MODEL, codes=("A", "B", "C", "D"), organs=_LUNG),
    Column(_R, "lung_diagnosis", Kind.CODE,
           "diagnosis, where it has a number of its own in the models; sarcoidosis is group A at a mean pulmonary artery pressure of 30 "
           "mmHg or less, or unknown, else group D", _MODEL,
           codes=("bronchiectasis", "sarcoidosis", "fibrosis_not_idiopathic", "covid_19_fibrosis", "lymphangioleiomyomatosis",
                  "obliterative_bronchiolitis", "constrictive_bronchiolitis", "other"), organs=_LUNG),
    Column(_R, "functional_status", Kind.CODE, "help needed in daily life", _MODEL,
           codes=("no_assistance", "some_assistance", "total_assistance"), organs=_LUNG),
    Column(_R, "walk_6_minutes_feet", Kind.WHOLE, "distance walked in 6 minutes", _MODEL, "feet", Decimal(0), Decimal(4000), organs=_LUNG),
    Column(_R, "oxygen_at_rest_l_per_min", Kind.DECIMAL, "oxygen needed at rest", _MODEL, "L/min", Decimal(0), Decimal("26.33"), 2,
           organs=_LUNG),
    Column(_R, "pa_systolic_mmhg", Kind.WHOLE, "systolic pressure in the pulmonary artery", _MODEL, "mmHg", Decimal(0), Decimal(200),
           organs=_LUNG),
    Column(_R, "pco2_mmhg", Kind.DECIMAL, "pCO2", _MODEL, "mmHg", Decimal(5), Decimal(200), 1, organs=_LUNG),
    Column(_R, "pco2_rise", Kind.TRUTH, "pCO2 rose by 15 per cent or more", _MODEL, organs=_LUNG),
    Column(_R, "ventilated", Kind.TRUTH, "on continuous mechanical ventilation", _MODEL, organs=_LUNG),
    Column(_R, "ecmo", Kind.TRUTH, "on extracorporeal membrane oxygenation", _MODEL, organs=_LUNG),
    Column(_R, "cardiac_index_l_per_min_per_m2", Kind.DECIMAL, "cardiac index", _MODEL, "L/min/m2", Decimal("0.1"), Decimal(20), 2,
           organs=_LUNG),
    Column(_R, "lung_priority_under_12", Kind.CODE, "priority of a candidate below 12 years; empty for everybody else", _SCALES,
           codes=("1", "2"), organs=_LUNG),
)  # fmt: skip

DONOR: tuple[Column, ...] = ()

FACTORS: tuple[Column, ...] = (
    Column(_F, "lung_waitlist_points", Kind.DECIMAL, "points for the risk to die within a year without a transplant", _SCALES, "points",
           Decimal(0), Decimal(25), 6, organs=_LUNG, inputs=_CLINICAL),
    Column(_F, "lung_post_transplant_points", Kind.DECIMAL, "points for the days expected in 5 years after a transplant", _SCALES, "points",
           Decimal(0), Decimal(25), 6, organs=_LUNG, inputs=_CLINICAL),
    Column(_F, "lung_blood_group_points", Kind.DECIMAL, "points for a blood group that few donors fit", _SCALES, "points", Decimal(0),
           Decimal(5), 6, organs=_LUNG, inputs=("registration.blood_group",)),
    Column(_F, "lung_cpra_points", Kind.DECIMAL,
           "points for antibodies that few donors fit; 0 where no unacceptable antigen is listed", _SCALES, "points", Decimal(0), Decimal(5),
           6, organs=_LUNG, inputs=("registration.cpra_percent",)),
    Column(_F, "lung_height_points", Kind.DECIMAL, "points for a height that few donors fit", _SCALES, "points", Decimal(0), Decimal(5), 6,
           organs=_LUNG, inputs=("registration.height_cm", "registration.lung_diagnosis_group")),
    Column(_F, "lung_travel_points", Kind.DECIMAL, "points for the cost of travel, which fall below 0 at great distances", _SCALES,
           "points", Decimal(-20), Decimal(5), 6, organs=_LUNG,
           inputs=("centre.latitude_deg", "centre.longitude_deg", "donor.hospital")),
    Column(_F, "lung_proximity_points", Kind.DECIMAL, "points for nearness to the donor hospital", _SCALES, "points", Decimal(0),
           Decimal(5), 6, organs=_LUNG, inputs=("centre.latitude_deg", "centre.longitude_deg", "donor.hospital")),
)  # fmt: skip
