"""Knows how to ask any policy of the library: donors, waiting lists, places and inputs drawn for what the policy reads.

Every version of every policy is taken from the library itself, so that a new one is asked as soon as it is there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import numpy as np

from bequest.matching import run
from bequest.matching.pool import build_pool
from bequest.model.column import Kind, Table
from bequest.model.columns import columns_of
from bequest.model.donor import donor_from_facts
from bequest.model.enums import Organ
from bequest.policy.expression import And, Compare, Literal, Member, Not, Or, Space
from bequest.policy.library import loaded, names, versions
from bequest.policy.policy import PlaceOf
from strategies import AT, Drawn, centres, lawful_facts

POLICIES = tuple(loaded(version) for name in names() for version in versions(name))
IDS = tuple(f"{policy.name}@{policy.edition}" for policy in POLICIES)
TODAY = np.datetime64("2026-11-01")
SEED = "00ff"
GROUPS = ("O", "A", "B", "AB", "A1", "A2", "A1B", "A2B")
TYPINGS = ("A1 A2 B7 B8 DR1 DR4", "A2 A3 B8 B44 DR4 DR17", "A2 A24 B35 B62 DR7 DR11", "A1 B27 DR13", None)
LISTED = (None, "none", "none", "none", "none", "none", "A2", "B8 DR4", "A1 B7")
_NUMBERS = (Kind.WHOLE, Kind.DECIMAL)
_CENTRES = ("C-1", "C-2", "C-3", "HOSPITAL")
_COUNTRIES = ("AT", "DE", "ZZ")
_REGIONS = ("R-1", "R-2", None)
# What any candidate whom a list is about mostly has; values beside it are drawn as well.
_LIKELY = {
    "weight_kg": (32, 60, 75, 90), "height_cm": (128, 168, 175, 182), "donor_age_years_min": (0,),
    "donor_age_years_max": (75, 120), "age_years": (8, 17, 40, 64, 70), "previous_transplants": (0, 1),
    "cpra_percent": (0, 15, 20, 50, 80, 97, 98, 99, 100), "kdpi_percent": (10, 20, 30, 60, 90),
    "endothelial_cells_per_mm2": (2500,), "urgency_granted": (1, 2, 5, 9, 9),
}  # fmt: skip


_WELL_WHEN_TRUE = frozenset({"serology_negative"})


@dataclass(frozen=True)
class LibraryQuestion:
    """Hold a policy of the library beside a donor, a waiting list, its places, and the inputs of the run."""

    policy: object
    facts: dict[str, object]
    registrations: dict[str, object]
    places: dict[str, object]
    inputs: dict[str, object]

    @property
    def pool(self):
        """Return the waiting list."""
        return build_pool(self.policy.organ, as_of=AT, registrations=self.registrations, centres=self.places)

    @property
    def donor(self):
        """Return the donor."""
        return donor_from_facts(self.facts, place="generated donor")

    def run(self, evaluator="numpy"):
        """Return the match run; policies that nobody has verified are run as well."""
        return run(
            self.policy, self.donor, organ=self.policy.organ, pool=self.pool, at=AT, inputs=self.inputs,
            lottery_seed=SEED, allow_unverified=True, evaluator=evaluator,
        )  # fmt: skip

    def with_column(self, name, values):
        """Return the question with another column of the waiting list."""
        return replace(self, registrations={**self.registrations, name: values})


def question_of(policy, seed, *, rows=40):
    """Return what a policy is asked; the same seed gives the same question."""
    rng = np.random.default_rng(seed)
    places = _places(policy, rng)
    donor, registrations = _donor(policy, rng), _registrations(policy.organ, rng, rows=rows)
    # Half of the list has the donor's group, as otherwise hardly anyone passes a policy that wants the same group.
    own = rng.random(rows) < 0.5
    groups = zip(own, registrations["blood_group"], strict=True)
    registrations["blood_group"] = [donor["blood_group"] if same else group for same, group in groups]
    return LibraryQuestion(policy, donor, registrations, places, _inputs(policy, places, rng))


def stated(policy, seed):
    """Return a policy as its runs are drawn for lists whose factors are stated: with inputs and where its rules change.

    The places of such lists have neither coordinates nor regions.
    """
    places = {**centres(), "region": [None]}
    return Drawn(policy, _inputs(policy, places, np.random.default_rng(seed)), SEED, landmarks(policy), "")


def landmarks(policy):
    """Return the integers where the rules of a policy change, by the name that its conditions write."""
    found = {}
    for condition in conditions(policy):
        for atom in atoms(condition):
            if isinstance(atom, Compare) and isinstance(atom.right, Literal):
                _mark(found, atom.left, (atom.right,))
            if isinstance(atom, Member):
                _mark(found, atom.left, atom.values)
    for term in policy.points.terms if policy.points else ():
        for x, _ in (*(term.curve or ()), *(term.steps or ())):
            _mark(found, term.of, (Literal(x),))
    return {name: tuple(sorted(values)) for name, values in found.items()}


def _mark(found, reference, literals):
    if reference.column.kind in _NUMBERS:
        written = {Space.CANDIDATE: "", Space.DONOR: "donor.", Space.INPUT: "input."}.get(reference.space, "geography.")
        marks = found.setdefault(written + reference.name, set())
        marks.update(int(literal.value.scaleb(reference.column.decimals)) for literal in literals)


def conditions(policy):
    """Yield every condition of a policy: of screens, sequences, classes and terms."""
    yield from (screen.when for screen in policy.screens)
    for sequence in policy.sequences:
        yield sequence.when
        yield from (entry.when for listing in sequence.listings for entry in listing.classes)
    yield from (term.when for term in (policy.points.terms if policy.points else ()) if term.when is not None)


def atoms(condition):
    """Yield the comparisons of which a condition is made."""
    if isinstance(condition, And | Or):
        for part in condition.parts:
            yield from atoms(part)
    elif isinstance(condition, Not):
        yield from atoms(condition.of)
    else:
        yield condition


# ------------------------------------------------------------------ places and inputs


def _places(policy, rng):
    tables = {table.by: tuple(table.values) for table in policy.geography.values() if table.donor_by is None}
    countries = (*tables.get(PlaceOf.COUNTRY, ()), *tables.get(PlaceOf.DONOR_COUNTRY, ())) or _COUNTRIES
    regions = (*tables.get(PlaceOf.REGION, ()), *tables.get(PlaceOf.DONOR_REGION, ())) or _REGIONS
    return {
        "centre": list(_CENTRES),
        "country": [str(rng.choice(countries)) for _ in _CENTRES],
        "region": [regions[rng.integers(0, len(regions))] for _ in _CENTRES],
        "latitude_deg": np.array([48.2, 47.9, 52.5, 47.0]),
        "longitude_deg": np.array([16.4, 15.9, 13.4, 15.4]),
    }


def _inputs(policy, places, rng):
    def number(entry):
        return Decimal(int(rng.integers(int(entry.low), int(entry.high) + 1)))

    def by_place(declared):
        kind = declared.by.value.removeprefix("donor.").replace("hospital", "centre")
        return {key: number(declared.column) for key in dict.fromkeys(places[kind]) if key is not None}

    def drawn(declared):
        if declared.by is None:
            return number(declared.column)
        return by_place(declared) if declared.per is None else {code: by_place(declared) for code in declared.per.codes}

    return {name: drawn(declared) for name, declared in policy.inputs.items() if declared.same_table is None}


# ------------------------------------------------------------------ donor and candidates


def _donor(policy, rng):
    share = rng.choice((0.0, 0.3))
    drawn = {
        entry.name: _fact(entry, rng, share=share)
        for entry in columns_of(Table.DONOR)
        if not entry.required and (not entry.organs or policy.organ in entry.organs)
    }
    fixed = lawful_facts(policy.organ) | {
        "death_criteria": str(rng.choice(("neurological", "neurological", "circulatory"))),
        "blood_group": str(rng.choice(GROUPS)),
        "age_years": int(rng.choice(_LIKELY["age_years"])),
        "hla": str(rng.choice(TYPINGS[:3])),
        "pathway_opened_at": None,
        "preserved_at": AT - timedelta(days=2) if policy.organ is Organ.CORNEA else None,
    }
    return drawn | fixed


def _fact(entry, rng, *, share):
    if rng.random() < 0.05:
        return None
    if entry.kind in _NUMBERS:
        return Decimal(int(rng.choice(_numbers(entry, rng))))
    if entry.kind is Kind.TRUTH:
        return bool(rng.random() < share) != (entry.name in _WELL_WHEN_TRUE)
    if entry.kind is Kind.CODE:
        return str(rng.choice(entry.codes))
    return AT - timedelta(hours=12) if entry.kind is Kind.INSTANT else None


def _registrations(organ, rng, *, rows):
    entries = [entry for entry in columns_of(Table.REGISTRATION) if not entry.organs or organ in entry.organs]
    registrations = {entry.name: _cells(entry, rng, rows=rows) for entry in entries}
    candidates = [f"R-{number:04d}" for number in rng.permutation(rows)]
    listed = TODAY - rng.integers(0, 3000, rows).astype("timedelta64[D]")
    fixed = {
        "registration": candidates,
        "candidate": candidates,
        "organ": [organ.value] * rows,
        "synthetic": [True] * rows,
        "country": ["ZZ"] * rows,
        "centre": [str(centre) for centre in rng.choice(_CENTRES[:3], rows)],
        "status": [str(status) for status in rng.choice(["active"] * 9 + ["suspended"], rows)],
        "listed_on": listed,
        "consent_to_listing_on": listed,
        "born_on": TODAY - rng.choice([200, 1000, 5000, 9000, 15000, 25000], rows).astype("timedelta64[D]"),
        "blood_group": [str(group) for group in rng.choice(GROUPS, rows)],
        "urgency_valid_until": np.full(rows, "2026-12-01", dtype="datetime64[s]"),
        "hla": [TYPINGS[place] for place in rng.integers(0, len(TYPINGS), rows)],
        "unacceptable_antigens": [LISTED[place] for place in rng.integers(0, len(LISTED), rows)],
    }
    return registrations | fixed


def _cells(entry, rng, *, rows):
    if entry.kind in _NUMBERS:
        return np.where(rng.random(rows) < 0.05, np.nan, rng.choice(_numbers(entry, rng), rows).astype(np.float64))
    if entry.kind is Kind.TRUTH:
        # Many policies want several facts at once: most questions have a column in which nearly all agree.
        share = rng.choice((0.05, 0.5, 0.95))
        return [
            None if lost else bool(true)
            for lost, true in zip(*(rng.random((2, rows)) < [[0.03], [share]]), strict=True)
        ]
    if entry.kind is Kind.CODE:
        return [str(code) for code in rng.choice(entry.codes, rows)]
    if entry.kind in {Kind.DATE, Kind.INSTANT}:
        days = TODAY - rng.integers(0, 2000, rows).astype("timedelta64[D]")
        days[rng.random(rows) < 0.1] = np.datetime64("NaT")
        return days if entry.kind is Kind.DATE else days.astype("datetime64[s]")
    return [None] * rows


def _numbers(entry, rng):
    """Return whole numbers that a column may hold: those of `_LIKELY`, or its bounds and some between them."""
    low, high = int(np.ceil(float(entry.low))), int(entry.high)
    return _LIKELY.get(entry.name) or (low, high, *rng.integers(low, high + 1, 4).tolist())
