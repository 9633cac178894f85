"""Knows the facts that an offer is asked with beside its donor's file: hours of preservation, residence, borders."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from bequest.clinical.distance import great_circle_km
from bequest.clinical.travel import preservation_hours, travel_hours, travel_model
from bequest.matching.quantise import decimal_text, quantise_one
from bequest.model.column import Table
from bequest.model.columns import known_column
from bequest.model.enums import BloodGroup, Organ
from bequest.model.tables import read_rows
from bequest.registry import models
from bequest.registry.dated import BASE
from bequest.registry.donor_facts import facts_of_donor
from bequest.registry.rows import every, leaf_of, needed
from bequest.registry.run_orders import places_of
from bequest.registry.versions import newest_version
from bequest.safeguards.offer_rules import PreservationForecast, Residence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.ledger.facts import Facts
    from bequest.model.identifiers import CentreId
    from bequest.offers.record import Seat
    from bequest.registry.office import Office

_FOR_LOGISTICS = "logistics"


def country_of(office: Office, centre: CentreId) -> str | None:
    """Return in which country a place lies; invented people stand on real places, all of them in their own country."""
    return office.jurisdiction if office.synthetic else _place(office.using, centre).get("country")


def ranked_group(using: str, seat: Seat) -> BloodGroup | None:
    """Return the donor's blood group by which the list of a run was ranked."""
    run = needed(using, models.MatchRun, "An offer has its run.", event_id=seat.run)
    return group_of(needed(using, models.Organ, "A run has an organ.", event_id=run.organ_id))


def group_of(organ: models.Organ) -> BloodGroup | None:
    """Return the blood group of an opened organ, by which its list is ranked."""
    group = facts_of_donor(organ).get("blood_group")
    return None if group is None else BloodGroup(group)


def forecast(
    using: str, organ: Organ, *, hospital: CentreId, centre: CentreId, override: str | None
) -> PreservationForecast:
    """Return how long an organ is expected to be preserved between two places, and the most that is offered.

    Who is skipped for distance is so by a departure from the order, with the reason `logistics`.
    """
    reason = None if override is None else needed(using, models.Override, "It was asked for.", event_id=override).reason
    return PreservationForecast(
        _hours(_place(using, hospital), _place(using, centre), organ), limit_hours(organ), reason == _FOR_LOGISTICS
    )


def limit_hours(organ: Organ) -> Decimal:
    """Return beyond how many hours of preservation an organ is not offered."""
    return _limits()[organ]


def residence(using: str, seat: Seat) -> Residence | None:
    """Return what is declared of a candidate's residence; whether a resident as urgent waits is asked for a guest."""
    own = _declared(using, seat.registration)
    if own is None:
        return None
    return Residence(own.resident, own.agreement, None if own.resident else _resident_as_urgent(using, seat))


def _place(using: str, centre: str) -> Facts:
    row = needed(using, models.Centre, "A place of a run is in the table of places.", id=centre)
    return json.loads(row.facts)


def _hours(hospital: Facts, centre: Facts, organ: Organ) -> Decimal | None:
    """Return the expected hours, rounded as a run rounds them; None where the table does not say where a place lies."""
    written = [place.get(name) for place in (hospital, centre) for name in ("latitude_deg", "longitude_deg")]
    given = [float(each) for each in written if each is not None]
    if len(given) < len(written):
        return None
    kilometres = great_circle_km(*given)
    if organ is Organ.CORNEA:
        hours = travel_model().packing_hours + travel_hours(kilometres)
    else:
        hours = preservation_hours(kilometres, organ)
    column = known_column(Table.FACTOR, "preservation_hours")
    return Decimal(decimal_text(quantise_one(float(hours), column), column.decimals))


@cache
def _limits() -> Mapping[Organ, Decimal]:
    return {Organ(row["organ"]): Decimal(row["limit_hours"]) for row in read_rows("safeguards/preservation.csv")}


def _declared(using: str, registration: str) -> models.Residence | None:
    rows = every(using, models.Residence, registration_id=registration)
    return max(rows, key=lambda row: leaf_of(using, row.event_id), default=None)


def _resident_as_urgent(using: str, seat: Seat) -> bool | None:
    """Tell whether a resident of equal or greater urgency is ranked behind a guest; None where nobody can know."""
    guest, unknown = _urgency(using, seat.registration), False
    for place in places_of(using, seat.run, seat.rank + 1):
        if place.registration == seat.registration or _urgency(using, place.registration) > guest:
            continue
        other = _declared(using, place.registration)
        if other is not None and other.resident:
            return True
        unknown = unknown or other is None
    return None if unknown else False


def _urgency(using: str, registration: str) -> int:
    """Return the level of urgency, 1 the most urgent; without one it is the base level."""
    known = newest_version(using, registration)
    return int(BASE if known.facts is None else json.loads(known.facts).get("urgency", BASE))
