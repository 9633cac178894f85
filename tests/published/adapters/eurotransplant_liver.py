"""Knows the match lists of the public Eurotransplant liver simulator: tier, layer, obligation, MELD and order of ELAS.

Each list is run by the real policy. The obligations of a run follow from the events that the file states.
"""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import bequest
from adapters.comparison import BadFileError, Compared, Difference
from bequest.matching.obligations import Sent, creditor_ranks, open_obligations, ranks_at_centres
from bequest.matching.pool import build_pool
from bequest.model.donor import donor_from_facts
from bequest.model.enums import Organ
from bequest.model.errors import BequestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bequest.matching.match_run import MatchRun
    from bequest.model.donor import Donor

    Row = Mapping[str, object]

_CENTRES = Path(__file__).parents[1] / "data" / "eurotransplant" / "et_centers.csv"
_COUNTRIES = {
    "Austria": "AT", "Belgium": "BE", "Croatia": "HR", "Germany": "DE", "Hungary": "HU", "Netherlands": "NL",
    "Slovenia": "SI",
}  # fmt: skip
_ALWAYS = datetime.combine(date.max, time())
_EXCEPTIONS = {"se": "standard_exception", "nse": "nonstandard_exception", "ped": "paediatric_exception"}
_WHOLE = 4
_SORTED_BY = ("tier", "layer", "obligation", "meld", "regional", "waiting")
_DATES = ("listed_on", "born_on", "consent_to_listing_on", "combined_organ_since_on", "urgency_since_on",
          "national_meld_since_on", "international_meld_since_on")  # fmt: skip


def is_elas(content: Row) -> bool:
    """Return whether a file holds ELAS match lists."""
    columns = content.get("columns")
    return {"lists", "patients"} <= set(content) and isinstance(columns, list) and "bg_table" in columns


def compare_elas(content: Row) -> Iterator[Compared]:
    """Return each row of each list, and each exclusion by blood group, compared."""
    try:
        yield from _compared(content)
    except (ArithmeticError, AttributeError, BequestError, KeyError, TypeError, ValueError) as error:
        raise BadFileError(f"a list is not as its shape demands ({type(error).__name__}: {error}).") from None


def _compared(content: Row) -> Iterator[Compared]:
    people = {str(row["id"]): row for row in content["patients"]}
    at = datetime.fromisoformat(str(content["source"]["match_date"])).replace(tzinfo=UTC)
    for number, raw in enumerate(content["lists"]):
        rows = {str(row[0]): dict(zip(content["columns"], row, strict=True)) for row in raw["ranked"]}
        yield from _compared_list(f"list {number}", raw, rows, _run(raw, people, rows, at))


def _compared_list(name: str, raw: Row, rows: Mapping[str, Row], run: MatchRun) -> Iterator[Compared]:
    order = [entry.registration for entry in run.ranked()]
    out = {entry.registration: entry.failed for entry in run.not_ranked()}
    for place, (person, row) in enumerate(rows.items()):
        got = _fields(run, person) if person in order else {"tier": None}
        differences = [Difference(key, row[key], got[key]) for key in got if row[key] != got[key]]
        ours = rows.get(order[place]) if place < len(order) else None
        if ours is None or any(ours[key] != row[key] for key in _SORTED_BY):
            differences.append(Difference("place", place + 1, run.rank_of(person)))
        yield Compared(f"{name} {person}", {"donor": raw["donor"]["id"], "registration": person}, tuple(differences))
    for person in map(str, raw["excluded_bg"]):
        failed = list(out.get(person, ()))
        differences = () if failed == ["blood-group"] else (Difference("excluded", ["blood-group"], failed),)
        yield Compared(f"{name} {person}", {"donor": raw["donor"]["id"], "registration": person}, differences)


def _fields(run: MatchRun, person: str) -> Row:
    values = _values(run, person)
    (place,) = run.explain(person).places
    last = place.class_id.rpartition("-")[2]
    listed = run.policy.order if (entry := _entry(run, place.class_id)) is None else entry
    counts = {key.name for key in listed}
    return {
        "tier": last[0].upper(),
        "layer": int(last[1:]),
        "obligation": int(values["obligation_rank"]) if "input.obligation_rank" in counts else 0,
        "meld": int(Decimal(str(place.points))) if "points" in counts else 0,
        "regional": int(values["same_region"]) if "same_region" in counts else 0,
        "waiting": int(values["liver_match_days"]),
        "meld_nat": int(values["national_meld"]),
        "meld_int": int(values["international_meld"]),
        "r_ped": values["age_in_mean_years"] <= run.policy.parameters["child_years"].value,
        "r_lowweight": Decimal(run.pool.columns["weight_kg"].at(run.pool.row(person))).scaleb(-1)
        < run.policy.parameters["light_kg"].value,
    }


def _entry(run: MatchRun, class_id: str) -> tuple[object, ...] | None:
    """Return the order of a class, None where it has that of the policy."""
    every = (entry for sequence in run.policy.sequences for listing in sequence.listings for entry in listing.classes)
    return next(entry.order for entry in every if entry.id == class_id)


def _values(run: MatchRun, person: str) -> dict[str, Decimal | None]:
    """Return what the run read of one registration, by the names of the policy."""
    row = run.pool.row(person)
    found: dict[str, Decimal | None] = {}
    for place, reference in enumerate(run.program.columns):
        value = run.facts.value(place, row)
        found[reference.name] = None if value == -(2**63) else Decimal(value).scaleb(-reference.column.decimals)
    return found


def _run(raw: Row, people: Mapping[str, Row], rows: Mapping[str, Row], at: datetime) -> MatchRun:
    listed = [people[person] for person in [*rows, *map(str, raw["excluded_bg"])]]
    place = (str(raw["donor"]["center"]), _COUNTRIES[raw["donor"]["country"]], str(raw["donor"]["region"]))
    places = [*((str(row["center"]), _COUNTRIES[row["country"]], str(row["region"])) for row in listed), place]
    pool = build_pool(
        Organ.LIVER,
        as_of=at,
        registrations=_columns([_listed(row, rows.get(str(row["id"])), at) for row in listed]),
        centres=_places(places),
    )
    policy = bequest.policy("eurotransplant/elas", on=at.date())
    inputs = {"obligation_rank": {str(raw["donor"]["bg"]): _ranks(raw, {one for one, _, _ in places})}}
    return bequest.run(policy, _donor(raw["donor"], at), organ=Organ.LIVER, pool=pool, at=at, inputs=inputs)


def _ranks(raw: Row, centres: set[str]) -> Mapping[str, int]:
    """Return the ranks of centres; those of the parties must be the ones that the file states."""
    sent = [
        Sent(_party(given, of_giver), _party(taken, of_taker), group, datetime.fromisoformat(at))
        for taken, of_taker, given, of_giver, group, at in raw["obligation_events"]
    ]
    donor = raw["donor"]
    ranks = creditor_ranks(
        open_obligations(sent), debtor=_party(donor["country"], donor["center"]), blood_group=donor["bg"]
    )
    if ranks != raw["obligation_ranks"]:
        raise BadFileError(f"obligations of donor {donor['id']}: stated {raw['obligation_ranks']}, got {ranks}.")
    known = _table()
    return ranks_at_centres(ranks, {one: _party(known[one]["country"], one) for one in sorted(centres)})


def _party(country: str, centre: str) -> str:
    """Return the party of a centre, as the source has it: in Austria the centre, and one of two in Vienna for both."""
    return country if country != "Austria" else "AWGTP" if centre == "AWDTP" else centre


@cache
def _table() -> dict[str, dict[str, str]]:
    with _CENTRES.open(encoding="utf-8") as file:
        return {row["center_code"]: row for row in csv.DictReader(file)}


def _listed(row: Row, ranked: Row | None, at: datetime) -> dict[str, object]:
    """Return a candidate in the words of the data dictionary; at the base level the MELD holds since the day itself."""
    listed = datetime.fromisoformat(str(row["listed"]))
    urgent = row["urgency"] == "HU"
    today = at.replace(tzinfo=None)
    facts: dict[str, object] = {
        "registration": str(row["id"]), "candidate": str(row["id"]), "organ": "liver", "synthetic": True,
        "status": "active", "centre": row["center"], "country": _COUNTRIES[row["country"]],
        "born_on": datetime.fromisoformat(str(row["dob"])), "blood_group": row["bg"], "weight_kg": row["weight"],
        "listed_on": listed, "consent_to_listing_on": listed, "urgency_granted": 1 if urgent else 9,
        "urgency_valid_until": _ALWAYS if urgent else None,
        "urgency_since_on": listed + timedelta(days=int(row["hu_since"])) if urgent else None,
        "combined_organ_approved": row["aco"],
        "combined_organ_since_on": today - timedelta(days=int(ranked["waiting"])) if row["aco"] and ranked else None,
        "meld": row["lab_meld"], "downmarked_meld": None, "national_meld_since_on": today,
        "international_meld_since_on": today,
    }  # fmt: skip
    for theirs, ours in _EXCEPTIONS.items():
        facts[f"{ours}_meld"] = row[theirs] or None
        facts[f"{ours}_valid_until"] = _ALWAYS if row[theirs] else None
    return facts


def _columns(rows: Sequence[dict[str, object]]) -> dict[str, object]:
    made: dict[str, object] = {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        if name in _DATES:
            made[name] = np.array(values, dtype="datetime64[D]")
        elif name.endswith("_until"):
            made[name] = np.array(values, dtype="datetime64[s]")
        elif name.endswith("meld") or name in {"weight_kg", "urgency_granted"}:
            made[name] = np.array([np.nan if value is None else float(value) for value in values])
        else:
            made[name] = values
    return made


def _places(places: Sequence[tuple[str, str, str]]) -> dict[str, object]:
    rows = list(dict.fromkeys(places))
    nowhere = np.full(len(rows), np.nan)
    names = ("centre", "country", "region")
    return {
        **{name: [row[at] for row in rows] for at, name in enumerate(names)},
        "latitude_deg": nowhere,
        "longitude_deg": nowhere,
    }


def _donor(row: Row, at: datetime) -> Donor:
    """Return the donor within a lawful frame that is invented: the files hold what ranks, not what opens the gates."""
    before = at - timedelta(hours=6)
    facts: dict[str, object] = {
        "donor": f"D-{row['id']}", "kind": "deceased", "synthetic": True, "country": "ZZ", "hospital": row["center"],
        "identity_established": True, "consented_organs": "liver", "consent_basis": "registered_yes",
        "consent_recorded_at": before, "objection_found": False, "custody_result": "clear",
        "custody_checked_at": before, "death_criteria": "circulatory" if row["dcd"] else "neurological",
        "death_declared_at": before, "blood_group": row["bg"], "age_years": row["age"],
        "weight_kg": float(row["weight"]), "liver_part": "whole" if row["type_offer"] == _WHOLE else "split",
    }  # fmt: skip
    return donor_from_facts(facts, place=f"donor {row['id']}")
