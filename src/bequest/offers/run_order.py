"""Knows how the order of a match run, or of a stage after it, becomes what offers follow."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.identifiers import CandidateId
from bequest.offers.graft_choice import graft_choices
from bequest.offers.record import Entry, OfferRules, PauseEffect, RankedRun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.matching.match_run import MatchRun
    from bequest.matching.stage_run import StageEntry, StageRun
    from bequest.model.identifiers import RegistrationId
    from bequest.model.match_run import RankedEntry
    from bequest.offers.record import Parts, RunId
    from bequest.policy.policy import Offers


@dataclass(frozen=True, slots=True)
class RunSettings:
    """Hold what a match run does not say: its name in the ledger, the parts there are, how and when it is offered.

    `plan_place` is the place of the organ in the donor plan, None where no plan has it. `wishes` name the grafts that
    would do for a registration that asks for others than its kind of offer does, such as one lung.
    """

    run: RunId
    available: Parts
    rules: OfferRules
    plan_place: int | None
    wishes: Mapping[RegistrationId, tuple[Parts, ...]] = field(default_factory=lambda: MappingProxyType({}))


def offer_rules(offers: Offers, *, backups: int = 0, pause: PauseEffect = PauseEffect.CLOCKS_TOO) -> OfferRules:
    """Return the rules of a policy's `offers` block, with what that block does not say."""
    return OfferRules(offers.reply_minutes, tuple(sorted(offers.remind_minutes)), offers.at_once, backups, pause)


def ranked_run(result: MatchRun, settings: RunSettings) -> RankedRun:
    """Return what offers follow after a match run."""
    entries = tuple(_entry(entry, result, settings, stage=entry.stage) for entry in result.ranked())
    return RankedRun(settings.run, result.organ, entries, settings.rules, settings.plan_place)


def ranked_stage(result: StageRun, settings: RunSettings) -> RankedRun:
    """Return what offers follow in a stage: those who remain, in its order."""
    entries = tuple(_entry(entry, result.run, settings, stage=None) for entry in result.ranked())
    return RankedRun(
        settings.run, result.run.organ, entries, settings.rules, settings.plan_place, stage=result.stage.id
    )


def _entry(entry: RankedEntry | StageEntry, result: MatchRun, settings: RunSettings, *, stage: str | None) -> Entry:
    wished = settings.wishes.get(entry.registration)
    candidate = result.pool.texts["candidate"][result.pool.row(entry.registration)]
    assert candidate is not None, "every registration names its candidate"
    return Entry(
        rank=entry.rank,
        registration=entry.registration,
        candidate=CandidateId(candidate),
        offer_kind=entry.offer_kind,
        grafts=graft_choices(result.organ, entry.offer_kind, settings.available) if wished is None else wished,
        stage=stage,
    )
