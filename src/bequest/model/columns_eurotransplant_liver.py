"""Knows the columns that the liver policy of Eurotransplant needs beside the common ones."""

from __future__ import annotations

from decimal import Decimal

from bequest.model.column import Column, Kind, Table
from bequest.model.enums import Organ

_R = Table.REGISTRATION
_D = Table.DONOR
_F = Table.FACTOR
_LIVER = (Organ.LIVER,)
_ORDER = "world-policies.md 7.1"
_MELD = "world-policies.md 7.3"
_EXCEPTIONS = "world-policies.md 7.4"
_GROUPS = "world-policies.md 7.5"
_LOW, _HIGH = Decimal(6), Decimal(40)
_ABROAD = (
    "registration.meld",
    "registration.paediatric_exception_meld",
    "registration.paediatric_exception_valid_until",
)
_AT_HOME = (
    *_ABROAD, "registration.downmarked_meld", "registration.standard_exception_meld", "registration.standard_exception_valid_until",
    "registration.nonstandard_exception_meld", "registration.nonstandard_exception_valid_until",
)  # fmt: skip

REGISTRATION: tuple[Column, ...] = (
    Column(_R, "combined_organ_approved", Kind.TRUTH, "approved to receive the liver before others, together with another organ", _ORDER,
           organs=_LIVER),
    Column(_R, "combined_organ_since_on", Kind.DATE, "date from which time with an approved combination of organs counts", _ORDER,
           organs=_LIVER, in_policies=False),
    Column(_R, "downmarked_meld", Kind.WHOLE, "MELD that takes the place of meld in the own country; empty where there is none", _MELD,
           "points", _LOW, _HIGH, organs=_LIVER, in_policies=False),
    Column(_R, "standard_exception_meld", Kind.DECIMAL, "MELD of an approved standard exception; empty without one", _EXCEPTIONS,
           "points", _LOW, _HIGH, 2, organs=_LIVER, in_policies=False),
    Column(_R, "standard_exception_valid_until", Kind.INSTANT, "instant at which the standard exception lapses unless renewed",
           _EXCEPTIONS, organs=_LIVER, in_policies=False),
    Column(_R, "nonstandard_exception_meld", Kind.DECIMAL, "MELD of an approved non-standard exception; empty without one",
           _EXCEPTIONS, "points", _LOW, _HIGH, 2, organs=_LIVER, in_policies=False),
    Column(_R, "nonstandard_exception_valid_until", Kind.INSTANT, "instant at which the non-standard exception lapses unless renewed",
           _EXCEPTIONS, organs=_LIVER, in_policies=False),
    Column(_R, "paediatric_exception_meld", Kind.DECIMAL, "MELD of a child's exception; empty without one", _EXCEPTIONS, "points", _LOW,
           _HIGH, 2, organs=_LIVER, in_policies=False),
    Column(_R, "paediatric_exception_valid_until", Kind.INSTANT, "instant at which the child's exception lapses unless renewed",
           _EXCEPTIONS, organs=_LIVER, in_policies=False),
    Column(_R, "national_meld_since_on", Kind.DATE, "date from which time at the present national MELD or a higher one counts", _ORDER,
           organs=_LIVER, in_policies=False),
    Column(_R, "international_meld_since_on", Kind.DATE,
           "date from which time at the present international MELD or a higher one counts", _ORDER, organs=_LIVER, in_policies=False),
)  # fmt: skip

DONOR: tuple[Column, ...] = (
    Column(
        _D,
        "liver_part",
        Kind.CODE,
        "whether the liver is offered whole or as a part of a divided one",
        "world-policies.md 7.8",
        codes=("whole", "split"),
        organs=_LIVER,
    ),
)

FACTORS: tuple[Column, ...] = (
    Column(_F, "national_meld", Kind.DECIMAL,
           "MELD that counts in the own country: the highest of laboratory MELD, or the one marked down, and exceptions in force; the "
           "lowest MELD without any", _MELD, "points", _LOW, _HIGH, 2, organs=_LIVER, inputs=_AT_HOME),
    Column(_F, "international_meld", Kind.DECIMAL,
           "MELD that counts abroad: the higher of laboratory MELD and child's exception in force; the lowest MELD without any", _MELD,
           "points", _LOW, _HIGH, 2, organs=_LIVER, inputs=_ABROAD),
    Column(_F, "liver_match_days", Kind.WHOLE,
           "days with an approved combination of organs, else at urgency level 1, else at the MELD that counts where the donor is",
           _ORDER, "days", Decimal(0), Decimal(40000), organs=_LIVER,
           inputs=("registration.combined_organ_approved", "registration.combined_organ_since_on", "registration.urgency_granted",
                   "registration.urgency_valid_until", "registration.urgency_since_on", "registration.urgency_own",
                   "registration.urgency_own_since_on", "registration.urgency_own_valid_until", "registration.national_meld_since_on",
                   "registration.international_meld_since_on", "registration.centre", "donor.hospital", "centre.country")),
    Column(_F, "age_in_mean_years", Kind.DECIMAL, "years of 365.25 days since birth, rounded half up", "world-policies.md 7.6", "years",
           Decimal(0), Decimal(130), 2, inputs=("registration.born_on",)),
    Column(_F, "abo_liver_priority", Kind.TRUTH, "the donor's group is compatible, where O is given to O and B alone", _GROUPS,
           organs=_LIVER, inputs=("registration.blood_group", "donor.blood_group")),
    Column(_F, "abo_liver_restricted", Kind.TRUTH, "the donor's group is compatible, where O is given to O alone", _GROUPS,
           organs=_LIVER, inputs=("registration.blood_group", "donor.blood_group")),
)  # fmt: skip
