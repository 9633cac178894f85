"""Knows what a row belongs to: the centre of a registration, the hospital of a donation, who was offered an organ."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from bequest.ledger.leaf import instant_text
from bequest.model.enums import Organ as OrganName
from bequest.model.enums import OrganPart
from bequest.model.graft import PARTS
from bequest.registry.models import (
    Acceptance,
    Answer,
    BarredCentre,
    Candidate,
    DonorCase,
    MatchRun,
    Offer,
    Organ,
    Override,
    Part,
    Pause,
    RecoveryStop,
    Referral,
    RegisterLookUp,
    Registration,
    ResultEntry,
    Return,
    ReviewCase,
    Reviewer,
    StandDown,
    Transplant,
)
from bequest.registry.rows import every, found, store_of
from bequest.registry.versions import centres_now
from bequest.service.office import office
from bequest.service.problem import ProblemError
from bequest.service.roles import About

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bequest.registry.fields import Row

_R = TypeVar("_R", bound="Row")


def there(row: _R | None, called: str) -> _R:
    """Return a row; raise `ProblemError` where there is none."""
    if row is None:
        raise ProblemError(404, "not-found", f"There is no such {called}; check its identifier.")
    return row


def event_of(using: str, leaf: int) -> str:
    """Return the event of a leaf of the log."""
    row = store_of(using).run("SELECT event_id FROM ledger_entry WHERE idx = ?", (leaf,)).fetchone()
    assert row is not None, "the number of a leaf came from the log"
    return str(row[0])


def registration_row(registration: str) -> Registration:
    """Return a registration."""
    return there(found(office().using, Registration, id=registration), "registration")


def centre_of(registration: str) -> str | None:
    """Return the centre of a registration, also after it left its list; None once its person was erased."""
    return centres_now(office().using, [registration])[registration]


def about_registration(registration: str) -> About:
    """Return what a registration belongs to."""
    row = registration_row(registration)
    centre = centre_of(row.id)
    return About(centres=frozenset() if centre is None else frozenset({centre}), candidate=row.candidate_id)


def case_row(donation: str) -> DonorCase:
    """Return the case of a donation."""
    return there(found(office().using, DonorCase, donation=donation), "donation")


def about_donation(donation: str) -> About:
    """Return what a donation belongs to: the hospital, and the centres that have an open or accepted offer of it."""
    case = case_row(donation)
    referral = found(office().using, Referral, case_id=case.donation)
    return About(
        hospital=None if referral is None else referral.hospital_id,
        centres=_offered_to(every(office().using, Offer, case_id=case.donation)),
    )


def run_row(run: str) -> MatchRun:
    """Return a match run."""
    return there(found(office().using, MatchRun, event_id=run), "match run")


def organ_of(run: MatchRun) -> Organ:
    """Return the organ that was ranked for."""
    return there(found(office().using, Organ, event_id=run.organ_id), "organ")


def about_run(run: str) -> About:
    """Return what a run belongs to: the centres that have an open or accepted offer from it."""
    return About(centres=_offered_to(every(office().using, Offer, run_id=run_row(run).event_id)))


def about_row(run: str, registration: str) -> About:
    """Return what one row of a run belongs to."""
    own = about_registration(registration)
    return About(centres=own.centres, candidate=own.candidate, placed=_is_placed(run_row(run)))


def offer_row(offer: str) -> Offer:
    """Return an offer."""
    return there(found(office().using, Offer, event_id=offer), "offer")


def standing_of(row: Offer) -> tuple[str, str | None, str | None]:
    """Return how an offer stands, why, and since when: open, accepted, refused, expired, withdrawn or lapsed.

    What was accepted and then given or taken back is refused or withdrawn; what a stand-down ended has lapsed.
    """
    return standings_of([row])[row.event_id]


def standings_of(rows: Sequence[Offer]) -> dict[str, tuple[str, str | None, str | None]]:
    """Return by offer how it stands, why, and since when; however many they are, in as many questions as for one."""
    using, names = office().using, [row.event_id for row in rows]
    ends: dict[str, Answer | Return] = {each.offer_id: each for each in every(using, Answer, offer_id__in=names)}
    ends |= {each.offer_id: each for each in every(using, Return, offer_id__in=names)}
    cases = {row.case_id for row in rows}
    downs: dict[str, StandDown | RecoveryStop] = {
        each.case_id: each for each in every(using, RecoveryStop, case_id__in=cases)
    }
    downs |= {each.case_id: each for each in every(using, StandDown, case_id__in=cases)}
    return {row.event_id: _standing(ends.get(row.event_id), downs.get(row.case_id)) for row in rows}


def _standing(end: Answer | Return | None, down: StandDown | RecoveryStop | None) -> tuple[str, str | None, str | None]:
    if down is not None and (end is None or end.kind == "offer.accepted"):
        return "lapsed", down.reason, None
    return ("open", None, None) if end is None else (end.kind.removeprefix("offer."), end.reason, end.answered_at)


def about_offer(offer: str) -> About:
    """Return what an offer belongs to."""
    return about_registration(offer_row(offer).registration_id)


def about_override(override: str) -> About:
    """Return what a request to depart from the order belongs to."""
    row = found(office().using, Override, event_id=override)
    return about_run(there(row, "request to depart from the order").run_id)


def about_case(case: str) -> About:
    """Return what a case belongs to: who is appointed as reviewer now, and was never of a centre that it bars."""
    kept = office()
    row = there(found(kept.using, ReviewCase, event_id=case), "case")
    barred = {each.centre_id for each in every(kept.using, BarredCentre, case_id=row.event_id)}
    at, appointments = instant_text(kept.clock()), every(kept.using, Reviewer)
    inside = {each.person for each in appointments if each.centre_id in barred}
    return About(reviewers=frozenset({each.person for each in appointments if each.until >= at} - inside))


def about_entry(entry: str) -> About:
    """Return what a typed result belongs to."""
    return about_registration(there(found(office().using, ResultEntry, event_id=entry), "result").registration_id)


def about_pause(pause: str) -> About:
    """Return what a pause belongs to."""
    return about_donation(there(found(office().using, Pause, event_id=pause), "pause").case_id)


def about_look_up(look_up: str) -> About:
    """Return what the answer of a register belongs to."""
    return about_donation(there(found(office().using, RegisterLookUp, event_id=look_up), "look-up").case_id)


def about_roster(donation: str, centre: str) -> About:
    """Return what a roster of a place belongs to: a centre declares its own, for a donation that it was offered."""
    about = about_donation(donation)
    return replace(about, centres=about.centres & {centre})


def about_transplant(transplant: str) -> About:
    """Return what a transplant belongs to."""
    return about_offer(there(found(office().using, Transplant, event_id=transplant), "transplant").offer_id)


def about_candidate(candidate: str) -> About:
    """Return what a candidate belongs to: the centres of the registrations, also of those that left their lists."""
    rows = every(office().using, Registration, "id", candidate_id=candidate_row(candidate).id)
    return About(centres=_centres_of([row.id for row in rows]), candidate=candidate)


def candidate_row(candidate: str) -> Candidate:
    """Return a candidate."""
    return there(found(office().using, Candidate, id=candidate), "candidate")


def _offered_to(offers: list[Offer]) -> frozenset[str]:
    standings = standings_of(offers)
    live = [each for each in offers if standings[each.event_id][0] in {"open", "accepted"}]
    return _centres_of([each.registration_id for each in live])


def _centres_of(registrations: list[str]) -> frozenset[str]:
    centres = centres_now(office().using, registrations).values()
    return frozenset(centre for centre in centres if centre is not None)


def _is_placed(run: MatchRun) -> bool:
    """Return whether every part of the run's organ was accepted: before that, nobody is told of their place."""
    using, organ = office().using, organ_of(run)
    parts = [each for each in every(using, Part, case_id=organ.case_id) if _is_of(each, organ)]
    return bool(parts) and all(found(using, Acceptance, part_id=each.id, ended_by=None) for each in parts)


def _is_of(part: Part, organ: Organ) -> bool:
    return OrganPart(part.part) in PARTS[OrganName(organ.organ)]
