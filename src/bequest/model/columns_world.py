"""Knows the columns that the published policies of single countries need beside the common ones."""

from __future__ import annotations

from decimal import Decimal

from bequest.model.column import Column, Kind, Table
from bequest.model.enums import Organ

_R = Table.REGISTRATION
_D = Table.DONOR
_F = Table.FACTOR
_RENAL = (Organ.KIDNEY, Organ.KIDNEY_PANCREAS)
_HEPATIC = (Organ.LIVER, Organ.LIVER_INTESTINE)
_PULMONARY = (Organ.LUNG, Organ.HEART_LUNG)
_TYPINGS = ("registration.hla", "donor.hla")
_LAWS = "world-policies.md section 11"
_OTHERS = "world-policies.md section 12"
_SWISS = "world-policies.md section 15"
_SWISS_LIVER = "world-policies.md 15.4 CH-LIVER-5"
_QUEBEC = "world-policies.md section 17"
_UK = "world-policies.md 9.2"
_UK_RISK = "world-policies.md 9.1"

REGISTRATION: tuple[Column, ...] = (
    Column(_R, "urgency_confirmed_on", Kind.DATE,
           "date on which the granted urgency was last renewed or confirmed; empty where it was only granted", _SWISS,
           in_policies=False),
    Column(_R, "urgency_for_other_reason", Kind.TRUTH, "the urgency was granted for a reason that the rules do not list by name",
           _SWISS),
    Column(_R, "urgency_agreed_elsewhere", Kind.TRUTH,
           "those outside the candidate's centre who must agree to the urgency have agreed", _SWISS),
    Column(_R, "needed_with", Kind.CODE, "other organ of the same donor that the candidate needs together with this one", _SWISS,
           codes=("none", "heart", "lung", "liver", "kidney", "pancreas", "intestine", "several")),
    Column(_R, "accepts_incompatible_blood_group", Kind.TRUTH,
           "the candidate, or the legal representative, consented to an organ of an incompatible ABO group", _SWISS),
    Column(_R, "city", Kind.TEXT, "city of the candidate's centre, by which a list of the city is kept; empty where there is none",
           _LAWS, in_policies=False),
    Column(_R, "lung_disease", Kind.CODE, "disease for which a lung is needed", _SWISS,
           codes=("obstructive", "pulmonary_hypertension", "cystic_fibrosis", "pulmonary_fibrosis", "other"), organs=_PULMONARY),
    Column(_R, "approved_antigens", Kind.ANTIGENS,
           "antigens against which the candidate has antibodies and which the team approved all the same, not among the "
           "unacceptable ones; empty where none is approved", _SWISS, organs=_RENAL),
    Column(_R, "creatinine_mg_per_dl", Kind.DECIMAL, "last serum creatinine", _SWISS_LIVER, "mg/dL", Decimal("0.01"), Decimal(40), 2,
           organs=(*_HEPATIC, *_PULMONARY)),
    Column(_R, "bilirubin_mg_per_dl", Kind.DECIMAL, "last total bilirubin", _SWISS_LIVER, "mg/dL", Decimal("0.01"), Decimal(100), 2,
           organs=(*_HEPATIC, *_PULMONARY)),
    Column(_R, "inr", Kind.DECIMAL, "last international normalised ratio", _SWISS_LIVER, None, Decimal("0.3"), Decimal(30), 2,
           organs=_HEPATIC),
    Column(_R, "dialysis_with_creatinine", Kind.TRUTH, "on dialysis when creatinine was last measured", _SWISS_LIVER, organs=_HEPATIC),
    Column(_R, "oral_anticoagulation", Kind.TRUTH, "takes medicines by mouth against clotting, which raise the INR", _SWISS_LIVER,
           organs=_HEPATIC),
    Column(_R, "points_from_fixed_start", Kind.TRUTH,
           "listed for a disease for which points begin at a fixed number, whatever the laboratory values", _SWISS_LIVER,
           organs=_HEPATIC),
    Column(_R, "monthly_points_since_on", Kind.DATE,
           "date from which points rise every month; empty while they do not", _SWISS_LIVER, organs=_HEPATIC, in_policies=False),
    Column(_R, "hard_to_transplant", Kind.TRUTH, "the national service counts the candidate among those for whom an organ is hard to find",
           _LAWS),
    Column(_R, "national_score", Kind.DECIMAL,
           "score that the national agency works out for the candidate by a formula that is not known here", _LAWS, "points", Decimal(0),
           Decimal(100000), 4, organs=(Organ.HEART, Organ.LIVER)),
    Column(_R, "relative_of_deceased_donor", Kind.TRUTH, "a near relative of the candidate gave organs after death", _LAWS),
    Column(_R, "early_immune_graft_losses", Kind.WHOLE,
           "earlier grafts lost to the immune system within three months", _LAWS, None, Decimal(0), Decimal(20)),
    Column(_R, "matchability_score", Kind.WHOLE, "how hard it is to find a matching donor, 10 the hardest", _UK, None, Decimal(1),
           Decimal(10), organs=_RENAL),
)  # fmt: skip

DONOR: tuple[Column, ...] = (
    Column(_D, "city", Kind.TEXT, "city of the donor hospital, by which a list of the city is kept; empty where there is none", _LAWS,
           in_policies=False),
    Column(_D, "cmv_positive", Kind.TRUTH, "antibodies against cytomegalovirus found", _UK_RISK),
    Column(_D, "egfr_ml_per_min", Kind.DECIMAL, "estimated glomerular filtration rate", _UK_RISK, "mL/min/1.73m2", Decimal(0),
           Decimal(300), 1),
    Column(_D, "hospital_days", Kind.WHOLE, "days in hospital before the donation", _UK_RISK, "days", Decimal(0), Decimal(1000)),
)  # fmt: skip

FACTORS: tuple[Column, ...] = (
    Column(_F, "urgency_confirmed_days", Kind.WHOLE,
           "days since the urgency level in force was granted, or last renewed or confirmed; missing when it lapsed", _SWISS, "days",
           Decimal(0), Decimal(40000),
           inputs=("registration.urgency_since_on", "registration.urgency_confirmed_on", "registration.urgency_granted",
                   "registration.urgency_valid_until", "registration.urgency_own", "registration.urgency_own_since_on",
                   "registration.urgency_own_valid_until")),
    Column(_F, "needs_several_organs", Kind.TRUTH, "the candidate needs another organ of the same donor with this one", _SWISS,
           inputs=("registration.needed_with",)),
    Column(_F, "same_city", Kind.TRUTH, "donor hospital and centre lie in one city; missing where one has none", _LAWS,
           inputs=("registration.city", "donor.city")),
    Column(_F, "carries_approved_antigen", Kind.TRUTH,
           "the donor carries an antigen that was approved although the candidate has antibodies against it", _SWISS, organs=_RENAL,
           inputs=("registration.approved_antigens", "donor.hla")),
    Column(_F, "meld_or_meld_xi", Kind.WHOLE,
           "MELD of creatinine, bilirubin and INR, and without INR (MELD-XI) with oral anticoagulation; missing before 12",
           _SWISS_LIVER, "points", Decimal(0), Decimal(40), organs=_HEPATIC,
           inputs=("registration.creatinine_mg_per_dl", "registration.bilirubin_mg_per_dl", "registration.inr",
                   "registration.dialysis_with_creatinine", "registration.oral_anticoagulation", "registration.born_on")),
    Column(_F, "monthly_points_months", Kind.WHOLE,
           "completed calendar months since the date from which points rise every month; missing without it", _SWISS_LIVER, "months",
           Decimal(0), Decimal(1400), organs=_HEPATIC, inputs=("registration.monthly_points_since_on",)),
    Column(_F, "dialysis_full_years", Kind.WHOLE,
           "anniversaries of the first dialysis that have passed; missing before and without it", _QUEBEC, "years", Decimal(0),
           Decimal(110), organs=_RENAL, inputs=("registration.dialysis_since_on",)),
    Column(_F, "dialysis_months", Kind.DECIMAL,
           "months since the first dialysis, each a twelfth of 365 days; missing before and without it", _OTHERS, "months", Decimal(0),
           Decimal(1320), 6, organs=_RENAL, inputs=("registration.dialysis_since_on",)),
    Column(_F, "dr_homozygous", Kind.TRUTH, "the candidate has one antigen at HLA-DR, on both copies; missing when not typed", _QUEBEC,
           inputs=("registration.hla",)),
    Column(_F, "hla_identical", Kind.TRUTH,
           "donor and candidate have the same antigens at HLA-A, -B and -DR, as they are typed; missing when a locus is not typed",
           _QUEBEC, inputs=_TYPINGS),
    Column(_F, "inverse_age_per_year", Kind.DECIMAL, "1 divided by the completed years of the candidate, which count as 1 at least",
           _QUEBEC, "/year", Decimal(0), Decimal(1), 9, inputs=("registration.born_on",)),
    Column(_F, "cosine_of_age_by_18_years", Kind.DECIMAL, "cosine of the candidate's completed years / 18, in radians", _UK, None,
           Decimal(-1), Decimal(1), 8, inputs=("registration.born_on",)),
    Column(_F, "sine_of_age_by_50_years", Kind.DECIMAL, "sine of the candidate's completed years / 50, in radians", _UK, None,
           Decimal(-1), Decimal(1), 8, inputs=("registration.born_on",)),
    Column(_F, "kidney_risk_quartile", Kind.WHOLE, "quartile of the UK kidney recipient risk index, 4 the highest risk", _UK_RISK,
           None, Decimal(1), Decimal(4), organs=_RENAL,
           inputs=("registration.born_on", "registration.listed_on", "registration.dialysis_since_on", "registration.diabetes")),
    Column(_F, "donor_kidney_risk_quartile", Kind.WHOLE, "quartile of the UK kidney donor risk index, 4 the highest risk", _UK_RISK,
           None, Decimal(1), Decimal(4), organs=_RENAL,
           inputs=("donor.age_years", "donor.height_cm", "donor.sex", "donor.hypertension", "donor.cmv_positive",
                   "donor.egfr_ml_per_min", "donor.hospital_days")),
    Column(_F, "cpra_percent_two_decimals", Kind.DECIMAL, "calculated panel reactive antibody, rounded half up to two decimals",
           "world-policies.md section 16", "%", Decimal(0), Decimal(100), 2, inputs=("registration.cpra_percent",)),
)  # fmt: skip
