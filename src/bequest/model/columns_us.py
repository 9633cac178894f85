"""Knows the columns that the published policies of the United States need beside the common ones."""

from __future__ import annotations

from decimal import Decimal

from bequest.model.column import Column, Kind, Table
from bequest.model.enums import Organ

_R = Table.REGISTRATION
_D = Table.DONOR
_F = Table.FACTOR
_RENAL = (Organ.KIDNEY, Organ.KIDNEY_PANCREAS)
_HEART = (Organ.HEART, Organ.HEART_LUNG)
_FIRST_ORGANS = (Organ.LIVER, Organ.HEART, Organ.LUNG, Organ.HEART_LUNG)
_INTESTINE = (Organ.INTESTINE,)
_PANCREATIC = (Organ.PANCREAS, Organ.KIDNEY_PANCREAS, Organ.ISLET)
_TYPINGS = ("registration.hla", "donor.hla")
_WAITING = "us-policies.md 3.2"
_KIDNEY_GROUPS = "us-policies.md 3.6"
_HEART_STATUS = "clinical-scores.md section 7"
_HEART_CLASSES = "us-policies.md section 5"
_EQUIVALENCES = "clinical-scores.md section 8"
_EPTS = "clinical-scores.md section 5"

REGISTRATION: tuple[Column, ...] = (
    Column(_R, "waiting_since_on", Kind.DATE,
           "date from which waiting counts by the rules of the list: qualifying criteria, inactive time, transfer and "
           "reinstatement taken into account; empty while none counts", _WAITING, in_policies=False),
    Column(_R, "diabetes", Kind.TRUTH, "the candidate has diabetes now", _EPTS, organs=_RENAL),
    Column(_R, "eligible_for_non_a1_kidney", Kind.TRUTH,
           "a candidate of group B who consented to kidneys of donors A non-A1 and AB non-A1B and whose titres were confirmed in "
           "time", _KIDNEY_GROUPS, organs=_RENAL),
    Column(_R, "medically_urgent_since_on", Kind.DATE,
           "date from which time at medically urgent kidney status counts, earlier spells included; empty when not urgent",
           "us-policies.md 3.3", organs=_RENAL, in_policies=False),
    Column(_R, "safety_net_qualified", Kind.TRUTH,
           "received a liver, heart or lung and meets the criteria that give priority for a kidney", "us-policies.md 3.4",
           organs=_RENAL),
    Column(_R, "accepts_high_kdpi_donor", Kind.TRUTH,
           "the candidate consented in writing to kidneys of donors with a KDPI above the limit of the policy",
           "us-policies.md 3.7", organs=_RENAL),
    Column(_R, "heart_status_granted", Kind.CODE, "medical urgency status granted on the heart list", _HEART_STATUS,
           codes=("adult_1", "adult_2", "adult_3", "adult_4", "adult_5", "adult_6", "pediatric_1A", "pediatric_1B", "pediatric_2"),
           organs=_HEART, in_policies=False),
    Column(_R, "heart_status_since_on", Kind.DATE,
           "date from which time at the granted status counts, time at higher statuses included and inactive time left out",
           _HEART_CLASSES, organs=_HEART, in_policies=False),
    Column(_R, "heart_status_valid_until", Kind.INSTANT, "instant at which the granted heart status lapses unless renewed",
           _HEART_STATUS, organs=_HEART, in_policies=False),
    Column(_R, "listed_for_other_organ", Kind.TRUTH, "also registered for another organ at the same hospital", _HEART_STATUS,
           organs=_HEART),
    Column(_R, "accepts_incompatible_heart", Kind.TRUTH,
           "a child whose programme accepts hearts of any ABO group, with titres low enough for the age and reported in time",
           _HEART_CLASSES, organs=_HEART),
    Column(_R, "kidney_with_organ_qualified", Kind.TRUTH,
           "meets the criteria for a kidney of the same donor together with this organ: lasting or sustained failure of the kidneys, "
           "or for a liver one of the metabolic diseases named", "us-policies.md 3.5", organs=_FIRST_ORGANS),
    Column(_R, "intestine_status", Kind.CODE, "status on the intestine list, 1 the more urgent", "us-policies.md 7.2",
           codes=("1", "2"), organs=_INTESTINE),
)  # fmt: skip

DONOR: tuple[Column, ...] = (
    Column(_D, "body_mass_index_kg_per_m2", Kind.DECIMAL, "body mass index", "us-policies.md 7.1", "kg/m2", Decimal(5), Decimal(200), 4,
           organs=(*_PANCREATIC, Organ.LIVER)),
)  # fmt: skip

FACTORS: tuple[Column, ...] = (
    Column(_F, "counted_waiting_days", Kind.WHOLE,
           "days since the date from which waiting counts; missing while none counts", _WAITING, "days", Decimal(0), Decimal(40000),
           inputs=("registration.waiting_since_on",)),
    Column(_F, "cpra_whole_percent", Kind.WHOLE,
           "calculated panel reactive antibody as a whole number, rounded half up; 0 where antibodies were looked for and none found",
           _EQUIVALENCES, "%", Decimal(0), Decimal(100),
           inputs=("registration.cpra_percent", "registration.unacceptable_antigens")),
    Column(_F, "zero_abdr_mismatch", Kind.TRUTH,
           "every donor antigen at HLA-A, -B and -DR is equivalent to one of the candidate by the OPTN table; missing when a side "
           "is not typed and no mismatch is known", _EQUIVALENCES, inputs=_TYPINGS),
    Column(_F, "equivalence_mismatches_dr", Kind.WHOLE,
           "donor antigens at HLA-DR that are equivalent to none of the candidate by the OPTN table", _EQUIVALENCES, None, Decimal(0),
           Decimal(2), inputs=_TYPINGS),
    Column(_F, "epts_percent", Kind.WHOLE,
           "expected post-transplant survival, mapping table of 2024, a percentile; higher is shorter; missing before 18", _EPTS, "%",
           Decimal(0), Decimal(100), organs=_RENAL,
           inputs=("registration.born_on", "registration.diabetes", "registration.previous_transplants",
                   "registration.dialysis_since_on", "registration.previous_transplant_on")),
    Column(_F, "abo_kidney_relation", Kind.CODE,
           "ABO groups of donor and candidate by the OPTN table for kidneys: identical, another that is permitted, non-A1 to an "
           "eligible B, or compatible and permitted only without a mismatch", _KIDNEY_GROUPS,
           codes=("identical", "permitted", "non_a1_to_b", "zero_mismatch_only", "incompatible"), organs=_RENAL,
           inputs=("registration.blood_group", "donor.blood_group", "registration.eligible_for_non_a1_kidney")),
    Column(_F, "medically_urgent", Kind.TRUTH, "has medically urgent kidney status", "us-policies.md 3.3", organs=_RENAL,
           inputs=("registration.medically_urgent_since_on",)),
    Column(_F, "medically_urgent_days", Kind.WHOLE, "days at medically urgent kidney status; missing without it", "us-policies.md 3.3",
           "days", Decimal(0), Decimal(40000), organs=_RENAL, inputs=("registration.medically_urgent_since_on",)),
    Column(_F, "heart_status", Kind.CODE,
           "heart status in force: a lapsed adult status is 5 for those also listed for another organ and else 6, a lapsed 1A is "
           "1B; statuses 6, 1B and 2 do not lapse", _HEART_STATUS,
           codes=("adult_1", "adult_2", "adult_3", "adult_4", "adult_5", "adult_6", "pediatric_1A", "pediatric_1B", "pediatric_2"),
           organs=_HEART,
           inputs=("registration.heart_status_granted", "registration.heart_status_valid_until", "registration.listed_for_other_organ")),
    Column(_F, "heart_status_days", Kind.WHOLE, "days that count at the granted heart status, which carry down to lower ones",
           _HEART_CLASSES, "days", Decimal(0), Decimal(40000), organs=_HEART, inputs=("registration.heart_status_since_on",)),
    Column(_F, "abo_heart_relation", Kind.CODE, "ABO groups of donor and candidate by the OPTN table for hearts", _HEART_CLASSES,
           codes=("primary", "secondary", "incompatible"), organs=_HEART, inputs=("registration.blood_group", "donor.blood_group")),
)  # fmt: skip
