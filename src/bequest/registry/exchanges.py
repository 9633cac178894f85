"""Knows how an agreement with another country is proposed, put in force by somebody else, ended, and relied upon."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.leaf import instant_text
from bequest.ledger.leaf_kinds import fits
from bequest.model.errors import InputError
from bequest.registry import rules
from bequest.registry.codes import check_code
from bequest.registry.instants import instant_from, past
from bequest.registry.models import Event, ExchangeAgreement, ExchangeEnactment, ExchangeEnd, ExchangeOrganisation
from bequest.registry.recording import Entered, Happening, known, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import add_all, added, every, found, leaf_of, locked, needed
from bequest.registry.secrecy import staff_pseudonym
from bequest.safeguards.offer_rules import Exchange

if TYPE_CHECKING:
    from datetime import date, datetime

    from bequest.ledger.commitment import Value
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

_MOST = 64
"""How many organisations a leaf can name."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """Hold an organisation of another country; `kind` is a code of the list `receiver` of leaves: none of them pays."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class ExchangeProposal:
    """Hold a published agreement with another country; `document` is the SHA-256 of what was published.

    `traceable_both_ways` and `equivalent_standard` None are not known, and let nothing leave. `joint_list`: whether it
    makes both countries one list.
    """

    country: str
    document: str
    published_at: datetime
    organisations: tuple[Organisation, ...]
    traceable_both_ways: bool | None
    equivalent_standard: bool | None
    joint_list: bool = False


@dataclass(frozen=True, slots=True)
class ExchangeEnacted:
    """Hold which agreement is to be in force, by the digest of its document, and from which day on."""

    document: str
    effective_on: date


@dataclass(frozen=True, slots=True)
class ExchangeEnded:
    """Hold which agreement is in force no longer."""

    document: str


def propose_exchange(office: Office, request: Request, proposal: ExchangeProposal) -> Entered:
    """Propose an agreement with another country; nothing leaves under it before somebody else put it in force."""
    return record(office, request, proposal, partial(_propose, proposal))


def enact_exchange(office: Office, request: Request, enacted: ExchangeEnacted) -> Entered:
    """Put a proposed agreement in force from a day on; the second signature, refused to who proposed it."""
    return record(office, request, enacted, partial(_enact, enacted))


def end_exchange(office: Office, request: Request, ended: ExchangeEnded) -> Entered:
    """End an agreement at once; one person may, since it only keeps organs in the country."""
    return record(office, request, ended, partial(_end, ended))


@dataclass(frozen=True, slots=True)
class Standing:
    """Hold an agreement in force, and what put it in force."""

    agreement: ExchangeAgreement
    enacted: ExchangeEnactment


def standing(unit: Unit, document: str) -> Standing | None:
    """Return the agreement with a document if it is in force, which nobody ends before this transaction is over."""
    wanted = found(unit.using, ExchangeAgreement, document=document)
    if wanted is None:
        return None
    agreement = locked(unit.using, ExchangeAgreement, "It was found.", event_id=wanted.event_id)
    enacted = in_force(unit.using, agreement, unit.at)
    return None if enacted is None else Standing(agreement, enacted)


def not_named(using: str, agreement: ExchangeAgreement, organisation: str) -> str | None:
    """Return in a sentence that an agreement does not name an organisation, None where it does."""
    named = [each.name for each in every(using, ExchangeOrganisation, "name", agreement_id=agreement.event_id)]
    if organisation in named:
        return None
    return f"The agreement with {agreement.country} names no organisation of this name; it names {', '.join(named)}."


def in_force(using: str, agreement: ExchangeAgreement, at: datetime) -> ExchangeEnactment | None:
    """Return what put an agreement in force before an instant and for its day, None where nothing did or it has ended.

    One that has ended since holds for nothing that is entered later: the log shows its end before.
    """
    enacted = found(using, ExchangeEnactment, agreement_id=agreement.event_id)
    if enacted is None or enacted.effective_on > at.date().isoformat():
        return None
    event = needed(using, Event, "What put an agreement in force is an event.", id=enacted.event_id)
    ended = found(using, ExchangeEnd, agreement_id=agreement.event_id)
    return None if ended is not None or event.at > instant_text(at) else enacted


def exchange_with(using: str, country: str | None, at: datetime) -> Exchange | None:
    """Return the exchange with a country by the agreement in force that joins both lists, or by the newest one."""
    agreements = [
        each
        for each in every(using, ExchangeAgreement, country=country)
        if in_force(using, each, at)
    ]  # fmt: skip
    if not agreements:
        return None
    best = max(agreements, key=lambda each: (each.joint_list, leaf_of(using, each.event_id)))
    return exchange_of(best, exhausted_at=None)


def exchange_of(agreement: ExchangeAgreement, *, exhausted_at: datetime | None) -> Exchange:
    """Return what an agreement says, as the safeguards read it, with when the national run came to its end."""
    return Exchange(
        agreement=agreement.document,
        agreement_published_at=instant_from(agreement.published_at),
        traceable_both_ways=agreement.traceable_both_ways,
        equivalent_standard=agreement.equivalent_standard,
        joint_list=agreement.joint_list,
        national_run_exhausted_at=exhausted_at,
    )


def _propose(proposal: ExchangeProposal, unit: Unit) -> Happening:
    _check(proposal, unit)
    if found(unit.using, ExchangeAgreement, document=proposal.document):
        raise InputError("An agreement with this document was proposed already; its digest names one agreement.")
    published_at = past(proposal.published_at, unit.at, called="The publication of the agreement")
    organisations = sorted(proposal.organisations, key=lambda each: each.name)
    added(
        unit.using,
        ExchangeAgreement(
            event_id=unit.event_id,
            country=proposal.country,
            document=proposal.document,
            published_at=published_at,
            traceable_both_ways=proposal.traceable_both_ways,
            equivalent_standard=proposal.equivalent_standard,
            joint_list=proposal.joint_list,
            proposed_by=unit.request.actor,
        ),
    )
    add_all(
        unit.using,
        ExchangeOrganisation,
        [ExchangeOrganisation(agreement_id=unit.event_id, name=each.name, kind=each.kind) for each in organisations],
    )
    names: list[Value] = [each.name for each in organisations]
    kinds: list[Value] = [each.kind for each in organisations]
    fields: dict[str, Value] = {
        "country": proposal.country,
        "document": proposal.document,
        "published_at": published_at,
        "organisations": names,
        "kinds": kinds,
        "traceable_both_ways": known(proposal.traceable_both_ways),
        "equivalent_standard": known(proposal.equivalent_standard),
        "joint_list": known(proposal.joint_list),
    }
    return Happening("exchange.proposed", fields)


def _check(proposal: ExchangeProposal, unit: Unit) -> None:
    """Return if a proposal can be written down; raise `InputError` where it cannot."""
    if not fits("country", proposal.country):
        raise InputError(f"'{proposal.country[:10]}' is no country; give its two capital letters.")
    if proposal.country == unit.office.jurisdiction:
        raise InputError("An agreement is with another country; this one is our own.")
    if not fits("hash", proposal.document):
        raise InputError("The published document is named by its SHA-256, 64 hexadecimal digits.")
    names = [each.name for each in proposal.organisations]
    if not names or len(names) > _MOST or len(set(names)) < len(names):
        raise InputError(f"An agreement names from 1 to {_MOST} organisations of the other country, each once.")
    for each in proposal.organisations:
        if not fits("name", each.name):
            raise InputError(
                f"'{each.name[:40]}' is no name of an organisation; give small letters, digits and . / @ + - alone."
            )
        check_code("receiver", each.kind, called="The kind of an organisation")


def _enact(enacted: ExchangeEnacted, unit: Unit) -> Happening:
    sentence = "No agreement with this document was proposed; propose it first."
    agreement = locked(unit.using, ExchangeAgreement, sentence, document=enacted.document)
    if found(unit.using, ExchangeEnactment, agreement_id=agreement.event_id):
        raise InputError("This agreement was put in force already.")
    if agreement.proposed_by == unit.request.actor:
        raise GateRefusedError(
            "An agreement is put in force by somebody else than who proposed it.", rule=rules.EXCHANGE, step="export"
        )
    today = unit.at.date()
    if enacted.effective_on < today:
        raise GateRefusedError(
            f"An agreement is never put in force for days that are past; today is {today}.", rule=rules.EXCHANGE,
            step="export",
        )  # fmt: skip
    added(
        unit.using,
        ExchangeEnactment(
            event_id=unit.event_id,
            agreement_id=agreement.event_id,
            enacted_on=today.isoformat(),
            effective_on=enacted.effective_on.isoformat(),
            proposed_by=agreement.proposed_by,
            enacted_by=unit.request.actor,
        ),
    )
    signers: list[Value] = [
        staff_pseudonym(unit.office, name) for name in (agreement.proposed_by, unit.request.actor)
    ]  # fmt: skip
    fields: dict[str, Value] = {
        "country": agreement.country,
        "document": agreement.document,
        "effective_on": enacted.effective_on.isoformat(),
        "proposed": leaf_of(unit.using, agreement.event_id),
        "signers": signers,
    }
    return Happening("exchange.enacted", fields)


def _end(ended: ExchangeEnded, unit: Unit) -> Happening:
    sentence = "No agreement with this document was proposed; check its digest."
    agreement = locked(unit.using, ExchangeAgreement, sentence, document=ended.document)
    enacted = found(unit.using, ExchangeEnactment, agreement_id=agreement.event_id)
    if enacted is None or found(unit.using, ExchangeEnd, agreement_id=agreement.event_id):
        raise InputError("This agreement is not in force; there is nothing to end.")
    added(
        unit.using,
        ExchangeEnd(event_id=unit.event_id, agreement_id=agreement.event_id, ended_by=unit.request.actor),
    )
    fields: dict[str, Value] = {
        "country": agreement.country,
        "document": agreement.document,
        "enacted": leaf_of(unit.using, enacted.event_id),
    }
    return Happening("exchange.ended", fields)
