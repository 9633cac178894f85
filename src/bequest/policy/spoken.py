"""Knows the names of what a policy reads, as people say them: without unit, in the words of the field."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from bequest.policy.expression import Space

if TYPE_CHECKING:
    from bequest.model.column import Column
    from bequest.policy.expression import Reference

_AS_WRITTEN = {
    "abo": "ABO", "peld": "PELD", "hla": "HLA", "meld": "MELD", "kdpi": "KDPI", "cpra": "cPRA", "hcv": "hepatitis C",
    "dr": "DR", "epts": "EPTS", "inr": "INR", "hbsag": "HBsAg", "hbcab": "HBcAb",
}  # fmt: skip
"""Words of names that people write otherwise."""
_NAMES = {
    "candidate_weight_percent": "weight as a share of the donor's", "cosine_of_age_by_18_years": "cosine of age / 18",
    "counted_waiting_days": "waiting time that counts", "cpra_whole_percent": "cPRA, rounded",
    "dialysis_days": "time on dialysis", "dialysis_full_years": "full years on dialysis",
    "dialysis_months": "time on dialysis", "dialysis_years": "time on dialysis",
    "donor_age_years_max": "highest donor age accepted", "donor_age_years_min": "lowest donor age accepted",
    "donor_weight_percent": "donor weight as a share of the candidate's",
    "dr_homozygous": "one antigen only at HLA-DR", "heart_status_days": "time at this heart status",
    "hla_mismatches_a": "HLA-A mismatches", "hla_mismatches_b": "HLA-B mismatches",
    "hla_mismatches_dr": "HLA-DR mismatches", "inverse_age_per_year": "1 divided by the age",
    "abo_liver_step": "step of the blood groups (1 identical, 2 compatible, 3 incompatible)",
    "listed_age_years": "age at listing", "listed_as_minor": "registered as a child",
    "liver_allocation_score": "MELD or PELD that counts", "liver_score_by_exception": "score by exception",
    "liver_score_days": "time at this score", "liver_status_days": "time at this liver status",
    "meld_or_meld_xi": "MELD, or MELD-XI without INR",
    "monthly_points_months": "time with monthly points", "preservation_hours": "expected preservation time",
    "previous_transplant_age_years": "age at the earlier transplant",
    "previous_transplant_paediatric": "child at the earlier transplant",
    "relisting_years": "time from the earlier transplant to listing",
    "renal_waiting_days": "time since listing or first dialysis", "returned_waiting_years": "waiting given back",
    "sine_of_age_by_50_years": "sine of age / 50", "travel_hours": "travel time",
    "urgency_confirmed_days": "time since the urgency was granted or confirmed",
    "urgency_days": "time at this urgency", "waiting_days": "waiting time",
    "zero_abdr_mismatch": "no mismatch at HLA-A, -B and -DR",
}  # fmt: skip
"""Whole names that say more in other words."""
_UNIT_WORDS = (
    "_mg_per_dl", "_kg_per_m2", "_per_mm2", "_percent", "_years", "_hours", "_days", "_cm", "_kg", "_km", "_nm",
)  # fmt: skip
"""Ends of names that say the unit, which stands behind the value anyway."""

_BEFORE = {Space.DONOR: "donor ", Space.INPUT: "input ", Space.GEOGRAPHY: "", Space.CANDIDATE: ""}


def name_text(reference: Reference) -> str:
    """Return the name of a value in words, without its unit: `donor weight` for `donor.weight_kg`."""
    return column_text(reference.column, before=_BEFORE[reference.space])


def column_text(entry: Column, *, before: str = "") -> str:
    """Return the name of a column in words, without its unit; `before` says whose it is."""
    return before + _spoken(entry.name, entry.unit is not None)


def words(name: str) -> str:
    """Return a name as words, those of the field as the field writes them: `lower EPTS` for `lower_epts`."""
    return " ".join(_AS_WRITTEN.get(word, word) for word in name.split("_"))


@cache
def _spoken(name: str, has_unit: bool) -> str:  # noqa: FBT001  a fact about the name, and a cache key
    if name in _NAMES:
        return _NAMES[name]
    if has_unit:
        name = next((name.removesuffix(end) for end in _UNIT_WORDS if name.endswith(end)), name)
    return words(name)
