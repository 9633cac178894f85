"""Knows who may do what: the one decision table of roles, actions and relations, read from data.

What the table does not allow is denied. A relation binds an account to the row that is asked about.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping


class Role(Enum):
    """Name what an account is for."""

    ALLOCATOR = "allocator"
    DONOR_COORDINATOR = "donor_coordinator"
    CENTRE_COORDINATOR = "centre_coordinator"
    PHYSICIAN = "physician"
    LIST_KEEPER = "list_keeper"
    LABORATORY = "laboratory"
    BEDSIDE = "bedside"
    PATIENT = "patient"
    POLICY_OFFICE = "policy_office"
    AUDITOR = "auditor"
    OPERATOR = "operator"


class Action(Enum):
    """Name what can be asked of the service."""

    POLICIES_READ = "policies.read"
    POLICIES_PROPOSE = "policies.propose"
    POLICIES_ENACT = "policies.enact"
    PLACES_READ = "places.read"
    REGISTRATIONS_BROWSE = "registrations.browse"
    REGISTRATIONS_READ = "registrations.read"
    REGISTRATIONS_CREATE = "registrations.create"
    REGISTRATIONS_CHANGE = "registrations.change"
    REGISTRATIONS_SUSPEND = "registrations.suspend"
    REGISTRATIONS_REMOVE = "registrations.remove"
    REGISTRATIONS_RECERTIFY = "registrations.recertify"
    REGISTRATIONS_WITHDRAW = "registrations.withdraw"
    REGISTRATIONS_LIST_AGAIN = "registrations.list_again"
    RESULTS_ENTER = "results.enter"
    RESULTS_CONFIRM = "results.confirm"
    RESULTS_UPLOAD = "results.upload"
    REVIEWERS_APPOINT = "reviewers.appoint"
    EXCEPTIONS_REQUEST = "exceptions.request"
    EVIDENCE_READ = "evidence.read"
    CASES_REVIEW = "cases.review"
    EXCEPTIONS_DECIDE = "exceptions.decide"
    APPEALS_OPEN = "appeals.open"
    APPEALS_DECIDE = "appeals.decide"
    CARE_TEAMS_DECLARE = "care_teams.declare"
    RESIDENCES_DECLARE = "residences.declare"
    FILTERS_SET = "filters.set"
    FILTERS_LIFT = "filters.lift"
    CANDIDATES_ERASE = "candidates.erase"
    PLACES_AUTHORISE = "places.authorise"
    PROGRAMMES_PAUSE = "programmes.pause"
    PROGRAMMES_RESUME = "programmes.resume"
    DONORS_REPORT = "donors.report"
    DONORS_READ = "donors.read"
    CONSENTS_RECORD = "consents.record"
    CONSENTS_VERIFY = "consents.verify"
    CONSENTS_REVOKE = "consents.revoke"
    REGISTERS_LOOK_UP = "registers.look_up"
    GAIN_DECLARE = "gain.declare"
    IDENTITY_ESTABLISH = "identity.establish"
    CUSTODY_RECORD = "custody.record"
    DEATH_CERTIFY = "death.certify"
    REGISTERS_CORRECT = "registers.correct"
    FAMILIES_CONTACT = "families.contact"
    CORONERS_RECORD = "coroners.record"
    HOLDS_RELEASE = "holds.release"
    ROSTERS_DECLARE = "rosters.declare"
    IMPORTS_ATTEST = "imports.attest"
    PATHWAYS_OPEN = "pathways.open"
    PATHWAYS_STAND_DOWN = "pathways.stand_down"
    OBSERVATIONS_START = "observations.start"
    OBSERVATIONS_END = "observations.end"
    BLOOD_GROUPS_RECORD = "blood_groups.record"
    DONORS_CHARACTERISE = "donors.characterise"
    RECOVERIES_PAUSE = "recoveries.pause"
    RECOVERIES_RESUME = "recoveries.resume"
    RECOVERIES_STOP = "recoveries.stop"
    RECOVERIES_ORDER = "recoveries.order"
    DONORS_CLOSE = "donors.close"
    REFERRALS_STRIP = "referrals.strip"
    DONORS_ERASE = "donors.erase"
    DAYS_CLOSE = "days.close"
    ORGANS_OPEN = "organs.open"
    RUNS_MAKE = "runs.make"
    RUNS_SIGN = "runs.sign"
    STAGES_BEGIN = "stages.begin"
    RUNS_READ = "runs.read"
    RUNS_EXPLAIN = "runs.explain"
    RUNS_COMPARE = "runs.compare"
    OFFERS_BROWSE = "offers.browse"
    OFFERS_READ = "offers.read"
    OFFERS_MAKE = "offers.make"
    OFFERS_TELL = "offers.tell"
    OFFERS_SEE = "offers.see"
    OFFERS_ACCEPT = "offers.accept"
    OFFERS_DECLINE = "offers.decline"
    OFFERS_WITHDRAW = "offers.withdraw"
    OVERRIDES_REQUEST = "overrides.request"
    OVERRIDES_DECIDE = "overrides.decide"
    CROSSMATCHES_RECORD = "crossmatches.record"
    CANDIDATES_ADMIT = "candidates.admit"
    THEATRES_BOOK = "theatres.book"
    SHIPMENTS_SEND = "shipments.send"
    SHIPMENTS_SCAN = "shipments.scan"
    SHIPMENTS_CHECK = "shipments.check"
    SHIPMENTS_READ = "shipments.read"
    TRANSPLANTS_RECORD = "transplants.record"
    OUTCOMES_RECORD = "outcomes.record"
    INCIDENTS_REPORT = "incidents.report"
    DOWNTIMES_RECORD = "downtimes.record"
    PAPERS_ENTER = "papers.enter"
    BREAK_GLASS_OPEN = "break_glass.open"
    BREAK_GLASS_BROWSE = "break_glass.browse"
    BREAK_GLASS_READ_OWN = "break_glass.read_own"
    ACCOUNTS_BROWSE = "accounts.browse"
    READS_BROWSE = "reads.browse"
    READS_CLOSE = "reads.close"
    REGISTER_KEYS_ADD = "register_keys.add"
    EXCHANGES_READ = "exchanges.read"
    EXCHANGES_PROPOSE = "exchanges.propose"
    EXCHANGES_ENACT = "exchanges.enact"
    EXCHANGES_END = "exchanges.end"
    EXPORTS_MAKE = "exports.make"
    EXPORTS_READ = "exports.read"
    EXPORTS_END = "exports.end"
    DISCARDS_RECORD = "discards.record"
    DISCARDS_READ = "discards.read"


ON_PAPER = frozenset({
    Action.DONORS_REPORT, Action.CONSENTS_RECORD, Action.CONSENTS_VERIFY, Action.CONSENTS_REVOKE,
    Action.REGISTERS_LOOK_UP, Action.GAIN_DECLARE, Action.IDENTITY_ESTABLISH, Action.CUSTODY_RECORD,
    Action.DEATH_CERTIFY, Action.FAMILIES_CONTACT, Action.CORONERS_RECORD, Action.HOLDS_RELEASE,
    Action.ROSTERS_DECLARE, Action.PATHWAYS_OPEN, Action.PATHWAYS_STAND_DOWN, Action.OBSERVATIONS_START,
    Action.OBSERVATIONS_END, Action.BLOOD_GROUPS_RECORD, Action.DONORS_CHARACTERISE, Action.RECOVERIES_PAUSE,
    Action.RECOVERIES_STOP, Action.RECOVERIES_ORDER, Action.ORGANS_OPEN, Action.RUNS_MAKE, Action.RUNS_SIGN,
    Action.STAGES_BEGIN, Action.OFFERS_MAKE, Action.OFFERS_TELL, Action.OFFERS_SEE, Action.OFFERS_ACCEPT,
    Action.OFFERS_DECLINE, Action.OFFERS_WITHDRAW, Action.CROSSMATCHES_RECORD, Action.CANDIDATES_ADMIT,
    Action.THEATRES_BOOK, Action.TRANSPLANTS_RECORD, Action.IMPORTS_ATTEST, Action.EXPORTS_MAKE,
    Action.DISCARDS_RECORD,
})  # fmt: skip
"""What may be done on paper while the service is down, and is entered later by the duty desk.

Not the end of a pause: whoever enters it would stand as the independent doctor.
"""


class Verdict(Enum):
    """Name what a cell of the table says; all but the first two are relations of an account to a row."""

    DENY = "deny"
    ALLOW = "allow"
    OWN_CENTRE = "own_centre"
    OWN_HOSPITAL = "own_hospital"
    OWN_OFFER = "own_offer"
    AT_BEDSIDE = "at_bedside"
    AS_REVIEWER = "as_reviewer"
    OWN_REGISTRATION = "own_registration"
    OWN_PLACED = "own_placed"


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold one cell: the verdict, and whether an opened break-glass stands in for the relation."""

    verdict: Verdict
    break_glass: bool


@dataclass(frozen=True, slots=True)
class Belonging:
    """Hold what an account is: its role, its centre or hospital, the candidate that a patient is, and its name."""

    role: Role
    centre: str | None = None
    candidate: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class About:
    """Hold what a row belongs to, as far as relations ask.

    `centres`: of the registration, or those that were offered an organ of the donor or the run. `placed`: all parts
    that the run was for have been accepted. `reviewers`: who is appointed, and from outside the case's centres.
    """

    centres: frozenset[str] = frozenset()
    hospital: str | None = None
    candidate: str | None = None
    placed: bool = False
    reviewers: frozenset[str] = frozenset()


@cache
def decision_table() -> Mapping[tuple[Action, Role], Cell]:
    """Return the table: one cell for each action and role."""
    return MappingProxyType({
        (Action(row["action"]), Role(row["role"])): Cell(Verdict(row["verdict"]), row["break_glass"] == "yes")
        for row in read_rows("service/permissions.csv")
    })  # fmt: skip


def cell_of(action: Action, role: Role) -> Cell:
    """Return what the table says; deny where it says nothing."""
    return decision_table().get((action, role), Cell(Verdict.DENY, break_glass=False))


def holds(verdict: Verdict, belonging: Belonging, about: About) -> bool:
    """Return whether an account may do what a verdict is about, to this row."""
    own_centre = belonging.centre is not None and belonging.centre in about.centres
    own_hospital = belonging.centre is not None and belonging.centre == about.hospital
    own_registration = belonging.candidate is not None and belonging.candidate == about.candidate
    answers = {
        Verdict.DENY: False,
        Verdict.ALLOW: True,
        Verdict.OWN_CENTRE: own_centre,
        Verdict.OWN_OFFER: own_centre,
        Verdict.OWN_HOSPITAL: own_hospital,
        # The teams of those who were offered an organ stand there as well.
        Verdict.AT_BEDSIDE: own_hospital or own_centre,
        Verdict.AS_REVIEWER: belonging.name is not None and belonging.name in about.reviewers,
        Verdict.OWN_REGISTRATION: own_registration,
        Verdict.OWN_PLACED: own_registration and about.placed,
    }
    return answers[verdict]


@cache
def action_words() -> Mapping[Action, str]:
    """Return each action in words that follow "may not"."""
    return MappingProxyType({Action(row["action"]): row["says"] for row in read_rows("service/actions.csv")})


@cache
def role_words() -> Mapping[Role, str]:
    """Return each role in words."""
    return MappingProxyType({Role(row["role"]): row["says"] for row in read_rows("service/roles.csv")})


@cache
def belongs_to(role: Role) -> str:
    """Return what an account of a role must name: `centre`, `hospital`, `candidate`, or `no`."""
    return {row["role"]: row["belongs_to"] for row in read_rows("service/roles.csv")}[role.value]
