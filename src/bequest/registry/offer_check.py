"""Knows what the safeguards say of an offer: the donor's file, who is offered what, who treats them, which places may.

The rules of the donor are asked again at every offer and at every acceptance, with all live offers of the donation.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bequest.model.donor_file import DonorFile, LiveOffer, LiveOfferKind
from bequest.model.enums import Organ
from bequest.model.identifiers import CentreId, PersonId
from bequest.model.team import CareTeam
from bequest.registry import models, rules
from bequest.registry.donor_file import donor_file
from bequest.registry.instants import instant_from
from bequest.registry.rows import every, leaf_of, needed
from bequest.safeguards import offer_gate
from bequest.safeguards.finding import RuleId
from bequest.safeguards.offer_rules import Activity, Authorisation, OfferCheck

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.model.identifiers import RegistrationId
    from bequest.offers.record import LiveKind, Seat, State
    from bequest.registry.offer_state import Known
    from bequest.registry.office import Office

WITHOUT_FACTS = frozenset(RuleId(rule) for rule in ("ALC-05", "ALC-06", "TRC-03", "TRC-08"))
"""Rules of the gate that no table has the facts for yet: hours of preservation, residence, characterisation, samples.

What they find is left out. A rule leaves this set with the use case that records its facts.
"""


def let_offer_pass(  # noqa: PLR0913  what is offered to whom, and when it is asked
    office: Office, known: Known, seat: Seat, kind: LiveKind, *, at: datetime, step: str
) -> None:
    """Return if the safeguards let an offer be made or accepted; raise `GateRefusedError` where they do not."""
    place = needed(office.using, models.MatchRow, "A place of a run is a row.", run_id=seat.run, rank=seat.rank)
    check = OfferCheck(
        file=_file(office, known, seat),
        offer=LiveOffer(seat.registration, LiveOfferKind(kind.value)),
        organ=seat.organ,
        centre=CentreId(place.centre_id),
        centre_country=office.jurisdiction,
        authorisations=_authorisations(office.using),
        forecast=None,
        residence=None,
        exchange=None,
    )
    decision = offer_gate(check, at, rules.law_of(office))
    asked = tuple(reason for reason in decision.reasons if reason.rule not in WITHOUT_FACTS)
    rules.let_pass(replace(decision, reasons=asked), step=step, donation=known.case.donation)


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
