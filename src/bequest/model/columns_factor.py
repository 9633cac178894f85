"""Knows the factors: columns computed for one donor and one pool, what they mean and what they read."""

from __future__ import annotations

from decimal import Decimal

from bequest.model.column import Column, Kind, Table
from bequest.model.enums import Organ

_T = Table.FACTOR
_PLACES = (
    "registration.centre", "donor.hospital", "centre.latitude_deg", "centre.longitude_deg",
)  # fmt: skip
_TYPINGS = ("registration.hla", "donor.hla")
_TRAVEL = "world-policies.md 13.2"
_COUNTING = "world-policies.md 4.2"

FACTOR_COLUMNS: tuple[Column, ...] = (
    Column(_T, "active", Kind.TRUTH, "active, listed and with consent to listing at the instant of the run", "DESIGN.md section 3",
           inputs=("registration.status", "registration.listed_on", "registration.consent_to_listing_on")),
    Column(_T, "age_years", Kind.WHOLE, "completed years of the candidate at the match run", "us-policies.md 2.1", "years",
           Decimal(0), Decimal(130), inputs=("registration.born_on",)),
    Column(_T, "waiting_days", Kind.WHOLE, "days since listing", "us-policies.md 3.2", "days", Decimal(0), Decimal(40000),
           inputs=("registration.listed_on",)),
    Column(_T, "dialysis_days", Kind.WHOLE, "days since the first regular dialysis; missing when never dialysed",
           "world-policies.md 15.1 CH-WAIT", "days", Decimal(0), Decimal(40000), organs=(Organ.KIDNEY, Organ.KIDNEY_PANCREAS),
           inputs=("registration.dialysis_since_on",)),
    Column(_T, "renal_waiting_days", Kind.WHOLE, "days since listing or since the first dialysis, whichever came earlier",
           "world-policies.md 15.1 CH-WAIT", "days", Decimal(0), Decimal(40000), organs=(Organ.KIDNEY, Organ.KIDNEY_PANCREAS),
           inputs=("registration.listed_on", "registration.dialysis_since_on")),
    Column(_T, "urgency", Kind.WHOLE, "urgency level in force, 1 the most urgent; a level granted by exception has the registration's own behind it; what lapsed "
           "counts as the base level 9", "safeguards.md ALC-08", None, Decimal(1), Decimal(9),
           inputs=("registration.urgency_granted", "registration.urgency_valid_until", "registration.urgency_own",
                   "registration.urgency_own_valid_until")),
    Column(_T, "urgency_days", Kind.WHOLE, "days at the urgency level in force; missing at the base level to which one lapsed", "us-policies.md section 5",
           "days", Decimal(0), Decimal(40000),
           inputs=("registration.urgency_since_on", "registration.urgency_granted", "registration.urgency_valid_until",
                   "registration.urgency_own", "registration.urgency_own_since_on", "registration.urgency_own_valid_until")),
    Column(_T, "abo_identical", Kind.TRUTH, "donor and candidate have the same ABO group, subgroups aside", "world-policies.md 7.5",
           inputs=("registration.blood_group", "donor.blood_group")),
    Column(_T, "abo_compatible", Kind.TRUTH, "the candidate's ABO group can receive from the donor's", "world-policies.md 7.5",
           inputs=("registration.blood_group", "donor.blood_group")),
    Column(_T, "distance_km", Kind.DECIMAL, "great-circle distance from donor hospital to transplant centre", "us-policies.md section 2",
           "km", Decimal(0), Decimal(20100), 4, inputs=_PLACES),
    Column(_T, "distance_nm", Kind.DECIMAL, "great-circle distance from donor hospital to transplant centre",
           "us-policies.md section 2", "NM", Decimal(0), Decimal(10900), 4, inputs=_PLACES),
    Column(_T, "travel_hours", Kind.DECIMAL, "door-to-door hours by the faster of road and air", _TRAVEL, "h", Decimal(0), Decimal(100), 2,
           inputs=_PLACES),
    Column(_T, "preservation_hours", Kind.DECIMAL, "expected hours between donor and recipient circulation: packing, travel, implanting",
           _TRAVEL, "h", Decimal(0), Decimal(110), 2, inputs=_PLACES),
    Column(_T, "same_centre", Kind.TRUTH, "the donor hospital is the candidate's own centre", "world-policies.md 3.1",
           inputs=("registration.centre", "donor.hospital")),
    Column(_T, "same_region", Kind.TRUTH, "donor hospital and centre lie in one country and one region; missing without regions",
           "world-policies.md 3.1", inputs=("registration.centre", "donor.hospital", "centre.country", "centre.region")),
    Column(_T, "same_country", Kind.TRUTH, "donor hospital and centre lie in one country", "world-policies.md 3.1",
           inputs=("registration.centre", "donor.hospital", "centre.country")),
    Column(_T, "hla_mismatches_a", Kind.WHOLE, "donor antigens at HLA-A, counted as broads, that the candidate lacks", _COUNTING,
           None, Decimal(0), Decimal(2), inputs=_TYPINGS),
    Column(_T, "hla_mismatches_b", Kind.WHOLE, "donor antigens at HLA-B, counted as broads, that the candidate lacks", _COUNTING,
           None, Decimal(0), Decimal(2), inputs=_TYPINGS),
    Column(_T, "hla_mismatches_dr", Kind.WHOLE, "donor antigens at HLA-DR, counted as splits, that the candidate lacks", _COUNTING,
           None, Decimal(0), Decimal(2), inputs=_TYPINGS),
    Column(_T, "hla_mismatches", Kind.WHOLE, "HLA-A, -B and -DR mismatches together; missing when a locus is not typed", _COUNTING,
           None, Decimal(0), Decimal(6), inputs=_TYPINGS),
    Column(_T, "crossmatch", Kind.CODE,
           "virtual crossmatch: positive when the donor carries an unacceptable antigen; missing when it cannot be judged",
           "clinical-scores.md section 8", codes=("negative", "positive"),
           inputs=("registration.unacceptable_antigens", "donor.hla")),
    Column(_T, "donor_weight_percent", Kind.DECIMAL, "donor weight as a share of the candidate's weight", "world-policies.md 15.2",
           "%", Decimal(0), Decimal(100000), 1, inputs=("registration.weight_kg", "donor.weight_kg")),
    Column(_T, "candidate_weight_percent", Kind.DECIMAL, "candidate weight as a share of the donor's weight", "world-policies.md 15.2",
           "%", Decimal(0), Decimal(100000), 1, inputs=("registration.weight_kg", "donor.weight_kg")),
    Column(_T, "height_difference_cm", Kind.DECIMAL, "donor height less candidate height", "clinical-scores.md section 6", "cm",
           Decimal(-250), Decimal(250), 1, inputs=("registration.height_cm", "donor.height_cm")),
    Column(_T, "age_difference_years", Kind.DECIMAL, "absolute difference between donor age and candidate age in completed years",
           "world-policies.md 15.2", "years", Decimal(0), Decimal(130), 2, inputs=("registration.born_on", "donor.age_years")),
    Column(_T, "donor_age_accepted", Kind.TRUTH, "the donor's age lies within the range the candidate's team accepts; an empty bound "
           "sets none", "world-policies.md 3.4",
           inputs=("registration.donor_age_years_min", "registration.donor_age_years_max", "donor.age_years")),
    Column(_T, "storage_days", Kind.DECIMAL, "days since the cornea entered its storage medium", "world-policies.md 13.1", "days",
           Decimal(0), Decimal(400), 2, organs=(Organ.CORNEA,), inputs=("donor.preserved_at",)),
)  # fmt: skip
