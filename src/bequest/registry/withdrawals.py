"""Knows how a candidate withdraws the consent to be listed, at any time, and is listed again without loss."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.facts import facts_digest
from bequest.model.enums import RegistrationStatus
from bequest.model.errors import InputError
from bequest.registry.dated import day_of, waiting_rule
from bequest.registry.listings import CREATED, RESULT_COLUMNS, WAITING_COLUMNS, new_registration
from bequest.registry.models import Registration, Relisting, Withdrawal
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import added, found, leaf_of, needed
from bequest.registry.versions import (
    REMOVED,
    add_version,
    case_of_listing,
    check_registration,
    gone_on,
    held_on_list,
    last_facts,
    lock_list,
    merged,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.ledger.commitment import Value
    from bequest.ledger.facts import Facts
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

OWN_WISH = "candidate_wish"
_NEVER_GIVEN = frozenset({"registration", "candidate", "organ", "status"}) | WAITING_COLUMNS | RESULT_COLUMNS


@dataclass(frozen=True, slots=True)
class ConsentToListingWithdrawn:
    """Hold which registration its candidate takes back; nobody asks why."""

    registration: str


@dataclass(frozen=True, slots=True)
class ListedAgain:
    """Hold the new registration of a candidate who had withdrawn `earlier`, the new consent's day, and what changed."""

    earlier: str
    registration: str
    consented_on: date
    changes: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])


def withdraw_from_list(office: Office, request: Request, withdrawn: ConsentToListingWithdrawn) -> Entered:
    """Take a candidate off a list at once, at their own wish."""
    return record(office, request, withdrawn, partial(_withdraw, withdrawn))


def list_again(office: Office, request: Request, again: ListedAgain) -> Entered:
    """List a candidate again who had withdrawn: the waiting of before counts as data/upkeep/waiting.csv says."""
    return record(office, request, again, partial(_list_again, again))


def _withdraw(withdrawn: ConsentToListingWithdrawn, unit: Unit) -> Happening:
    before = held_on_list(withdrawn.registration, unit)
    added(
        unit.using,
        Withdrawal(event_id=unit.event_id, registration_id=before.registration.id, withdrawn_on=day_of(unit.at)),
    )
    return gone_on(unit, before, REMOVED, None, {"reason": OWN_WISH})


def _list_again(again: ListedAgain, unit: Unit) -> Happening:
    sentence = f"Registration '{again.earlier[:40]}' was not withdrawn by its candidate; list them as somebody new."
    earlier = needed(unit.using, Registration, sentence, id=again.earlier)
    lock_list(earlier.waiting_list_id, unit)
    withdrawal = needed(unit.using, Withdrawal, sentence, registration_id=earlier.id)
    if found(unit.using, Relisting, withdrawal_id=withdrawal.event_id):
        raise InputError("The waiting before this withdrawal was given back already; it counts once.")
    given = sorted(_NEVER_GIVEN & set(again.changes))
    if given:
        raise InputError(f"'{given[0]}' is taken over or worked out when somebody is listed again; leave it out.")
    today = date.fromisoformat(day_of(unit.at))
    withdrawn_on = date.fromisoformat(withdrawal.withdrawn_on)
    if not withdrawn_on <= again.consented_on <= today:
        raise InputError("The new consent was given after the withdrawal, and not in the future; correct its day.")
    before = last_facts(unit.using, earlier.id)
    begin, restored = _waiting(before, unit, withdrawn_on=withdrawn_on, today=today)
    waiting: dict[str, str | None] = {"listed_on": begin.isoformat()}
    if restored == 0:
        waiting["consent_to_listing_on"] = again.consented_on.isoformat()
    facts = merged(before, {
        **again.changes, **waiting, "registration": again.registration, "status": RegistrationStatus.ACTIVE.value
    })  # fmt: skip
    check_registration(facts, unit)
    registration, candidate = new_registration(facts, unit, identity=None)
    added(
        unit.using,
        Relisting(
            event_id=unit.event_id,
            withdrawal_id=withdrawal.event_id,
            registration_id=registration.id,
            consented_on=again.consented_on.isoformat(),
            restored_days=restored,
        ),
    )
    add_version(unit, registration.id, CREATED, facts)
    fields: dict[str, Value] = {
        "registration": registration.pseudonym,
        "organ": facts["organ"],
        "facts": facts_digest(facts),
        "earlier": leaf_of(unit.using, withdrawal.event_id),
        "restored_days": restored,
    }
    return Happening(CREATED, fields, case=case_of_listing(registration.id), subject_id=candidate.subject_id)


def _waiting(before: Facts, unit: Unit, *, withdrawn_on: date, today: date) -> tuple[date, int]:
    """Return the day from which waiting counts, and how many days of before are in it."""
    country = unit.office.jurisdiction
    within = waiting_rule("relisting_within_days", country=country)
    if within and today > withdrawn_on + timedelta(days=int(within)):
        return today, 0
    listed_on = date.fromisoformat(before["listed_on"])
    gap = today - withdrawn_on
    begin = listed_on if waiting_rule("relisting_gap_counts", country=country) == "yes" else listed_on + gap
    return begin, (withdrawn_on - listed_on).days
