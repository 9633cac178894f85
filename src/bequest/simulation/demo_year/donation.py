"""Knows one donation of a demo year: from the referral through the gates to the closed file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bequest.ledger.facts import facts_digest
from bequest.ledger.leaf import instant_text
from bequest.model.enums import Organ
from bequest.simulation.demo_year.allocation import allocate
from bequest.simulation.demo_year.people import ORGANS
from bequest.simulation.demo_year.state import COURT, HOSPITAL, LABORATORY, REGISTER

if TYPE_CHECKING:
    from bequest.ledger.commitment import Value
    from bequest.simulation.demo_year.people import DonorCase
    from bequest.simulation.demo_year.state import State

_ATTEMPT_EVERY = 7
"""One donation in seven sees an attempt that the gates refuse: an assumption of the demo."""


class Donation:
    """Keep the leaves of one donation that later leaves point at."""

    def __init__(self, state: State, case: DonorCase) -> None:
        """Begin before the referral."""
        self.state, self.case = state, case
        self.name = f"donation {case.donor.donor}"
        self.pseudonym = state.pseudonym("donation", case.donor.donor)
        self.leaves: dict[str, int] = {}
        self.open_organs = 0
        self.transplanted = 0

    def record(self, kind: str, at: datetime, attestor: str | None = None, /, **fields: Value) -> int:
        """Record an event of this donation and return its leaf."""
        signed = None if attestor is None else self.state.attestors[attestor]
        whole: dict[str, Value] = {"donation": self.pseudonym, **fields}
        self.leaves[kind] = self.state.journal.record(kind, at, whole, case=self.name, attestor=signed)
        return self.leaves[kind]


def begin_donation(state: State, case: DonorCase) -> None:
    """Plan all that leads to the instant from which the organs of a donor are offered."""
    donation, facts = Donation(state, case), case.facts
    consent_at, custody_at = _instant(facts["consent_recorded_at"]), _instant(facts["custody_checked_at"])
    death_at = _instant(facts["death_declared_at"])
    first = min(consent_at, custody_at, death_at)
    state.plan(first - timedelta(hours=6), lambda: _refer(donation, first - timedelta(hours=6)))
    if int(case.donor.donor.removeprefix("D-")) % _ATTEMPT_EVERY == 0:
        state.plan(first - timedelta(hours=1), lambda: _attempt(donation, first - timedelta(hours=1)))
    state.plan(consent_at, lambda: _consent(donation, consent_at))
    state.plan(custody_at, lambda: _custody(donation, custody_at))
    state.plan(death_at, lambda: _death(donation, death_at))
    state.plan(case.at, lambda: _open(donation))


def _instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _refer(donation: Donation, at: datetime) -> None:
    hospital = donation.case.facts["hospital"]
    today, last = donation.state.referrals[hospital]
    donation.state.referrals[hospital] = (today + 1, last + 1)
    donation.record("donor.referred", at, hospital=hospital, referral_number=last + 1)


def _attempt(donation: Donation, at: datetime) -> None:
    """Record that somebody asked for offers before the gate was open, and was refused."""
    fields: dict[str, Value] = {"rule": "DON-01", "step": "offer", "donation": donation.pseudonym}
    donation.state.journal.record("gate.refused", at, fields, case=donation.name)


def _consent(donation: Donation, at: datetime) -> None:
    facts = donation.case.facts
    consent = donation.record(
        "consent.recorded", at, basis=facts["consent_basis"], organs=list(facts["consented_organs"].split()),
        document=facts_digest({"document": donation.pseudonym}),
    )  # fmt: skip
    donation.record(
        "consent.verified", at, REGISTER, consent=consent, register="donor_register",
        register_answer="yes" if facts["consent_basis"] == "registered_yes" else "no_objection",
    )  # fmt: skip
    donation.record("identity.verified", at, method="documents_and_kin")


def _custody(donation: Donation, at: datetime) -> None:
    result = donation.case.facts["custody_result"]
    donation.record("custody.checked", at, COURT, result=result, register="prison_register", lookback_months=12)


def _death(donation: Donation, at: datetime) -> None:
    certifiers: list[Value] = [donation.state.pseudonym("certifier", donation.name, place) for place in range(2)]
    donation.record(
        "death.certified", at, HOSPITAL, criteria=donation.case.facts["death_criteria"], declared_at=instant_text(at),
        certifiers=certifiers,
    )  # fmt: skip
    for analysis in ("blood_group_first", "blood_group_second"):
        result = facts_digest({"analysis": analysis, "result": donation.case.facts["blood_group"]})
        fields: dict[str, Value] = {"subject": donation.pseudonym, "analysis": analysis, "result": result}
        attestor = donation.state.attestors[LABORATORY]
        donation.state.journal.record("lab.attested", at, fields, case=donation.name, attestor=attestor)


def _open(donation: Donation) -> None:
    """Plan the release of each organ that the consent covers."""
    covered = {Organ(name) for name in donation.case.facts["consented_organs"].split()}
    organs = [organ for organ in ORGANS if organ in covered]
    donation.open_organs = len(organs)
    for place, organ in enumerate(organs):
        at = donation.case.at + timedelta(minutes=5 * place)
        donation.state.plan(at, lambda organ=organ, at=at: _release(donation, organ, at))


def _release(donation: Donation, organ: Organ, at: datetime) -> None:
    """Release one organ and allocate it."""
    case, leaves = donation.case, donation.leaves
    available = donation.record(
        "organ.available", at, organ=organ.value, facts=facts_digest(case.facts), consent=leaves["consent.verified"],
        custody=leaves["custody.checked"], death=leaves["death.certified"],
    )  # fmt: skip
    donation.state.kept.donors.append((available, case.facts))
    allocate(donation, organ, at, available)
