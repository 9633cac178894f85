"""Knows where a demo year stands: who is on which list, what comes next, and what the operator keeps to himself."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.simulation.demo_year.journal import Attestor
from bequest.simulation.demo_year.people import ORGANS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from bequest.ledger.facts import Facts
    from bequest.ledger.rows import RunRows
    from bequest.matching.match_run import MatchRun
    from bequest.matching.pool import Pool
    from bequest.model.enums import Organ
    from bequest.policy.policy import Policy
    from bequest.simulation.demo_year.journal import Journal
    from bequest.simulation.demo_year.people import Scenario

REGISTER, COURT, HOSPITAL, LABORATORY = (
    "register.example/donors", "court.example/custody", "hospital.example/neurology", "laboratory.example/zz",
)  # fmt: skip
CONTROLLERS = {REGISTER: "association", COURT: "court", HOSPITAL: "hospital", LABORATORY: "university"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold what decides a demo year: everything else follows. `keeps_runs`: every run stays in memory."""

    seed: int
    candidates: int
    donors: int
    begins: date
    days: int
    keeps_runs: bool = False


@dataclass(frozen=True, slots=True)
class RunKept:
    """Hold what the operator keeps of a run beside its leaf; `shown` are the opened rows of offers and skips."""

    leaf: int
    organ: Organ
    run_key: bytes
    shown: list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Hold a run with its rows: megabytes for a long list."""

    kept: RunKept
    run: MatchRun
    rows: RunRows


class Kept:
    """Keep what opens and replays the year: it never leaves the operator but under an inquiry.

    The runs themselves are ranked again when they are asked for; `ranked` holds them where that is asked for.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.registrations: list[tuple[int, str, Organ, Facts | None]] = []
        self.donors: list[tuple[int, Facts]] = []
        self.runs: list[RunKept] = []
        self.ranked: list[Ranked] = []


class State:
    """Keep where the year stands."""

    def __init__(self, asked: Asked, people: Scenario, journal: Journal, policies: Mapping[Organ, Policy]) -> None:
        """Begin before the first event."""
        self.asked = asked
        self.people = people
        self.journal = journal
        self.policies = policies
        self.attestors = {
            name: Attestor(name, journal.secrets.private_key(name), controller)
            for name, controller in CONTROLLERS.items()
        }
        self.lists: dict[Organ, dict[str, tuple[Facts, str]]] = {organ: {} for organ in ORGANS}
        self.centres = {listed.registration: listed.facts["centre"] for listed in people.listed}
        self.referrals = {case.facts["hospital"]: (0, 0) for case in people.donors}
        self.pools: dict[Organ, Pool] = {}
        self.kept = Kept()
        self.exports: dict[str, bytes] = {}
        self.agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._planned = 0

    def plan(self, at: datetime, act: Callable[[], None]) -> None:
        """Put something on the agenda; of one instant, what was planned first happens first."""
        heapq.heappush(self.agenda, (at, self._planned, act))
        self._planned += 1

    def pseudonym(self, *about: object) -> str:
        """Return 32 hexadecimal digits that stand for something in this year's log."""
        return self.journal.secrets.pseudonym(*about)

    def subject_key(self, registration: str) -> bytes:
        """Return the key of the person behind a registration."""
        return self.journal.secrets.key("subject", registration)
