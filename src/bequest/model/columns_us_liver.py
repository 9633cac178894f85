"""Knows the columns that the liver policy of the United States needs beside the common ones."""

from __future__ import annotations

from decimal import Decimal

from bequest.model.column import Column, Kind, Table
from bequest.model.enums import Organ

_R = Table.REGISTRATION
_D = Table.DONOR
_F = Table.FACTOR
_LIVER = (Organ.LIVER,)
_STATUS = "us-policies.md 4.1"
_EXCEPTIONS = "us-policies.md 4.2"
_CLASSES = "us-policies.md 4.3"
_LOW, _HIGH = Decimal(-99), Decimal(99)
_SCORE_INPUTS = (
    "registration.liver_score", "registration.liver_score_lower", "registration.liver_score_valid_until",
    "registration.liver_exception", "registration.liver_exception_points", "registration.born_on", "registration.listed_on",
    "donor.median_meld_at_transplant", "donor.median_peld_at_transplant",
)  # fmt: skip

REGISTRATION: tuple[Column, ...] = (
    Column(_R, "liver_status_granted", Kind.CODE, "status granted on the liver list; none where a score decides", _STATUS,
           codes=("1A", "1B", "none"), organs=_LIVER, in_policies=False),
    Column(_R, "liver_status_since_on", Kind.DATE, "date from which time at the granted status counts", _CLASSES, organs=_LIVER,
           in_policies=False),
    Column(_R, "liver_status_valid_until", Kind.INSTANT, "instant at which the granted status lapses unless certified anew", _STATUS,
           organs=_LIVER, in_policies=False),
    Column(_R, "liver_status_diagnosis", Kind.CODE, "diagnosis by which status 1B was granted", _CLASSES,
           codes=("chronic_liver_disease", "hepatoblastoma", "metabolic", "other"), organs=_LIVER),
    Column(_R, "liver_score", Kind.WHOLE, "MELD or PELD calculated from the last certified laboratory values", "clinical-scores.md 2",
           "points", _LOW, _HIGH, organs=_LIVER, in_policies=False),
    Column(_R, "liver_score_lower", Kind.WHOLE, "the previous lower score, which holds when the calculated one lapses",
           "clinical-scores.md 2", "points", _LOW, _HIGH, organs=_LIVER, in_policies=False),
    Column(_R, "liver_score_valid_until", Kind.INSTANT, "instant at which the calculated score lapses unless certified anew",
           "clinical-scores.md 2", organs=_LIVER, in_policies=False),
    Column(_R, "liver_score_since_on", Kind.DATE,
           "date from which time at the calculated score or a higher one counts, time at status 1A and 1B included", _CLASSES,
           organs=_LIVER, in_policies=False),
    Column(_R, "liver_exception", Kind.CODE,
           "exception score approved: none, a fixed one, or one relative to the median of the donor hospital", _EXCEPTIONS,
           codes=("none", "fixed", "relative"), organs=_LIVER, in_policies=False),
    Column(_R, "liver_exception_points", Kind.WHOLE,
           "the fixed exception score, or what is added to the median, as -3; empty without an exception", _EXCEPTIONS, "points", _LOW,
           _HIGH, organs=_LIVER, in_policies=False),
    Column(_R, "liver_exception_since_on", Kind.DATE, "date of the earliest request for the exception that was approved or assigned",
           _CLASSES, organs=_LIVER, in_policies=False),
    Column(_R, "listed_for_intestine", Kind.TRUTH, "also active on the intestine list at the same hospital", _CLASSES, organs=_LIVER),
    Column(_R, "accepts_any_group_liver", Kind.TRUTH,
           "the programme accepts a liver of any ABO group for this candidate while at status 1A or 1B or at a high score", _CLASSES,
           organs=_LIVER),
    Column(_R, "accepts_non_a1_liver", Kind.TRUTH, "a candidate of group O whose programme accepts livers of donors A non-A1", _CLASSES,
           organs=_LIVER),
    Column(_R, "accepts_hepatic_support", Kind.TRUTH, "accepts a liver for another method of hepatic support", _CLASSES, organs=_LIVER),
)  # fmt: skip

DONOR: tuple[Column, ...] = (
    Column(_D, "median_meld_at_transplant", Kind.WHOLE,
           "median MELD at transplant of the programmes around the donor hospital, as last published", _EXCEPTIONS, "points", Decimal(6),
           Decimal(40), organs=_LIVER, in_policies=False),
    Column(_D, "median_peld_at_transplant", Kind.WHOLE, "median PELD at transplant of the nation, as last published", _EXCEPTIONS,
           "points", _LOW, _HIGH, organs=_LIVER, in_policies=False),
    Column(_D, "vasopressors", Kind.WHOLE, "number of medicines that keep up the blood pressure", "us-policies.md 4.3", None, Decimal(0),
           Decimal(20), organs=_LIVER),
    Column(_D, "transaminases_times_normal", Kind.DECIMAL, "the higher of AST and ALT, as a multiple of the upper limit of normal",
           "us-policies.md 4.3", None, Decimal(0), Decimal(1000), 2, organs=_LIVER),
    Column(_D, "intestine_offered_with_liver", Kind.TRUTH, "the intestine can be given together with the liver", _CLASSES, organs=_LIVER),
)  # fmt: skip

FACTORS: tuple[Column, ...] = (
    Column(_F, "liver_status", Kind.CODE, "status in force on the liver list; none when it lapsed", _STATUS, codes=("1A", "1B", "none"),
           organs=_LIVER, inputs=("registration.liver_status_granted", "registration.liver_status_valid_until")),
    Column(_F, "liver_status_days", Kind.WHOLE, "days at the status in force; missing without one", _CLASSES, "days", Decimal(0),
           Decimal(40000), organs=_LIVER,
           inputs=("registration.liver_status_granted", "registration.liver_status_valid_until", "registration.liver_status_since_on")),
    Column(_F, "liver_allocation_score", Kind.WHOLE,
           "the calculated score in force, or the exception score where that is higher", _EXCEPTIONS, "points", _LOW, _HIGH,
           organs=_LIVER, inputs=_SCORE_INPUTS),
    Column(_F, "liver_score_by_exception", Kind.TRUTH, "the allocation score is an exception score", _CLASSES, organs=_LIVER,
           inputs=_SCORE_INPUTS),
    Column(_F, "liver_score_days", Kind.WHOLE,
           "days at the calculated score or higher; with an exception score, since its earliest request", _CLASSES, "days", Decimal(0),
           Decimal(40000), organs=_LIVER,
           inputs=(*_SCORE_INPUTS, "registration.liver_score_since_on", "registration.liver_exception_since_on")),
    Column(_F, "abo_liver_step", Kind.WHOLE,
           "ABO groups of donor and candidate: 1 identical, 2 compatible or non-A1 to a candidate of group O who accepts it, 3 "
           "incompatible", _CLASSES, None, Decimal(1), Decimal(3), organs=_LIVER,
           inputs=("registration.blood_group", "registration.accepts_non_a1_liver", "donor.blood_group")),
    Column(_F, "listed_as_minor", Kind.TRUTH, "was below 18 when registered", _STATUS, organs=_LIVER,
           inputs=("registration.born_on", "registration.listed_on")),
)  # fmt: skip
