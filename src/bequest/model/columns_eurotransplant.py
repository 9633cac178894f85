"""Knows the columns that the published policies of Eurotransplant need beside the common ones."""

from __future__ import annotations

from decimal import Decimal

from bequest.model.column import Column, Kind, Table
from bequest.model.enums import Organ

_R = Table.REGISTRATION
_D = Table.DONOR
_F = Table.FACTOR
_RENAL = (Organ.KIDNEY, Organ.KIDNEY_PANCREAS)
_POINTS = "world-policies.md 3.1"
_CHILD = "world-policies.md 3.3"
_FILTERS = "world-policies.md 3.4"
_ESP = "world-policies.md 5.1"
_TYPINGS = ("registration.hla", "donor.hla")

REGISTRATION: tuple[Column, ...] = (
    Column(_R, "subregion", Kind.TEXT, "allocation subregion of the candidate's centre; empty where there is none", _ESP,
           organs=_RENAL, in_policies=False),
    Column(_R, "dialysis_began_at", Kind.INSTANT,
           "instant of the first regular dialysis, where its hour is known; dialysis_since_on counts otherwise", _POINTS,
           organs=_RENAL, in_policies=False),
    Column(_R, "returned_waiting_years", Kind.DECIMAL, "years of waiting given back because an earlier graft failed early",
           "world-policies.md 6.2", "years", Decimal(0), Decimal(110), 6, organs=_RENAL),
    Column(_R, "previous_transplant_on", Kind.DATE, "date of the latest earlier transplant of the organ", _CHILD, in_policies=False),
    Column(_R, "previous_transplant_paediatric", Kind.TRUTH,
           "at the latest earlier transplant the candidate had the status of a child", _CHILD, organs=_RENAL),
    Column(_R, "kidney_programme", Kind.CODE, "kidney programme a candidate of 65 or older chose", _FILTERS,
           codes=("etkas", "esp"), organs=_RENAL),
    Column(_R, "acceptable_mismatch_programme", Kind.TRUTH, "admitted to the acceptable mismatch programme", _FILTERS, organs=_RENAL),
    Column(_R, "antibody_screening_valid", Kind.TRUTH, "the last antibody screening is recent enough to be valid", _FILTERS),
    Column(_R, "refused_hla_mismatches", Kind.TEXT,
           "blank-separated counts of A, B and DR mismatches that the candidate's team refuses, such as 222 212; empty refuses "
           "none", _FILTERS, organs=_RENAL, in_policies=False),
    Column(_R, "accepts_hbsag_positive_donor", Kind.TRUTH, "the candidate's team accepts donors with hepatitis B surface antigen",
           _FILTERS),
    Column(_R, "accepts_hbcab_positive_donor", Kind.TRUTH, "the candidate's team accepts donors with hepatitis B core antibodies",
           _FILTERS),
    Column(_R, "accepts_donor_with_sepsis", Kind.TRUTH, "the candidate's team accepts donors with sepsis", _FILTERS),
    Column(_R, "accepts_donor_with_meningitis", Kind.TRUTH, "the candidate's team accepts donors with meningitis", _FILTERS),
    Column(_R, "accepts_donor_with_malignancy", Kind.TRUTH, "the candidate's team accepts donors with a malignancy", _FILTERS),
    Column(_R, "accepts_donor_after_euthanasia", Kind.TRUTH, "the candidate's team accepts donors after euthanasia", _FILTERS),
    Column(_R, "accepts_esp_offer", Kind.TRUTH, "the candidate's team accepts kidneys of donors of 65 or older", _ESP, organs=_RENAL),
    Column(_R, "accepts_extended_esp_offer", Kind.TRUTH,
           "the candidate's team accepts kidneys of donors of 65 or older in extended allocation", _ESP, organs=_RENAL),
)  # fmt: skip

DONOR: tuple[Column, ...] = (
    Column(_D, "subregion", Kind.TEXT, "allocation subregion of the donor hospital; empty where there is none", _ESP,
           in_policies=False),
    Column(_D, "hbsag_positive", Kind.TRUTH, "hepatitis B surface antigen found", _FILTERS),
    Column(_D, "hbcab_positive", Kind.TRUTH, "hepatitis B core antibodies found", _FILTERS),
    Column(_D, "sepsis", Kind.TRUTH, "sepsis", _FILTERS),
    Column(_D, "meningitis", Kind.TRUTH, "meningitis", _FILTERS),
    Column(_D, "malignancy", Kind.TRUTH, "malignancy, now or earlier", _FILTERS),
    Column(_D, "euthanasia", Kind.TRUTH, "death by euthanasia where the law allows it", _FILTERS),
)  # fmt: skip

FACTORS: tuple[Column, ...] = (
    Column(_F, "dialysis_years", Kind.DECIMAL,
           "years of 365.25 days since the first dialysis, to the second where its hour is known; missing before and without it",
           _POINTS, "years", Decimal(0), Decimal(110), 6, organs=_RENAL,
           inputs=("registration.dialysis_began_at", "registration.dialysis_since_on")),
    Column(_F, "listed_age_years", Kind.WHOLE, "completed years of the candidate at listing", _CHILD, "years", Decimal(0), Decimal(130),
           inputs=("registration.born_on", "registration.listed_on")),
    Column(_F, "relisting_years", Kind.DECIMAL, "years of 365.25 days from the latest earlier transplant to listing", _CHILD, "years",
           Decimal(0), Decimal(130), 4, inputs=("registration.previous_transplant_on", "registration.listed_on")),
    Column(_F, "previous_transplant_age_years", Kind.WHOLE, "completed years of the candidate at the latest earlier transplant",
           _CHILD, "years", Decimal(0), Decimal(130), inputs=("registration.born_on", "registration.previous_transplant_on")),
    Column(_F, "first_dialysis_age_years", Kind.WHOLE, "completed years of the candidate at the first dialysis", _CHILD, "years",
           Decimal(0), Decimal(130), organs=_RENAL,
           inputs=("registration.born_on", "registration.dialysis_began_at", "registration.dialysis_since_on")),
    Column(_F, "mismatch_probability_percent", Kind.DECIMAL,
           "probability that none of 1000 donors is of the candidate's blood group, free of unacceptable antigens and with at most "
           "one HLA mismatch", "world-policies.md 4.3", "%", Decimal(0), Decimal(100), 4, organs=_RENAL,
           inputs=("registration.hla", "registration.blood_group", "registration.cpra_percent")),
    Column(_F, "homozygous_loci_as_donor", Kind.WHOLE,
           "HLA-A, -B and -DR loci at which the candidate is homozygous, where the donor is at all three; 0 otherwise",
           "world-policies.md 3.2", None, Decimal(0), Decimal(3), inputs=_TYPINGS),
    Column(_F, "hla_mismatches_accepted", Kind.TRUTH,
           "the candidate's team does not refuse this count of mismatches at HLA-A, -B and -DR", _FILTERS, organs=_RENAL,
           inputs=("registration.refused_hla_mismatches", *_TYPINGS)),
    Column(_F, "same_subregion", Kind.TRUTH, "donor hospital and centre lie in one allocation subregion; missing where one has none",
           _ESP, organs=_RENAL, inputs=("registration.subregion", "donor.subregion")),
)  # fmt: skip
