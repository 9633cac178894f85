"""Knows a programme's own filters for donors: set and lifted on the record, and how many offers they leave possible."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.clinical.distance import great_circle_km
from bequest.ledger.facts import donor_facts
from bequest.model.donor import donor_from_facts
from bequest.model.errors import InputError
from bequest.model.tables import read_rows
from bequest.offers.donor_filter import filter_text, filters_out
from bequest.registry.donor_facts import facts_of_donor
from bequest.registry.models import Centre, DonorFilter, DonorFilterLifting, Organ, WaitingList
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import added, every, found, leaf_of, locked, needed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bequest.ledger.commitment import Value
    from bequest.model.enums import Organ as OrganName
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

_NAME = re.compile(r"[a-z0-9][a-z0-9./@+-]{0,79}")


@dataclass(frozen=True, slots=True)
class DonorFilterAsked:
    """Hold of which donors a programme takes no organ: a condition as policies have it, true where none is wanted.

    It reads `donor.` facts and `distance_km`, such as `donor.age_years > 70 or distance_km > 500`.
    """

    centre: str
    organ: OrganName
    name: str
    refuses: str


@dataclass(frozen=True, slots=True)
class DonorFilterNamed:
    """Hold which filter of a programme is taken back."""

    centre: str
    organ: OrganName
    name: str


@dataclass(frozen=True, slots=True)
class Possible:
    """Hold of how many of the last donors of an organ a programme could have been offered something."""

    donors: int
    possible: int

    @property
    def alarm(self) -> bool:
        """Tell whether the filters would have let no donor through: the programme is inactive, and may not know it."""
        return self.donors > 0 and self.possible == 0


def set_donor_filter(office: Office, request: Request, asked: DonorFilterAsked) -> Entered:
    """Have a programme passed over for the donors that a condition describes; an offer that was made stays."""
    return record(office, request, asked, partial(_set, asked))


def lift_donor_filter(office: Office, request: Request, named: DonorFilterNamed) -> Entered:
    """Take a filter back: the programme is offered such organs again, each candidate at their own place."""
    return record(office, request, named, partial(_lift, named))


def standing_filters(using: str, organ: OrganName, centre: str | None = None) -> tuple[DonorFilter, ...]:
    """Return the filters of an organ's programmes, or of one centre's, that were not lifted."""
    own = {} if centre is None else {"centre_id": centre}
    rows = every(using, DonorFilter, "centre_id", "name", organ=organ.value, **own)
    lifted = {each.filter_id for each in every(using, DonorFilterLifting, filter_id__in=[row.event_id for row in rows])}
    return tuple(row for row in rows if row.event_id not in lifted)


def passes_over(using: str, row: DonorFilter, organ: Organ) -> bool:
    """Tell whether a filter passes its programme over for the donor of an opened organ."""
    return _is_refused(using, row.refuses, row.centre_id, organ)


def effective_offers(using: str, centre: str, organ: OrganName, *, more: str | None = None) -> Possible:
    """Return how many of the last donors all of a programme's filters let through; `more` is one about to be set.

    Donors who were erased since are not looked at.
    """
    rows = [each for each in every(using, Organ, organ=organ.value) if each.facts is not None]
    newest = sorted(rows, key=lambda row: leaf_of(using, row.event_id), reverse=True)[: _last_donors()]
    conditions = [row.refuses for row in standing_filters(using, organ, centre)] + ([] if more is None else [more])
    return Possible(len(newest), sum(not _is_any(using, conditions, centre, row) for row in newest))


def _is_any(using: str, conditions: Sequence[str], centre: str, organ: Organ) -> bool:
    return any(_is_refused(using, condition, centre, organ) for condition in conditions)


def _is_refused(using: str, condition: str, centre: str, organ: Organ) -> bool:
    donor = donor_from_facts(donor_facts(facts_of_donor(organ)), place=f"donation {organ.case_id}")
    return filters_out(condition, donor, _distance_km(using, str(donor.hospital), centre))


def _distance_km(using: str, hospital: str, centre: str) -> float | None:
    """Return the distance of two places; None where one of them is not in the table."""
    rows = [found(using, Centre, id=name) for name in (hospital, centre)]
    places = [json.loads(row.facts) for row in rows if row is not None]
    if len(places) < len(rows):
        return None
    here, there = ((float(each["latitude_deg"]), float(each["longitude_deg"])) for each in places)
    return float(great_circle_km(*here, *there))


def _last_donors() -> int:
    return next(int(row["value"]) for row in read_rows("offers/plausibility.csv") if row["rule"] == "last_donors")


def _set(asked: DonorFilterAsked, unit: Unit) -> Happening:
    if not _NAME.fullmatch(asked.name):
        raise InputError("A filter has a short name of small letters, digits and - . / @ +, such as 'donor-age'.")
    refuses = filter_text(asked.refuses)
    _lock(asked.centre, asked.organ, unit)
    if _named(asked.centre, asked.organ, asked.name, unit) is not None:
        raise InputError("The programme has a filter of this name; lift it first, or choose another name.")
    counted = effective_offers(unit.using, asked.centre, asked.organ, more=refuses)
    row = DonorFilter(
        event_id=unit.event_id, centre_id=asked.centre, organ=asked.organ.value, name=asked.name, refuses=refuses,
        set_by=unit.request.actor, donors=counted.donors, possible=counted.possible,
    )  # fmt: skip
    added(unit.using, row)
    fields: dict[str, Value] = {
        "centre": asked.centre, "organ": asked.organ.value, "filter": asked.name,
        "condition": hashlib.sha256(refuses.encode()).hexdigest(), "donors": counted.donors,
        "possible": counted.possible,
    }  # fmt: skip
    return Happening("donor_filter.set", fields)


def _lift(named: DonorFilterNamed, unit: Unit) -> Happening:
    _lock(named.centre, named.organ, unit)
    standing = _named(named.centre, named.organ, named.name, unit)
    if standing is None:
        raise InputError("The programme has no filter of this name; look at those that it has.")
    added(
        unit.using,
        DonorFilterLifting(event_id=unit.event_id, filter_id=standing.event_id, lifted_by=unit.request.actor),
    )
    fields: dict[str, Value] = {"centre": named.centre, "set": leaf_of(unit.using, standing.event_id)}
    return Happening("donor_filter.lifted", fields)


def _lock(centre: str, organ: OrganName, unit: Unit) -> None:
    """Lock the list: whoever makes an offer sees the filter, or is done before it."""
    needed(unit.using, Centre, f"Centre '{centre[:40]}' is not in the table of places.", id=centre)
    locked(unit.using, WaitingList, f"'{organ.value}' is no list.", organ=organ.value)


def _named(centre: str, organ: OrganName, name: str, unit: Unit) -> DonorFilter | None:
    return next((row for row in standing_filters(unit.using, organ, centre) if row.name == name), None)
