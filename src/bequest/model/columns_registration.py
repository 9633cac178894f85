"""Knows the columns of the registrations table: one row a candidate on one organ's list."""

from __future__ import annotations

from decimal import Decimal

from bequest.model.column import Column, Kind, Table
from bequest.model.enums import BloodGroup, Organ, RegistrationStatus

_T = Table.REGISTRATION
_DESIGN = "DESIGN.md section 1"
_OWN = "own data dictionary"
_RENAL = (Organ.KIDNEY, Organ.KIDNEY_PANCREAS)
_HEPATIC = (Organ.LIVER, Organ.LIVER_INTESTINE)
_TYPED = (
    Organ.HEART, Organ.LUNG, Organ.HEART_LUNG, Organ.LIVER, Organ.LIVER_INTESTINE, Organ.KIDNEY,
    Organ.KIDNEY_PANCREAS, Organ.PANCREAS, Organ.ISLET, Organ.INTESTINE,
)  # fmt: skip

REGISTRATION_COLUMNS: tuple[Column, ...] = (
    Column(_T, "registration", Kind.TEXT, "identifier of the registration, unique in the file", _OWN,
           required=True, in_policies=False),
    Column(_T, "candidate", Kind.TEXT, "identifier of the person; one person may hold several registrations", _OWN,
           required=True, in_policies=False),
    Column(_T, "organ", Kind.CODE, "organ this registration waits for", _OWN,
           codes=tuple(organ.value for organ in Organ), required=True, in_policies=False),
    Column(_T, "synthetic", Kind.TRUTH, "whether the person is invented; invented people have country ZZ", _DESIGN,
           required=True, in_policies=False),
    Column(_T, "country", Kind.TEXT, "ISO 3166 code of the register that keeps the row; ZZ is reserved for synthetic people",
           _DESIGN, required=True, in_policies=False),
    Column(_T, "centre", Kind.TEXT, "transplant centre that listed the candidate", _DESIGN,
           required=True, in_policies=False),
    Column(_T, "status", Kind.CODE, "whether the registration takes part in match runs", _OWN,
           codes=tuple(status.value for status in RegistrationStatus), required=True, in_policies=False),
    Column(_T, "listed_on", Kind.DATE, "date of listing", _DESIGN, required=True, in_policies=False),
    Column(_T, "consent_to_listing_on", Kind.DATE, "date on which the candidate consented to be listed", _DESIGN,
           required=True, in_policies=False),
    Column(_T, "born_on", Kind.DATE, "date of birth", _OWN, required=True, in_policies=False),
    Column(_T, "sex", Kind.CODE, "sex recorded for calculations; read by cited clinical scores only",
           "clinical-scores.md section 2", codes=("female", "male"), in_policies=False),
    Column(_T, "blood_group", Kind.CODE, "ABO group, with the A subgroup where known", "world-policies.md 7.5",
           codes=tuple(group.value for group in BloodGroup), required=True),
    Column(_T, "height_cm", Kind.DECIMAL, "standing height or length", "safeguards.md section 4", "cm", Decimal(20), Decimal(250), 1),
    Column(_T, "weight_kg", Kind.DECIMAL, "body weight", "safeguards.md section 4", "kg", Decimal("0.3"), Decimal(400), 1),
    Column(_T, "hla", Kind.TYPING, "HLA typing: blank-separated antigens (A1 B8 DR17) or alleles (A*01:01)",
           "world-policies.md 4.1", organs=_TYPED, in_policies=False),
    Column(_T, "unacceptable_antigens", Kind.ANTIGENS,
           "antigens no donor may carry, blank-separated; `none` when antibodies were looked for and none found; "
           "empty when antibody status is unknown", "clinical-scores.md section 8", organs=_TYPED, in_policies=False),
    Column(_T, "cpra_percent", Kind.DECIMAL, "calculated panel reactive antibody: share of donors carrying an unacceptable antigen",
           "clinical-scores.md section 8", "%", Decimal(0), Decimal(100), 4, organs=_TYPED),
    Column(_T, "urgency_granted", Kind.WHOLE, "urgency level granted, 1 the most urgent; 9 is the base level",
           "safeguards.md ALC-08", None, Decimal(1), Decimal(9), in_policies=False),
    Column(_T, "urgency_since_on", Kind.DATE, "date since when the present urgency level has held", "safeguards.md ALC-08",
           in_policies=False),
    Column(_T, "urgency_valid_until", Kind.INSTANT,
           "instant at which the granted urgency lapses, to `urgency_own` or else to the base level, unless renewed with evidence",
           "safeguards.md ALC-08", in_policies=False),
    Column(_T, "urgency_own", Kind.WHOLE,
           "the registration's own urgency level behind one granted by exception: it holds where it is more urgent, and once the "
           "exception has lapsed; 9 is the base level",
           "safeguards.md ALC-08", None, Decimal(1), Decimal(9), in_policies=False, may_be_absent=True),
    Column(_T, "urgency_own_since_on", Kind.DATE, "date since when the registration's own level has held",
           "safeguards.md ALC-08", in_policies=False, may_be_absent=True),
    Column(_T, "urgency_own_valid_until", Kind.INSTANT,
           "instant at which the registration's own level lapses to the base level unless renewed with evidence",
           "safeguards.md ALC-08", in_policies=False, may_be_absent=True),
    Column(_T, "accepts_circulatory_donor", Kind.TRUTH, "the candidate's team accepts donors after circulatory death",
           "world-policies.md 3.4"),
    Column(_T, "accepts_hcv_positive_donor", Kind.TRUTH, "the candidate's team accepts donors with hepatitis C",
           "world-policies.md 3.4"),
    Column(_T, "donor_age_years_min", Kind.WHOLE, "lowest donor age the candidate's team accepts", "world-policies.md 3.4",
           "years", Decimal(0), Decimal(120)),
    Column(_T, "donor_age_years_max", Kind.WHOLE, "highest donor age the candidate's team accepts", "world-policies.md 3.4",
           "years", Decimal(0), Decimal(120)),
    Column(_T, "previous_transplants", Kind.WHOLE, "number of earlier transplants of any organ", _OWN, None, Decimal(0), Decimal(20)),
    Column(_T, "prior_living_donor", Kind.TRUTH, "the candidate once gave an organ", "us-policies.md 3.1"),
    Column(_T, "dialysis_since_on", Kind.DATE, "first day of regular dialysis; empty when never dialysed",
           "world-policies.md 15.1 CH-WAIT", organs=_RENAL, in_policies=False),
    Column(_T, "willing_both_kidneys", Kind.TRUTH, "the candidate accepts both kidneys of one donor", "us-policies.md 2.1",
           organs=_RENAL),
    Column(_T, "meld", Kind.WHOLE, "model for end-stage liver disease score in force", "clinical-scores.md section 2",
           "points", Decimal(6), Decimal(40), organs=_HEPATIC),
    Column(_T, "procedure", Kind.CODE, "kind of corneal graft asked for", "world-policies.md section 16",
           codes=("penetrating", "anterior_lamellar", "posterior_lamellar", "tectonic"), organs=(Organ.CORNEA,)),
    Column(_T, "only_functioning_eye", Kind.TRUTH, "the graft is for the only functioning eye", "us-policies.md section 8",
           organs=(Organ.CORNEA,)),
    Column(_T, "blind_in_both_eyes", Kind.TRUTH, "the candidate is blind in both eyes", "us-policies.md section 8",
           organs=(Organ.CORNEA,)),
)  # fmt: skip
