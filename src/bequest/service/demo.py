"""Knows how an empty database is filled with the demo country: places, policies, lists, and an account of each role.

All people are invented, from one seed. The accounts have passwords that are printed, so that they are never made in a
database of real people.
"""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from bequest.ledger.facts import fact_rows
from bequest.model.column import Table
from bequest.model.enums import CentreKind, Organ, RegistrationStatus
from bequest.model.errors import InputError
from bequest.policy import library, plans
from bequest.registry.care_teams import Authorised, Treated, authorise_place, declare_care_team
from bequest.registry.centres import add_centres
from bequest.registry.listings import Listing, facts_of, list_candidate
from bequest.registry.models import Candidate, Centre, Registration
from bequest.registry.office import Request
from bequest.registry.policies import Enactment, Proposal, enact_policy, propose_policy
from bequest.registry.rows import every, found
from bequest.registry.versions import newest_version
from bequest.safeguards.offer_rules import Activity
from bequest.service.accounts import NewAccount, add_account, add_demo_accounts
from bequest.service.models import Account
from bequest.service.roles import Role, belongs_to
from bequest.simulation.population import make_population

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bequest.ledger.facts import Values
    from bequest.registry.office import Office

ORGANS = (Organ.HEART, Organ.KIDNEY, Organ.LIVER, Organ.LUNG)
CANDIDATES = 80
COORDINATOR = "coordinator-"
"""Begins the name of a centre's own coordinator; the centre's code follows."""
_SEED = 1
_PROPOSER, _ENACTOR = "demo-policy-office", "demo-committee"
_PASSWORD_BYTES = 9
_AUTHORISED_FOR = timedelta(days=3650)
_DOCTORS = 2
_PLAN = "core/donor-plan"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Hold a demo account and its password, to be printed."""

    name: str
    role: Role
    belongs_to: str | None
    password: str


def fill(
    office: Office,
    tell: Callable[[str], None],
    *,
    organs: tuple[Organ, ...] = ORGANS,
    hospitals: int | None = None,
) -> list[DemoAccount]:
    """Fill an empty registry with the demo country, and return its accounts; do nothing where it was filled before.

    `hospitals`: how many donor hospitals it has beside that of the coordinators, None for all.
    """
    if not office.synthetic:
        raise InputError("The demo country is made in a database of invented people (ZZ) only.")
    if Account.objects.exists():
        return []
    if every(office.using, Centre):
        raise InputError(
            "The demo country in this database was begun and not finished; remove its folder, and start again."
        )
    at = office.clock().replace(microsecond=0)
    places: dict[str, Mapping[str, str]] = {}
    people: list[tuple[Organ, list[dict[str, str]]]] = []
    hospital = ""
    for organ in organs:
        made = make_population(
            country="demo", organ=organ, candidates=CANDIDATES, donors=1, seed=_SEED, at=at - timedelta(days=1)
        )
        places |= {each["centre"]: each for each in fact_rows(_columns(made.centres), Table.CENTRE)}
        # The donor coordinators are at the hospital of the first donor of the last list.
        hospital = fact_rows(_columns(made.donors), Table.DONOR)[0]["hospital"]
        listed = fact_rows(_columns(made.registrations), Table.REGISTRATION)
        # Who has left a list is put on none.
        people.append((organ, [each for each in listed if each["status"] != RegistrationStatus.REMOVED.value]))
    places = _fewer(places, hospital, hospitals)
    add_centres(office, places.values())
    for place in places.values():
        _authorise(office, place, at)
    tell(f"{len(places)} centres and hospitals, each authorised for what it does")
    for organ in organs:
        _enact(office, organ, at)
    _enact_plan(office, at)
    lists = ", ".join(organ.value for organ in organs)
    tell(f"a policy for each list ({lists}) and a donor plan, proposed by one person and put in force by another")
    for organ, registrations in people:
        for facts in registrations:
            _list(office, organ, facts)
        tell(f"{len(registrations)} registrations on the {organ.value} list, each with its care team")
    return _add_accounts(office, hospital)


def _fewer(
    places: Mapping[str, Mapping[str, str]], hospital: str, hospitals: int | None
) -> dict[str, Mapping[str, str]]:
    """Return the centres, a hospital, and the first of the others."""
    others = [name for name, each in sorted(places.items()) if each["kind"] != CentreKind.TRANSPLANT.value]
    left_out = frozenset() if hospitals is None else frozenset(others[hospitals:]) - {hospital}
    return {name: each for name, each in places.items() if name not in left_out}


def _columns(columns: Mapping[str, object]) -> Mapping[str, Values]:
    # A population holds what fact_rows takes: lists and arrays.
    return cast("Mapping[str, Values]", columns)


def _enact(office: Office, organ: Organ, at: datetime) -> None:
    name = f"core/{organ.value}"
    policy = library.policy(name, on=at.date())
    written = next(each.written for each in library.versions(name) if each.edition == policy.edition)
    _put_in_force(office, name, written=written, policy_hash=policy.hash, at=at)


def _enact_plan(office: Office, at: datetime) -> None:
    plan = plans.plan(_PLAN, on=at.date())
    written = next(each.written for each in plans.plan_versions(_PLAN) if each.edition == plan.edition)
    _put_in_force(office, _PLAN, written=written, policy_hash=plan.hash, at=at)


def _put_in_force(office: Office, name: str, *, written: str, policy_hash: str, at: datetime) -> None:
    propose_policy(office, Request(f"demo:propose:{name}", _PROPOSER), Proposal(written))
    enact_policy(office, Request(f"demo:enact:{name}", _ENACTOR), Enactment(policy_hash, at.date()))


def _authorise(office: Office, place: Mapping[str, str], at: datetime) -> None:
    """Authorise every place to recover organs, and the transplant centres to transplant them."""
    transplants = place["kind"] == CentreKind.TRANSPLANT.value
    for activity in Activity if transplants else (Activity.PROCUREMENT,):
        key = f"demo:authorise:{place['centre']}:{activity.value}"
        authorised = Authorised(place["centre"], activity, None, at, at + _AUTHORISED_FOR)
        authorise_place(office, Request(key, _PROPOSER), authorised)


def _list(office: Office, organ: Organ, facts: Mapping[str, str]) -> None:
    # The populations number their people alike, and each list has its own.
    prefix = organ.value[:2].upper()
    own = {
        **facts,
        "registration": f"{prefix}-{facts['registration']}",
        "candidate": f"{prefix}-{facts['candidate']}",
    }
    # Somebody may be registered at two centres; who it is, is said the first time.
    known = found(office.using, Candidate, id=own["candidate"]) is not None
    listing = Listing(own, identity=None if known else f"Invented person {own['candidate']}", resident=True)
    list_candidate(office, Request(f"demo:list:{own['registration']}", "demo"), listing)
    doctors = tuple(f"doctor-{number}-of-{own['centre']}" for number in range(1, _DOCTORS + 1))
    treated = Treated(own["registration"], doctors)
    declare_care_team(office, Request(f"demo:treat:{own['registration']}", "demo"), treated)


def _add_accounts(office: Office, hospital: str) -> list[DemoAccount]:
    """Make an account for each role; those of a centre are at the one with most registrations."""
    centre, candidate = _busiest(office)
    made: list[DemoAccount] = []
    for role in Role:
        at = {"centre": centre, "hospital": hospital, "candidate": candidate}.get(belongs_to(role))
        made.append(_add(role.value.replace("_", "-"), role, at))
    made.append(_add("policy-committee", Role.POLICY_OFFICE, None))
    made.append(_add("donor-coordinator-2", Role.DONOR_COORDINATOR, hospital))
    # Two people sign a run, and one ends the pause of another.
    made.append(_add("allocator-2", Role.ALLOCATOR, None))
    made.append(_add("doctor-of-hospital", Role.PHYSICIAN, hospital))
    made.append(_add("surgeon-of-hospital", Role.PHYSICIAN, hospital))
    made.append(_add("nurse-of-hospital", Role.BEDSIDE, hospital))
    return [*made, *_add_coordinators(office)]


def _add_coordinators(office: Office) -> list[DemoAccount]:
    """Make an account for each centre that has somebody on a list: any of them may be offered an organ."""
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    centres = {facts["centre"] for facts in _listed(office)}
    names = {f"{COORDINATOR}{centre}": centre for centre in centres}
    add_demo_accounts(names, Role.CENTRE_COORDINATOR, password)
    return [DemoAccount(name, Role.CENTRE_COORDINATOR, names[name], password) for name in sorted(names)]


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


def _busiest(office: Office) -> tuple[str, str]:
    """Return the centre with most registrations, and a candidate of it."""
    facts = _listed(office)
    counted = Counter(each["centre"] for each in facts)
    centre = min(counted, key=lambda name: (-counted[name], name))
    return centre, next(each["candidate"] for each in facts if each["centre"] == centre)


def _listed(office: Office) -> list[Mapping[str, str]]:
    """Return the facts of every registration, by their identifiers."""
    return [facts_of(newest_version(office.using, each.id)) for each in every(office.using, Registration, "id")]
