"""Knows how an empty database is filled with the demo country: places, policies, lists, and an account of each role.

All people are invented, from one seed. The accounts have passwords that are printed, so that they are never made in a
database of real people.
"""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bequest.ledger.facts import fact_rows
from bequest.model.column import Table
from bequest.model.enums import Organ
from bequest.model.errors import InputError
from bequest.policy import library
from bequest.registry.centres import add_centres
from bequest.registry.listings import Listing, facts_of, list_candidate, newest_version
from bequest.registry.models import Centre, Registration
from bequest.registry.office import Request
from bequest.registry.policies import Enactment, Proposal, enact_policy, propose_policy
from bequest.registry.rows import every
from bequest.service.accounts import NewAccount, add_account
from bequest.service.models import Account
from bequest.service.roles import Role, belongs_to
from bequest.simulation.population import make_population

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bequest.registry.office import Office

ORGANS = (Organ.HEART, Organ.KIDNEY, Organ.LIVER, Organ.LUNG)
CANDIDATES = 80
_SEED = 1
_PROPOSER, _ENACTOR = "demo-policy-office", "demo-committee"
_PASSWORD_BYTES = 9


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Hold a demo account and its password, to be printed."""

    name: str
    role: Role
    belongs_to: str | None
    password: str


def fill(office: Office, tell: Callable[[str], None]) -> bool:
    """Fill an empty registry with the demo country; return False where it holds people already."""
    _refuse_real(office)
    if every(office.using, Centre):
        return False
    at = office.clock().replace(microsecond=0)
    places: dict[str, Mapping[str, str]] = {}
    people: list[tuple[Organ, list[dict[str, str]]]] = []
    for organ in ORGANS:
        made = make_population(
            country="demo", organ=organ, candidates=CANDIDATES, donors=1, seed=_SEED, at=at - timedelta(days=1)
        )
        places |= {each["centre"]: each for each in fact_rows(made.centres, Table.CENTRE)}
        people.append((organ, fact_rows(made.registrations, Table.REGISTRATION)))
    add_centres(office, places.values())
    tell(f"{len(places)} centres and hospitals")
    for organ in ORGANS:
        _enact(office, organ, at)
    tell(f"{len(ORGANS)} policies, each proposed by one person and put in force by another")
    for organ, registrations in people:
        for facts in registrations:
            _list(office, organ, facts)
        tell(f"{len(registrations)} registrations on the {organ.value} list")
    return True


def _enact(office: Office, organ: Organ, at: datetime) -> None:
    name = f"core/{organ.value}"
    policy = library.policy(name, on=at.date())
    written = next(each.written for each in library.versions(name) if each.edition == policy.edition)
    propose_policy(office, Request(f"demo:propose:{name}", _PROPOSER), Proposal(written))
    enact_policy(office, Request(f"demo:enact:{name}", _ENACTOR), Enactment(policy.hash, at.date()))


def _list(office: Office, organ: Organ, facts: Mapping[str, str]) -> None:
    # The populations number their people alike, and each list has its own.
    prefix = organ.value[:2].upper()
    own = {
        **facts,
        "registration": f"{prefix}-{facts['registration']}",
        "candidate": f"{prefix}-{facts['candidate']}",
    }
    listing = Listing(own, identity=f"Invented person {own['candidate']}")
    list_candidate(office, Request(f"demo:list:{own['registration']}", "demo"), listing)


def add_accounts(office: Office) -> list[DemoAccount]:
    """Make an account for each role, each centre's at the centre with most registrations; return their passwords."""
    _refuse_real(office)
    centre, candidate = _busiest(office)
    hospital = next(each.id for each in every(office.using, Centre, "id") if each.id.startswith("H-"))
    found: list[DemoAccount] = []
    for role in Role:
        at = {"centre": centre, "hospital": hospital, "candidate": candidate}.get(belongs_to(role))
        found.append(_add(role.value.replace("_", "-"), role, at))
    found.append(_add("policy-committee", Role.POLICY_OFFICE, None))
    found.append(_add("donor-coordinator-2", Role.DONOR_COORDINATOR, hospital))
    return found


def _add(name: str, role: Role, at: str | None) -> DemoAccount:
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    own = belongs_to(role)
    add_account(
        NewAccount(
            name=name,
            role=role,
            password=password,
            centre=at if own in {"centre", "hospital"} else None,
            candidate=at if own == "candidate" else None,
            demo=True,
        )
    )
    return DemoAccount(name, role, at, password)


def has_accounts() -> bool:
    """Return whether there are accounts already."""
    return Account.objects.exists()


def _busiest(office: Office) -> tuple[str, str]:
    """Return the centre with most registrations, and a candidate of it."""
    facts = [
        facts_of(newest_version(office.using, each.id)) for each in every(office.using, Registration, "id")
    ]
    counted = Counter(each["centre"] for each in facts)
    centre = min(counted, key=lambda name: (-counted[name], name))
    return centre, next(each["candidate"] for each in facts if each["centre"] == centre)


def _refuse_real(office: Office) -> None:
    if not office.synthetic:
        raise InputError("The demo country is made in a database of invented people (ZZ) only.")
