"""Knows the columns of the donors table and of the centres table."""

from __future__ import annotations

from decimal import Decimal

from bequest.model.column import Column, Kind, Table
from bequest.model.enums import (
    BloodGroup,
    CentreKind,
    ConsentBasis,
    CustodyResult,
    DeathCriteria,
    DonorKind,
    Organ,
)

_T = Table.DONOR
_C = Table.CENTRE
_DESIGN = "DESIGN.md section 1"
_OWN = "own data dictionary"
_ANNEX = "safeguards.md section 4, EU 2010/53 Annex A"

DONOR_COLUMNS: tuple[Column, ...] = (
    Column(_T, "donor", Kind.TEXT, "identifier of the donor, unique in the file", _OWN, required=True, in_policies=False),
    Column(_T, "kind", Kind.CODE, "kind of donor; a living donor is refused", _DESIGN,
           codes=tuple(kind.value for kind in DonorKind), required=True, in_policies=False),
    Column(_T, "synthetic", Kind.TRUTH, "whether the person is invented; invented people have country ZZ", _DESIGN,
           required=True, in_policies=False),
    Column(_T, "country", Kind.TEXT, "ISO 3166 code of the register that keeps the row; ZZ is reserved for synthetic people",
           _DESIGN, required=True, in_policies=False),
    Column(_T, "hospital", Kind.TEXT, "donor hospital, a row of the centres table", _ANNEX, required=True, in_policies=False),
    Column(_T, "identity_established", Kind.TRUTH, "whether the identity of the person is established", "safeguards.md DON-14",
           required=True, in_policies=False),
    Column(_T, "consented_organs", Kind.TEXT, "blank-separated organs within the scope of the consent", "safeguards.md DON-01",
           required=True, in_policies=False),
    Column(_T, "consent_basis", Kind.CODE, "legal authority for donation", "safeguards.md DON-01",
           codes=tuple(basis.value for basis in ConsentBasis), required=True, in_policies=False),
    Column(_T, "consent_recorded_at", Kind.INSTANT, "instant at which the consent was recorded", "safeguards.md DON-03",
           required=True, in_policies=False),
    Column(_T, "objection_found", Kind.TRUTH, "whether the register look-up or the family reported an objection",
           "safeguards.md DON-02", required=True, in_policies=False),
    Column(_T, "custody_result", Kind.CODE, "result of the custody check, look-back included", "safeguards.md DON-10 to DON-12",
           codes=tuple(result.value for result in CustodyResult), required=True, in_policies=False),
    Column(_T, "custody_register", Kind.TEXT, "register that was asked about custody", _DESIGN, in_policies=False),
    Column(_T, "custody_checked_at", Kind.INSTANT, "instant of the custody check", _DESIGN, required=True, in_policies=False),
    Column(_T, "death_criteria", Kind.CODE, "criteria by which death is declared", "safeguards.md DON-07, DON-08",
           codes=tuple(criteria.value for criteria in DeathCriteria), required=True),
    Column(_T, "death_declared_at", Kind.INSTANT, "instant at which death was certified; this or pathway_opened_at must be given",
           _DESIGN, in_policies=False),
    Column(_T, "pathway_opened_at", Kind.INSTANT,
           "instant at which the circulatory pathway was opened by two treating doctors outside donation", _DESIGN,
           in_policies=False),
    Column(_T, "blood_group", Kind.CODE, "ABO group, with the A subgroup where known", _ANNEX,
           codes=tuple(group.value for group in BloodGroup), required=True),
    Column(_T, "age_years", Kind.DECIMAL, "age, estimated if the date of birth is unknown", _ANNEX, "years", Decimal(0), Decimal(120), 2,
           required=True),
    Column(_T, "sex", Kind.CODE, "sex; read by cited clinical scores only", _ANNEX, codes=("female", "male"), in_policies=False),
    Column(_T, "height_cm", Kind.DECIMAL, "length of the body", _ANNEX, "cm", Decimal(20), Decimal(250), 1),
    Column(_T, "weight_kg", Kind.DECIMAL, "body weight", _ANNEX, "kg", Decimal("0.3"), Decimal(400), 1),
    Column(_T, "hla", Kind.TYPING, "HLA typing: blank-separated antigens or alleles", "world-policies.md 4.1", in_policies=False),
    Column(_T, "cause_of_death", Kind.CODE, "class of the cause of death", _ANNEX,
           codes=("cerebrovascular", "anoxia", "trauma", "other")),
    Column(_T, "creatinine_mg_per_dl", Kind.DECIMAL, "last serum creatinine", "clinical-scores.md section 4", "mg/dL",
           Decimal("0.01"), Decimal(40), 2),
    Column(_T, "hypertension", Kind.TRUTH, "history of hypertension", "clinical-scores.md section 4"),
    Column(_T, "diabetes", Kind.TRUTH, "history of diabetes", "clinical-scores.md section 4"),
    Column(_T, "hcv_positive", Kind.TRUTH, "hepatitis C found", _ANNEX),
    Column(_T, "kdpi_percent", Kind.WHOLE, "kidney donor profile index, a percentile", "clinical-scores.md section 4", "%",
           Decimal(0), Decimal(100), organs=(Organ.KIDNEY, Organ.KIDNEY_PANCREAS)),
    Column(_T, "preserved_at", Kind.INSTANT, "instant at which the cornea entered its storage medium", "us-policies.md section 8",
           organs=(Organ.CORNEA,), in_policies=False),
    Column(_T, "storage_method", Kind.CODE, "how the cornea is stored", "world-policies.md 13.1", codes=("cold", "organ_culture"),
           organs=(Organ.CORNEA,)),
    Column(_T, "endothelial_cells_per_mm2", Kind.WHOLE, "endothelial cell density of the cornea", "us-policies.md section 8",
           "/mm2", Decimal(0), Decimal(6000), organs=(Organ.CORNEA,)),
    Column(_T, "serology_negative", Kind.TRUTH, "HIV, hepatitis B, hepatitis C and syphilis tests all negative",
           "us-policies.md section 8", organs=(Organ.CORNEA,)),
)  # fmt: skip

CENTRE_COLUMNS: tuple[Column, ...] = (
    Column(_C, "centre", Kind.TEXT, "identifier of the place, unique in the file", _OWN, required=True, in_policies=False),
    Column(_C, "kind", Kind.CODE, "what the place does", _OWN, codes=tuple(kind.value for kind in CentreKind), required=True,
           in_policies=False),
    Column(_C, "synthetic", Kind.TRUTH, "whether the row belongs to synthetic people; the place itself may be real", _DESIGN,
           required=True, in_policies=False),
    Column(_C, "name", Kind.TEXT, "name of the place", _OWN, in_policies=False),
    Column(_C, "country", Kind.TEXT, "ISO 3166 code of where the place is", _OWN, required=True, in_policies=False),
    Column(_C, "region", Kind.TEXT, "allocation region or state; empty where there is none", _OWN, in_policies=False),
    Column(_C, "latitude_deg", Kind.DECIMAL, "latitude", _OWN, "deg", Decimal(-90), Decimal(90), 5, required=True, in_policies=False),
    Column(_C, "longitude_deg", Kind.DECIMAL, "longitude", _OWN, "deg", Decimal(-180), Decimal(180), 5, required=True, in_policies=False),
)  # fmt: skip
