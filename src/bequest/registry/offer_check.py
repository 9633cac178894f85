"""Knows what the safeguards say of an offer: the donor's file, who is offered what, who treats them, which places may.

The rules of the donor are asked again at every offer and at every acceptance, with all live offers of the donation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bequest.model.donor_file import DonorFile, LiveOffer, LiveOfferKind
from bequest.model.enums import Organ
from bequest.model.identifiers import CentreId, PersonId
from bequest.model.team import CareTeam
from bequest.registry import models, rules
from bequest.registry.donor_file import donor_file
from bequest.registry.exchanges import exchange_with
from bequest.registry.instants import instant_from
from bequest.registry.offer_facts import country_of, forecast, group_of, ranked_group, residence
from bequest.registry.rosters import hold_rosters
from bequest.registry.rows import every, leaf_of
from bequest.registry.run_orders import place_of
from bequest.safeguards import export_gate, offer_gate
from bequest.safeguards.offer_rules import Activity, Authorisation, ExportCheck, OfferCheck

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.model.identifiers import RegistrationId
    from bequest.offers.record import LiveKind, Seat, State
    from bequest.registry.offer_state import Known
    from bequest.registry.office import Office
    from bequest.safeguards.offer_rules import Exchange


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold the offer that is asked about: its place, its kind, and the departure from the order by which it is made."""

    seat: Seat
    kind: LiveKind
    override: str | None


def let_offer_pass(office: Office, known: Known, asked: Asked, *, at: datetime, step: str) -> None:
    """Return if the safeguards let an offer be made or accepted; raise `GateRefusedError` where they do not."""
    hold_rosters(office.using)
    seat, using, file = asked.seat, office.using, _file(office, known, asked.seat)
    place = place_of(office.using, seat.run, seat.rank)
    centre = CentreId(place.centre)
    country = country_of(office, centre)
    check = OfferCheck(
        file=file,
        offer=LiveOffer(seat.registration, LiveOfferKind(asked.kind.value)),
        organ=seat.organ,
        centre=centre,
        centre_country=country,
        authorisations=_authorisations(using),
        forecast=forecast(using, seat.organ, hospital=file.hospital, centre=centre, override=asked.override),
        residence=residence(using, seat),
        exchange=exchange_with(using, country, at),
        ranked_group=ranked_group(using, seat),
    )
    rules.let_pass(offer_gate(check, at, rules.law_of(office)), step=step, donation=known.case.donation)


def let_export_pass(  # noqa: PLR0913  what leaves, from which donation, where to
    office: Office, known: Known, organ: models.Organ, exchange: Exchange, country: str, *, at: datetime
) -> None:
    """Return if the safeguards let an organ leave the country; raise `GateRefusedError` where they do not."""
    hold_rosters(office.using)
    name = Organ(organ.organ)
    check = ExportCheck(
        file=donor_file(office, known.case, organs=(name,)),
        organ=name,
        centre_country=country,
        authorisations=_authorisations(office.using),
        exchange=exchange,
        ranked_group=group_of(organ),
    )
    rules.let_pass(export_gate(check, at, rules.law_of(office)), step="export", donation=known.case.donation)


def _file(office: Office, known: Known, seat: Seat) -> DonorFile:
    """Return the donor's file with what the offers add: who is offered an organ, who is ranked, who treats them."""
    live = _live(known.state)
    ranked = tuple(dict.fromkeys(entry.registration for run in known.state.runs for entry in run.entries))
    concerned = sorted({seat.registration, *(offer.registration for offer in live), *ranked})
    return replace(
        donor_file(office, known.case, organs=(seat.organ,)),
        ranked=ranked,
        live_offers=live,
        care_teams=_care_teams(office.using, concerned),
    )


def _live(state: State) -> tuple[LiveOffer, ...]:
    return tuple(
        LiveOffer(seat.registration, LiveOfferKind(offer.kind.value))
        for offer in state.offers
        if offer.live
        for seat in offer.seats
    )


def _care_teams(using: str, registrations: list[RegistrationId]) -> tuple[CareTeam, ...]:
    """Return who treats each of some registrations, as was declared last."""
    rows = every(using, models.CareTeam, registration_id__in=registrations)
    newest = {row.registration_id: row for row in sorted(rows, key=lambda row: leaf_of(using, row.event_id))}
    return tuple(
        CareTeam(registration, tuple(PersonId(name) for name in newest[registration].doctors.split("\n")))
        for registration in registrations
        if registration in newest
    )


def _authorisations(using: str) -> tuple[Authorisation, ...]:
    return tuple(
        Authorisation(
            CentreId(row.centre_id),
            Activity(row.activity),
            None if row.organ is None else Organ(row.organ),
            instant_from(row.from_at),
            instant_from(row.until_at),
        )
        for row in every(using, models.Authorisation, "event_id")
    )
