"""Knows how to generate donors and waiting lists that the core policies could meet: real columns, computed factors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from hypothesis import strategies as st

from bequest.matching import run
from bequest.matching.pool import build_pool
from bequest.model.column import Kind, Table
from bequest.model.columns import columns_of
from bequest.model.donor import donor_from_facts
from bequest.model.enums import Organ
from bequest.policy import policy as policy_of
from strategies import AT, lawful_facts

TODAY = np.datetime64("2026-11-01")
POLICIES = {
    organ: policy_of(f"core/{organ.value}", on="2026-11-01")
    for organ in (
        Organ.HEART, Organ.LUNG, Organ.LIVER, Organ.KIDNEY, Organ.PANCREAS, Organ.INTESTINE, Organ.CORNEA,
    )
}  # fmt: skip
_TYPINGS = ("A1 A2 B7 B8 DR1 DR4", "A2 A3 B8 B44 DR4 DR17", "A2 A24 B35 B62 DR7 DR11", "A1 B27 DR13")
_LISTED = (None, "none", "none", "none", "A2", "B8 DR4", "A1 B7")


@dataclass(frozen=True)
class CoreQuestion:
    """Hold a donor beside the columns of a waiting list, for the core policy of an organ."""

    organ: Organ
    donor: object
    registrations: dict[str, object]

    def run(self, evaluator="numpy"):
        """Return the match run of the core policy."""
        pool = build_pool(self.organ, as_of=AT, registrations=self.registrations, centres=CENTRES)
        return run(POLICIES[self.organ], self.donor, organ=self.organ, pool=pool, at=AT, evaluator=evaluator)

    def listed_earlier(self, row, *, days):
        """Return the question with one registration listed, and consented to, so many days earlier."""
        earlier = dict(self.registrations)
        for name in ("listed_on", "consent_to_listing_on"):
            earlier[name] = self.registrations[name].copy()
            earlier[name][row] -= np.timedelta64(days, "D")
        return replace(self, registrations=earlier)


CENTRES = {
    "centre": ["C-1", "C-2", "C-3", "HOSPITAL"],
    "country": ["AT", "DE", "DE", "AT"],
    "latitude_deg": np.array([48.2, 50.0, 52.5, 47.0]),
    "longitude_deg": np.array([16.4, 8.6, 13.4, 15.4]),
}


@st.composite
def core_questions(draw, *, most_rows=60):
    """Return a question that a core policy may be asked."""
    organ = draw(st.sampled_from(tuple(POLICIES)))
    facts = lawful_facts(organ) | {
        "blood_group": draw(st.sampled_from(("O", "A", "A2", "B", "AB"))),
        "age_years": draw(st.sampled_from((8, 17, 40, 64, 65, 80))),
        "weight_kg": draw(st.sampled_from((None, 30, 75, Decimal("93.75")))),
        "height_cm": draw(st.sampled_from((None, 130, 175))),
        "hla": draw(st.sampled_from(_TYPINGS)),
        "hcv_positive": draw(st.sampled_from((None, False, True))),
        "death_criteria": draw(st.sampled_from(("neurological", "neurological", "circulatory"))),
        "preserved_at": AT if organ is Organ.CORNEA else None,
        "storage_method": draw(st.sampled_from(("cold", "organ_culture"))) if organ is Organ.CORNEA else None,
        "endothelial_cells_per_mm2": 2500 if organ is Organ.CORNEA else None,
        "serology_negative": True if organ is Organ.CORNEA else None,
    }
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    donor = donor_from_facts(facts, place="generated donor")
    return CoreQuestion(organ, donor, _registrations(organ, rng, rows=draw(st.integers(1, most_rows))))


def _registrations(organ, rng, *, rows):
    entries = [entry for entry in columns_of(Table.REGISTRATION) if not entry.organs or organ in entry.organs]
    registrations = {entry.name: _values(entry, rng, rows=rows) for entry in entries}
    names = [f"R-{number:04d}" for number in rng.permutation(rows)]
    listed = TODAY - rng.integers(0, 3000, rows).astype("timedelta64[D]")
    return registrations | {
        "registration": names,
        "candidate": names,
        "organ": [organ.value] * rows,
        "synthetic": [True] * rows,
        "country": ["ZZ"] * rows,
        "centre": list(rng.choice(["C-1", "C-2", "C-3"], rows)),
        "status": list(rng.choice(["active"] * 9 + ["suspended"], rows)),
        "listed_on": listed,
        "consent_to_listing_on": listed,
        "born_on": TODAY - rng.integers(300, 30000, rows).astype("timedelta64[D]"),
        "blood_group": list(rng.choice(["O", "A", "B", "AB", "A2"], rows)),
        "urgency_granted": rng.choice([1.0, 2.0, 5.0, 9.0, 9.0], rows),
        "urgency_valid_until": np.full(rows, "2026-12-01", dtype="datetime64[s]"),
        "weight_kg": _holes(rng.choice([32.0, 60.0, 75.0, 90.0, 93.7], rows), rng),
        "height_cm": _holes(rng.choice([128.0, 168.0, 175.0, 182.0], rows), rng),
        "hla": list(rng.choice(_TYPINGS, rows)),
        "unacceptable_antigens": [_LISTED[index] for index in rng.integers(0, len(_LISTED), rows)],
        "donor_age_years_min": np.full(rows, np.nan),
        "donor_age_years_max": _holes(rng.choice([60.0, 75.0, 90.0], rows), rng),
    }


def _values(entry, rng, *, rows):
    if entry.kind in {Kind.WHOLE, Kind.DECIMAL}:
        return _holes(np.floor(rng.uniform(float(entry.low), float(entry.high), rows)), rng)
    if entry.kind is Kind.TRUTH:
        return [(None, False, True, True)[index] for index in rng.integers(0, 4, rows)]
    if entry.kind is Kind.CODE:
        return list(rng.choice(entry.codes, rows))
    if entry.kind in {Kind.DATE, Kind.INSTANT}:
        days = TODAY - rng.integers(0, 2000, rows).astype("timedelta64[D]")
        return days if entry.kind is Kind.DATE else days.astype("datetime64[s]")
    return [None] * rows


def _holes(values, rng):
    return np.where(rng.random(len(values)) < 0.05, np.nan, values)
