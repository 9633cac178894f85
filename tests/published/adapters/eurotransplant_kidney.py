"""Knows the kidney match lists of the public Eurotransplant simulator: points, tier and order of ETKAS and of ESP.

Each list is run by the real policy. A list of the source also shows candidates whom a filter takes out at the offer, so
it is run with these filters open; a second run as the facts stand tells who has no unacceptable antigen.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import bequest
from adapters.comparison import BadFileError, Compared, Difference, agrees
from bequest.matching.balances import behind_the_most
from bequest.matching.pool import build_pool
from bequest.model.donor import donor_from_facts
from bequest.model.enums import Organ
from bequest.model.errors import BequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bequest.matching.match_run import MatchRun
    from bequest.model.donor import Donor

    Row = Mapping[str, object]

_CENTRES = Path(__file__).parents[1] / "data" / "eurotransplant" / "et_centers.csv"
_LISTS = _CENTRES.with_name("etkas_matchlists.json")
_COUNTRIES = {
    "Austria": "AT", "Belgium": "BE", "Croatia": "HR", "Germany": "DE", "Hungary": "HU", "Luxembourg": "LU",
    "Netherlands": "NL", "Slovenia": "SI",
}  # fmt: skip
_BALANCES = {
    "0-17": "national_balance_child", "18-49": "national_balance_young", "50-64": "national_balance_middle",
    "≥65": "national_balance_old",
}  # fmt: skip
_EDITION_ON = date(2023, 3, 1)
"""The lists follow the rules about children of March 2023, whatever the day of the donor (source note of the file)."""
_YEAR = timedelta(days=365.25)
_FILTERS = {
    "accepts_circulatory_donor": True, "accepts_hcv_positive_donor": True, "accepts_hbsag_positive_donor": True,
    "accepts_hbcab_positive_donor": True, "accepts_donor_with_sepsis": True, "accepts_donor_with_meningitis": True,
    "accepts_donor_with_malignancy": True, "accepts_donor_after_euthanasia": True, "accepts_esp_offer": True,
    "accepts_extended_esp_offer": True, "antibody_screening_valid": True, "acceptable_mismatch_programme": False,
}  # fmt: skip


def _told(compare: Callable[[Row], Iterator[Compared]]) -> Callable[[Row], Iterator[Compared]]:
    """Return the comparison that says in a sentence when a file is not as its shape demands."""

    @wraps(compare)
    def careful(content: Row) -> Iterator[Compared]:
        try:
            yield from compare(content)
        except (ArithmeticError, AttributeError, BequestError, KeyError, TypeError, ValueError) as error:
            raise BadFileError(f"a list is not as its shape demands ({type(error).__name__}: {error}).") from None

    return careful


@dataclass(frozen=True)
class Person:
    """Hold a candidate of a file in the words of the data dictionary, and the country and region of the centre."""

    facts: Row
    place: tuple[str, str, str | None]


@dataclass(frozen=True)
class MatchList:
    """Hold one list of a file: donor, place of the hospital, candidates, and the published rows in their order."""

    name: str
    donor: Donor
    place: tuple[str, str, str | None]
    at: datetime
    people: tuple[Person, ...]
    rows: Sequence[Row]


def is_etkas(content: Row) -> bool:
    """Return whether a file holds ETKAS match lists with the balances of the countries."""
    return {"lists", "patients", "national_balances_at_start"} <= set(content)


def is_etkas_tiers(content: Row) -> bool:
    """Return whether a file holds crafted lists that show the tiers of ETKAS."""
    return {"lists", "match_date"} <= set(content)


def is_esp(content: Row) -> bool:
    """Return whether a file holds ESP match lists."""
    columns = content.get("columns")
    return {"lists", "patients"} <= set(content) and isinstance(columns, list) and "esp_location" in columns


def is_etkas_points(content: Row) -> bool:
    """Return whether a file holds worked points of ETKAS."""
    section = content.get("etkas")
    return isinstance(section, dict) and "points" in section


@_told
def compare_etkas(content: Row) -> Iterator[Compared]:
    """Return each row of each list, compared."""
    inputs = _inputs(content["national_balances_at_start"])
    for listed in _lists(content, _listed_people(content)):
        stated = {**inputs, "regional_balance": _regional(listed)}
        yield from _compared_list(listed, "eurotransplant/etkas", stated, _etkas_fields)


@_told
def compare_etkas_tiers(content: Row) -> Iterator[Compared]:
    """Return each row of each crafted list, compared; the balances are those printed with the ETKAS lists."""
    at = _instant(content["match_date"])
    for number, raw in enumerate(content["lists"]):
        people = {str(key): _crafted(str(key), value, at) for key, value in raw["candidates"].items()}
        listed = _list(f"list {number}", {**raw["donor"], "id": number, "date": content["match_date"]}, people, raw)
        yield from _compared_list(listed, "eurotransplant/etkas", _inputs(_printed_balances()), _tier_fields)


@_told
def compare_esp(content: Row) -> Iterator[Compared]:
    """Return each row of each list, compared."""
    for listed in _lists(content, _listed_people(content)):
        yield from _compared_list(listed, "eurotransplant/esp", None, _esp_fields)


@_told
def compare_etkas_points(content: Row) -> Iterator[Compared]:
    """Return each row of worked points, compared part by part and in total."""
    for number, row in enumerate(content["etkas"]["points"]):
        given, expected = row["inputs"], {**row["components"], "total": row["total_rounded"]}
        got = _parts(_points_run(given))
        differences = (Difference(name, expected[name], got[name]) for name in expected)
        yield Compared(f"points {number}", given, tuple(one for one in differences if not _same(one)))


def _same(one: Difference) -> bool:
    return agrees(one.expected, one.got)


def _compared_list(
    listed: MatchList, policy: str, inputs: Row | None, fields: Callable[[MatchRun, MatchRun, str], Row]
) -> Iterator[Compared]:
    """Return the rows of one list, each with its values and with its place."""
    opened, real = (_run(each, policy, inputs) for each in (_with_filters_open(listed), listed))
    order = [entry.registration for entry in opened.ranked()]
    rows = {str(row[_NAME[row.keys() >= {"registration"}]]): row for row in listed.rows}
    for place, (name, row) in enumerate(rows.items()):
        got = fields(opened, real, name)
        differences = [Difference(key, row[key], got[key]) for key in got]
        ours = rows.get(order[place]) if place < len(order) else None
        if ours is None or _sorted_by(ours) != _sorted_by(row):
            differences.append(Difference("place", place + 1, opened.rank_of(name)))
        differing = tuple(
            replace(one, known_as=_known(one.field, real, name))
            for one in differences
            if one.field == "place" or not _same(one)
        )
        yield Compared(f"{listed.name} {name}", {"donor": listed.donor.donor, "registration": name}, differing)


def _known(field: str, real: MatchRun, name: str) -> str:
    """Return the class of known differences to which a value that differs belongs."""
    if field == "no_unacceptable":
        return _known_antibodies(real, name)
    if field == "match_age":
        born = date(1970, 1, 1) + timedelta(days=real.pool.columns["born_on"].at(real.pool.row(name)))
        lived = real.at.date() - born
        return "age-in-mean-years" if abs(lived - round(lived / _YEAR) * _YEAR) <= timedelta(days=1) else ""
    return ""


def _known_antibodies(real: MatchRun, name: str) -> str:
    row = real.pool.row(name)
    listed = set(str(real.pool.texts["unacceptable_antigens"][row]).split())
    if listed & set(str(real.donor.facts["hla"]).split()):
        return ""
    judged = {screen.id: screen.judged for screen in real.explain(name).screens}.get("antibodies")
    return {None: "", True: "broad-antigen-of-a-donor-left-out", False: "split-of-a-donor-not-known"}[judged]


_NAME = {True: "registration", False: "id"}
_SORTED_BY = ("tier", "hu", "points", "mmA", "mmB", "mmDR", "years_dialysis", "dialysis")


def _sorted_by(row: Row) -> tuple[object, ...]:
    """Return what the source orders by; rows that are equal in it may stand in any order."""
    return tuple(row.get(name) for name in _SORTED_BY)


def _etkas_fields(run: MatchRun, real: MatchRun, name: str) -> Row:
    values, applies = _values(run, name), _applies(run, name)
    out = {entry.registration: (*entry.failed, *entry.unknown) for entry in real.not_ranked()}
    return {
        **_tier_fields(run, real, name),
        "years_dialysis": values["dialysis_years"] or Decimal(0),
        "mmp": values["mismatch_probability_percent"],
        "distance": "L" if applies["local"] else "N" if applies["national"] else "I",
        "hu": applies["high-urgency"],
        "match_age": values["age_years"],
        "no_unacceptable": "antibodies" not in out.get(name, ()),
    }


def _tier_fields(run: MatchRun, _real: MatchRun, name: str) -> Row:
    values, applies = _values(run, name), _applies(run, name)
    (place,) = run.explain(name).places
    return {
        "tier": place.class_id.upper(),
        "points": Decimal(str(place.points)),
        "mmA": values["hla_mismatches_a"],
        "mmB": values["hla_mismatches_b"],
        "mmDR": values["hla_mismatches_dr"],
        "r_ped": applies["child"],
    }


def _esp_fields(run: MatchRun, _real: MatchRun, name: str) -> Row:
    values = _values(run, name)
    (place,) = run.explain(name).places
    return {
        "tier": place.class_id.upper(),
        "points": Decimal(str(place.points)),
        "hu": values["urgency"] == 1,
        "match_age": values["age_years"],
    }


def _values(run: MatchRun, name: str) -> dict[str, Decimal | None]:
    """Return what the run read of one registration, by the names of the policy."""
    row = run.pool.row(name)
    found: dict[str, Decimal | None] = {}
    for place, reference in enumerate(run.program.columns):
        value = run.facts.value(place, row)
        known = value != -(2**63)
        found[reference.name] = Decimal(value).scaleb(-reference.column.decimals) if known else None
    return found


def _applies(run: MatchRun, name: str) -> dict[str, bool]:
    """Return for each term of the points whether its condition holds."""
    (place,) = run.explain(name).places
    return {term.id: term.applies is True for term in place.terms}


def _parts(run: MatchRun) -> dict[str, Decimal]:
    (place,) = run.explain("P").places
    points = {term.id: Decimal(term.points) for term in place.terms}
    return {
        "dialysis": points["dialysis"],
        "hla": sum((points[name] for name in points if "hla" in name), Decimal(0)),
        "paediatric": points["child"],
        "hu": points["high-urgency"],
        "mmp": points["mismatch-probability"],
        "balance": sum((points[name] for name in points if name.startswith("balance")), Decimal(0)),
        "distance": points["local"] + points["national"],
        "total": Decimal(str(place.points)),
    }


def _run(listed: MatchList, policy: str, inputs: Row | None) -> MatchRun:
    pool = build_pool(
        Organ.KIDNEY,
        as_of=listed.at,
        registrations=_columns([person.facts for person in listed.people]),
        centres=_places([person.place for person in listed.people] + [listed.place]),
    )
    real = bequest.policy(policy, on=_EDITION_ON)
    stated = None if inputs is None else _of_places(inputs, {*pool.places.countries, *pool.places.centres})
    return bequest.run(real, listed.donor, organ=Organ.KIDNEY, pool=pool, at=listed.at, inputs=stated)


def _of_places(inputs: Row, places: set[str]) -> dict[str, object]:
    """Return the inputs without places that the list does not have."""
    return {
        name: {place: number for place, number in sorted(table.items()) if place in places}
        for name, table in inputs.items()
    }


def _points_run(given: Row) -> MatchRun:
    """Return the run of one candidate whose factors are stated."""
    at = datetime.combine(_EDITION_ON, time(), UTC)
    near = given["dist"] in {"L", "N"}
    mismatches = [int(given[name]) for name in ("mmA", "mmB", "mmDR")]
    stated = {
        "hla_mismatches_a": mismatches[0], "hla_mismatches_b": mismatches[1], "hla_mismatches_dr": mismatches[2],
        "hla_mismatches": sum(mismatches), "age_years": 10 if given["ped"] else 40,
        "dialysis_years": int(Decimal(given["dial_years"]).scaleb(6)),
        "mismatch_probability_percent": int(Decimal(given["mmp"]).scaleb(4)),
        "same_region": int(given["dist"] == "L"), "same_country": int(near),
    }  # fmt: skip
    row = {"id": "P", "center": "GNBTP", "urgency": "HU" if given["hu"] else "T", "hla": "A1 B8 DR17"}
    person = _crafted("P", {**row, "age": 40, "dialysis_days": 0, "listed": at.isoformat()[:10]}, at)
    pool = build_pool(
        Organ.KIDNEY,
        as_of=at,
        registrations=_columns([person.facts]),
        centres=_places([person.place]),
        given={name: np.array([value], dtype=np.int64) for name, value in stated.items()},
    )
    balance = {name: {person.place[1]: given["bal_nat"]} for name in _BALANCES.values()}
    donor = _donor({"id": "points", "center": "GNBTP", "age": 40, "hla": "A1 B8 DR17"}, at)
    policy = bequest.policy("eurotransplant/etkas", on=_EDITION_ON)
    inputs = {**balance, "regional_balance": {}}
    return bequest.run(policy, donor, organ=Organ.KIDNEY, pool=pool, at=at, inputs=inputs)


def _with_filters_open(listed: MatchList) -> MatchList:
    """Return the list with nobody taken out by antibodies or by the choice of programme in Germany."""
    open_ = {"unacceptable_antigens": "none"}
    if listed.rows and "mmA" in listed.rows[0]:
        open_["kidney_programme"] = "etkas"
    people = tuple(replace(person, facts={**person.facts, **open_}) for person in listed.people)
    return replace(listed, people=people)


def _columns(rows: Sequence[Row]) -> dict[str, object]:
    names = sorted({name for row in rows for name in row})
    made: dict[str, object] = {}
    for name in names:
        values = [row.get(name) for row in rows]
        if name.endswith("_on"):
            made[name] = np.array(values, dtype="datetime64[D]")
        elif name.endswith(("_at", "_until")):
            made[name] = np.array(values, dtype="datetime64[s]")
        elif name in _NUMBERS:
            made[name] = np.array([np.nan if value is None else float(value) for value in values])
        else:
            made[name] = values
    return made


_NUMBERS = frozenset(
    {"cpra_percent", "urgency_granted", "returned_waiting_years", "donor_age_years_min", "donor_age_years_max"}
)


def _places(places: Sequence[tuple[str, str, str | None]]) -> dict[str, object]:
    rows = list(dict.fromkeys(places))
    nowhere = np.full(len(rows), np.nan)
    return {
        "centre": [centre for centre, _, _ in rows],
        "country": [country for _, country, _ in rows],
        "region": [region for _, _, region in rows],
        "latitude_deg": nowhere,
        "longitude_deg": nowhere,
    }


def _listed_people(content: Row) -> dict[str, Person]:
    return {str(row["id"]): _listed(row) for row in content["patients"]}


def _lists(content: Row, people: Mapping[str, Person]) -> Iterator[MatchList]:
    for number, raw in enumerate(content["lists"]):
        yield _list(f"list {number}", raw["donor"], people, {"columns": content["columns"], **raw})


def _list(name: str, donor: Row, people: Mapping[str, Person], raw: Row) -> MatchList:
    """Return one list; who has no row in it was not compared by the source, and takes no part."""
    rows = [dict(zip(raw["columns"], row, strict=True)) for row in raw["ranked"]]
    ids = [str(row.get("registration", row.get("id"))) for row in rows]
    at = _instant(donor["date"])
    place = _place(str(donor["center"]), donor)
    return MatchList(name, _donor(donor, at), place, at, tuple(people[each] for each in ids), rows)


def _donor(row: Row, at: datetime) -> Donor:
    """Return the donor within a lawful frame that is invented: the files hold what ranks, not what opens the gates."""
    before = at - timedelta(hours=6)
    circulatory = row.get("dcd") is True
    facts: dict[str, object] = {
        "donor": f"D-{row['id']}", "kind": "deceased", "synthetic": True, "country": "ZZ", "hospital": row["center"],
        "identity_established": True, "consented_organs": "kidney", "consent_basis": "registered_yes",
        "consent_recorded_at": before, "objection_found": False, "custody_result": "clear",
        "custody_checked_at": before, "death_criteria": "circulatory" if circulatory else "neurological",
        "death_declared_at": before, "blood_group": row.get("bg", "O"), "age_years": row["age"], "hla": row["hla"],
        "subregion": row.get("esp_subregion"),
    }  # fmt: skip
    return donor_from_facts(facts, place=f"donor {row['id']}")


def _listed(row: Row) -> Person:
    name, listed = str(row["id"]), _instant(row["listed"])
    before = row.get("prev_tx_days")
    facts = {
        **_frame(name, row, listed),
        "born_on": _naive(_instant(row["dob"])),
        "blood_group": row["bg"],
        "dialysis_began_at": None if row["dial"] in {None, "None"} else _naive(_instant(row["dial"])),
        "returned_waiting_years": row["previous_wt_years"],
        "cpra_percent": Decimal(str(row["vpra"])) * 100,
        "unacceptable_antigens": row["unacceptable"] or "none",
        "previous_transplant_on": None if before is None else _naive(listed - timedelta(days=int(before))),
        "previous_transplant_paediatric": bool(row["prev_txp_ped"]),
        "kidney_programme": str(row["program"]).lower(),
    }
    return Person(facts, _place(str(row["center"]), row))


def _crafted(name: str, row: Row, at: datetime) -> Person:
    facts = {
        **_frame(name, row, _instant(row["listed"])),
        "born_on": _naive(at - float(row["age"]) * _YEAR),
        "blood_group": "O",
        "dialysis_began_at": _naive(at - timedelta(days=float(row["dialysis_days"]))),
        "returned_waiting_years": 0,
        "cpra_percent": 0,
        "unacceptable_antigens": "none",
        "previous_transplant_on": None,
        "previous_transplant_paediatric": False,
        "kidney_programme": "etkas",
    }
    return Person(facts, _place(str(row["center"]), {}))


def _frame(name: str, row: Row, listed: datetime) -> dict[str, object]:
    """Return what every candidate of these files has, with the urgency that holds; high urgency is level 1."""
    urgent = row["urgency"] == "HU"
    return {
        **_FILTERS,
        "registration": name, "candidate": name, "organ": "kidney", "synthetic": True, "status": "active",
        "centre": row["center"], "country": _place(str(row["center"]), row)[1], "hla": row["hla"],
        "listed_on": _naive(listed), "consent_to_listing_on": _naive(listed),
        "dialysis_since_on": None, "donor_age_years_min": None, "donor_age_years_max": None,
        "refused_hla_mismatches": None, "subregion": None, "urgency_granted": 1 if urgent else 9,
        "urgency_valid_until": datetime.combine(date.max, time()) if urgent else None,
    }  # fmt: skip


def _place(centre: str, row: Row) -> tuple[str, str, str | None]:
    """Return centre, country and region, from the row, else from the table of centres."""
    known = _centres().get(centre, {})
    country = str(row.get("country", known.get("country")))
    return centre, _COUNTRIES[country], str(row.get("region", known.get("allocation_region")))


@cache
def _centres() -> dict[str, dict[str, str]]:
    with _CENTRES.open(encoding="utf-8") as file:
        return {row["center_code"]: row for row in csv.DictReader(file)}


def _inputs(balances: Mapping[str, Mapping[str, int]]) -> dict[str, object]:
    found = {
        ours: behind_the_most({_COUNTRIES[country]: number for country, number in balances[theirs].items()})
        for theirs, ours in _BALANCES.items()
    }
    return {**found, "regional_balance": {}}


@cache
def _printed_balances() -> Mapping[str, Mapping[str, int]]:
    """Return the balances that the crafted lists share with the lists of ETKAS."""
    return json.loads(_LISTS.read_text(encoding="utf-8"))["national_balances_at_start"]


def _regional(listed: MatchList) -> dict[str, object]:
    """Return the balance of each centre's region as the rows state it; no other place of the file does."""
    centres = {str(person.facts["registration"]): person.place[0] for person in listed.people}
    return {centres[str(row["registration"])]: row["reg_balance"] for row in listed.rows}


def _instant(text: object) -> datetime:
    return datetime.fromisoformat(str(text)).replace(tzinfo=UTC)


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)
