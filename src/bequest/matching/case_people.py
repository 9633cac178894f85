"""Knows how the donor and the candidates of a golden case become the donor and the pool of a run."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from bequest.matching.case_file import utc
from bequest.matching.pool import Pool, build_pool
from bequest.matching.quantise import quantise_one
from bequest.model.column import MISSING, Column, Kind, Table
from bequest.model.columns import column, columns_of
from bequest.model.donor import Donor, donor_from_facts
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from bequest.matching.case_file import Case, Facts
    from bequest.policy.policy import Policy

    Cells: TypeAlias = list[object] | np.ndarray[tuple[int], np.dtype[np.generic]]

_FILLED_IN = ("registration", "candidate", "organ", "synthetic")
"""Columns that follow from a candidate's name and the policy; a case cannot state them."""

_OF_PLACES = ("country", "region")

_NOUNS = {Kind.TRUTH: "true or false", Kind.INSTANT: "an instant"}


def case_donor(case: Case, policy: Policy) -> Donor:
    """Return the case's donor: the stated facts, and a lawful synthetic frame around them."""
    before = case.at - timedelta(hours=6)
    frame: dict[str, object] = {
        "donor": "D-CASE", "kind": "deceased", "synthetic": True, "country": "ZZ", "hospital": "HOSPITAL",
        "identity_established": True, "consented_organs": policy.organ.value, "consent_basis": "registered_yes",
        "consent_recorded_at": before, "objection_found": False, "custody_result": "clear",
        "custody_checked_at": before, "death_criteria": "neurological",
    }  # fmt: skip
    place = f"{case.place}, donor"
    stated = {name: _stated(_donor_column(name, place=place), value, place=place) for name, value in case.donor.items()}
    circulatory = stated.get("death_criteria") == "circulatory"
    frame["pathway_opened_at" if circulatory else "death_declared_at"] = before
    return donor_from_facts({**frame, **stated}, place=case.place)


def case_pool(case: Case, policy: Policy) -> Pool:
    """Return the case's candidates as a pool; factors stated directly stand in for computed ones."""
    rows = [_row(name, facts, case=case) for name, facts in case.candidates.items()]
    registrations: dict[str, Cells] = {
        entry.name: _cells([row.get(entry.name) for row in rows], entry) for entry in columns_of(Table.REGISTRATION)
    }
    organs: list[object] = [policy.organ.value] * len(rows)
    registrations["organ"] = organs
    given: dict[str, np.ndarray[tuple[int], np.dtype[np.int64]]] = {}
    for entry in columns_of(Table.FACTOR):
        stated = [quantise_one(row.get(entry.name), entry) for row in rows]
        if any(value != MISSING for value in stated):
            given[entry.name] = np.array(stated, dtype=np.int64)
    return build_pool(
        policy.organ,
        as_of=case.at,
        registrations=registrations,
        centres=_centres(case),
        given=given,
    )


def _centres(case: Case) -> dict[str, Cells]:
    """Return the places of the case. They have no coordinates: a distance that no case states is missing, not zero."""
    places: dict[str, Facts] = {"CENTRE": {}, "HOSPITAL": {}, **case.centres}
    for name, facts in places.items():
        for key in facts:
            if key not in _OF_PLACES:
                raise InputError(
                    f"{case.place}, centre {name}: '{key}' is not known here; use: {', '.join(_OF_PLACES)}."
                )
    nowhere = np.full(len(places), np.nan)
    return {
        "centre": list(places),
        "country": [str(facts.get("country", "ZZ")) for facts in places.values()],
        "region": [facts.get("region") for facts in places.values()],
        "latitude_deg": nowhere,
        "longitude_deg": nowhere,
    }


def _row(name: str, facts: Facts, *, case: Case) -> dict[str, object]:
    place = f"{case.place}, candidate {name}"
    row: dict[str, object] = {
        "registration": f"R-{name}",
        "candidate": f"C-{facts.get('person', name)}",
        "synthetic": True,
        "country": "ZZ",
        "centre": "CENTRE",
    }
    for key, value in facts.items():
        if key != "person":
            row[key] = _stated(_candidate_column(key, place=place), value, place=place)
    waiting_days = row.get("waiting_days")
    if isinstance(waiting_days, int) and "listed_on" not in facts:
        row["listed_on"] = case.at.date() - timedelta(days=waiting_days)
    row.setdefault("consent_to_listing_on", row.get("listed_on"))
    return row


def _cells(values: list[object], entry: Column) -> Cells:
    if entry.kind in {Kind.WHOLE, Kind.DECIMAL}:
        return np.array([np.nan if value is None else float(str(value)) for value in values])
    if entry.kind is Kind.DATE:
        return np.array(values, dtype="datetime64[D]")
    if entry.kind is Kind.INSTANT:
        plain = [
            value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else None for value in values
        ]
        return np.array(plain, dtype="datetime64[s]")
    return values


def _stated(entry: Column, value: object, *, place: str) -> object:
    """Return a stated value in the type of its column; raise InputError where it does not fit."""
    if value is None or entry.kind in {Kind.TEXT, Kind.TYPING, Kind.ANTIGENS}:
        return None if value is None else str(value)
    if not _fits(entry, value):
        wanted = f"one of {', '.join(entry.codes)}" if entry.codes else _NOUNS.get(entry.kind, f"a {entry.kind.value}")
        if entry.low is not None and entry.high is not None:
            wanted += f" within {entry.low} to {entry.high}"
        raise InputError(f"{place}: '{entry.name}' is '{value}'; write {wanted}.")
    if isinstance(value, datetime):
        return utc(value)
    return str(value) if entry.kind is Kind.CODE else value


def _fits(entry: Column, value: object) -> bool:
    match entry.kind:
        case Kind.TRUTH:
            return isinstance(value, bool)
        case Kind.CODE:
            return str(value) in entry.codes
        case Kind.DATE:
            return isinstance(value, date) and not isinstance(value, datetime)
        case Kind.INSTANT:
            return isinstance(value, datetime)
        case _:
            return _fits_number(entry, value)


def _fits_number(entry: Column, value: object) -> bool:
    numbers = int if entry.kind is Kind.WHOLE else (int, float)
    if not isinstance(value, numbers) or isinstance(value, bool):
        return False
    number = Decimal(str(value))
    return (entry.low is None or entry.low <= number) and (entry.high is None or number <= entry.high)


def _donor_column(name: str, *, place: str) -> Column:
    entry = column(Table.DONOR, name)
    if entry is None:
        raise InputError(f"{place}: '{name}' is no donor column; see docs/reference/data-dictionary.md.")
    return entry


def _candidate_column(name: str, *, place: str) -> Column:
    if name in _FILLED_IN:
        raise InputError(f"{place}: '{name}' follows from the case itself; remove it.")
    entry = column(Table.REGISTRATION, name) or column(Table.FACTOR, name)
    if entry is None:
        raise InputError(
            f"{place}: '{name}' is no registration column and no factor; see docs/reference/data-dictionary.md."
        )
    return entry
